"""Whatever is sent in whatever field: it is taken, or refused by name. Nothing else comes out, nothing half is left."""

import math
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from annotator.actions.annotations import annotate, revise_annotation, says_the_same, wire
from annotator.actions.articles import bring_in, change_article, draft
from annotator.actions.codebook import add_value, change_value
from annotator.actions.comments import add_comment, change_comment
from annotator.actions.imports import import_rows
from annotator.actions.projects import change_project, create_project
from annotator.actions.records import add_record, change_record
from annotator.actions.register import assess, change_assessment
from annotator.domain.annotation import Kind
from annotator.domain.errors import AnnotatorError
from annotator.domain.fields import CONTEXT, FIELDS, read
from annotator.models import Assessment, CodebookValue, Event
from annotator.queries.wire import RECORD_FIELDS
from articles.drafts import METADATA
from articles.models import Project
from articles.readers.row import Row
from tests.factories import TEXT, a_claim, a_mention, a_proposition, a_stance, an_attribution, an_entity, an_issue

pytestmark = pytest.mark.django_db

HOSTILE = [
    None, "", " ", "\x00", "a\x00b", "\ud83d", "\udc00\ud83d", "\u202e\ufeff", "<script>alert(1)</script>", "'; --",
    "a" * 100_000, "🎉" * 400, 0, -1, 2**31, 2**63, 10**400, 1.5, 1e308, math.nan, math.inf, True, [], {}, [None], [[]],
    {"a": {"b": ["\x00"]}}, ["a" * 10_000] * 60, str(uuid.UUID(int=0)), "ENTITY", "0000-00-00", "9999-12-31",
    "10000-01-01", "2016-11-20T25:00",
]  # fmt: skip
SPANS = [
    [[None, None]], [[0]], [[0, 1, 2]], [[0, 10**400]], [[-1, 5]], [[1.0, 5.0]], [["0", "5"]], [[True, 5]], [[[0, 5]]],
    [0, 5], [{}], [["a"] * 50] * 60, [{"span": [0, 4], "low": 10**400}], [{"span": [0, 10**400]}], [{"span": None}],
    [{"span": [0, 4], "exact": 5}], [[0, 4]], [0, 4], "%s", "AUTHOR", -(10**400), -0.0, 10**30, False,
]  # fmt: skip


@pytest.fixture(scope="module")
def things(stage, cast):
    article = bring_in(cast.project, draft({"title": "T", "text": TEXT}), by=cast.mo).article
    proposition = a_proposition(cast.project, by=cast.mo)
    return {
        "article": article,
        "mention": a_mention(article, by=cast.mo),
        "attribution": an_attribution(article, by=cast.mo),
        "stance": a_stance(article, by=cast.mo),
        "claim": a_claim(article, by=cast.mo),
        "entity": an_entity(cast.project, by=cast.mo),
        "issue": an_issue(cast.project, by=cast.mo),
        "proposition": proposition,
        "assessment": assess(proposition, {"scale": "facts", "rating": "true"}, by=cast.rita),
    }


def survives(write: Callable[[], Any]) -> None:
    """Do it, and undo it. Only what a user is told about may be raised, and it can be told."""
    told: list[str] = []
    try:
        with transaction.atomic():
            write()
            transaction.set_rollback(True)
    except AnnotatorError as error:
        told = [error.message, *(part for p in getattr(error, "problems", ()) for part in (p.field, p.message))]
    assert [text.encode().decode() for text in told] == told


def fresh(row):
    return type(row).objects.get(pk=row.pk)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        *((kind, name) for kind in Kind for name in FIELDS[kind]),
        # What every kind has beside its fields is read by one function.
        *((Kind.CLAIM, name) for name in [*sorted(CONTEXT), "nothing"]),
    ],
)
def test_any_value_in_any_field_of_an_annotation(cast, things, kind, name):
    row = things[kind]
    given = {field: value for field, value in wire(row).items() if field in FIELDS[kind]}
    before = Event.objects.count()

    for value in HOSTILE + SPANS:
        _, problems = read(kind, {name: value}, whole=False)
        assert {problem.field for problem in problems} <= {name}
        # What the reader of the field refuses comes no further.
        if not problems:
            hostile = {**given, "revision": 1, name: value}
            survives(lambda hostile=hostile: annotate(kind, hostile, coding=row.coding, by=cast.mo))
            survives(lambda value=value: revise_annotation(fresh(row), {name: value}, by=cast.mo, version=1))
            survives(lambda hostile=hostile: says_the_same(fresh(row), hostile, by=cast.mo))

    assert Event.objects.count() == before


