"""The change feed."""

import pytest

from annotator.models import Stance
from tests.api.clients import API, client_of
from tests.factories import a_mention, an_article, an_issue


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
    refused = client.get(f"{API}/events/?article=here")
    assert refused.status_code == 400
    assert refused.json()["detail"] == "`article` is the id of an article."
