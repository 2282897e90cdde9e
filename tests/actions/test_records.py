"""Entities, issues and propositions: made, changed, merged, put in the bin, restored."""

import uuid

import pytest

from annotator.actions.records import (
    add_record,
    change_record,
    delete_record,
    merge_record,
    restore_record,
    unmerge_record,
)
from annotator.actions.references import resolved
from annotator.domain.errors import AlreadyThere, Forbidden, NotNow, Refused, Stale
from annotator.models import Affiliation, Entity, Issue
from tests.actions.events import events, last
from tests.factories import a_claim, a_mention, a_proposition, a_stance, an_entity, an_issue

pytestmark = pytest.mark.django_db


def problems(refused):
    return [(problem.field, problem.message) for problem in refused.value.problems]


# --- Made and changed ---


def test_an_entity_is_made_with_all_that_is_known_of_it(cast):
    city = an_entity(cast.project, by=cast.mo, name="Port Selden", type="GPE")
    own_id = uuid.uuid4()
    given = {
        "name": "  Ines \t Calloway ", "type": "PER", "subtype": "individual", "description": "Mayor.",
        "aliases": ["Calloway", "Ines Calloway", " the  mayor ", "Calloway"], "identifiers": {"wikidata": "Q42"},
        "external_id": "e-1", "affiliations": [{"organisation": str(city.pk), "role": "Mayor", "since": "2015-01-01"}],
    }  # fmt: skip

    entity = add_record("entity", cast.project, given, by=cast.mo, id=own_id)

    event = last(cast.project)
    [affiliation] = entity.affiliations.all()
    assert (event.act, event.thing, event.thing_id, event.version, event.by) == (
        "entity.added", "entity", str(own_id), 1, cast.mo,
    )  # fmt: skip
    assert (event.before, event.article, event.coding) == (None, None, None)
    when = {name: event.after[name] for name in ("created_at", "changed_at")}
    assert event.after == {
        "id": str(own_id), "project": "desk", "name": "Ines Calloway", "type": "PER", "subtype": "individual",
        "aliases": ["Calloway", "the mayor"], "description": "Mayor.", "identifiers": {"wikidata": "Q42"},
        "external_id": "e-1", "merged_into": None, "version": 1, "created_by": "mo", "changed_by": "mo",
        "deleted_at": None, **when,
        "affiliations": [
            {"id": str(affiliation.pk), "organisation": str(city.pk), "role": "Mayor", "since": "2015-01-01",
             "until": None},
        ],
    }  # fmt: skip


def test_two_entities_may_have_one_name_and_a_person_tells_them_apart(cast):
    one, other = (an_entity(cast.project, by=cast.mo, name="John Smith", description=what) for what in ("MP", "baker"))

    assert one.pk != other.pk
    assert set(Entity.objects.filter(name="John Smith").values_list("description", flat=True)) == {"MP", "baker"}


GIVEN = {
    "entity": {"name": "Ines Calloway", "type": "PER"},
    "issue": {"wording": "The harbour is closed"},
    "proposition": {"wording": "The harbour lost money.", "kind": "quantity"},
}
TOO_LONG = {"name": 301, "aliases": 301, "description": 5_001, "external_id": 201, "wording": 1_001,
            "definition": 5_001, "supporting_example": 2_001, "opposing_example": 2_001}  # fmt: skip
TEXTS = [
    *(("entity", name) for name in ("name", "aliases", "description", "subtype", "external_id", "type")),
    *(("issue", name) for name in ("wording", "definition", "supporting_example", "opposing_example", "external_id")),
    *(("proposition", name) for name in ("wording", "external_id", "kind")),
]


