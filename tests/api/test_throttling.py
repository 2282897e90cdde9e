"""How many requests a token may make: honest about it, and one account for all processes."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotator.actions.allowances import Taken, forget_allowances, give_back, take
from annotator.actions.tokens import make_token
from annotator.api import throttling
from annotator.api.throttling import TokenThrottle
from annotator.models import Allowance, Issue
from tests.api.clients import API, client_of, client_with_token
from tests.factories import a_cast


@pytest.fixture
def another_process(monkeypatch):
    """Has what follows be asked as of a process that has taken nothing yet."""
    return lambda: monkeypatch.setattr(TokenThrottle, "_leases", {})


def limits(answer) -> tuple[int, str, str]:
    policy, rate = answer.headers["RateLimit-Policy"], answer.headers["RateLimit"]
    return answer.status_code, policy, rate.rpartition(";t=")[0]


def test_each_answer_says_how_many_are_left_and_the_one_too_many_when_to_come_again(cast, settings):
    settings.TOKEN_REQUESTS_PER_MINUTE = 3
    client = client_with_token(cast.mo, scope="read")
    policy = '"token";q=3;w=60'

    answers = [client.get(f"{API}/me/") for _ in range(5)]

    assert [limits(answer) for answer in answers] == [
        (200, policy, '"token";r=2'),
        (200, policy, '"token";r=1'),
        (200, policy, '"token";r=0'),
        (429, policy, '"token";r=0'),
        (429, policy, '"token";r=0'),
    ]
    refused = answers[-1]
    assert refused.json()["type"] == "urn:annotator:too-many"
    assert "This token has made its 3 requests of this minute." in refused.json()["detail"]
    wait = int(refused.headers["Retry-After"])
    assert 0 < wait <= 60
    assert refused.headers["RateLimit"] == f'"token";r=0;t={wait}'


def test_what_one_process_took_is_gone_for_the_others(cast, settings, another_process):
    settings.TOKEN_REQUESTS_PER_MINUTE = 2
    client = client_with_token(cast.mo, scope="read")

    first = client.get(f"{API}/me/").status_code
    another_process()
    second = client.get(f"{API}/me/").status_code
    another_process()
    third = client.get(f"{API}/me/").status_code

    assert (first, second, third) == (200, 200, 429)


def test_a_minute_later_all_are_there_again(cast, settings, another_process):
    settings.TOKEN_REQUESTS_PER_MINUTE = 1
    client = client_with_token(cast.mo, scope="read")
    before = [client.get(f"{API}/me/").status_code for _ in range(2)]
    Allowance.objects.update(until=timezone.now() - timedelta(seconds=1))
    another_process()

    assert (before, client.get(f"{API}/me/").status_code) == ([200, 429], 200)


def test_while_the_database_is_asked_for_one_token_another_goes_on(cast, monkeypatch):
    """The account of the first is locked, as by a backup; the second has its lease."""
    first, second = (make_token(by=cast.mo, name=name, scope="read")[0] for name in ("first", "second"))
    asked, answered = threading.Event(), threading.Event()

    def waits(key, **named):
        if str(first.pk) in key:
            asked.set()
            assert answered.wait(timeout=60)
        return Taken(5, 5, timezone.now() + timedelta(minutes=1))

    def request(token):
        given = SimpleNamespace(auth=token)
        return TokenThrottle().allow_request(given, None), given.rate_limit["RateLimit"].rpartition(";t=")[0]

    monkeypatch.setattr(throttling, "take", waits)
    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(request, first)
        assert asked.wait(timeout=60)
        quick = pool.submit(request, second).result(timeout=60)
        is_waiting = not slow.done()
        answered.set()

    assert (quick, is_waiting, slow.result()[0]) == ((True, '"token";r=9'), True, True)


def test_tokens_do_not_share_and_pages_are_not_counted(cast, settings):
    settings.TOKEN_REQUESTS_PER_MINUTE = 1
    first, second = client_with_token(cast.mo, scope="read"), client_with_token(cast.mo, scope="read")
    page = client_of(cast.mo)

    assert [client.get(f"{API}/me/").status_code for client in (first, first, second)] == [200, 429, 200]
    assert [page.get(f"{API}/me/").status_code for _ in range(3)] == [200, 200, 200]
    assert "RateLimit" not in page.get(f"{API}/me/").headers


def test_what_is_refused_is_not_done(cast, settings):
    settings.TOKEN_REQUESTS_PER_MINUTE = 1
    client = client_with_token(cast.mo, scope="annotate")

    statuses = [
        client.post(f"{API}/issues/", {"project": "desk", "wording": wording}).status_code for wording in ("A", "B")
    ]

    assert statuses == [201, 429]
    assert list(Issue.objects.values_list("wording", flat=True)) == ["A"]


def test_at_the_usual_limit_a_request_in_three_hundred_writes(cast):
    client = client_with_token(cast.mo, scope="read")
    client.get(f"{API}/me/")

    with CaptureQueriesContext(connection) as made:
        for _ in range(299):
            client.get(f"{API}/me/")

    assert [query["sql"] for query in made if "annotator_allowance" in str(query["sql"])] == []
    client.get(f"{API}/me/")
    assert Allowance.objects.get(key__startswith="token:").used == 600


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_no_more_are_granted_than_there_are():
    barrier = threading.Barrier(8)

    def ask() -> int:
        try:
            barrier.wait()
            return sum(take("crowd", most=100, seconds=60, wanted=7).granted for _ in range(5))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as crowd:
        granted = [future.result() for future in [crowd.submit(ask) for _ in range(8)]]

    assert sum(granted) == 100


def test_windows_that_have_passed_are_forgotten(db):
    take("old", most=1, seconds=60)
    take("new", most=1, seconds=60)
    Allowance.objects.filter(key="old").update(until=timezone.now() - timedelta(seconds=1))

    assert forget_allowances() == 1
    give_back("new")
    assert Allowance.objects.count() == 0


def test_a_stranger_with_no_token_is_told_to_sign_in_and_nothing_of_limits(db):
    a_cast()
    answer = client_of(None).get(f"{API}/me/")

    assert (answer.status_code, "RateLimit" in answer.headers) == (401, False)
