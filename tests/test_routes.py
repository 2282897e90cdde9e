"""Every address of the site has its line in a table of who gets in.

The interface and the pages of projects have their own (api/who_may.py, pages/test_who_gets_in.py), and so has the
stream of events, which is no address of Django's (live/test_live.py); here are all others, and that none is forgotten.
"""

import re
import uuid

import pytest
from django.contrib import admin
from django.test import Client

from annotator.actions.tokens import make_token
from annotator.models import Event, User
from articles.models import Project
from tests.factories import a_cast
from tests.routes import routes

pytestmark = pytest.mark.django_db

COLUMNS = "nobody member token".split()
# “in” leads to the page of signing in. A token is for the interface: here it is nobody's.
TABLE = """
                                               nobody member token
/                                              in     200    in
/worker.js                                     200    200    200
/projects/new/                                 in     200    in
/account/                                      in     200    in
/account/keys/                                 in     200    in
/account/tokens/{token_id}/revoke/             405    405    405
/accounts/login/                               200    302    200
/accounts/logout/                              405    405    405
/accounts/password/                            in     200    in
/accounts/password/reset/                      200    200    200
/accounts/password/reset/sent/                 200    200    200
/accounts/password/reset/done/                 200    200    200
/accounts/password/set/{uidb64}/{token}/       200    200    200
/accounts/confirm/                             in     200    in
/accounts/code/                                in     302    in
/accounts/code/confirm/                        in     302    in
/accounts/second-factor/                       302    302    302
/accounts/second-factor/on/                    in     302    in
/accounts/second-factor/off/                   in     404    in
/accounts/second-factor/recovery/              in     404    in
/accounts/second-factor/recovery/new/          in     302    in
/accounts/oidc/{provider_id}/login/            404    404    404
/accounts/oidc/{provider_id}/login/callback/   404    404    404
/accounts/provider/cancelled/                  200    200    200
/accounts/provider/error/                      401    401    401
/accounts/provider/                            in     405    in
/accounts/disabled/                            200    200    200
"""
EXPECTED = {
    address: dict(zip(COLUMNS, answers, strict=True))
    for address, *answers in (line.split() for line in TABLE.strip().splitlines()[1:])
}
# Addresses that have their table elsewhere.
ELSEWHERE = ("/api/v1/", "/p/{slug}/", "/admin/")


@pytest.fixture
def clients():
    cast = a_cast()
    member, nobody = Client(), Client()
    member.force_login(cast.mo)
    _, secret = make_token(by=cast.mo, name="T", scope="manage")
    return {"nobody": nobody, "member": member, "token": Client(headers={"Authorization": f"Bearer {secret}"})}


def test_every_address_is_in_a_table():
    addresses = {f"/{route.address}" for route in routes() if not f"/{route.address}".startswith(ELSEWHERE)}

    assert addresses == set(EXPECTED)


def test_everybody_is_answered_as_the_table_says(clients):
    answers = {
        address: {name: answer(clients[name], address) for name in COLUMNS}
        for address in (re.sub(r"{\w+}", str(uuid.UUID(int=0)), each) for each in EXPECTED)
    }

    assert list(answers.values()) == list(EXPECTED.values())


def test_the_back_door_is_for_operators_alone(clients):
    addresses = {re.sub(r"{\w+}", "1", f"/{route.address}") for route in routes("admin/")}
    open_to_all = {"/admin/login/", "/admin/logout/"}

    answers = {(name, answer(client, each)) for each in addresses - open_to_all for name, client in clients.items()}

    assert answers == {(name, "in") for name in COLUMNS}
    assert set(admin.site._registry) == {User, Project, Event}
    guess = {"username": "alice", "password": "a guess", "next": "/admin/"}
    assert clients["member"].post("/admin/login/", guess).status_code == 403


def answer(client: Client, address: str) -> str:
    response = client.get(address)
    location = response.headers.get("Location", "")
    return "in" if location.startswith(("/accounts/login/", "/admin/login/")) else str(response.status_code)
