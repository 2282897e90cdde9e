"""Annotations added, revised, deleted, restored: what is written, what is remembered, what is refused."""

import json
import uuid

import pytest

from annotator.actions.annotations import (
    annotate,
    delete_annotation,
    restore_annotation,
    revise_annotation,
    says_the_same,
    wire,
)
from annotator.actions.articles import delete_article
from annotator.actions.codebook import add_value, archive_value
from annotator.actions.codings import set_state
from annotator.actions.records import delete_record
from annotator.domain.encoding import plain
from annotator.domain.errors import (
    AlreadyThere,
    Forbidden,
    NotNow,
    Refused,
    RevisionSuperseded,
    Stale,
    WordsDiffer,
)
from annotator.models import ANNOTATIONS, Mention
from articles.models import Revision
from tests.actions.events import events, last
from tests.factories import (
    a_claim,
    a_coding,
    a_mention,
    a_proposition,
    a_stance,
    an_article,
    an_attribution,
    an_entity,
    an_issue,
    at,
)

pytestmark = pytest.mark.django_db


def problems(refused):
    return [(problem.field, problem.message) for problem in refused.value.problems]


# --- Added ---


def test_an_added_stance_leaves_its_whole_wire_form_as_what_came_after(cast, article):
    issue, holder = an_issue(cast.project, by=cast.mo), an_entity(cast.project, by=cast.mo)
    own_id = uuid.uuid4()
    given = {
        "revision": 1, "external_id": "s-1", "segments": at(article, "vowed on Friday to fight"),
        "exact": ["vowed on Friday to fight"], "holder": str(holder.pk), "target_kind": "issue",
        "target": str(issue.pk), "target_span": at(article, "the plan"), "position": "oppose", "intensity": 3,
        "frames": ["economic"], "valid_on": "2016-11-18", "comment": " Plain. ",
    }  # fmt: skip

    stance = annotate("stance", given, coding=a_coding(article, by=cast.mo), by=cast.mo, id=own_id)

    event = last(cast.project)
    assert (event.act, event.thing, event.thing_id, event.version) == ("stance.added", "stance", str(own_id), 1)
    assert (event.by, event.article, event.coding_id, event.before) == (cast.mo, article, stance.coding_id, None)
    when = {name: event.after[name] for name in ("created_at", "changed_at")}
    assert event.after == {
        "kind": "stance", "id": str(own_id), "external_id": "s-1", "article": str(article.pk), "revision": 1,
        "coding": str(stance.coding_id), "segments": [[12, 36]], "holder": str(holder.pk), "target_kind": "issue",
        "target": str(issue.pk), "target_span": [[37, 45]], "position": "oppose", "explicitness": "explicit",
        "attribution": None, "modality": "asserted", "hedge_spans": None, "affiliation": None, "voiced_by": None,
        "intensity": 3, "fidelity": "", "frames": ["economic"], "valid_on": "2016-11-18", "origin": "manual",
        "certainty_of_coder": "certain", "comment": "Plain.", "anchoring": "", "version": 1, "created_by": "mo",
        "changed_by": "mo", "deleted_at": None, **when,
    }  # fmt: skip


@pytest.mark.parametrize("make", [a_mention, an_attribution, a_stance, a_claim])
def test_the_event_says_what_the_row_says(cast, article, make):
    annotation = make(article, by=cast.mo)

    told = last(cast.project).after

    assert told == plain(wire(annotation))
    assert set(told) == {"kind", *ANNOTATIONS[str(annotation.KIND)].WIRE}


