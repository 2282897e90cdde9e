"""The client of the documentation: what its rules are for, tried on the served site."""

import sys
import uuid
from pathlib import Path

import pytest

from annotator.actions.tokens import make_token
from annotator.models import Issue
from tests.api.clients import API
from tests.factories import a_cast

sys.path.append(str(Path(__file__).resolve().parents[2] / "docs" / "examples"))

from annotator_client import Annotator, Problem


@pytest.fixture
def site(live_server, transactional_db):
    cast = a_cast()
    _, secret = make_token(by=cast.mo, name="example", scope="annotate")
    return Annotator(f"{live_server.url}{API}", secret, patience=5)


def test_it_writes_reads_and_follows(site):
    id = uuid.uuid4()
    made = site.put(f"issues/{id}/", {"project": "desk", "wording": "Keep the line"}, new=True)
    changed = site.patch(f"issues/{id}/", {"definition": "All of it."}, if_match=made.version)
    for number in range(3):
        site.post("issues/", {"project": "desk", "wording": f"Issue {number}"})

    assert (made.status, made.version, changed.version) == (201, '"1"', '"2"')
    assert site.get(f"issues/{id}/").json["definition"] == "All of it."
    assert len(list(site.each("issues/", project="desk", page_size=2))) == 4
    acts = [event["act"] for page in site.events("desk", limit=2) for event in page]
    assert acts.count("issue.added") == 4 and acts.count("issue.revised") + acts.count("issue.changed") == 1


def test_a_request_that_is_sent_again_is_done_once(site):
    key, body = str(uuid.uuid4()), {"project": "desk", "wording": "Once"}

    answers = [site.send("POST", "issues/", body, key=key) for _ in range(2)]

    assert answers[0].json == answers[1].json
    assert Issue.objects.count() == 1


def test_a_problem_says_what_it_is(site):
    with pytest.raises(Problem) as raised:
        site.post("issues/", {"project": "elsewhere", "wording": "A"})

    assert raised.value.status == 400
    assert raised.value.document["errors"][0]["field"] == "project"


def test_where_nobody_answers_it_gives_up_in_the_end(site):
    site.site, site.patience = "http://127.0.0.1:9/api/v1", 0.3

    with pytest.raises(OSError, match="refused"):
        site.get("me/")
