"""Tokens: what they may, and when they end."""

from datetime import timedelta

import pytest

from annotator.actions.projects import create_project
from annotator.models import Token, User
from tests.api.clients import API, client_of, client_with_token
from tests.api.desk import Desk
from tests.factories import (
    an_article,
)

MATCH = {"HTTP_IF_MATCH": "*"}


@pytest.mark.parametrize(
    ("scope", "expected"),
    [("read", (200, 403, 403, 403)), ("annotate", (200, 201, 403, 403)), ("manage", (200, 201, 200, 403))],
)
def test_a_token_does_what_its_scope_covers_and_no_more(cast, scope, expected):
    desk = Desk(cast)
    client = client_with_token(cast.alice, scope=scope)

    answers = (
        client.get(f"{API}/mentions/"),
        client.post(f"{API}/mentions/", desk.new_mention()),
        client.patch(f"{API}/projects/desk/", {"name": "B"}, **MATCH),
        client.post(f"{API}/tokens/", {"name": "more", "scope": "manage"}),
    )

    assert tuple(answer.status_code for answer in answers) == expected


def test_a_token_of_one_project_sees_and_does_nothing_in_another(cast):
    article = an_article(cast.project, by=cast.alice)
    other = create_project(slug="second", name="Second", by=cast.alice)
    client = client_with_token(cast.alice, project=other)

    assert [row["slug"] for row in client.get(f"{API}/projects/").json()["results"]] == ["second"]
    assert client.get(f"{API}/articles/{article.pk}/").status_code == 404
    assert client.post(f"{API}/issues/", {"project": "desk", "wording": "A"}).status_code == 400
    assert client.post(f"{API}/projects/", {"slug": "third", "name": "Third"}).status_code == 403


def test_a_disabled_account_is_out_at_once(cast):
    browser, program = client_of(cast.mo), client_with_token(cast.mo)
    assert (browser.get(f"{API}/me/").status_code, program.get(f"{API}/me/").status_code) == (200, 200)

    User.objects.filter(pk=cast.mo.pk).update(is_active=False)

    assert (browser.get(f"{API}/me/").status_code, program.get(f"{API}/me/").status_code) == (401, 401)


def test_a_revoked_and_an_expired_token_are_out(cast):
    client = client_with_token(cast.mo)
    token = Token.objects.get()
    assert client.get(f"{API}/me/").status_code == 200

    Token.objects.update(expires_at=token.created_at)
    expired = client.get(f"{API}/me/")
    Token.objects.update(expires_at=None)
    client_of(cast.mo).delete(f"{API}/tokens/{token.pk}/")
    revoked = client.get(f"{API}/me/")

    assert (expired.status_code, revoked.status_code) == (401, 401)
    assert revoked["WWW-Authenticate"] == 'Bearer realm="annotator"'


def test_the_use_of_a_token_is_noted_once_a_minute(cast):
    client = client_with_token(cast.mo)
    client.get(f"{API}/me/")
    first = Token.objects.get().last_used_at
    client.get(f"{API}/me/")

    assert first is not None
    assert Token.objects.get().last_used_at == first

    Token.objects.update(last_used_at=first - timedelta(minutes=2))
    client.get(f"{API}/me/")

    assert Token.objects.get().last_used_at > first


def test_tokens_are_their_owners_alone(cast):
    client_with_token(cast.alice)
    token = Token.objects.get()
    path = f"{API}/tokens/{token.pk}/"
    listed = {name: client_of(user).get(f"{API}/tokens/").json()["results"] for name, user in cast.members.items()}

    assert {name: len(rows) for name, rows in listed.items()} == {"manager": 1, "editor": 0, "coder": 0, "reader": 0}
    assert "secret" not in listed["manager"][0]
    assert [client_of(cast.rita).get(path).status_code, client_of(cast.rita).delete(path).status_code] == [404, 404]
    assert client_with_token(cast.alice).get(f"{API}/tokens/").json()["results"] == []


@pytest.mark.parametrize(
    "given",
    [
        {"scope": "all"},
        {"name": ""},
        {"name": "x" * 101},
        {"project": "elsewhere"},
        {"expires_at": "2020-01-01T00:00:00Z"},
        {"expires_at": "tomorrow"},
        {"user": "alice"},
    ],
)
def test_a_token_that_makes_no_sense_is_not_made(cast, given):
    response = client_of(cast.mo).post(f"{API}/tokens/", {"name": "nightly", "scope": "read", **given})

    assert (response.status_code, Token.objects.count()) == (400, 0)
