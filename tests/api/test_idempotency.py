"""A write that is repeated happens once."""

import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from annotator.models import Event, Issue, Mention, Operation
from articles.models import Article
from tests.api.clients import API, client_of, client_with_token
from tests.factories import a_cast, a_mention, an_article, at


def at_once(count: int, do: Callable[[int], Any]) -> list[Any]:
    """What ``do`` gives in so many threads, each with a connection of its own."""

    def done(number: int) -> Any:
        try:
            return do(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=10) as threads:
        return list(threads.map(done, range(count)))


def test_a_repeated_key_gives_the_first_answer_again(cast):
    client = client_of(cast.mo)
    key = str(uuid.uuid4())
    body = {"project": "desk", "wording": "Keep the line open"}

    first = client.post(f"{API}/issues/", body, HTTP_IDEMPOTENCY_KEY=key)
    client.patch(f"{API}/issues/{first.json()['id']}/", {"wording": "Close it"}, HTTP_IF_MATCH='"1"')
    again = client.post(f"{API}/issues/", body, HTTP_IDEMPOTENCY_KEY=key)

    assert (again.status_code, again.json()) == (201, first.json())
    assert (again["ETag"], again["Location"]) == (first["ETag"], first["Location"])
    assert Issue.objects.count() == 1


def test_a_key_stands_for_every_kind_of_write(cast):
    article = an_article(cast.project, by=cast.mo)
    mention = a_mention(article, by=cast.mo)
    client = client_of(cast.mo)
    path = f"{API}/mentions/{mention.pk}/"
    writes = [
        lambda key: client.patch(path, {"level": "NOM"}, HTTP_IF_MATCH='"1"', HTTP_IDEMPOTENCY_KEY=key),
        lambda key: client.delete(path, HTTP_IF_MATCH='"2"', HTTP_IDEMPOTENCY_KEY=key),
        lambda key: client.post(f"{path}restore/", HTTP_IDEMPOTENCY_KEY=key),
    ]

    for version, write in enumerate(writes, start=2):
        key = str(uuid.uuid4())
        first, again = write(key), write(key)

        assert (first.status_code, first.json()["version"]) == (200, version)
        assert (again.status_code, again.json()) == (200, first.json())


def test_a_key_used_with_another_request_is_refused(cast):
    client = client_of(cast.mo)
    key = str(uuid.uuid4())
    client.post(f"{API}/issues/", {"project": "desk", "wording": "A"}, HTTP_IDEMPOTENCY_KEY=key)

    other_body = client.post(f"{API}/issues/", {"project": "desk", "wording": "B"}, HTTP_IDEMPOTENCY_KEY=key)
    other_path = client.post(f"{API}/propositions/", {"project": "desk", "wording": "A"}, HTTP_IDEMPOTENCY_KEY=key)

    assert (other_body.status_code, other_path.status_code) == (409, 409)
    assert Issue.objects.count() == 1


def test_keys_of_two_users_are_two(cast):
    key = str(uuid.uuid4())
    body = {"project": "desk", "wording": "A"}

    answers = [client_of(user).post(f"{API}/issues/", body, HTTP_IDEMPOTENCY_KEY=key) for user in (cast.mo, cast.rita)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert Issue.objects.count() == 2


def test_a_failure_is_not_remembered(cast):
    client = client_of(cast.mo)
    key = str(uuid.uuid4())
    path = f"{API}/issues/"

    failed = client.post(path, {"project": "desk", "wording": ""}, HTTP_IDEMPOTENCY_KEY=key)
    mended = client.post(path, {"project": "desk", "wording": "A"}, HTTP_IDEMPOTENCY_KEY=key)

    assert (failed.status_code, mended.status_code) == (400, 201)


def test_the_secret_of_a_token_is_kept_nowhere(cast):
    client = client_of(cast.mo)
    key = str(uuid.uuid4())
    body = {"name": "nightly", "scope": "read"}

    first = client.post(f"{API}/tokens/", body, HTTP_IDEMPOTENCY_KEY=key).json()
    again = client.post(f"{API}/tokens/", body, HTTP_IDEMPOTENCY_KEY=key).json()

    assert first["secret"].startswith("ann_")
    assert again == {name: value for name, value in first.items() if name != "secret"}
    assert first["secret"] not in str(Operation.objects.get().body)


@pytest.mark.django_db(transaction=True)
def test_ten_threads_with_one_key_write_once():
    cast = a_cast()
    key = str(uuid.uuid4())

    def post(number: int) -> Any:
        client = client_with_token(cast.mo)
        return client.post(f"{API}/issues/", {"project": "desk", "wording": "A"}, HTTP_IDEMPOTENCY_KEY=key)

    answers = at_once(10, post)

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert (Issue.objects.count(), Event.objects.filter(act="issue.added").count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_thirty_identical_creates_at_once_are_one_row():
    cast = a_cast()
    article = an_article(cast.project, by=cast.mo)
    body = {"article": str(article.pk), "revision": 1, "segments": at(article, "Ilsa Marrow"), "type": "PER"}
    path = f"{API}/mentions/{uuid.uuid4()}/"

    def put(number: int) -> int:
        return client_with_token(cast.mo).put(path, body).status_code

    assert Counter(at_once(30, put)) == {201: 1, 200: 29}
    assert (Mention.objects.count(), Event.objects.filter(act="mention.added").count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_thirty_arrivals_of_one_text_at_once_are_one_article():
    cast = a_cast()
    body = {"project": "desk", "title": "Trains", "text": "The line stays open.", "outlet": "The Courier"}

    def post(number: int) -> int:
        return client_with_token(cast.mo).post(f"{API}/articles/", body).status_code

    assert Counter(at_once(30, post)) == {201: 1, 200: 29}
    assert Article.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_ten_writers_on_one_version_one_wins():
    cast = a_cast()
    mention = a_mention(an_article(cast.project, by=cast.mo), by=cast.mo)
    path = f"{API}/mentions/{mention.pk}/"

    def patch(number: int) -> Any:
        client = client_with_token(cast.mo)
        return client.patch(path, {"comment": f"writer {number}"}, HTTP_IF_MATCH='"1"')

    answers = at_once(10, patch)

    [winner] = [answer.json() for answer in answers if answer.status_code == 200]
    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: 9}
    assert [answer.json()["current"] for answer in answers if answer.status_code == 412] == [winner] * 9


@pytest.mark.django_db(transaction=True)
def test_batches_that_meet_in_two_articles_are_all_done():
    cast = a_cast()
    articles = [an_article(cast.project, by=cast.mo) for _ in range(2)]

    def put(number: int) -> int:
        in_order = articles if number % 2 else articles[::-1]
        operations = [
            {
                "method": "POST",
                "path": "/mentions/",
                "body": {"article": str(each.pk), "revision": 1, "segments": [[0, 4]], "type": "PER"},
            }
            for each in in_order
        ]
        return client_with_token(cast.mo).post(f"{API}/batch/", {"operations": operations}).status_code

    assert Counter(at_once(10, put)) == {200: 10}
    assert Mention.objects.count() == 20