@pytest.mark.parametrize(("noun", "name"), TEXTS)
@pytest.mark.parametrize(
    "bad", ["a\x00b", "a\ud83db", 7, {"a": "b"}, "long"], ids=["NUL", "half", "int", "map", "long"]
)
def test_no_text_of_a_record_is_stored_that_cannot_be(cast, noun, name, bad):
    value = "a" * TOO_LONG.get(name, 1_000) if bad == "long" else bad
    row = add_record(noun, cast.project, GIVEN[noun], by=cast.mo)
    before = len(events(cast.project))
    given = {name: [value] if name == "aliases" else value}

    for write in (
        lambda: add_record(noun, cast.project, {**GIVEN[noun], **given}, by=cast.mo),
        lambda: change_record(type(row).objects.get(pk=row.pk), given, by=cast.mo, version=1),
    ):
        with pytest.raises(Refused) as refused:
            write()
        assert {field for field, _ in problems(refused)} == {name}
    assert len(events(cast.project)) == before


@pytest.mark.parametrize(
    ("noun", "given", "field", "message"),
    [
        ("entity", {}, "name", "`name`: This field cannot be blank."),
        ("entity", {"name": " "}, "name", "`name`: This field cannot be blank."),
        ("entity", {"type": "PERS"}, "type", "`type`: use one of PER, ORG, GPE, LOC, FAC, NORP, EVENT, LAW, WORK."),
        ("entity", {"type": ["PER"]}, "type", "`type`: a text is expected, not list."),
        ("entity", {"subtype": "party"}, "subtype", "`subtype`: “party” is none of PER; it has individual, group."),
        ("entity", {"aliases": "Ines"}, "aliases", "`aliases` is a list of at most 200 names."),
        ("entity", {"identifiers": {"wikidata": 42}}, "identifiers", "`identifiers` is an object of texts"),
        ("entity", {"identifiers": {"a": "\x00"}}, "identifiers", "`identifiers` is an object of texts"),
        ("entity", {"identifiers": {"\ud83d": "a"}}, "identifiers", "`identifiers` is an object of texts"),
        ("entity", {"wording": "x"}, "wording", "`wording` is not a field of this entity; it has name, type,"),
        ("entity", {"affiliations": {}}, "affiliations", "`affiliations` is a list of at most 100 objects."),
        ("issue", {"wording": ""}, "wording", "`wording`: This field cannot be blank."),
        ("issue", {"wording": "a" * 501}, "wording", "`wording`: it has 501 characters; the most is 500."),
        ("issue", {"archived": "yes"}, "archived", "`archived` is true or false."),
        ("issue", {"parent": "top"}, "parent", "`parent`: there is no issue top in this project."),
        ("proposition", {"kind": "rumour"}, "kind", "`kind`: use one of quantity, event, prediction,"),
    ],
)
def test_what_a_record_may_not_say_is_refused_by_field(cast, noun, given, field, message):
    base = GIVEN[noun] if given else {"type": "PER"}

    with pytest.raises(Refused) as refused:
        add_record(noun, cast.project, {**base, **given}, by=cast.mo)

    [(name, said)] = problems(refused)
    assert name == field
    assert said.startswith(message)


def test_a_taken_id_and_a_taken_external_id_are_told(cast):
    entity = an_entity(cast.project, by=cast.mo, external_id="e-1")

    with pytest.raises(AlreadyThere):
        add_record("entity", cast.project, GIVEN["entity"], by=cast.mo, id=entity.pk)
    # A spoilt transaction ends with its action; the next begins anew.


def test_one_external_id_is_one_record_of_a_project(cast):
    an_entity(cast.project, by=cast.mo, external_id="e-1")

    with pytest.raises(Refused, match="The project has a record with this external id."):
        an_entity(cast.project, by=cast.mo, external_id="e-1")


def test_a_change_leaves_what_it_was_and_an_old_version_is_refused(cast):
    issue = an_issue(cast.project, by=cast.mo, wording="Close the harbour")
    stale = Issue.objects.get(pk=issue.pk)

    change_record(issue, {"definition": "All of it.", "archived": True}, by=cast.rita, version=1)

    event = last(cast.project)
    assert (event.act, event.version, event.before) == ("issue.changed", 2, {"definition": "", "archived": False})
    assert (event.after["definition"], event.after["archived"], event.after["changed_by"]) == (
        "All of it.",
        True,
        "rita",
    )
    with pytest.raises(Stale) as told:
        change_record(stale, {"definition": "Half of it."}, by=cast.mo, version=1)
    assert (told.value.current["definition"], told.value.current["version"]) == ("All of it.", 2)