def test_overlapping_crossing_and_identical_spans_are_all_kept(cast, article):
    spans = [[[0, 11]], [[0, 11]], [[5, 20]], [[0, 4], [12, 17]], [[1, 3]]]

    for segments in spans:
        a_mention(article, by=cast.mo, segments=segments)

    stored = Mention.objects.filter(coding__article=article)
    assert sorted(stored.values_list("segments", flat=True)) == sorted(spans)


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"segments": [[0, 900]]}, "segments", "Span [0, 900) ends after the text, which has 2"),
        ({"segments": []}, "segments", "`segments`: a span has at least one [start, end] pair."),
        ({"segments": [[0, 12]]}, "segments", "Span [0, 12) begins or ends in white space: “Ilsa Marrow ”."),
        ({"segments": [[0, 10**400]]}, "segments", "Span [0, 1"),
        ({"target_span": [[5, 4]]}, "target_span", "Span [5, 4) is empty: its end must be greater than its start."),
        ({"position": None}, "position", "`position`: a value is required, not null."),
        ({"position": "against"}, "position", "`position`: 'against' is unknown; use one of support, oppose,"),
        ({"intensity": 10**400}, "intensity", "`intensity`: 1000000"),
        ({"intensity": 2, "position": "neutral"}, "intensity", "A neutral or unclear stance has no intensity."),
        ({"holder": "Ilsa"}, "holder", "`holder`: 'Ilsa' is no party; use an entity's id, AUTHOR or UNSPECIFIED."),
        ({"frames": ["weather"]}, "frames", "`frames`: “weather” is not in the project's codebook; it has capacity_"),
        ({"comment": "\x00"}, "comment", "`comment`: it has a NUL character or half of a surrogate pair; remove it."),
        ({"external_id": "\ud83d"}, "external_id", "`external_id`: it has a NUL character or half of a surrogate"),
        ({"positon": "oppose"}, "positon", "`positon` is not a field of this stance; it has external_id, segments,"),
        ({"revision": None}, "revision", "`revision` is required: the number of the text that spans stand on."),
        ({"revision": "1"}, "revision", "`revision`: '1' is no whole number."),
        ({"kind": "claim"}, "kind", "`kind`: claim is not that of this annotation, stance."),
    ],
)  # fmt: skip
def test_what_a_stance_may_not_say_is_refused_by_field_and_nothing_is_written(cast, article, fields, field, message):
    issue = an_issue(cast.project, by=cast.mo)
    before = len(events(cast.project))

    with pytest.raises(Refused) as refused:
        a_stance(article, by=cast.mo, target_kind="issue", target=str(issue.pk), **fields)

    [(name, said)] = problems(refused)
    assert name == field
    assert said.startswith(message)
    assert len(events(cast.project)) == before


def test_everything_wrong_is_told_at_once(cast, article):
    with pytest.raises(Refused) as refused:
        annotate(
            "claim",
            {"revision": 1, "segments": [[3, 3]], "claim_kind": "fact", "quantities": [{"span": [0, 999]}]},
            coding=a_coding(article, by=cast.mo),
            by=cast.mo,
        )

    assert [name for name, _ in problems(refused)] == ["claimant", "claim_kind", "segments", "quantities.0.span"]


@pytest.mark.parametrize("name", ["holder", "affiliation", "voiced_by", "target"])
def test_another_projects_record_is_answered_like_none(cast, article, name):
    elsewhere = cast.zoe.memberships.get().project
    theirs = an_entity(elsewhere, by=cast.zoe)

    with pytest.raises(Refused) as refused:
        a_stance(article, by=cast.mo, **{"target_kind": "entity", "target": str(theirs.pk), name: str(theirs.pk)})

    told = dict(problems(refused))
    assert told[name] == f"`{name}`: there is no entity {theirs.pk} in this project."
    assert theirs.name not in str(told)


def test_an_attribution_of_another_layer_or_article_is_answered_like_none(cast, article):
    other = an_attribution(an_article(cast.project, by=cast.mo), by=cast.mo)

    with pytest.raises(Refused) as refused:
        a_claim(article, by=cast.mo, attribution=str(other.pk))

    assert problems(refused) == [("attribution", f"`attribution`: there is no attribution {other.pk} in this layer.")]


def test_words_that_differ_are_answered_with_those_that_stand_there(cast, article):
    with pytest.raises(WordsDiffer) as differ:
        a_mention(article, by=cast.mo, exact=["Ilsa Marrov"])

    assert (differ.value.field, differ.value.found) == ("exact", ["Ilsa Marrow"])
    assert differ.value.message == "`exact`: the text has ['Ilsa Marrow'] there, not ['Ilsa Marrov']."


def test_the_words_of_a_quantity_are_compared_too(cast, article):
    [span] = at(article, "9 percent")

    with pytest.raises(WordsDiffer) as differ:
        a_claim(article, by=cast.mo, quantities=[{"span": span, "exact": "9 per cent", "low": 9}])

    assert (differ.value.field, differ.value.found) == ("quantities.0.exact", ["9 percent"])
    assert a_claim(article, by=cast.mo, quantities=[{"span": span, "exact": "9 percent", "low": 9}]).quantities == [
        {"span": span, "comparator": "eq", "low": 9, "high": None, "unit": "", "vague": False, "certainty": ""}
    ]


