"""The codebook: values added, explained, archived and merged; optional fields turned on."""

import pytest

from annotator.actions.codebook import add_value, archive_value, change_value, use_field
from annotator.actions.merging_values import merge_value
from annotator.domain.errors import Forbidden, NotNow, Refused, Stale
from annotator.models import CodebookValue
from tests.actions.events import events, last
from tests.factories import a_claim, a_mention, a_stance, an_article, an_entity

pytestmark = pytest.mark.django_db


def value(cast, field, name, parent=""):
    return CodebookValue.objects.get(project=cast.project, field=field, value=name, parent=parent)


def problems(refused):
    return [(problem.field, problem.message) for problem in refused.value.problems]


def test_a_value_is_added_to_an_open_field_after_the_others(cast):
    frames = CodebookValue.objects.filter(project=cast.project, field="stance.frames").count()

    given = {"label": "Harbour", "hotkey": "h", "colour": "ink-2"}
    row = add_value(cast.project, "stance.frames", "harbour", by=cast.alice, **given)

    event = last(cast.project)
    assert (event.act, event.thing, event.thing_id, event.before) == (
        "codebook.value_added", "codebook", "stance.frames=harbour", None,
    )  # fmt: skip
    assert event.after == {
        "field": "stance.frames", "value": "harbour", "parent": "", "label": "Harbour", "definition": "",
        "positive_example": "", "negative_example": "", "hotkey": "h", "colour": "ink-2", "score": None,
        "position": frames + 1, "archived": False, "version": 1,
    }  # fmt: skip
    assert row.version == 1


@pytest.mark.parametrize(
    ("field", "name", "given", "wrong", "message"),
    [
        ("stance.position", "maybe", {}, "field", "Values can be added to mention.subtype, stance.frames; “stance.pos"),
        ("weather", "rain", {}, "field", "Values can be added to"),
        ("stance.frames", "morality", {}, "value", "The field has this value already."),
        ("stance.frames", "two words", {}, "value", "A value is made of letters, digits, _, + and -."),
        ("stance.frames", "", {"label": "L"}, "value", "`value`: This field cannot be blank."),
        ("stance.frames", "a" * 41, {}, "value", "`value`: it has 41 characters; the most is 40."),
        ("stance.frames", 7, {"label": "L"}, "value", "`value`: a text is expected, not int."),
        ("stance.frames", "new", {"label": ""}, "label", "`label`: This field cannot be blank."),
        ("stance.frames", "new", {"label": "a\x00"}, "label", "`label`: it has a NUL character"),
        ("stance.frames", "new", {"definition": "\ud83d"}, "definition", "`definition`: it has a NUL"),
        ("stance.frames", "new", {"definition": "a" * 2_001}, "definition", "`definition`: it has 2,001 characters"),
        ("stance.frames", "new", {"hotkey": "ab"}, "hotkey", "`hotkey`: it has 2 characters; the most is 1."),
        ("stance.frames", "new", {"colour": "url(x)"}, "colour", "`colour`: the name of a design token, such as"),
        ("stance.frames", "new", {"score": 10**9}, "score", "`score`: Ensure this value is less than or equal to"),
        ("stance.frames", "new", {"score": [1]}, "score", "`score`: “[1]” value must be an integer."),
        ("stance.frames", "new", {"position": -1}, "position", "`position`: Ensure this value is greater"),
        ("stance.frames", "new", {"meaning": "x"}, "meaning", "`meaning` cannot be changed; label, definition,"),
        ("mention.subtype", "new", {}, "parent", "`parent`: a subtype is one of PER, ORG, GPE,"),
        ("mention.subtype", "new", {"parent": "PERS"}, "parent", "`parent`: a subtype is one of PER, ORG, GPE,"),
    ],
)  # fmt: skip
def test_what_a_value_may_not_be_is_refused_by_field(cast, field, name, given, wrong, message):
    with pytest.raises(Refused) as refused:
        add_value(cast.project, field, name, by=cast.alice, **given)

    [(said_of, said)] = problems(refused)
    assert said_of == wrong
    assert said.startswith(message)


def test_a_hotkey_is_one_values_until_it_is_archived(cast):
    taken = value(cast, "stance.position", "support")

    with pytest.raises(Refused, match="Another value of the field has this hotkey."):
        change_value(value(cast, "stance.position", "oppose"), by=cast.alice, version=1, hotkey=taken.hotkey)