def test_readers_make_no_records_and_coders_do_not_merge(cast):
    entity, other = (an_entity(cast.project, by=cast.mo) for _ in range(2))

    with pytest.raises(Forbidden):
        an_entity(cast.project, by=cast.sam)
    with pytest.raises(Forbidden):
        merge_record(entity, other, by=cast.mo, version=1)
    with pytest.raises(Forbidden):
        delete_record(an_entity(cast.project, by=cast.rita), by=cast.mo, version=1)


def test_who_made_a_record_takes_it_back_until_somebody_else_changes_it(cast):
    entity = an_entity(cast.project, by=cast.mo)

    delete_record(entity, by=cast.mo, version=1)
    restore_record(entity, by=cast.mo)
    change_record(entity, {"description": "The mayor."}, by=cast.rita, version=3)

    with pytest.raises(Forbidden):
        delete_record(entity, by=cast.mo, version=4)
    assert Entity.objects.kept().count() == 1


# --- Affiliations ---


def test_affiliations_alone_are_a_change_of_the_entity(cast):
    mayor, city = an_entity(cast.project, by=cast.mo), an_entity(cast.project, by=cast.mo, type="GPE")
    given = {"affiliations": [{"organisation": str(city.pk), "role": "Mayor"}]}

    change_record(mayor, given, by=cast.mo, version=1)

    event = last(cast.project)
    assert (event.version, event.before, mayor.version) == (2, {"affiliations": []}, 2)
    assert [entry["role"] for entry in event.after["affiliations"]] == ["Mayor"]


def test_an_affiliation_that_is_given_back_keeps_its_id_and_leaves_no_difference(cast):
    mayor, city = an_entity(cast.project, by=cast.mo), an_entity(cast.project, by=cast.mo, type="GPE")
    change_record(mayor, {"affiliations": [{"organisation": str(city.pk), "role": "Mayor"}]}, by=cast.mo, version=1)
    read = last(cast.project).after["affiliations"]

    change_record(mayor, {"affiliations": read, "description": "Since 2015."}, by=cast.mo, version=2)

    assert last(cast.project).before == {"description": ""}
    assert str(mayor.affiliations.get().pk) == read[0]["id"]


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({"organisation": None}, "organisation", "`affiliations.0.organisation`: None is no id (a UUID)."),
        ({"organisation": str(uuid.UUID(int=3))}, "organisation", "`affiliations.0.organisation`: there is no entity"),
        ({"role": 5}, "role", "`affiliations.0.role`: a text is expected, not int."),
        ({"role": "\x00"}, "role", "`affiliations.0.role`: it has a NUL character"),
        ({"role": "a" * 201}, "role", "`affiliations.0.role`: it has 201 characters; the most is 200."),
        ({"since": "January"}, "since", "`affiliations.0.since`: “January” value has an invalid date format."),
        ({"since": ["2015"]}, "since", "`affiliations.0.since`: ['2015'] is not of the right type."),
        ({"from": "2015-01-01"}, "from", "`from` is not a field of an affiliation; it has id, organisation, role,"),
        ({"id": "mine"}, "id", "`affiliations.0.id`: 'mine' is no id (a UUID)."),
    ],
)
def test_what_an_affiliation_may_not_say_is_refused_by_field(cast, given, field, message):
    city = an_entity(cast.project, by=cast.mo, type="GPE")
    entry = {"organisation": str(city.pk), **given}

    with pytest.raises(Refused) as refused:
        an_entity(cast.project, by=cast.mo, affiliations=[entry])

    [(name, said)] = problems(refused)
    assert name == f"affiliations.0.{field}"
    assert said.startswith(message)


def test_an_affiliation_with_itself_or_that_ends_before_it_begins_is_refused(cast):
    mayor, city = an_entity(cast.project, by=cast.mo), an_entity(cast.project, by=cast.mo, type="GPE")
    backwards = {"organisation": str(city.pk), "since": "2016-01-02", "until": "2016-01-01"}

    with pytest.raises(Refused, match="An affiliation ends on or after the day it begins."):
        change_record(mayor, {"affiliations": [backwards]}, by=cast.mo, version=1)


