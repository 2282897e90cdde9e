"""Records keep the protocol of versions, and are merged."""

import uuid

import pytest

from tests.api.clients import API, client_of
from tests.factories import an_entity, an_issue


@pytest.fixture
def client(cast):
    return client_of(cast.mo)


def test_records_keep_the_protocol(cast, client):
    issue_id = uuid.uuid4()
    path = f"{API}/issues/{issue_id}/"
    body = {"project": "desk", "wording": "Keep the line open"}

    answers = [
        client.put(path, body, HTTP_IF_NONE_MATCH="*"),
        client.put(path, body),
        client.put(path, {**body, "wording": "  Keep the   line open "}),
        client.put(path, {**body, "definition": "The Tarn line"}),
        client.put(path, {**body, "definition": "The Tarn line"}, HTTP_IF_MATCH='"1"'),
        client.patch(path, {"archived": True}, HTTP_IF_MATCH='"1"'),
        client.patch(path, {"archived": True}, HTTP_IF_MATCH='"2"'),
        client.put(path, body, HTTP_IF_MATCH='"3"'),
    ]

    assert [answer.status_code for answer in answers] == [201, 200, 200, 428, 200, 412, 200, 200]
    last = answers[-1].json()
    assert (last["definition"], last["archived"], last["version"]) == ("", False, 4)


def test_an_entity_that_says_the_same_keeps_its_affiliations(cast, client):
    council = an_entity(cast.project, by=cast.mo, type="ORG")
    body = {
        "project": "desk",
        "name": "Ilsa Marrow",
        "type": "PER",
        "aliases": ["Marrow", "Marrow", "Ilsa Marrow"],
        "affiliations": [{"organisation": str(council.pk), "role": "Mayor"}],
    }
    path = f"{API}/entities/{uuid.uuid4()}/"

    first, again = client.put(path, body), client.put(path, body)
    other = client.put(path, {**body, "affiliations": []})

    assert (first.json()["aliases"], again.status_code, again.json()) == (["Marrow"], 200, first.json())
    assert other.status_code == 428


def test_merging_and_its_undoing(cast):
    client = client_of(cast.rita)
    wrong, right = an_issue(cast.project, by=cast.mo), an_issue(cast.project, by=cast.mo)
    path = f"{API}/issues/{wrong.pk}/"

    bare = client.post(f"{path}merge/", {"into": str(right.pk)})
    merged = client.post(f"{path}merge/", {"into": str(right.pk)}, HTTP_IF_MATCH='"1"')
    listed = [row["id"] for row in client.get(f"{API}/issues/").json()["results"]]
    away = [row["id"] for row in client.get(f"{API}/issues/?merged=true").json()["results"]]
    back = client.post(f"{path}unmerge/", HTTP_IF_MATCH='"2"')

    assert (bare.status_code, merged.status_code, merged.json()["merged_into"]) == (428, 200, str(right.pk))
    assert (listed, away) == ([str(right.pk)], [str(wrong.pk)])
    assert (back.status_code, back.json()["merged_into"]) == (200, None)