def test_an_archived_values_hotkey_is_free_and_it_does_not_come_back_over_another(cast):
    old = value(cast, "stance.position", "support")
    archive_value(old, by=cast.alice, version=1)
    change_value(value(cast, "stance.position", "oppose"), by=cast.alice, version=1, hotkey=old.hotkey)

    with pytest.raises(Refused, match="Another value of the field has this hotkey."):
        archive_value(old, by=cast.alice, version=2, archived=False)


def test_a_value_is_called_otherwise_and_annotations_stay_what_they_are(cast, article):
    stance, label = a_stance(article, by=cast.mo, position="oppose"), value(cast, "stance.position", "oppose").label

    change_value(value(cast, "stance.position", "oppose"), by=cast.alice, version=1, label="Against")

    event = last(cast.project)
    assert (event.act, event.version, event.before) == ("codebook.value_changed", 2, {"label": label})
    assert event.after["label"] == "Against"
    stance.refresh_from_db()
    assert (stance.position, stance.version) == ("oppose", 1)


def test_an_old_version_is_refused(cast):
    stale = value(cast, "stance.position", "oppose")
    change_value(value(cast, "stance.position", "oppose"), by=cast.alice, version=1, label="Against")

    with pytest.raises(Stale) as told:
        change_value(stale, by=cast.alice, version=1, label="Contra")

    assert told.value.current["label"] == "Against"


def test_an_archived_value_comes_back(cast):
    row = value(cast, "stance.frames", "morality")

    archive_value(row, by=cast.alice, version=1)
    archive_value(row, by=cast.alice, version=2, archived=False)

    acts = [event.act for event in events(cast.project)][-2:]
    assert acts == ["codebook.value_archived", "codebook.value_unarchived"]
    assert value(cast, "stance.frames", "morality").archived_at is None


def test_an_optional_field_is_turned_on_and_others_cannot_be_off(cast):
    use_field(cast.project, "stance.intensity", in_use=True, by=cast.alice)

    event = last(cast.project)
    assert (event.act, event.before, event.after) == (
        "codebook.field_used", {"in_use": False}, {"name": "stance.intensity", "in_use": True},
    )  # fmt: skip
    with pytest.raises(Refused, match="`stance.position` is no optional field; those are stance.intensity,"):
        use_field(cast.project, "stance.position", in_use=False, by=cast.alice)
    with pytest.raises(Refused, match="`in_use` is true or false."):
        use_field(cast.project, "stance.intensity", in_use="no", by=cast.alice)


@pytest.mark.parametrize(
    "change",
    [
        lambda cast, user: use_field(cast.project, "stance.intensity", in_use=True, by=user),
        lambda cast, user: add_value(cast.project, "stance.frames", "new", by=user),
        lambda cast, user: change_value(value(cast, "stance.frames", "morality"), by=user, version=1, label="M"),
        lambda cast, user: archive_value(value(cast, "stance.frames", "morality"), by=user, version=1),
        lambda cast, user: merge_value(
            value(cast, "stance.frames", "morality"), value(cast, "stance.frames", "other"), by=user, version=1
        ),
    ],
)
def test_managers_alone_change_the_codebook(cast, change):
    for user in (cast.rita, cast.mo, cast.sam, cast.zoe):
        with pytest.raises(Forbidden):
            change(cast, user)


# --- Merged ---


def merge(cast, field, name, into, parent=""):
    row = value(cast, field, name, parent)
    return merge_value(row, value(cast, field, into, parent), by=cast.alice, version=row.version)


def test_a_merge_moves_every_annotation_and_leaves_its_event_on_each(cast, article):
    moving = a_stance(article, by=cast.mo, position="mixed")
    staying = a_stance(article, by=cast.mo, position="support")
    before = len(events(cast.project))

    moved = merge(cast, "stance.position", "mixed", "unclear")

    of_stance, of_value = events(cast.project)[before:]
    assert moved == 1
    assert (of_stance.act, of_stance.thing_id, of_stance.article, of_stance.coding) == (
        "stance.revised", str(moving.pk), article, moving.coding,
    )  # fmt: skip
    assert (of_stance.version, of_stance.by, of_stance.before) == (2, cast.alice, {"position": "mixed"})
    assert (of_stance.after["position"], of_stance.after["changed_by"]) == ("unclear", "alice")
    assert (of_value.act, of_value.before) == ("codebook.value_merged", {"archived": False})
    assert (of_value.after["merged_into"], of_value.after["moved"]) == ("unclear", 1)
    moving.refresh_from_db()
    staying.refresh_from_db()
    assert (moving.position, moving.version, moving.changed_by) == ("unclear", 2, cast.alice)
    assert (staying.position, staying.version) == ("support", 1)
    assert value(cast, "stance.position", "mixed").archived_at is not None


