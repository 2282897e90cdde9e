"""Saved searches: one's own, and those that all members see."""

from unittest.mock import ANY

import pytest

from annotator.models import Event, SavedSearch
from tests.api.clients import API, client_of, read
from tests.factories import a_search, an_entity, an_issue

ASKED = {"q": "rail -strike", "language": "en", "state": "begun", "ordering": "oldest"}


def names(client, query="project=desk"):
    return [row["name"] for row in read(client, f"/searches/?{query}")["results"]]


def test_a_search_is_saved_changed_put_in_the_bin_and_brought_back(cast):
    client = client_of(cast.mo)

    made = client.post(f"{API}/searches/", {"project": "desk", "name": "Rail", "query": {**ASKED, "author": ""}})
    address = f"{API}/searches/{made.json()['id']}/"
    changed = client.patch(address, {"name": "No strikes"}, HTTP_IF_MATCH='"1"')
    stale = client.patch(address, {"name": "Another"}, HTTP_IF_MATCH='"1"')
    deleted = client.delete(address, HTTP_IF_MATCH='"2"')

    assert made.json() == {
        "id": ANY,
        "project": "desk",
        "external_id": "",
        "name": "Rail",
        "query": ASKED,
        "shared": False,
        "version": 1,
        "created_at": ANY,
        "created_by": "mo",
        "changed_at": ANY,
        "changed_by": "mo",
        "deleted_at": None,
    }
    assert [answer.status_code for answer in (made, changed, stale, deleted)] == [201, 200, 412, 200]
    assert client.get(address).status_code == 410
    assert (names(client), names(client, "project=desk&deleted=true")) == ([], ["No strikes"])
    assert client.post(f"{address}restore/").json()["version"] == 4
    assert names(client) == ["No strikes"]
    history = read(client, f"{address.removeprefix(API)}history/")["results"]
    assert [event["act"] for event in history] == [
        "search.saved", "search.changed", "search.deleted", "search.restored",
    ]  # fmt: skip
    assert history[1]["before"] == {"name": "Rail"}


def test_the_same_said_again_changes_nothing(cast):
    client = client_of(cast.mo)
    body = {"project": "desk", "name": "Rail", "query": ASKED}
    address = f"{API}/searches/?external_id=mine"

    answers = [client.put(address, body), client.put(address, body), client.put(address, {**body, "name": "R"})]
    replaced = client.put(address, {**body, "query": {"q": "bus"}}, HTTP_IF_MATCH="*")

    assert [answer.status_code for answer in answers] == [201, 200, 428]
    assert (replaced.status_code, replaced.json()["query"]) == (200, {"q": "bus"})
    # An external id is one's own: Rita's is another search, and says nothing of Mo's.
    assert client_of(cast.rita).put(address, body).status_code == 201
    assert SavedSearch.objects.count() == 2


def test_what_one_keeps_for_oneself_nobody_else_sees(cast):
    own = a_search(cast.project, by=cast.mo, name="Mine")
    a_search(cast.project, by=cast.mo, name="Ours", shared=True)
    of_mo = f"{API}/searches/{own.pk}/"

    assert names(client_of(cast.mo)) == ["Mine", "Ours"]
    for user in (cast.alice, cast.rita, cast.sam):
        client = client_of(user)
        assert names(client) == ["Ours"]
        assert [client.get(f"{of_mo}{end}").status_code for end in ("", "history/")] == [404, 404]
        assert client.delete(of_mo, HTTP_IF_MATCH="*").status_code == 404
        told = read(client, "/events/?project=desk&limit=1000")["results"]
        assert [event["after"]["name"] for event in told if event["thing"] == "search"] == ["Ours"]
    assert client_of(cast.zoe).get(f"{API}/searches/").json()["results"] == []


