"""Who may ask for what: every address of the interface × everybody × every method, by the table in who_may.py."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.api.asking import asked
from tests.api.bodies import ANNOTATIONS, BODIES, MEDIA, QUERIES, REGISTERS
from tests.api.clients import client_of, client_with_token
from tests.api.desk import Desk
from tests.api.who_may import COLUMNS, TABLE
from tests.factories import a_cast, a_project
from tests.routes import routes

pytestmark = pytest.mark.django_db

METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"}
PUBLIC = {"/", "/schema/", "/docs/"}
EACH = {"{kinds}": ANNOTATIONS, "{registers}": REGISTERS}


def expected() -> dict[str, dict[str, str]]:
    """“METHOD address” → who asks → the answer."""
    found = {}
    for line in TABLE.strip().splitlines()[1:]:
        method, address, *answers = line.split()
        template = next((name for name in EACH if name in address), "")
        for noun in EACH.get(template, ("",)):
            found[f"{method} {address.replace(template, noun)}"] = dict(zip(COLUMNS, answers, strict=True))
    return found


@pytest.fixture(scope="module")
def desk(stage):
    return Desk(a_cast())


@pytest.fixture(scope="module")
def clients(desk):
    cast = desk.cast
    other = a_project(cast.alice, slug="other")
    people = {"nobody": None, "stranger": cast.zoe, **cast.members}
    return {
        **{name: client_of(user) for name, user in people.items()},
        **{scope: client_with_token(cast.alice, scope=scope) for scope in ("read", "annotate", "manage")},
        "other": client_with_token(cast.alice, scope="manage", project=other),
    }


def test_every_route_is_in_the_table():
    """A route that is added without its line fails."""
    declared = {
        f"{method} /{route.address.removeprefix('api/v1/')}" for route in routes("api/v1/") for method in route.methods
    }
    told = {case.partition("#")[0] for case in expected()}

    assert declared - told == set()
    assert told - declared == set()


def test_everybody_is_answered_as_the_table_says(desk, clients):
    table = expected()

    answers = {case: {name: answer(clients[name], case, desk) for name in COLUMNS} for case in table}

    assert answers == table


def test_a_method_that_an_address_does_not_have_is_told(desk, clients):
    """To whoever is signed in, whatever they may do: 405, and the methods that it has."""
    wrong = {}
    for route in routes("api/v1/"):
        address = f"/{route.address.removeprefix('api/v1/')}"
        for method in METHODS - route.methods if route.methods else ():
            for name in COLUMNS:
                response = asked(clients[name], method, address, desk)
                allowed = set(response.get("Allow", "").split(", ")) - {"HEAD", "OPTIONS"}
                told = (response.status_code, allowed)
                if told[0] != 401 if name == "nobody" and address not in PUBLIC else told != (405, route.methods):
                    wrong[f"{method} {address} by {name}"] = told

    assert wrong == {}


def answer(client: APIClient, case: str, desk: Desk) -> str:
    """The status of an answer, or “none” for a list without rows."""
    method, _, address = case.partition(" ")
    address, _, variant = address.partition("#")
    options: dict[str, Any] = {}
    if method != "GET":
        options["format"] = "json"
    if case in MEDIA:
        options = {"content_type": MEDIA[case]}
    if method != "GET" and "{" in address and variant != "new":
        options["HTTP_IF_MATCH"] = "*"
    body = BODIES[case](desk) if case in BODIES else None
    query = QUERIES.get(case.partition("#")[0], "")
    response = asked(client, method, f"{address}?{query}", desk, body, is_new=variant == "new", **options)
    is_list = method == "GET" and response.get("Content-Type") == "application/json" and not response.streaming
    return "none" if is_list and response.json().get("results") == [] else str(response.status_code)