def test_in_a_list_the_merged_value_is_replaced_in_its_place_and_stands_once(cast, article):
    both = a_stance(article, by=cast.mo, frames=["morality", "economic", "political"])
    one = a_stance(article, by=cast.mo, frames=["economic"])

    assert merge(cast, "stance.frames", "economic", "morality") == 2

    both.refresh_from_db()
    one.refresh_from_db()
    assert (both.frames, one.frames) == (["morality", "political"], ["morality"])
    assert {event.thing_id: event.before["frames"] for event in events(cast.project, "stance.revised")} == {
        str(both.pk): ["morality", "economic", "political"],
        str(one.pk): ["economic"],
    }


def test_a_subtype_moves_with_mentions_and_entities_of_its_type(cast, article):
    mention = a_mention(article, by=cast.mo, type="ORG", subtype="ngo")
    entity = an_entity(cast.project, by=cast.mo, type="ORG", subtype="ngo")

    assert merge(cast, "mention.subtype", "ngo", "union", parent="ORG") == 2

    mention.refresh_from_db()
    entity.refresh_from_db()
    assert (mention.subtype, entity.subtype, entity.version, entity.changed_by) == ("union", "union", 2, cast.alice)
    [of_entity] = events(cast.project, "entity.changed")
    assert (of_entity.before, of_entity.after["subtype"]) == ({"subtype": "ngo"}, "union")


def test_the_class_of_a_mention_stands_in_a_column_of_another_name(cast, article):
    mention = a_mention(article, by=cast.mo, **{"class": "USP"})

    assert merge(cast, "mention.class", "USP", "GEN") == 1

    assert events(cast.project, "mention.revised")[-1].before == {"class": "USP"}
    mention.refresh_from_db()
    assert mention.mention_class == "GEN"


def test_a_type_with_subtypes_that_the_other_has_not_is_not_merged(cast, article):
    a_mention(article, by=cast.mo, type="ORG", subtype="party")

    with pytest.raises(NotNow, match="1 mention have a subtype that “Geopolitical entity” does not have"):
        merge(cast, "mention.type", "ORG", "GPE")
    assert merge(cast, "mention.type", "FAC", "LOC") == 0


def test_what_a_rule_forbids_is_not_merged_and_nothing_moves(cast, article):
    claim = a_claim(article, by=cast.mo, claim_kind="event", check_worthiness="CFS")
    before = len(events(cast.project))

    with pytest.raises(Refused, match="An opinion is not factual: its `check_worthiness` is NFS."):
        merge(cast, "claim.claim_kind", "event", "opinion")

    assert len(events(cast.project)) == before
    assert claim.version == 1


@pytest.mark.parametrize("field", ["claim.comparator", "stance.intensity", "stance.target_kind", "rating.facts"])
def test_values_whose_meaning_others_rest_on_are_not_merged(cast, field):
    one, other = CodebookValue.objects.filter(project=cast.project, field=field)[:2]

    with pytest.raises(Refused, match=f"Values of {field} cannot be merged: archive them."):
        merge_value(one, other, by=cast.alice, version=1)


def test_a_value_is_merged_into_another_of_its_field_that_is_not_archived(cast):
    morality, other = (value(cast, "stance.frames", name) for name in ("morality", "other"))
    archive_value(other, by=cast.alice, version=1)

    for into in (morality, value(cast, "stance.position", "support")):
        with pytest.raises(Refused, match="`into` is another value of stance.frames."):
            merge_value(morality, into, by=cast.alice, version=1)
    with pytest.raises(NotNow, match="is archived: put it back first."):
        merge_value(morality, other, by=cast.alice, version=1)


def test_annotations_of_another_project_stay_as_they_are(cast):
    theirs = a_stance(an_article(cast.zoe.memberships.get().project, by=cast.zoe), by=cast.zoe, position="mixed")

    assert merge(cast, "stance.position", "mixed", "unclear") == 0

    theirs.refresh_from_db()
    assert theirs.position == "mixed"
