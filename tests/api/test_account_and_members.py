"""What is one's own, and how somebody who has no account gets in."""

import re

import pytest
from django.test import Client

from annotator.models import Membership, User
from tests.api.clients import API, client_of, client_with_token, read


def test_one_changes_ones_own_name_address_and_keys(cast):
    client = client_of(cast.mo)

    answer = client.patch(f"{API}/me/", {"name": "Mo  Lund", "email": "mo@desk.example", "keys": {"mention": ["x"]}})

    told = {name: answer.json()[name] for name in ("name", "email", "keys")}
    assert told == {"name": "Mo Lund", "email": "mo@desk.example", "keys": {"mention": ["x"]}}
    assert client.patch(f"{API}/me/", {"keys": {}}).json()["keys"] == {}
    assert read(client, "/me/")["name"] == "Mo Lund"
    assert User.objects.get(pk=cast.rita.pk).name == "Rita"


@pytest.mark.parametrize(
    "body",
    [
        {"username": "alice"},
        {"is_staff": True},
        {"password": "x"},
        {"name": 7},
        {"name": "x" * 151},
        {"email": "nowhere"},
        {"email": "a@b.example\r\nBcc: c@d.example"},
        {"keys": []},
        {"keys": {"mention": "e"}},
        {"keys": {"mention": ["e"] * 5}},
        {"keys": {f"act{n}": [] for n in range(101)}},
    ],
)
def test_what_is_no_account_changes_nothing(cast, body):
    client = client_of(cast.mo)
    before = User.objects.filter(pk=cast.mo.pk).values().get()

    answer = client.patch(f"{API}/me/", body)

    assert (answer.status_code, bool(answer.json()["detail"])) == (400, True)
    assert User.objects.filter(pk=cast.mo.pk).values().get() == before


def test_no_token_changes_the_account_that_it_is_of(cast):
    answer = client_with_token(cast.mo).patch(f"{API}/me/", {"email": "elsewhere@mail.example"})

    assert (answer.status_code, User.objects.get(pk=cast.mo.pk).email) == (403, "mo@example.org")
    assert client_of(None).patch(f"{API}/me/", {"name": "A"}).status_code == 401


def test_who_has_no_account_is_invited_and_sets_a_password(cast, mailoutbox, django_capture_on_commit_callbacks):
    client = client_of(cast.alice)
    body = {"email": "nina.lund@example.org", "role": "coder"}
    key = {"HTTP_IDEMPOTENCY_KEY": "6f1a4a2e-0000-4000-8000-000000000001"}

    with django_capture_on_commit_callbacks(execute=True):
        invited = client.post(f"{API}/projects/desk/invitations/", body, **key)
    with django_capture_on_commit_callbacks(execute=True):
        again = client.post(f"{API}/projects/desk/invitations/", body, **key)

    link = invited.json()["invitation"]
    assert (invited.status_code, invited.json()["user"], invited.json()["role"]) == (201, "nina.lund", "coder")
    # What is given once is not kept: an answer that is given again is without it, and no second mail is sent.
    assert (again.status_code, "invitation" in again.json(), len(mailoutbox)) == (201, False, 1)
    assert (mailoutbox[0].to, re.findall(r"http\S+", mailoutbox[0].body)) == (["nina.lund@example.org"], [link])
    assert Client().get(link, follow=True).status_code == 200
    assert not User.objects.get(username="nina.lund").has_usable_password()


def test_who_has_an_account_is_not_invited_but_added(cast, mailoutbox):
    answer = client_of(cast.alice).post(
        f"{API}/projects/desk/invitations/", {"email": "ZOE@example.org", "role": "reader"}
    )

    assert (answer.status_code, answer.json()["found"]) == (409, "zoe")
    assert (Membership.objects.filter(user=cast.zoe, project=cast.project).exists(), mailoutbox) == (False, [])


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"email": "", "role": "coder"},
        {"email": "nowhere", "role": "coder"},
        {"email": "a@b.example\nBcc: c@d.example", "role": "coder"},
        {"email": "a@b.example", "role": "owner"},
        {"email": "a@b.example", "role": "coder", "username": "root"},
    ],
)
def test_what_is_no_invitation_makes_no_account(cast, body, mailoutbox):
    count = User.objects.count()

    answer = client_of(cast.alice).post(f"{API}/projects/desk/invitations/", body)

    assert (answer.status_code, User.objects.count(), mailoutbox) == (400, count, [])