@pytest.mark.parametrize(
    ("noun", "name"), [(noun, name) for noun, names in RECORD_FIELDS.items() for name in [*names, "nothing"]]
)
def test_any_value_in_any_field_of_a_record(cast, things, noun, name):
    base = {
        "entity": {"name": "A", "type": "ORG"},
        "issue": {"wording": "A"},
        "proposition": {"wording": "A", "kind": "event"},
    }[noun]

    for value in HOSTILE:
        survives(lambda value=value: add_record(noun, cast.project, {**base, name: value}, by=cast.mo))
        survives(lambda value=value: change_record(fresh(things[noun]), {name: value}, by=cast.mo, version=1))


AFFILIATION = ("id", "organisation", "role", "since", "until")
EVIDENCE = ("url", "title", "publisher", "published_on", "passage", "bearing")


@pytest.mark.parametrize("name", AFFILIATION)
def test_any_value_in_any_field_of_an_affiliation(cast, things, name):
    city = an_entity(cast.project, by=cast.mo, type="GPE")

    for value in HOSTILE:
        given = {"affiliations": [{"organisation": str(city.pk), name: value}]}
        survives(lambda given=given: change_record(fresh(things["entity"]), given, by=cast.mo, version=1))


@pytest.mark.parametrize("name", ["scale", "rating", "as_of", "summary", "state", "evidence", "nothing", *EVIDENCE])
def test_any_value_in_any_field_of_an_assessment(cast, things, name):
    good = {"url": "https://a.example", "bearing": "context"}

    for value in HOSTILE:
        given = {"evidence": [{**good, name: value}]} if name in EVIDENCE else {name: value}
        whole = {"scale": "facts", "rating": "true", **given}
        survives(lambda whole=whole: assess(things["proposition"], whole, by=cast.rita))
        row = Assessment.objects.get(pk=things["assessment"].pk)
        survives(lambda row=row, given=given: change_assessment(row, given, by=cast.rita, version=1))


@pytest.mark.parametrize("name", [*METADATA, "text", "nothing"])
def test_any_value_in_any_field_of_an_article(cast, things, name):
    for value in HOSTILE:
        given = {"title": "A", "text": "Another text.", name: value}
        survives(lambda given=given: bring_in(cast.project, draft(given), by=cast.mo))
        survives(lambda value=value: change_article(fresh(things["article"]), by=cast.rita, version=1, **{name: value}))
        [outcome] = import_rows(cast.project, [Row("a", given)], by=cast.mo)
        assert outcome.reason.encode() is not None


@pytest.mark.parametrize(
    "name", ["label", "definition", "positive_example", "negative_example", "hotkey", "colour", "score", "position"]
)
def test_any_value_in_any_field_of_the_codebook(cast, name):
    row = CodebookValue.objects.filter(project=cast.project, field="stance.frames").first()

    for value in HOSTILE:
        survives(lambda value=value: add_value(cast.project, "stance.frames", "new", by=cast.alice, **{name: value}))
        survives(lambda value=value: change_value(fresh(row), by=cast.alice, version=1, **{name: value}))


def test_any_value_as_a_value_a_field_or_a_parent_of_the_codebook(cast):
    for value in HOSTILE:
        survives(lambda value=value: add_value(cast.project, "stance.frames", value, by=cast.alice))
        survives(lambda value=value: add_value(cast.project, "mention.subtype", "a", parent=value, by=cast.alice))
        survives(lambda value=value: add_value(cast.project, value, "a", by=cast.alice))


@pytest.mark.parametrize("name", ["slug", "name", "description", "language", "layers"])
def test_any_value_in_any_field_of_a_project(cast, name):
    for value in HOSTILE:
        given = {"slug": "new", "name": "New", name: value}
        survives(lambda given=given: create_project(**given, by=cast.mo))
        project = Project.objects.get(pk=cast.project.pk)
        survives(
            lambda project=project, value=value: change_project(project, by=cast.alice, version=1, **{name: value})
        )


def test_any_value_as_a_comment(cast, things):
    comment = add_comment(things["mention"], "A.", by=cast.mo)

    for value in HOSTILE:
        survives(lambda value=value: add_comment(things["mention"], value, by=cast.mo))
        survives(lambda value=value: change_comment(fresh(comment), by=cast.mo, version=1, text=value))


@pytest.mark.parametrize("name", ["id", "kind", "parent", "attribution", "external_id", "segments", "quantities"])
def test_any_value_in_any_field_of_an_imported_annotation(cast, name):
    claim = {"kind": "claim", "segments": [[0, 4]], "claimant": "AUTHOR", "claim_kind": "event"}

    for number, value in enumerate(HOSTILE + SPANS):
        row = Row("a", {"title": "A", "text": f"Imported {name} {number}."}, [{**claim, name: value}])
        [outcome] = import_rows(cast.project, [row], by=cast.mo)
        assert outcome.state in ("new", "refused")
        assert outcome.reason.encode() is not None
