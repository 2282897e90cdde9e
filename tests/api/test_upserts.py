"""PUT by external id: for services that know things by names of their own."""

import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
from django.db import connection

from annotator.models import Entity, Event, Mention, Proposition
from articles.models import Article
from tests.api.clients import API, client_of
from tests.factories import a_cast, a_mention, a_proposition, an_article

EXTERNAL = "cms/17 & ü"


def put(user, noun, external_id, body, **headers):
    return client_of(user).put(f"{API}/{noun}/?external_id={quote(external_id)}", body, **headers)


def bodies(cast, article):
    return {
        "articles": {"project": "desk", "title": "A", "text": "A text of its own."},
        "entities": {"project": "desk", "name": "Ilsa Marrow", "type": "PER"},
        "issues": {"project": "desk", "wording": "Keep the line"},
        "propositions": {"project": "desk", "wording": "It runs.", "kind": "event"},
        "mentions": {"article": str(article.pk), "revision": 1, "segments": [[0, 11]], "type": "PER"},
        "attributions": {"article": str(article.pk), "revision": 1, "segments": [[0, 11]], "source": "AUTHOR",
                         "mode": "direct"},
        "claims": {"article": str(article.pk), "revision": 1, "segments": [[0, 11]], "claimant": "AUTHOR",
                   "claim_kind": "event"},
    }  # fmt: skip


CHANGES = {
    "articles": {"title": "B"}, "entities": {"name": "I. Marrow"}, "issues": {"wording": "Keep it"},
    "propositions": {"wording": "It ran."}, "mentions": {"level": "NOM"}, "attributions": {"mode": "mixed"},
    "claims": {"wording": "W."},
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("noun", CHANGES)
def test_it_is_created_then_found_then_replaced_under_its_version(cast, noun):
    body = bodies(cast, an_article(cast.project, by=cast.mo))[noun]

    made = put(cast.mo, noun, EXTERNAL, body)
    same = put(cast.mo, noun, EXTERNAL, body)
    other = put(cast.rita, noun, EXTERNAL, {**body, **CHANGES[noun]})
    stale = put(cast.rita, noun, EXTERNAL, {**body, **CHANGES[noun]}, HTTP_IF_MATCH='"7"')
    changed = put(cast.rita, noun, EXTERNAL, {**body, **CHANGES[noun]}, HTTP_IF_MATCH="*")
    new = put(cast.rita, noun, EXTERNAL, body, HTTP_IF_NONE_MATCH="*")

    statuses = [answer.status_code for answer in (made, same, other, stale, changed, new)]
    assert statuses == [201, 200, 428, 412, 200, 412]
    assert made.json()["external_id"] == EXTERNAL
    assert {answer.json()["id"] for answer in (made, same, changed)} == {made.json()["id"]}
    assert (changed.json()["version"], changed.json() | CHANGES[noun]) == (2, changed.json())
    assert made["Location"] == f"/api/v1/{noun}/{made.json()['id']}/"
    assert client_of(cast.mo).get(made["Location"]).json() == changed.json()


@pytest.mark.django_db
def test_an_assessment_is_known_by_its_external_id_to_its_proposition(cast):
    one, other = (a_proposition(cast.project, by=cast.mo) for _ in range(2))
    body = {"proposition": str(one.pk), "scale": "facts", "rating": "true", "as_of": "2026-11-02"}

    answers = [
        put(cast.rita, "assessments", EXTERNAL, each, **headers)
        for each, headers in (
            (body, {}),
            (body, {}),
            ({**body, "rating": "false"}, {}),
            ({**body, "rating": "false"}, {"HTTP_IF_MATCH": "*"}),
            ({**body, "proposition": str(other.pk)}, {}),
        )
    ]

    assert [answer.status_code for answer in answers] == [201, 200, 428, 200, 201]
    assert len({answer.json()["id"] for answer in answers if answer.status_code != 428}) == 2
    found = client_of(cast.rita).get(f"{API}/assessments/", {"external_id": EXTERNAL, "proposition": str(one.pk)})
    assert [row["rating"] for row in found.json()["results"]] == ["false"]


@pytest.mark.django_db
def test_a_comment_is_known_by_its_external_id_to_its_annotation(cast):
    article = an_article(cast.project, by=cast.mo)

    def about_another():
        return {"kind": "mention", "annotation": str(a_mention(article, by=cast.mo).pk), "text": "Who?"}

    body = about_another()
    client = client_of(cast.mo)

    answers = [
        put(cast.mo, "comments", EXTERNAL, each, **headers)
        for each, headers in (
            (body, {}),
            (body, {}),
            ({**body, "text": "Who is it?"}, {}),
            ({**body, "text": "Who is it?"}, {"HTTP_IF_MATCH": "*"}),
            (about_another(), {}),
        )
    ]

    assert [answer.status_code for answer in answers] == [201, 200, 428, 200, 201]
    assert [row["text"] for row in client.get(f"{API}/comments/?external_id=cms/17 %26 ü").json()["results"]] == [
        "Who is it?",
        "Who?",
    ]
    # One that was taken back makes room for another of the name.
    client.delete(f"{API}/comments/{answers[0].json()['id']}/", HTTP_IF_MATCH="*")
    assert put(cast.mo, "comments", EXTERNAL, body).status_code == 201


@pytest.mark.django_db
def test_an_external_id_is_of_its_project_and_of_its_layer(cast):
    first, second = (an_article(cast.project, by=cast.mo) for _ in range(2))
    for article in (first, second):
        body = bodies(cast, article)["mentions"]
        assert put(cast.mo, "mentions", "m", body).status_code == 201
    elsewhere = {**bodies(cast, first)["entities"], "project": "elsewhere"}

    assert put(cast.zoe, "entities", "e", elsewhere).status_code == 201
    assert put(cast.mo, "entities", "e", bodies(cast, first)["entities"]).status_code == 201
    assert put(cast.mo, "entities", "e", elsewhere).status_code == 400
    assert (Mention.objects.count(), Entity.objects.filter(external_id="e").count()) == (2, 2)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "body", "field"),
    [
        ("", {}, "external_id"),
        ("?external_id=", {}, "external_id"),
        ("?external_id=" + "x" * 201, {}, "external_id"),
        ("?external_id=a", {"external_id": "b"}, "external_id"),
        ("?external_id=a", {"project": "nowhere"}, "project"),
        ("?external_id=a&name=b", {}, "name"),
        ("?external_id=a&external_id=b", {}, "external_id"),
        ("?external_id=%00", {}, "external_id"),
    ],
)
def test_what_is_no_external_id_is_refused_by_name(cast, query, body, field):
    given = {"project": "desk", "wording": "It runs.", "kind": "event", **body}

    answer = client_of(cast.mo).put(f"{API}/propositions/{query}", given)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field), answer.json()
    assert not Proposition.objects.exists()