@pytest.mark.parametrize(
    ("quantity", "message"),
    [
        ({"low": 3, "high": 2}, "The low bound 3 is greater than the high bound 2."),
        ({"comparator": "range", "low": 3}, "A range needs both a low and a high bound."),
    ],
)
def test_the_numbers_of_a_quantity_go_together(cast, article, quantity, message):
    [span] = at(article, "9 percent")

    with pytest.raises(Refused) as refused:
        a_claim(article, by=cast.mo, quantities=[{"span": span, **quantity}])

    assert [said for _, said in problems(refused)] == [message]


def test_a_revision_that_is_no_longer_current_is_refused(cast, article):
    Revision.objects.create(article=article, number=2, text="Other", length=5, sha256="")
    article.current = article.revisions.get(number=2)
    article.save(update_fields=["current"])

    with pytest.raises(RevisionSuperseded) as superseded:
        annotate("mention", {"revision": 1, "segments": [[0, 5]], "type": "PER"}, coding=a_coding(article, by=cast.mo),
                 by=cast.mo)  # fmt: skip

    assert (superseded.value.given, superseded.value.current) == (1, 2)


def test_a_taken_id_is_already_there(cast, article):
    first = a_mention(article, by=cast.mo)
    given = {"revision": 1, "segments": [[0, 4]], "type": "PER"}

    with pytest.raises(AlreadyThere) as there:
        annotate("mention", given, coding=first.coding, by=cast.mo, id=first.pk)

    assert there.value.found == str(first.pk)


# --- Subtypes and the codebook ---


def test_a_subtype_is_one_of_its_type(cast, article):
    assert a_mention(article, by=cast.mo, type="ORG", subtype="party").subtype == "party"

    with pytest.raises(Refused) as refused:
        a_mention(article, by=cast.mo, type="PER", subtype="party")

    assert problems(refused) == [
        ("subtype", "`subtype`: “party” is not in the project's codebook for PER; it has group, individual.")
    ]


def test_a_type_is_not_changed_under_a_subtype_of_the_former(cast, article):
    mention = a_mention(article, by=cast.mo, type="ORG", subtype="party")

    with pytest.raises(Refused, match="“party” is not in the project's codebook for GPE; it has none"):
        revise_annotation(mention, {"type": "GPE"}, by=cast.mo, version=1)
    revised = revise_annotation(mention, {"type": "GPE", "subtype": ""}, by=cast.mo, version=1)

    assert (revised.type, revised.subtype) == ("GPE", "")


def test_a_value_of_the_projects_own_is_taken_and_an_archived_one_only_where_it_was(cast, article):
    value = add_value(cast.project, "stance.frames", "harbour", by=cast.alice, label="Harbour")
    stance = a_stance(article, by=cast.mo, frames=["harbour"])
    archive_value(value, by=cast.alice, version=1)

    assert revise_annotation(stance, {"frames": ["harbour", "economic"]}, by=cast.mo, version=1).version == 2
    with pytest.raises(Refused, match="“harbour” is not in the project's codebook; it has capacity"):
        a_stance(article, by=cast.mo, frames=["harbour"])


def test_an_archived_value_of_a_closed_field_is_not_given_any_more(cast, article):
    archive_value(cast.project.codebook_values.get(field="stance.position", value="mixed"), by=cast.alice, version=1)

    with pytest.raises(Refused, match="“mixed” is not in the project's codebook; it has neutral, oppose"):
        a_stance(article, by=cast.mo, position="mixed")


# --- Revised ---


def test_a_revision_of_one_field_leaves_what_it_was(cast, article):
    stance = a_stance(article, by=cast.mo, position="oppose", comment="Plain.")

    revise_annotation(stance, {"position": "support"}, by=cast.rita, version=1)

    event = last(cast.project)
    assert (event.act, event.version, event.by) == ("stance.revised", 2, cast.rita)
    assert event.before == {"position": "oppose"}
    assert (event.after["position"], event.after["comment"]) == ("support", "Plain.")
    assert (event.after["created_by"], event.after["changed_by"]) == ("mo", "rita")


