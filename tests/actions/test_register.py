"""The claim register: links between propositions, assessments and what they rest on."""

import datetime

import pytest

from annotator.actions.codebook import archive_value
from annotator.actions.records import delete_record
from annotator.actions.register import (
    assess,
    change_assessment,
    delete_assessment,
    link_propositions,
    restore_assessment,
    unlink_propositions,
)
from annotator.domain.errors import Forbidden, NotNow, Refused, Stale
from annotator.models import Assessment, PropositionLink
from tests.actions.events import events, last
from tests.factories import a_proposition

pytestmark = pytest.mark.django_db

EVIDENCE = {"url": "https://budget.example/2016", "bearing": "refutes"}


@pytest.fixture
def proposition(cast, db):
    return a_proposition(cast.project, by=cast.mo)


def problems(refused):
    return [(problem.field, problem.message) for problem in refused.value.problems]


def test_two_propositions_are_linked_and_unlinked(cast, proposition):
    other = a_proposition(cast.project, by=cast.mo)

    link = link_propositions(proposition, other, "supports", by=cast.mo)
    added = last(cast.project)
    unlink_propositions(link, by=cast.mo)

    assert added.act == "proposition_link.added"
    assert {name: added.after[name] for name in ("from", "to", "relation")} == {
        "from": str(proposition.pk), "to": str(other.pk), "relation": "supports",
    }  # fmt: skip
    assert (last(cast.project).act, last(cast.project).before, last(cast.project).after) == (
        "proposition_link.removed", added.after, None,
    )  # fmt: skip
    assert not PropositionLink.objects.exists()


@pytest.mark.parametrize(
    ("relation", "message"),
    [
        ("same", "`relation`: use one of variant, supports, contradicts, related."),
        (["variant"], "`relation`: a text is expected, not list."),
        ("v\x00", "`relation`: it has a NUL character"),
    ],
)
def test_an_unknown_relation_is_refused(cast, proposition, relation, message):
    with pytest.raises(Refused) as refused:
        link_propositions(proposition, a_proposition(cast.project, by=cast.mo), relation, by=cast.mo)

    [(field, said)] = problems(refused)
    assert field == "relation"
    assert said.startswith(message)


def test_propositions_of_two_projects_or_in_the_bin_are_not_linked(cast, proposition):
    theirs = a_proposition(cast.zoe.memberships.get().project, by=cast.zoe)
    deleted = a_proposition(cast.project, by=cast.mo)
    delete_record(deleted, by=cast.rita, version=1)

    with pytest.raises(Refused, match="`to` is a proposition of the same project."):
        link_propositions(proposition, theirs, "variant", by=cast.mo)
    with pytest.raises(NotNow, match="is in the bin: restore it first."):
        link_propositions(proposition, deleted, "variant", by=cast.mo)
    with pytest.raises(NotNow, match="is in the bin: restore it first."):
        assess(deleted, {"scale": "facts", "rating": "true"}, by=cast.rita)


def test_an_assessment_is_a_draft_until_it_is_published_with_its_evidence(cast, proposition):
    given = {"scale": "facts", "rating": "false", "as_of": "2016-11-20", "summary": "It earned."}

    assessment = assess(proposition, given, by=cast.rita)
    added = last(cast.project)
    change_assessment(assessment, {"state": "published", "evidence": [EVIDENCE]}, by=cast.rita, version=1)
    published = last(cast.project)

    when = {name: added.after[name] for name in ("created_at", "changed_at")}
    assert added.after == {
        "id": str(assessment.pk), "external_id": "", "proposition": str(proposition.pk),
        "scale": "facts", "rating": "false", "as_of": "2016-11-20", "summary": "It earned.",
        "state": "draft", "reviewer": "rita", "evidence": [],
        "published_at": None, "version": 1, "deleted_at": None, **when,
    }  # fmt: skip
    assert (published.act, published.version, published.before) == (
        "assessment.published", 2, None,
    )  # fmt: skip
    assert published.after["evidence"] == [
        {**EVIDENCE, "title": "", "publisher": "", "published_on": None, "passage": ""}
    ]


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({"scale": "stars"}, "scale", "`scale`: use one of facts, promises, quotes."),
        ({"scale": ["facts"]}, "scale", "`scale`: a text is expected, not list."),
        ({"scale": "promises", "rating": "kept"}, "scale", "A promise is rated on the promises scale,"),
        ({"rating": "kept"}, "rating", "`rating`: use one of true, mostly_true,"),
        ({"rating": {"a": 1}}, "rating", "`rating`: a text is expected, not dict."),
        ({"as_of": "yesterday"}, "as_of", "`as_of`: “yesterday” value has an invalid date format."),
        ({"as_of": None}, "as_of", "`as_of`: This field cannot be null."),
        ({"state": "final"}, "state", "`state`: use one of draft, published, withdrawn."),
        ({"summary": "a\x00"}, "summary", "`summary`: it has a NUL character"),
        ({"summary": "a\ud83d"}, "summary", "`summary`: it has a NUL character or half of a surrogate pair"),
        ({"summary": "a" * 10_001}, "summary", "`summary`: it has 10,001 characters; the most is 10,000."),
        ({"verdict": "x"}, "verdict", "`verdict` is not a field of an assessment; it has external_id, scale, rating,"),
        ({"state": "published"}, "evidence", "A published verdict needs evidence, unless it says “unverifiable”."),
        ({"evidence": {}}, "evidence", "`evidence` is a list of at most 100 objects."),
        ({"evidence": [{"bearing": "context"}]}, "evidence.0.url", "`evidence.0.url`: This field cannot be blank."),
        ({"evidence": [{**EVIDENCE, "url": "ftp://a"}]}, "evidence.0.url", "Evidence has a URL that begins with http"),
        ({"evidence": [{**EVIDENCE, "bearing": "so"}]}, "evidence.0.bearing", "`bearing`: use one of supports,"),
        ({"evidence": [EVIDENCE, {**EVIDENCE, "title": 5}]}, "evidence.1.title", "`evidence.1.title`: a text is"),
        ({"evidence": [{**EVIDENCE, "passage": "\ud83d"}]}, "evidence.0.passage", "`evidence.0.passage`: it has a NUL"),
        ({"evidence": [{**EVIDENCE, "author": "x"}]}, "evidence.0.author", "`author` is not a field of evidence;"),
    ],
)  # fmt: skip
def test_what_an_assessment_may_not_say_is_refused_by_field(cast, proposition, given, field, message):
    before = len(events(cast.project))

    with pytest.raises(Refused) as refused:
        assess(proposition, {"scale": "facts", "rating": "true", **given}, by=cast.rita)

    [(name, said)] = problems(refused)
    assert name == field
    assert said.startswith(message)
    assert len(events(cast.project)) == before


