"""The change feed."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction
from rest_framework.test import APIClient

from annotator.actions.records import change_record
from annotator.actions.tokens import make_token
from annotator.models import Event, Stance
from tests.api.clients import API, client_of
from tests.factories import a_cast, a_mention, an_article, an_issue


@pytest.fixture
def client(cast):
    return client_of(cast.mo)


def test_the_feed_gives_each_event_once_in_order(cast, client):
    issues = [an_issue(cast.project, by=cast.mo) for _ in range(5)]
    after, seen = 0, []
    while True:
        page = client.get(f"{API}/events/?project=desk&after={after}&limit=2").json()
        seen += page["results"]
        after = seen[-1]["id"]
        if page["next"] is None:
            break
        assert page["next"].endswith(f"after={after}&limit=2&project=desk")

    ids = [event["id"] for event in seen]
    assert ids == sorted(set(ids))
    assert [event["thing_id"] for event in seen if event["act"] == "issue.added"] == [str(each.pk) for each in issues]
    assert Stance.objects.count() == 0
    assert client.get(f"{API}/events/?project=desk&after={after}").json() == {"next": None, "results": []}


def test_the_feed_of_an_article_has_what_happened_in_it_and_to_the_project_as_a_whole(cast, client):
    article, other = (an_article(cast.project, by=cast.mo) for _ in range(2))
    a_mention(other, by=cast.mo)
    a_mention(article, by=cast.mo)
    an_issue(cast.project, by=cast.mo)

    feed = client.get(f"{API}/events/?project=desk&article={article.pk}").json()["results"]

    assert {event["article"] for event in feed} == {None, str(article.pk)}
    assert {"mention.added", "issue.added", "article.added"} <= {event["act"] for event in feed}
    refused = client.get(f"{API}/events/?project=desk&article=here")
    assert refused.status_code == 400
    assert refused.json()["detail"] == "`article` is the id of an article."


def test_the_feed_is_of_one_project(client):
    """Ids are in the order of commit within a project: over several, one that was passed could still be committed."""
    refused = client.get(f"{API}/events/")

    assert (refused.status_code, [wrong["field"] for wrong in refused.json()["errors"]]) == (400, ["project"])


def test_a_history_comes_in_pages(cast, client):
    issue = an_issue(cast.project, by=cast.mo)
    for version in range(1, 5):
        change_record(issue, {"wording": f"Wording {version}"}, by=cast.mo, version=version)
    address, ids = f"{API}/issues/{issue.pk}/history/?limit=2", []

    while address:
        page = client.get(address).json()
        assert len(page["results"]) <= 2
        ids += [event["id"] for event in page["results"]]
        address = page["next"]

    assert ids == list(Event.objects.filter(thing_id=str(issue.pk)).order_by("id").values_list("id", flat=True))
    assert len(ids) == 5
    assert client.get(f"{API}/issues/{issue.pk}/history/?limit=0").status_code == 400


@pytest.mark.parametrize("path", ["/events/?project=desk", "/issues/", "/issues/{id}/history/"])
def test_who_has_a_list_as_it_is_gets_nothing_again(cast, client, path):
    issue = an_issue(cast.project, by=cast.mo)
    address = f"{API}{path.format(id=issue.pk)}"

    read = client.get(address)
    same = client.get(address, HTTP_IF_NONE_MATCH=read["ETag"])
    change_record(issue, {"wording": "Another"}, by=cast.mo, version=1)
    other = client.get(address, HTTP_IF_NONE_MATCH=read["ETag"])

    assert (same.status_code, same.content, same["ETag"]) == (304, b"", read["ETag"])
    assert (other.status_code, other["ETag"] == read["ETag"]) == (200, False)


@pytest.mark.django_db(transaction=True)
def test_who_follows_misses_nothing_while_eight_write():
    """Ids are handed out before commit, and these writers linger: without the history’s lock a 123 came after a 124."""
    cast = a_cast()
    _, secret = make_token(by=cast.sam, name="follower", scope="read")
    follower = APIClient(HTTP_AUTHORIZATION=f"Bearer {secret}")
    writing = threading.Event()
    seen: list[int] = []

    def write(seed: int) -> None:
        chance = random.Random(seed)
        try:
            for _ in range(2):
                with transaction.atomic():
                    an_issue(cast.project, by=cast.mo)
                    time.sleep(chance.random() / 5)
        finally:
            connections.close_all()

    def follow() -> None:
        try:
            look_again_and_again()
        finally:
            connections.close_all()

    def look_again_and_again() -> None:
        while True:
            last_look = writing.is_set()
            page = follower.get(f"{API}/events/?project=desk&after={seen[-1] if seen else 0}&limit=7").json()
            seen.extend(event["id"] for event in page["results"])
            if last_look and page["next"] is None:
                return

    with ThreadPoolExecutor(9) as crowd:
        following = crowd.submit(follow)
        for done in [crowd.submit(write, seed) for seed in range(8)]:
            done.result()
        writing.set()
        following.result()

    assert seen == list(Event.objects.filter(project=cast.project).order_by("id").values_list("id", flat=True))
    assert len(seen) > 16