def test_a_replacement_puts_what_is_left_out_back_to_its_default(cast, article):
    mention = a_mention(article, by=cast.mo, level="PRO", comment="She.")

    revise_annotation(mention, {"revision": 1, "segments": [[0, 4]], "type": "PER"}, by=cast.mo, version=1, whole=True)

    assert last(cast.project).before == {"segments": [[0, 11]], "level": "PRO", "comment": "She."}
    assert (mention.level, mention.comment, mention.version) == ("NAM", "", 2)


def test_an_old_version_is_refused_with_what_stands_now(cast, article):
    stance = a_stance(article, by=cast.mo, position="oppose")
    stale = type(stance).objects.get(pk=stance.pk)
    revise_annotation(stance, {"position": "mixed"}, by=cast.rita, version=1)

    with pytest.raises(Stale) as stale_error:
        revise_annotation(stale, {"position": "support"}, by=cast.mo, version=1)

    assert (stale_error.value.current["position"], stale_error.value.current["version"]) == ("mixed", 2)
    assert stale_error.value.message.startswith("This stance was changed by Rita at ")
    assert stale_error.value.message.endswith(": you have version 1, it is at version 2. Reload it.")
    assert [event.act for event in events(cast.project)][-1] == "stance.revised"


def test_spans_are_revised_on_a_named_revision_and_other_fields_on_any(cast, article):
    mention = a_mention(article, by=cast.mo)

    with pytest.raises(Refused, match="`revision` is required"):
        revise_annotation(mention, {"segments": [[0, 4]]}, by=cast.mo, version=1)

    assert revise_annotation(mention, {"level": "NOM"}, by=cast.mo, version=1).level == "NOM"


def test_a_coder_revises_only_the_own(cast, article):
    of_rita = a_stance(article, by=cast.rita)

    with pytest.raises(Forbidden, match="“annotation.change”"):
        revise_annotation(of_rita, {"position": "support"}, by=cast.mo, version=1)


def test_a_target_is_changed_by_its_kind_and_id(cast, article):
    entity = an_entity(cast.project, by=cast.mo)
    stance = a_stance(article, by=cast.mo)

    with pytest.raises(Refused, match="`target`: there is no entity"):
        revise_annotation(stance, {"target_kind": "entity"}, by=cast.mo, version=1)
    revise_annotation(stance, {"target_kind": "entity", "target": str(entity.pk)}, by=cast.mo, version=1)

    assert wire(stance)["target"] == entity.pk
    assert (stance.target_issue, stance.target_entity) == (None, entity)


def test_a_layer_that_is_done_and_an_article_in_the_bin_take_no_writes(cast, article):
    mention = a_mention(article, by=cast.mo)
    set_state(mention.coding, "done", by=cast.mo)

    for write in (
        lambda: a_mention(article, by=cast.mo),
        lambda: revise_annotation(mention, {"level": "NOM"}, by=cast.mo, version=1),
        lambda: delete_annotation(mention, by=cast.mo, version=1),
        lambda: restore_annotation(mention, by=cast.mo),
    ):
        with pytest.raises(NotNow, match="This layer is done: open it again first."):
            write()
    set_state(mention.coding, "open", by=cast.mo)
    delete_article(article, by=cast.rita, version=1)
    with pytest.raises(NotNow, match="The article is in the bin: restore it first."):
        a_mention(article, by=cast.mo)


# --- The same ---


def test_what_was_read_says_the_same_and_a_difference_does_not(cast, article):
    stance = a_stance(article, by=cast.mo, frames=["economic"], valid_on="2016-11-18", hedge_spans=[[0, 4]])
    read = {**wire(stance), "exact": ["vowed on Friday to fight"]}
    again = json.loads(json.dumps(read, default=str))

    assert says_the_same(stance, again, by=cast.mo)
    assert not says_the_same(stance, {**again, "position": "support"}, by=cast.mo)
    assert not says_the_same(stance, {**again, "revision": 2}, by=cast.mo)


@pytest.mark.parametrize("name", ["id", "article", "coding"])
def test_what_says_it_is_another_annotation_is_refused(cast, article, name):
    stance = a_stance(article, by=cast.mo)
    given = {**wire(stance), name: str(uuid.UUID(int=5))}

    for compare in (
        lambda: says_the_same(stance, given, by=cast.mo),
        lambda: revise_annotation(stance, given, by=cast.mo, version=1, whole=True),
    ):
        with pytest.raises(Refused, match=f"`{name}`: {uuid.UUID(int=5)} is not that of this annotation"):
            compare()


