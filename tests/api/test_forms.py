"""Reads in other forms: a few fields, W3C Web Annotation, schema.org ClaimReview, and what there is none of."""

import json
from typing import Any

import pytest

from annotator.actions.register import assess, change_assessment
from tests.api.clients import API, client_of, read
from tests.api.desk import Desk
from tests.factories import TEXT, a_cast, a_claim, a_mention, a_proposition, a_stance, an_article, an_entity

LD = "application/ld+json"
PROFILE = 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'

# The terms of http://www.w3.org/ns/anno.jsonld that we use: JSON-LD drops in silence what its context does not have.
TERMS = {
    "@context", "id", "type", "motivation", "created", "creator", "nickname", "modified", "body", "target", "items",
    "source", "selector", "start", "end", "exact", "purpose", "format", "value", "startIndex",
}  # fmt: skip
TYPES = {
    "Annotation", "AnnotationPage", "Person", "SpecificResource", "TextualBody", "TextPositionSelector",
    "TextQuoteSelector", "Composite",
}  # fmt: skip
SCHEMA_ORG = {
    "ClaimReview": {"url", "datePublished", "dateModified", "author", "claimReviewed", "reviewBody", "reviewRating",
                    "itemReviewed", "citation"},
    "Rating": {"alternateName", "ratingValue", "bestRating", "worstRating"},
    "Claim": {"name", "author", "appearance"},
    "NewsArticle": {"headline", "url", "datePublished", "publisher"},
    "CreativeWork": {"url", "name", "publisher", "datePublished", "abstract"},
    "Organization": {"name"},
    "Person": {"name"},
}  # fmt: skip


