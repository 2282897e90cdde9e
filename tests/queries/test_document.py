"""The document of the annotation screen: its shape to the letter, and what it costs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotator.actions.annotations import delete_annotation
from annotator.actions.articles import delete_article
from annotator.actions.codebook import use_field
from annotator.actions.records import merge_record
from annotator.domain.codebook import FIELDS
from annotator.queries.document import document
from annotator.queries.referred import referred
from articles.text import digest
from tests.actions.events import last
from tests.factories import (
    a_cast,
    a_claim,
    a_coding,
    a_mention,
    a_proposition,
    a_stance,
    an_article,
    an_attribution,
    an_entity,
    an_issue,
)

pytestmark = pytest.mark.django_db

TEXT = "Ilsa Marrow vowed to fight the plan.\n\nTomas Quill did not."


@pytest.fixture(scope="module")
def cast(stage):
    return a_cast()


@pytest.fixture
def article(cast, db):
    return an_article(cast.project, by=cast.alice, text=TEXT, title="Mayors vow", outlet="The Courier",
                      author="Lena Okafor", published_on="2016-11-20", url="https://news.example/a")  # fmt: skip


def test_the_document_has_all_that_the_screen_shows(cast, article):
    marrow = an_entity(cast.project, by=cast.mo, name="Ilsa Marrow", aliases=["Marrow"], description="Mayor.")
    mention = a_mention(article, by=cast.mo, entity=str(marrow.pk))

    before = timezone.now()
    shown = document(article, cast.mo)

    assert before <= shown["at"] <= timezone.now()
    coding = {
        "id": str(mention.coding_id),
        "article": str(article.pk),
        "layer": "shared",
        "coder": None,
        "state": "open",
    }
    assert shown.pop("codebook").keys() == {name for name, field in FIELDS.items() if field.values}
    assert shown == {
        "project": {"slug": "desk", "name": "Desk", "layers": "shared"},
        "article": {
            "id": str(article.pk), "title": "Mayors vow", "outlet": "The Courier", "author": "Lena Okafor",
            "published_on": article.published_on, "url": "https://news.example/a", "language": "en",
        },
        "revision": {"number": 1, "length": 58, "sha256": digest(TEXT), "paragraphs": [(0, 36), (38, 58)]},
        "coding": coding,
        "codings": [coding],
        "me": {
            "username": "mo", "name": "Mo", "role": "coder",
            "may": ["annotation.add", "article.add", "coding.set_state", "comment.add", "export.add", "export.remove",
                    "project.read", "record.add", "record.change", "search.add", "search.share"],
            "keys": {},
        },
        "optional_fields": [],
        "annotations": [
            {
                "kind": "mention", "id": mention.pk, "external_id": "", "article": article.pk, "revision": 1,
                "coding": mention.coding_id, "segments": [[0, 11]], "exact": ["Ilsa Marrow"], "type": "PER",
                "subtype": "", "level": "NAM", "class": "SPC", "entity": marrow.pk, "no_entity_reason": "", "role": "",
                "origin": "manual", "certainty_of_coder": "certain", "comment": "", "anchoring": "", "version": 1,
                "created_at": mention.created_at, "created_by": "mo", "changed_at": mention.changed_at,
                "changed_by": "mo", "deleted_at": None,
            }
        ],
        "records": {
            "entities": {
                str(marrow.pk): {
                    "id": str(marrow.pk), "name": "Ilsa Marrow", "type": "PER", "subtype": "", "aliases": ["Marrow"],
                    "description": "Mayor.", "version": 1, "changed_by": "mo",
                }
            },
            "issues": {},
            "propositions": {},
        },
        "needs_look": [],
        "comments": [],
        "source_changed": {},
        "event": last(cast.project).pk,
        "at": shown["at"],
    }  # fmt: skip


def test_a_value_of_the_codebook_is_shown_with_all_that_explains_it(cast, article):
    use_field(cast.project, "stance.intensity", in_use=True, by=cast.alice)

    shown = document(article, cast.mo)

    stored = cast.project.codebook_values.get(field="stance.position", value="oppose")
    assert shown["codebook"]["stance.position"][1] == {
        "field": "stance.position", "value": "oppose", "parent": "", "label": stored.label,
        "definition": stored.definition, "positive_example": stored.positive_example,
        "negative_example": stored.negative_example, "hotkey": "2", "colour": "oppose", "score": None, "position": 2,
        "archived": False, "version": 1,
    }  # fmt: skip
    assert shown["optional_fields"] == ["stance.intensity"]


def test_who_may_not_write_has_no_layer_to_write_to(cast, article):
    a_coding(article, by=cast.mo)

    of_reader = document(article, cast.sam)
    delete_article(article, by=cast.rita, version=1)
    in_bin = document(article, cast.rita)

    assert (of_reader["coding"], of_reader["me"]["may"]) == (
        None,
        ["export.add", "export.remove", "project.read", "search.add"],
    )
    assert in_bin["coding"] is None
    assert "annotation.add" not in in_bin["me"]["may"]
    assert len(of_reader["codings"]) == 1


def test_what_is_in_the_bin_is_not_shown(cast, article):
    gone, kept = a_mention(article, by=cast.mo), a_mention(article, by=cast.mo, words="Tomas Quill")
    delete_annotation(gone, by=cast.mo, version=1)

    assert [row["id"] for row in document(article, cast.mo)["annotations"]] == [kept.pk]


def test_a_merged_record_is_shown_as_what_stands_for_it_under_the_id_that_is_referred_to(cast, article):
    one, two, three = (
        an_entity(cast.project, by=cast.rita, name=name) for name in ("I. Marrow", "Marrow", "Ilsa Marrow")
    )
    issue, other = (
        an_issue(cast.project, by=cast.rita, wording=wording) for wording in ("Close it", "Close the lines")
    )
    a_mention(article, by=cast.mo, entity=str(one.pk))
    a_stance(article, by=cast.mo, words="vowed to fight", target_kind="issue", target=str(issue.pk), holder=str(two.pk))
    merge_record(one, two, by=cast.rita, version=1)
    merge_record(two, three, by=cast.rita, version=1)
    merge_record(issue, other, by=cast.rita, version=1)

    records = document(article, cast.mo)["records"]

    assert {key: record["id"] for key, record in records["entities"].items()} == {
        str(one.pk): str(three.pk), str(two.pk): str(three.pk),
    }  # fmt: skip
    assert {key: record["wording"] for key, record in records["issues"].items()} == {str(issue.pk): "Close the lines"}


def test_another_projects_record_is_not_referred_to(cast):
    theirs = an_entity(cast.zoe.memberships.get().project, by=cast.zoe)

    assert referred("entity", [str(theirs.pk)], cast.mo) == {}


def fill(article, by, times):
    """Annotations of all kinds, each pointing to records of its own."""
    project = article.project
    for _ in range(times):
        who = str(an_entity(project, by=by).pk)
        quotation = an_attribution(article, by=by, words="vowed", source=who)
        a_mention(article, by=by, entity=who)
        a_stance(article, by=by, words="to fight", holder=who, attribution=str(quotation.pk))
        a_claim(article, by=by, words="did not", proposition=str(a_proposition(project, by=by).pk))


def queries(article, user):
    fresh = type(article).objects.select_related("project", "current", "outlet").get(pk=article.pk)
    with CaptureQueriesContext(connection) as captured:
        document(fresh, user)
    return len(captured)


def test_the_document_costs_as_many_queries_for_a_hundred_annotations_as_for_four(cast):
    few, many = (an_article(cast.project, by=cast.alice, text=f"{TEXT} {n}") for n in range(2))
    fill(few, cast.mo, 1)
    fill(many, cast.mo, 25)

    costs = {user.username: (queries(few, user), queries(many, user)) for user in (cast.mo, cast.rita, cast.sam)}

    assert {name: few - many for name, (few, many) in costs.items()} == {"mo": 0, "rita": 0, "sam": 0}
    assert max(count for pair in costs.values() for count in pair) <= 26