# --- Deleted and restored ---


@pytest.mark.parametrize("make", [a_mention, an_attribution, a_stance, a_claim])
def test_what_is_deleted_comes_back_whole(cast, article, make):
    annotation = make(article, by=cast.mo)
    before = wire(annotation)

    delete_annotation(annotation, by=cast.mo, version=1)
    deleted = last(cast.project)
    restore_annotation(annotation, by=cast.rita)

    kind = str(annotation.KIND)
    assert (deleted.act, deleted.before, deleted.version) == (f"{kind}.deleted", {"deleted_at": None}, 2)
    assert deleted.after["deleted_at"] is not None
    assert last(cast.project).act == f"{kind}.restored"
    changed = {"version", "changed_at", "changed_by"}
    assert {n: v for n, v in wire(annotation).items() if n not in changed} == {
        n: v for n, v in before.items() if n not in changed
    }


def test_restoring_what_is_not_in_the_bin_does_nothing(cast, article):
    mention = a_mention(article, by=cast.mo)
    seen = type(mention).objects.get(pk=mention.pk)
    delete_annotation(mention, by=cast.mo, version=1)
    in_bin = type(mention).objects.get(pk=mention.pk)
    restore_annotation(mention, by=cast.mo)
    before = len(events(cast.project))

    restore_annotation(in_bin, by=cast.mo)
    restore_annotation(seen, by=cast.mo)

    assert (in_bin.version, in_bin.deleted_at, len(events(cast.project))) == (3, None, before)


def test_what_is_in_the_bin_is_not_changed(cast, article):
    mention = a_mention(article, by=cast.mo)
    delete_annotation(mention, by=cast.mo, version=1)

    for write in (
        lambda: revise_annotation(mention, {"level": "NOM"}, by=cast.mo, version=2),
        lambda: delete_annotation(mention, by=cast.mo, version=2),
    ):
        with pytest.raises(NotNow, match="This mention is in the bin: restore it first."):
            write()


def test_what_points_to_a_record_in_the_bin_waits_for_it(cast, article):
    entity = an_entity(cast.project, by=cast.mo, name="Ilsa Marrow")
    mention = a_mention(article, by=cast.mo, entity=str(entity.pk))
    delete_annotation(mention, by=cast.mo, version=1)
    delete_record(entity, by=cast.rita, version=1)

    with pytest.raises(NotNow, match="Its entity “Ilsa Marrow” is in the bin: restore that first.") as told:
        restore_annotation(mention, by=cast.mo)

    assert told.value.found == str(entity.pk)


# --- The row as it was written ---


@pytest.mark.parametrize("make", [a_mention, an_attribution, a_stance, a_claim])
def test_what_a_new_row_states_is_what_the_database_says_of_it(cast, article, make):
    entity, proposition = an_entity(cast.project, by=cast.mo), a_proposition(cast.project, by=cast.mo)
    outer = an_attribution(article, by=cast.mo, source=str(entity.pk), segments=[[0, 45]])
    more = {
        a_mention: {"entity": str(entity.pk), "subtype": "", "class": "GEN", "comment": " Plain. "},
        an_attribution: {"source": str(entity.pk), "source_span": [[0, 11]], "parent": str(outer.pk),
                         "said_on": "2016-11-18", "said_on_precision": "day", "flags": ["source_typo"]},
        a_stance: {"holder": str(entity.pk), "attribution": str(outer.pk), "hedge_spans": [[0, 4], [5, 11]],
                   "intensity": 2, "frames": ["economic"], "valid_on": "2016-11-18"},
        a_claim: {"claimant": str(entity.pk), "proposition": str(proposition.pk), "link_score": 0.5,
                  "deadline": "2027-01-01",
                  "quantities": [{"span": [0, 4], "low": 1, "high": 2.5, "comparator": "range"}]},
    }[make]  # fmt: skip

    plain, full = make(article, by=cast.mo), make(article, by=cast.mo, **more)

    for row in (plain, full):
        assert row.stated() == wire(row)
        assert list(row.stated()) == list(wire(row))


def test_a_row_that_has_just_been_written_is_changed_like_any_other(cast, article):
    mention = a_mention(article, by=cast.mo)

    mention.comment = "Changed."
    mention.save()

    assert [row.comment for row in Mention.objects.all()] == ["Changed."]
