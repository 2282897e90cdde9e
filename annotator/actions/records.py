"""The registers: entities, issues and propositions, made, changed, merged, deleted and restored alike."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, Q
from django.utils import timezone

from annotator.access.rules import require
from annotator.actions.affiliations import store_affiliations
from annotator.actions.checking import check, storable
from annotator.actions.known import RECORDS
from annotator.actions.locks import lock_registers
from annotator.actions.references import resolved
from annotator.actions.saving import explained, save_changes
from annotator.actions.trace import changed, trace
from annotator.domain.errors import NotNow, Problem, Refused
from annotator.domain.mention import EntityType
from annotator.models import Affiliation, CodebookValue, Entity, Issue, User
from annotator.models.record import Record
from annotator.queries import wire
from annotator.queries.wire import RECORD_FIELDS
from articles.models import Project

_CHECKED_ALREADY = ("parent", "archived", "identifiers", "affiliations")


@transaction.atomic
def add_record(noun: str, project: Project, given: dict[str, Any], *, by: User, id: uuid.UUID | None = None) -> Record:
    """Make an entity, an issue or a proposition from its wire form.

    Raises Refused with every field that is wrong, AlreadyThere when the id is taken.
    """
    require(by, "record.add", project)
    record = RECORDS[noun](pk=id or uuid.uuid4(), project=project, created_by=by, changed_by=by)
    affiliations = _fill(noun, record, given)[1]
    _check(record, RECORD_FIELDS[noun])
    with explained(given):
        record.save(force_insert=True)
    if affiliations is not None:
        store_affiliations(record, affiliations)
    _trace("added", noun, record, by=by)
    return record


@transaction.atomic
def change_record(record: Record, given: dict[str, Any], *, by: User, version: int) -> Record:
    """Change the given fields of a record; Stale when ``version`` is no longer current."""
    require(by, "record.change", record)
    _require_kept(record)
    noun = noun_of(record)
    before = wire.record(record)
    columns, affiliations = _fill(noun, record, given)
    _check(record, given)
    _save(record, version=version, by=by, **{name: getattr(record, name) for name in columns})
    if affiliations is not None:
        store_affiliations(record, affiliations)
    _trace("changed", noun, record, by=by, before=before)
    return record


@transaction.atomic
def merge_record(record: Record, into: Record, *, by: User, version: int) -> Record:
    """Let ``into`` stand for ``record`` everywhere. Annotations keep the id they have, so that it can be undone."""
    require(by, "record.merge", record)
    lock_registers(record.project_id)
    record.refresh_from_db()
    _require_kept(record)
    if type(into) is not type(record) or into.project_id != record.project_id:
        raise Refused(Problem("into", str(into.pk), f"`into` is another {noun_of(record)} of the same project."))
    into = resolved(type(into).objects.get(pk=into.pk))
    if into.pk == record.pk:
        raise Refused(Problem("into", str(into.pk), "A record cannot be merged into itself."))
    if into.deleted_at is not None:
        raise NotNow(f"“{into.label}” is in the bin: restore it first.", found=str(into.pk))
    if isinstance(into, Issue) and _lies_below(into, record):
        raise Refused(Problem("into", str(into.pk), "`into` lies below this issue: move it out first."))
    before = wire.record(record)
    _save(record, version=version, by=by, merged_into=into)
    _trace("merged", noun_of(record), record, by=by, before=before)
    return record


@transaction.atomic
def unmerge_record(record: Record, *, by: User, version: int) -> Record:
    """Undo a merge: the record stands for itself again, with the annotations that it had."""
    require(by, "record.merge", record)
    lock_registers(record.project_id)
    record.refresh_from_db()
    if record.merged_into_id is None:
        raise NotNow("It has not been merged into another record.")
    before = wire.record(record)
    _save(record, version=version, by=by, merged_into=None)
    _trace("unmerged", noun_of(record), record, by=by, before=before)
    return record


@transaction.atomic
def delete_record(record: Record, *, by: User, version: int) -> Record:
    """Put a record that nothing uses in the bin. One in use is to be merged or, an issue, archived."""
    require(by, "record.delete", record)
    _require_kept(record)
    if used := uses(record):
        told = ", ".join(f"{count:,} {noun}" for noun, count in used.items())
        raise NotNow(f"“{record.label}” is in use ({told}): merge it into another instead.", found=used)
    before = wire.record(record)
    _save(record, version=version, by=by, deleted_at=timezone.now())
    _trace("deleted", noun_of(record), record, by=by, before=before)
    return record


@transaction.atomic
def restore_record(record: Record, *, by: User) -> Record:
    """Bring a record back from the bin; one that is not there stays as it is."""
    require(by, "record.restore", record)
    record.refresh_from_db(from_queryset=type(record).objects.select_for_update(no_key=True))
    if record.deleted_at is None:
        return record
    before = wire.record(record)
    _save(record, version=record.version, by=by, deleted_at=None)
    _trace("restored", noun_of(record), record, by=by, before=before)
    return record


def uses(record: Record) -> dict[str, int]:
    """How many kept things point to a record, by what they are called."""
    pointing: dict[type[Model], Q] = {}
    for relation in record._meta.related_objects:
        model = relation.related_model
        # An entity's own affiliations go with it.
        if model is not Affiliation or relation.field.name != "entity":
            pointing[model] = pointing.get(model, Q()) | Q(**{relation.field.name: record})
    found: dict[str, int] = {}
    for model, condition in pointing.items():
        rows = model._default_manager.filter(condition)
        if any(field.name == "deleted_at" for field in model._meta.fields):
            rows = rows.filter(deleted_at=None)
        if count := rows.count():
            found[str(model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural)] = count
    return found


def noun_of(record: Record) -> str:
    return str(record._meta.model_name)


def _require_kept(record: Record) -> None:
    if record.deleted_at is not None:
        raise NotNow(f"“{record.label}” is in the bin: restore it first.", found=str(record.pk))
    if record.merged_into_id is not None:
        raise NotNow("It has been merged into another: undo that first.", found=str(record.merged_into_id))


def _fill(noun: str, record: Record, given: dict[str, Any]) -> tuple[list[str], Any]:
    """Put the given fields into the row; the names of its columns among them, and the affiliations as given."""
    unknown = [name for name in given if name not in RECORD_FIELDS[noun]]
    if unknown:
        known = ", ".join(RECORD_FIELDS[noun])
        raise Refused(
            *(Problem(n, given[n], f"`{n:.60}` is not a field of this {noun}; it has {known}.") for n in unknown)
        )
    written = dict(given)
    affiliations = written.pop("affiliations", None)
    if "archived" in written:
        archived = written.pop("archived")
        if not isinstance(archived, bool):
            raise Refused(Problem("archived", archived, "`archived` is true or false."))
        written["archived_at"] = (record.archived_at or timezone.now()) if archived else None
    if "parent" in written:
        written["parent"] = _parent(record, written["parent"])
    for name in ("name", "wording"):
        if isinstance(written.get(name), str):
            written[name] = " ".join(written[name].split())
    if "aliases" in written:
        written["aliases"] = _aliases(written["aliases"], written.get("name", getattr(record, "name", "")))
    if "identifiers" in written and not _is_plain_map(written["identifiers"]):
        raise Refused(
            Problem("identifiers", None, "`identifiers` is an object of texts, e.g. {“wikidata”: “Q42”}, at most 50.")
        )
    for name, value in written.items():
        setattr(record, name, value)
    return list(written), affiliations


def _aliases(given: Any, name: Any) -> list[str]:
    if not isinstance(given, list) or len(given) > 200 or not all(isinstance(alias, str) for alias in given):
        raise Refused(Problem("aliases", None, "`aliases` is a list of at most 200 names."))
    cleaned = dict.fromkeys(" ".join(alias.split()) for alias in given)
    return [alias for alias in cleaned if alias and alias != name]


def _is_plain_map(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and len(value) <= 50
        and all(isinstance(entry, str) and len(entry) <= 300 and len(key) <= 60 for key, entry in value.items())
        and all(storable(key + entry) for key, entry in value.items())
    )


def _parent(record: Record, given: Any) -> Issue | None:
    """The issue above, which must not be the record itself or lie below it."""
    if given is None:
        return None
    lock_registers(record.project_id)
    try:
        parent = Issue.objects.kept().filter(pk=given, project=record.project_id).first()
    except (ValidationError, ValueError):
        parent = None
    if parent is None:
        raise Refused(Problem("parent", str(given), f"`parent`: there is no issue {given!s:.40} in this project."))
    if _lies_below(parent, record):
        raise Refused(Problem("parent", str(given), "An issue cannot lie below itself."))
    return parent


def _lies_below(issue: Issue, other: Record) -> bool:
    """Whether ``issue`` is ``other`` or stands anywhere below it."""
    above: Issue | None = issue
    while above is not None:
        if above.pk == other.pk:
            return True
        above = above.parent
    return False


def _check(record: Record, given: Iterable[str]) -> None:
    """Types and lengths of single fields; the rules of the row are the database's."""
    check(record, [name for name in given if name not in _CHECKED_ALREADY])
    if isinstance(record, Entity):
        if record.type not in list(EntityType):
            raise Refused(Problem("type", record.type, f"`type`: use one of {', '.join(EntityType)}."))
        if {"type", "subtype"} & set(given):
            _check_subtype(record)


def _check_subtype(entity: Entity) -> None:
    of_type = CodebookValue.objects.current().filter(
        project=entity.project_id, field="mention.subtype", parent=entity.type
    )
    known = list(of_type.order_by("position").values_list("value", flat=True))
    if entity.subtype and entity.subtype not in known:
        has = ", ".join(known) or "none"
        raise Refused(
            Problem("subtype", entity.subtype, f"`subtype`: “{entity.subtype}” is none of {entity.type}; it has {has}.")
        )


def _save(record: Record, *, version: int, by: User, **changes: Any) -> None:
    save_changes(
        record,
        version=version,
        current=lambda: wire.record(type(record).objects.get(pk=record.pk)),
        **changes,
        changed_by=by,
        changed_at=timezone.now(),
    )


def _trace(fact: str, noun: str, record: Record, *, by: User, before: dict[str, Any] | None = None) -> None:
    after = wire.record(record)
    trace(
        f"{noun}.{fact}",
        by=by,
        project_id=record.project_id,
        thing=noun,
        thing_id=record.pk,
        before=changed(before, after) if before else None,
        after=after,
        version=record.version,
    )