def test_a_promise_is_rated_on_its_own_scale_and_without_evidence_only_as_unverifiable(cast, proposition):
    promise = a_proposition(cast.project, by=cast.mo, kind="promise")

    assert assess(promise, {"scale": "promises", "rating": "stalled"}, by=cast.rita).rating == "stalled"
    with pytest.raises(Refused, match="A promise is rated on the promises scale, and nothing else is."):
        assess(promise, {"scale": "facts", "rating": "true"}, by=cast.rita)
    published = assess(proposition, {"scale": "facts", "rating": "unverifiable", "state": "published"}, by=cast.rita)
    assert published.published_at.date() == datetime.datetime.now(datetime.UTC).date()


def test_an_archived_rating_is_not_given_any_more(cast, proposition):
    archive_value(cast.project.codebook_values.get(field="rating.facts", value="satire"), by=cast.alice, version=1)

    with pytest.raises(Refused, match="`rating`: use one of true,"):
        assess(proposition, {"scale": "facts", "rating": "satire"}, by=cast.rita)


def test_what_is_published_is_withdrawn_before_anything_else(cast, proposition):
    given = {"scale": "facts", "rating": "false", "state": "published", "evidence": [EVIDENCE]}
    assessment = assess(proposition, given, by=cast.rita)
    when = assessment.published_at

    with pytest.raises(NotNow, match="A published assessment is withdrawn first"):
        change_assessment(assessment, {"state": "draft"}, by=cast.rita, version=1)
    with pytest.raises(NotNow, match="A published assessment is not deleted: withdraw it."):
        delete_assessment(assessment, by=cast.rita, version=1)
    change_assessment(assessment, {"state": "withdrawn"}, by=cast.rita, version=1)

    assert (assessment.state, assessment.published_at, assessment.version) == ("withdrawn", when, 2)
    assert assessment.evidence.count() == 1


def test_what_is_published_keeps_evidence(cast, proposition):
    given = {"scale": "facts", "rating": "false", "state": "published", "evidence": [EVIDENCE]}
    assessment = assess(proposition, given, by=cast.rita)

    with pytest.raises(Refused, match="A published verdict needs evidence"):
        change_assessment(assessment, {"evidence": []}, by=cast.rita, version=1)


def test_an_old_version_is_refused(cast, proposition):
    assessment = assess(proposition, {"scale": "facts", "rating": "true"}, by=cast.rita)
    stale = Assessment.objects.get(pk=assessment.pk)
    change_assessment(assessment, {"rating": "false"}, by=cast.rita, version=1)

    with pytest.raises(Stale) as told:
        change_assessment(stale, {"rating": "misleading"}, by=cast.alice, version=1)

    assert (told.value.current["rating"], told.value.current["version"]) == ("false", 2)


def test_what_is_in_the_bin_is_not_changed_and_comes_back_whole(cast, proposition):
    assessment = assess(proposition, {"scale": "facts", "rating": "true", "evidence": [EVIDENCE]}, by=cast.rita)
    delete_assessment(assessment, by=cast.rita, version=1)

    with pytest.raises(NotNow, match="This assessment is in the bin: restore it first."):
        change_assessment(assessment, {"rating": "false"}, by=cast.rita, version=2)
    with pytest.raises(NotNow, match="This assessment is in the bin: restore it first."):
        delete_assessment(assessment, by=cast.rita, version=2)
    restore_assessment(assessment, by=cast.rita)
    restore_assessment(assessment, by=cast.rita)

    assert (assessment.deleted_at, assessment.version, assessment.evidence.count()) == (None, 3, 1)
    assert [event.act for event in events(cast.project)][-2:] == ["assessment.deleted", "assessment.restored"]


def test_coders_do_not_assess(cast, proposition):
    with pytest.raises(Forbidden):
        assess(proposition, {"scale": "facts", "rating": "true"}, by=cast.mo)