def test_another_projects_organisation_is_answered_like_none(cast):
    theirs = an_entity(cast.zoe.memberships.get().project, by=cast.zoe, type="ORG")

    with pytest.raises(Refused, match=f"there is no entity {theirs.pk} in this project."):
        an_entity(cast.project, by=cast.mo, affiliations=[{"organisation": str(theirs.pk)}])


# --- The tree of issues ---


def test_an_issue_lies_below_another_and_never_below_itself(cast):
    top = an_issue(cast.project, by=cast.mo)
    middle = an_issue(cast.project, by=cast.mo, parent=str(top.pk))
    low = an_issue(cast.project, by=cast.mo, parent=str(middle.pk))

    for under in (top, middle, low):
        with pytest.raises(Refused, match="An issue cannot lie below itself."):
            change_record(Issue.objects.get(pk=top.pk), {"parent": str(under.pk)}, by=cast.mo, version=1)
    change_record(low, {"parent": None}, by=cast.mo, version=1)

    assert last(cast.project).before == {"parent": str(middle.pk)}


def test_an_issue_of_another_project_is_no_parent(cast):
    theirs = an_issue(cast.zoe.memberships.get().project, by=cast.zoe)

    with pytest.raises(Refused, match=f"`parent`: there is no issue {theirs.pk} in this project."):
        an_issue(cast.project, by=cast.mo, parent=str(theirs.pk))


# --- Merged ---


def test_a_merge_redirects_and_its_undoing_gives_back_what_was(cast, article):
    one, other = (an_entity(cast.project, by=cast.rita) for _ in range(2))
    mention = a_mention(article, by=cast.mo, entity=str(one.pk))

    merge_record(one, other, by=cast.rita, version=1)
    merged = last(cast.project)
    unmerge_record(one, by=cast.rita, version=2)

    assert (merged.act, merged.before, merged.after["merged_into"]) == (
        "entity.merged", {"merged_into": None}, str(other.pk),
    )  # fmt: skip
    assert last(cast.project).before == {"merged_into": str(other.pk)}
    mention.refresh_from_db()
    assert (mention.entity, mention.version, resolved(Entity.objects.get(pk=one.pk))) == (one, 1, one)


def test_what_was_merged_into_the_merged_stands_for_the_last(cast):
    one, two, three = (a_proposition(cast.project, by=cast.rita) for _ in range(3))

    merge_record(one, two, by=cast.rita, version=1)
    merge_record(two, three, by=cast.rita, version=1)

    assert resolved(type(one).objects.get(pk=one.pk)) == three


def test_no_ring_of_merges_is_made(cast):
    one, two, three = (an_entity(cast.project, by=cast.rita) for _ in range(3))
    merge_record(one, two, by=cast.rita, version=1)
    merge_record(two, three, by=cast.rita, version=1)

    for into in (one, two, three):
        with pytest.raises(Refused, match="A record cannot be merged into itself."):
            merge_record(Entity.objects.get(pk=three.pk), into, by=cast.rita, version=1)


def test_an_issue_is_not_merged_into_one_below_it(cast):
    top = an_issue(cast.project, by=cast.rita)
    low = an_issue(cast.project, by=cast.rita, parent=str(an_issue(cast.project, by=cast.rita, parent=str(top.pk)).pk))

    with pytest.raises(Refused, match="`into` lies below this issue: move it out first."):
        merge_record(top, low, by=cast.rita, version=1)


def test_only_records_of_one_kind_and_project_are_merged(cast):
    entity, issue = an_entity(cast.project, by=cast.rita), an_issue(cast.project, by=cast.rita)
    theirs = an_entity(cast.zoe.memberships.get().project, by=cast.zoe)

    for into in (issue, theirs):
        with pytest.raises(Refused, match="`into` is another entity of the same project."):
            merge_record(entity, into, by=cast.rita, version=1)


