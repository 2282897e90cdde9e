"""Comments by PUT: made under one's own id, and said anew on the version that one has."""

import uuid

import pytest

from annotator.models import Comment
from tests.api.clients import API, client_of
from tests.factories import a_mention, an_article


@pytest.fixture
def mention(cast):
    return a_mention(an_article(cast.project, by=cast.mo), by=cast.mo)


@pytest.fixture
def client(cast):
    return client_of(cast.mo)


def _body(mention, **fields):
    return {"kind": "mention", "annotation": str(mention.pk), "text": "Which one?", "resolved": False, **fields}


@pytest.fixture
def address(client, mention):
    made = f"{API}/comments/{uuid.uuid4()}/"
    assert client.put(made, _body(mention), headers={"If-None-Match": "*"}).status_code == 201
    return made


def test_it_is_said_anew_on_the_version_that_one_has(client, mention, address):
    said = client.put(address, _body(mention, text="The mayor?", resolved=True), headers={"If-Match": '"1"'})

    assert (said.status_code, said.headers["ETag"]) == (200, '"2"')
    assert (said.json()["text"], said.json()["resolved"]) == ("The mayor?", True)
    late = client.put(address, _body(mention, text="The town?"), headers={"If-Match": '"1"'})
    assert (late.status_code, late.json()["current"]["text"]) == (412, "The mayor?")


def test_one_may_be_settled_from_the_first(client, mention):
    made = client.put(f"{API}/comments/{uuid.uuid4()}/", _body(mention, resolved=True))

    assert (made.status_code, made.json()["resolved"]) == (201, True)


def test_the_same_again_is_the_same_and_another_is_none_without_a_version(client, mention, address):
    assert client.put(address, _body(mention)).status_code == 200
    assert client.put(address, _body(mention, resolved=True)).status_code == 428
    assert Comment.objects.get().version == 1


def test_one_that_is_not_there_has_no_version(client, mention):
    missing = client.put(f"{API}/comments/{uuid.uuid4()}/", _body(mention), headers={"If-Match": '"1"'})

    assert missing.status_code == 404
    assert Comment.objects.count() == 0


def test_it_stays_on_its_annotation(cast, client, mention, address):
    other = a_mention(mention.coding.article, by=cast.mo, words="Tomas Quill")

    moved = client.put(address, _body(other), headers={"If-Match": '"1"'})

    assert moved.status_code == 400
    told = f"`annotation`: this comment is on the mention {mention.pk}."
    assert [error["message"] for error in moved.json()["errors"]] == [told]


def test_who_neither_made_it_nor_edits_may_not_say_it_anew(cast, mention, address):
    Comment.objects.update(created_by=cast.rita)

    assert client_of(cast.mo).put(address, _body(mention), headers={"If-Match": '"1"'}).status_code == 403
    assert client_of(cast.zoe).put(address, _body(mention), headers={"If-Match": '"1"'}).status_code in (400, 404)
    assert Comment.objects.get().text == "Which one?"


def test_one_that_was_taken_back_is_in_the_bin_and_comes_back_by_whoever_may(cast, client, mention, address):
    client.delete(address, headers={"If-Match": '"1"'})
    of_project = f"{API}/comments/?project=desk"

    assert client.get(of_project).json()["results"] == []
    [in_bin] = client.get(f"{of_project}&deleted=true").json()["results"]
    assert (in_bin["text"], in_bin["version"], client.get(address).status_code) == ("Which one?", 2, 404)
    assert client_of(cast.sam).post(f"{address}restore/").status_code == 403
    assert client_of(cast.zoe).post(f"{address}restore/").status_code == 404
    stale = client.post(f"{address}restore/", headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["current"]["version"]) == (412, 2)

    back = client.post(f"{address}restore/", headers={"If-Match": '"2"'})

    assert (back.status_code, back.json()["text"], back.json()["version"]) == (200, "Which one?", 3)
    assert client.get(f"{of_project}&deleted=true").json()["results"] == []