def test_what_a_search_was_before_it_was_shared_is_not_told(cast):
    search = a_search(cast.project, by=cast.mo, name="A secret name")
    address = f"{API}/searches/{search.pk}/"

    shared = client_of(cast.mo).patch(address, {"name": "Rail", "shared": True}, HTTP_IF_MATCH='"1"')
    back = client_of(cast.mo).patch(address, {"shared": False}, HTTP_IF_MATCH='"2"')

    assert (shared.status_code, back.status_code) == (200, 400)
    assert "stays so" in back.json()["detail"]
    [event] = read(client_of(cast.sam), f"/searches/{search.pk}/history/")["results"]
    assert (event["act"], event["before"]) == ("search.changed", {"shared": False})
    assert Event.objects.filter(thing="search").count() == 2


def test_readers_keep_searches_for_themselves_alone(cast):
    client = client_of(cast.sam)
    body = {"project": "desk", "name": "Rail", "query": ASKED}

    own = client.post(f"{API}/searches/", body)
    for_all = client.post(f"{API}/searches/", {**body, "shared": True})
    shared = client.patch(f"{API}/searches/{own.json()['id']}/", {"shared": True}, HTTP_IF_MATCH='"1"')

    assert [answer.status_code for answer in (own, for_all, shared)] == [201, 403, 403]
    assert not SavedSearch.objects.filter(shared=True).exists()


HOSTILE = [
    (None, "query"),
    ([], "query"),
    ({}, "query"),
    ({"q": ""}, "query"),
    ({"case": "true", "ordering": "oldest"}, "query"),
    ({"password": "x"}, "query.password"),
    ({"q": 7}, "query.q"),
    ({"q": ["rail"]}, "query.q"),
    ({"q": '"rail'}, "query.q"),
    ({"q": "x" * 501}, "query.q"),
    ({"q": "ra\u0000il"}, "query.q"),
    ({"pattern": "("}, "pattern"),
    ({"pattern": "(a{500}){500}"}, "pattern"),
    ({"q": "rail", "case": "on"}, "query.case"),
    ({"state": "all"}, "query.state"),
    ({"published_from": "2026-02-30"}, "query.published_from"),
    ({"published_from": "20260201"}, "query.published_from"),
    ({"entity": "Ilsa"}, "query.entity"),
    ({"holder": "ENTITY"}, "query.holder"),
    ({"position": "for"}, "query.position"),
    ({"claim_kind": "x"}, "query.claim_kind"),
    ({"unassessed": "yes"}, "query.unassessed"),
    ({"ordering": "name", "q": "rail"}, "query.ordering"),
    ({"entity": "11111111-1111-4111-8111-111111111111"}, "query.entity"),
]


@pytest.mark.parametrize(("query", "field"), HOSTILE, ids=[str(query)[:40] for query, _ in HOSTILE])
def test_what_cannot_be_asked_is_not_kept(cast, query, field):
    answer = client_of(cast.mo).post(f"{API}/searches/", {"project": "desk", "name": "A", "query": query})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)
    assert SavedSearch.objects.count() == 0


def test_what_a_search_names_is_of_its_project(cast):
    elsewhere = cast.zoe.memberships.get().project
    entity, issue = an_entity(elsewhere, by=cast.zoe), an_issue(elsewhere, by=cast.zoe)
    client = client_of(cast.mo)

    answers = {
        name: client.post(f"{API}/searches/", {"project": "desk", "name": "A", "query": {name: str(row.pk)}})
        for name, row in {"entity": entity, "holder": entity, "target": issue}.items()
    }

    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(answers, 400)
    own = str(an_issue(cast.project, by=cast.mo).pk)
    made = client.post(f"{API}/searches/", {"project": "desk", "name": "A", "query": {"target": own}})
    assert made.status_code == 201


def test_so_many_searches_are_kept_and_no_more(cast, monkeypatch):
    monkeypatch.setattr(SavedSearch, "MOST", 2)
    client = client_of(cast.mo)
    body = {"project": "desk", "name": "Rail", "query": ASKED}

    answers = [client.post(f"{API}/searches/", body) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [201, 201, 409]
    assert answers[2].json()["detail"] == "2 of your searches are kept here already: remove one first."