def test_what_is_merged_is_neither_merged_again_nor_changed_nor_deleted(cast):
    one, other, third = (an_entity(cast.project, by=cast.rita) for _ in range(3))
    merge_record(one, other, by=cast.rita, version=1)

    for write in (
        lambda: merge_record(one, third, by=cast.rita, version=2),
        lambda: change_record(one, {"name": "Else"}, by=cast.rita, version=2),
        lambda: delete_record(one, by=cast.rita, version=2),
    ):
        with pytest.raises(NotNow, match="It has been merged into another: undo that first."):
            write()


def test_what_was_not_merged_is_not_unmerged(cast):
    with pytest.raises(NotNow, match="It has not been merged into another record."):
        unmerge_record(an_entity(cast.project, by=cast.rita), by=cast.rita, version=1)


# --- The bin ---


@pytest.mark.parametrize(
    ("use", "told"),
    [
        (lambda c, article, e: a_mention(article, by=c.mo, entity=str(e.pk)), "1 mention"),
        (lambda c, article, e: a_stance(article, by=c.mo, holder=str(e.pk)), "1 stance"),
        (lambda c, article, e: a_stance(article, by=c.mo, affiliation=str(e.pk), voiced_by=str(e.pk)), "1 stance"),
        (lambda c, article, e: a_claim(article, by=c.mo, claimant=str(e.pk)), "1 claim"),
        (lambda c, article, e: merge_record(an_entity(c.project, by=c.rita), e, by=c.rita, version=1), "1 entity"),
        (
            lambda c, article, e: an_entity(c.project, by=c.mo, affiliations=[{"organisation": str(e.pk)}]),
            "1 affiliation",
        ),
    ],
    ids=["mention", "stance", "affiliation of a stance", "claim", "merged", "affiliate"],
)
def test_a_record_in_use_is_not_deleted(cast, article, use, told):
    entity = an_entity(cast.project, by=cast.rita, name="Ines Calloway", type="ORG")
    use(cast, article, entity)

    with pytest.raises(NotNow) as refused:
        delete_record(entity, by=cast.rita, version=1)

    assert refused.value.message == f"“Ines Calloway” is in use ({told}): merge it into another instead."


def test_an_issue_with_others_below_it_is_in_use(cast):
    top = an_issue(cast.project, by=cast.rita)
    an_issue(cast.project, by=cast.rita, parent=str(top.pk))

    with pytest.raises(NotNow, match=r"is in use \(1 issue\)"):
        delete_record(top, by=cast.rita, version=1)


def test_what_is_in_the_bin_comes_back_whole_and_is_not_changed_there(cast):
    city = an_entity(cast.project, by=cast.rita, type="GPE")
    mayor = an_entity(cast.project, by=cast.rita, affiliations=[{"organisation": str(city.pk), "role": "Mayor"}])
    before = last(cast.project).after

    delete_record(mayor, by=cast.rita, version=1)
    with pytest.raises(NotNow, match="is in the bin: restore it first."):
        change_record(mayor, {"name": "Else"}, by=cast.rita, version=2)
    with pytest.raises(NotNow, match="is in the bin: restore it first."):
        merge_record(mayor, city, by=cast.rita, version=2)
    with pytest.raises(NotNow, match="is in the bin: restore it first."):
        merge_record(city, mayor, by=cast.rita, version=1)
    restore_record(mayor, by=cast.rita)

    changed = {"version", "changed_at", "changed_by"}
    after = last(cast.project).after
    assert {n: v for n, v in after.items() if n not in changed} == {n: v for n, v in before.items() if n not in changed}
    assert [event.act for event in events(cast.project)][-2:] == ["entity.deleted", "entity.restored"]
    assert Affiliation.objects.get(entity=mayor).role == "Mayor"


def test_restoring_twice_restores_once(cast):
    entity = an_entity(cast.project, by=cast.rita)
    delete_record(entity, by=cast.rita, version=1)
    seen = Entity.objects.get(pk=entity.pk)
    restore_record(entity, by=cast.rita)
    before = len(events(cast.project))

    restore_record(seen, by=cast.rita)

    assert (len(events(cast.project)), seen.version) == (before, 3)