@pytest.mark.django_db
def test_what_is_in_the_bin_says_so(cast):
    article = an_article(cast.project, by=cast.mo)
    mention = a_mention(article, by=cast.mo, external_id="m")
    client_of(cast.mo).delete(f"{API}/mentions/{mention.pk}/", HTTP_IF_MATCH="*")

    answer = put(cast.mo, "mentions", "m", bodies(cast, article)["mentions"])

    assert (answer.status_code, answer.json()["current"]["id"]) == (410, str(mention.pk))


@pytest.mark.django_db
def test_in_a_batch_the_address_has_the_external_id(cast):
    operation = {"method": "PUT", "path": "/issues/?external_id=i-1", "body": {"project": "desk", "wording": "A"}}

    answer = client_of(cast.mo).post(f"{API}/batch/", {"operations": [operation, operation]})

    assert [each["status"] for each in answer.json()["results"]] == [201, 200]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("noun", ["articles", "entities", "mentions"])
def test_of_thirty_identical_at_once_one_creates_it(noun):
    cast = a_cast()
    body = bodies(cast, an_article(cast.project, by=cast.mo))[noun]
    together = threading.Barrier(10)

    def send(_):
        together.wait()
        try:
            return put(cast.mo, noun, "x-1", body).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        statuses = list(pool.map(send, range(30)))

    model = {"articles": Article, "entities": Entity, "mentions": Mention}[noun]
    assert (sorted(statuses), model.objects.filter(external_id="x-1").count()) == ([200] * 29 + [201], 1)
    assert Event.objects.filter(thing_id=str(model.objects.get(external_id="x-1").pk)).count() == 1
