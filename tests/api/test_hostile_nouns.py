"""Every noun that is written, with one thing wrong: it is named, and nothing is stored."""

from typing import Any

import pytest

from annotator.models import Event
from tests.api.asking import asked
from tests.api.bodies import BODIES
from tests.api.clients import client_of
from tests.api.desk import Desk
from tests.api.hostile import told
from tests.api.hostile_nouns import CASES
from tests.api.test_hostile_bodies import ARTICLES, MENTIONS, RECORDS
from tests.api.test_hostile_bodies import BODIES as RAW
from tests.api.test_hostile_requests import ADDRESSES, HEADERS, QUERIES
from tests.factories import a_cast

pytestmark = pytest.mark.django_db
LEAST = 200  # that the whole corpus is judged by


@pytest.fixture(scope="module")
def desk(stage):
    return Desk(a_cast())


@pytest.mark.parametrize("request_line", CASES)
def test_what_is_wrong_is_named_and_nothing_is_stored(desk, request_line):
    client = client_of(desk.cast.alice)
    before = Event.objects.count()

    answers = {f"{said!r:.80}": answer(client, request_line, said, field, desk) for said, field in CASES[request_line]}

    assert answers == dict.fromkeys(answers, (400, True, True))
    assert len(answers) == len(CASES[request_line])
    assert Event.objects.count() == before


def answer(client: Any, request_line: str, said: dict[str, Any], field: str, desk: Desk) -> tuple[Any, ...]:
    """The status, whether a reason is given, and that it names the field; else those that it names."""
    method, _, address = request_line.partition(" ")
    body = {**BODIES[request_line](desk), **said}
    response = asked(client, method, address, desk, body, format="json", HTTP_IF_MATCH="*")
    named = [wrong["field"] for wrong in response.json().get("errors", ())]
    return (*told(response), field in named or named)


def test_the_corpus_is_as_large_as_it_is_judged_by():
    hand_made = [MENTIONS, RAW, RECORDS, ARTICLES, QUERIES, HEADERS, ADDRESSES, *CASES.values()]

    assert sum(len(cases) for cases in hand_made) >= LEAST