def objects(value: Any) -> list[dict[str, Any]]:
    """Every object within a document, itself included."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [*([value] if isinstance(value, dict) else ()), *(found for each in inner for found in objects(each))]


# --- A few fields ---


def test_a_read_gives_the_fields_that_are_asked_for(cast):
    desk = Desk(cast)
    client = client_of(cast.sam)
    mention = f"/mentions/{desk.mention.pk}/"
    whole = read(client, mention)

    slim = client.get(f"{API}{mention}?fields=exact,id")
    listed = read(client, "/mentions/?fields=id")["results"]
    articles = read(client, "/articles/?fields=title,counts")["results"]
    of_article = read(client, f"/articles/{desk.article.pk}/annotations/?fields=kind,exact")

    assert slim.json() == {"id": whole["id"], "exact": whole["exact"]}
    assert slim.headers["ETag"] == f'"{whole["version"]}"'
    assert listed == [{"id": whole["id"]}]
    assert articles == [{"title": desk.article.title, "counts": articles[0]["counts"]}]
    assert [sorted(row) for row in of_article["annotations"]] == [["exact", "kind"]] * 4
    assert (of_article["revision"], of_article["length"]) == (1, len(desk.article.current.text))


@pytest.mark.parametrize(
    "path", ["/mentions/", "/articles/", "/entities/", "/projects/", "/articles/{article}/annotations/"]
)
@pytest.mark.parametrize("fields", ["password", "id,created_by__password", "", "id;version", "text"])
def test_a_field_that_is_none_is_refused_with_those_that_are(cast, path, fields):
    article = an_article(cast.project, by=cast.mo)

    answer = client_of(cast.mo).get(f"{API}{path.format(article=article.pk)}?fields={fields}")

    [wrong] = answer.json()["errors"]
    assert (answer.status_code, wrong["field"]) == (400, "fields")
    assert "use some of" in wrong["message"]


def test_reads_with_a_form_of_their_own_take_no_fields(cast):
    client = client_of(cast.mo)
    paths = ("/me/?fields=id", "/events/?project=desk&fields=id")

    assert [client.get(f"{API}{path}").status_code for path in paths] == [400, 400]


# --- W3C Web Annotation ---


def test_annotations_are_told_as_web_annotations_with_terms_that_its_context_has(cast):
    article = an_article(cast.project, by=cast.mo, text="😀 " + TEXT)
    ilsa = an_entity(cast.project, by=cast.mo)
    mention = a_mention(article, by=cast.mo, entity=str(ilsa.pk), comment="The mayor.")
    a_stance(article, by=cast.mo, segments=[[2, 13], [14, 19]])
    client = client_of(cast.sam)
    base = "http://testserver/api/v1/"

    page = client.get(f"{API}/articles/{article.pk}/annotations/", HTTP_ACCEPT=PROFILE)
    one = client.get(f"{API}/mentions/{mention.pk}/", HTTP_ACCEPT=LD)

    document = page.json()
    assert page.headers["Content-Type"] == one.headers["Content-Type"] == LD
    assert {name for each in objects(document) for name in each} - TERMS == set()
    assert {each["type"] for each in objects(document)} == TYPES
    assert document["@context"] == one.json()["@context"] == "http://www.w3.org/ns/anno.jsonld"
    assert [item for item in document["items"] if item["id"] == one.json()["id"]] == [
        {name: value for name, value in one.json().items() if name != "@context"}
    ]
    told = one.json()
    assert told["id"] == f"{base}mentions/{mention.pk}/"
    assert told["target"] == {
        "type": "SpecificResource",
        "source": f"{base}articles/{article.pk}/revisions/1/",
        "selector": [
            {"type": "TextPositionSelector", "start": 2, "end": 13},
            {"type": "TextQuoteSelector", "exact": "Ilsa Marrow"},
        ],
    }
    naming, fields, comment = told["body"]
    assert naming["source"] == f"{base}entities/{ilsa.pk}/"
    assert json.loads(fields["value"])["type"] == "PER"
    assert (comment["purpose"], comment["value"]) == ("commenting", "The mayor.")


def test_every_field_of_an_annotation_is_somewhere_in_its_web_annotation(cast):
    desk = Desk(cast)
    article = desk.article
    rows = [a_claim(article, by=cast.mo), a_stance(article, by=cast.mo), desk.attribution]
    client = client_of(cast.sam)

    for row in rows:
        path = f"/{row.KIND}s/{row.pk}/"
        whole = read(client, path)
        told = client.get(f"{API}{path}", HTTP_ACCEPT=LD).json()
        [body] = [json.loads(each["value"]) for each in told["body"] if each.get("format") == "application/json"]
        elsewhere = {"id", "article", "revision", "segments", "exact", "comment", "version", "deleted_at"}
        elsewhere |= {"created_at", "created_by", "changed_at", "changed_by"}
        spans = {"source_span", "cue_span", "target_span", "hedge_spans"}
        assert {name: value for name, value in whole.items() if name not in elsewhere | spans} == {
            name: value for name, value in body.items() if name not in spans
        }


@pytest.mark.parametrize("query", ["offsets=utf16", "fields=id"])
def test_linked_data_counts_code_points_and_is_whole(cast, query):
    mention = Desk(cast).mention

    answer = client_of(cast.sam).get(f"{API}/mentions/{mention.pk}/?{query}", HTTP_ACCEPT=LD)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, query.partition("=")[0])


def test_a_reader_that_has_it_is_told_so_in_this_form_too(cast):
    path = f"{API}/articles/{Desk(cast).article.pk}/annotations/"
    client = client_of(cast.sam)
    tag = client.get(path, HTTP_ACCEPT=LD).headers["ETag"]

    assert client.get(path, HTTP_ACCEPT=LD, HTTP_IF_NONE_MATCH=tag).status_code == 304
    assert client.get(path, HTTP_IF_NONE_MATCH=tag).status_code == 200


# --- ClaimReview ---


def reviewed(cast) -> Any:
    proposition = a_proposition(cast.project, by=cast.rita, wording="Closures save 9 percent.")
    evidence = {
        "url": "https://stats.example/9",
        "title": "The budget",
        "publisher": "Statistics",
        "bearing": "refutes",
    }
    verdict = {"scale": "facts", "rating": "false", "as_of": "2026-11-01", "summary": "They save 2 percent."}
    article = an_article(
        cast.project,
        by=cast.mo,
        title="Lines",
        outlet="The Courier",
        published_on="2026-11-02",
        url="https://c.example/1",
    )
    quill = an_entity(cast.project, by=cast.mo, name="Tomas Quill")
    a_claim(article, by=cast.mo, proposition=str(proposition.pk), link="suggested", claimant=str(quill.pk))
    return assess(proposition, {**verdict, "evidence": [evidence], "state": "published"}, by=cast.rita)


def test_a_published_assessment_is_told_as_claim_review(cast):
    assessment = reviewed(cast)

    answer = client_of(cast.sam).get(f"{API}/assessments/{assessment.pk}/", HTTP_ACCEPT=LD)

    document = answer.json()
    used = {each["@type"]: set(each) - {"@type", "@context"} for each in objects(document)}
    assert {kind: names - SCHEMA_ORG[kind] for kind, names in used.items()} == {kind: set() for kind in used}
    assert (document["@context"], document["@type"]) == ("https://schema.org", "ClaimReview")
    assert document["url"] == f"http://testserver{API}/assessments/{assessment.pk}/"
    assert document["claimReviewed"] == "Closures save 9 percent."
    assert document["reviewRating"] == {
        "@type": "Rating", "alternateName": "False", "ratingValue": 1, "bestRating": 5, "worstRating": 1,
    }  # fmt: skip
    assert document["author"] == {"@type": "Organization", "name": "Desk"}
    assert document["itemReviewed"] == {
        "@type": "Claim",
        "name": "Closures save 9 percent.",
        "author": [{"@type": "Person", "name": "Tomas Quill"}],
        "appearance": [
            {
                "@type": "NewsArticle",
                "headline": "Lines",
                "url": "https://c.example/1",
                "datePublished": "2026-11-02",
                "publisher": {"@type": "Organization", "name": "The Courier"},
            }
        ],
    }
    assert document["citation"] == [
        {
            "@type": "CreativeWork",
            "url": "https://stats.example/9",
            "name": "The budget",
            "publisher": {"@type": "Organization", "name": "Statistics"},
        }
    ]


def test_where_the_claim_was_made_is_told_from_the_layers_that_one_may_read(db):
    cast = a_cast(layers="independent")
    assessment = reviewed(cast)
    path = f"{API}/assessments/{assessment.pk}/"

    told = {
        name: client_of(user).get(path, HTTP_ACCEPT=LD).json()["itemReviewed"] for name, user in cast.members.items()
    }

    assert {name: "appearance" in item for name, item in told.items()} == {
        "manager": True, "editor": True, "coder": True, "reader": False,
    }  # fmt: skip
    assert "author" not in told["reader"]


def test_a_draft_and_a_withdrawn_assessment_do_not_leave_the_house(cast):
    assessment = reviewed(cast)
    draft = assess(
        a_proposition(cast.project, by=cast.rita),
        {"scale": "facts", "rating": "true", "as_of": "2026-11-01"},
        by=cast.rita,
    )
    change_assessment(assessment, {"state": "withdrawn"}, by=cast.rita, version=assessment.version)
    client = client_of(cast.rita)

    answers = [client.get(f"{API}/assessments/{row.pk}/", HTTP_ACCEPT=LD) for row in (draft, assessment)]

    assert [answer.status_code for answer in answers] == [406, 406]
    assert answers[0].json()["detail"] == "This assessment is a draft: only a published one is told as ClaimReview."


def test_what_is_published_is_told_as_a_feed_page_by_page(cast):
    first, second = reviewed(cast), reviewed(cast)
    assess(a_proposition(cast.project, by=cast.rita), {"scale": "facts", "rating": "true"}, by=cast.rita)
    client = client_of(cast.rita)
    path = f"{API}/assessments/?project=desk&page_size=1"

    page = client.get(path, HTTP_ACCEPT=LD)
    following = page.headers["Link"].removeprefix("<").partition(">")[0]
    last = client.get(following, HTTP_ACCEPT=LD)

    assert (page.json()["@type"], page.json()["url"]) == ("DataFeed", f"http://testserver{API}/assessments/")
    told = [answer.json()["dataFeedElement"][0]["item"] for answer in (page, last)]
    for review, assessment in zip(told, (first, second), strict=True):
        whole = client.get(f"{API}/assessments/{assessment.pk}/", HTTP_ACCEPT=LD).json()
        assert {"@context": "https://schema.org", **review} == whole
    assert "Link" not in last.headers
    assert client.get(f"{path}&fields=id", HTTP_ACCEPT=LD).status_code == 400
    assert len(client.get(path).json()["results"]) == 1


def test_a_feed_costs_as_many_queries_for_three_as_for_one(cast, django_assert_num_queries):
    client = client_of(cast.rita)
    reviewed(cast)
    client.get(f"{API}/assessments/", HTTP_ACCEPT=LD)
    with django_assert_num_queries(11):
        client.get(f"{API}/assessments/", HTTP_ACCEPT=LD)
    for _ in range(2):
        reviewed(cast)
    with django_assert_num_queries(11):
        answer = client.get(f"{API}/assessments/", HTTP_ACCEPT=LD)
    assert len(answer.json()["dataFeedElement"]) == 3


# --- What there is none of ---


@pytest.mark.parametrize(
    ("path", "accept", "status"),
    [
        ("/articles/", LD, 406),
        ("/mentions/", LD, 406),
        ("/entities/{entity}/", LD, 406),
        ("/mentions/{mention}/", "text/html", 406),
        ("/mentions/{mention}/", "application/rdf+xml, application/json;q=0.1", 200),
        ("/mentions/{mention}/", f"{LD};q=0.1, application/json", 200),
    ],
)
def test_a_form_that_is_not_there_is_not_acceptable(cast, path, accept, status):
    desk = Desk(cast)

    answer = client_of(cast.sam).get(
        API + path.format(entity=desk.entity.pk, mention=desk.mention.pk), HTTP_ACCEPT=accept
    )

    assert answer.status_code == status
    assert answer.headers["Content-Type"] == ("application/json" if status == 200 else "application/problem+json")
