"""Merging one value of the codebook into another: every annotation that has it moves."""

from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from annotator.access.rules import require
from annotator.actions.codebook import save_value, trace_value
from annotator.actions.saving import explained
from annotator.actions.trace import changed, event, trace_all
from annotator.domain.codebook import FIELDS
from annotator.domain.errors import NotNow, Problem, Refused
from annotator.models import ANNOTATIONS, Annotation, CodebookValue, Entity, Event, User
from annotator.queries import wire

# Values that stand in no column of their own, or whose order means something.
_NEVER = ("claim.comparator", "stance.intensity", "stance.target_kind")
_LISTS = ("frames", "flags")


@transaction.atomic
def merge_value(row: CodebookValue, into: CodebookValue, *, by: User, version: int) -> int:
    """Move every annotation from one value of a field to another, and archive the first; returns how many moved.

    Entities have types and subtypes too, and move with the mentions. Each leaves its own event, so that its history
    is whole. Refused, and nothing moves, where a rule forbids the new value for one of them.
    """
    require(by, "codebook.change", row)
    if (into.project_id, into.field, into.parent) != (row.project_id, row.field, row.parent) or into.pk == row.pk:
        raise Refused(Problem("into", into.value, f"`into` is another value of {row.field}."))
    if row.field.startswith("rating.") or row.field in _NEVER or not FIELDS[row.field].values:
        raise Refused(Problem("field", row.field, f"Values of {row.field} cannot be merged: archive them."))
    if into.archived_at is not None:
        raise NotNow(f"“{into.label}” is archived: put it back first.")
    before = wire.codebook_value(row)
    events = _move_annotations(row, into, by=by) + _move_entities(row, into, by=by)
    save_value(row, version=version, archived_at=timezone.now())
    trace_all(events)
    trace_value("codebook.value_merged", row, by=by, before=before, merged_into=into.value, moved=len(events))
    return len(events)


def _move_annotations(row: CodebookValue, into: CodebookValue, *, by: User) -> list[Event]:
    kind, name = row.field.split(".")
    column = "mention_class" if name == "class" else name
    model: type[Annotation] = ANNOTATIONS[kind]
    of_project = model.objects.filter(coding__article__project=row.project_id)
    ids = _held(of_project, row, column, is_list=name in _LISTS)
    moved = model.objects.filter(pk__in=ids)
    if name == "type":
        _require_no_subtypes(moved, into)
    before = {form["id"]: form for form in moved.wire()}
    _write(moved, row, into, column, by=by, is_list=name in _LISTS)
    codings = dict(moved.values_list("pk", "coding"))
    return [
        event(
            f"{kind}.revised",
            by=by,
            project_id=row.project_id,
            thing=kind,
            thing_id=form["id"],
            article_id=form["article"],
            coding_id=codings[form["id"]],
            before=changed(before[form["id"]], form),
            after=form,
            version=form["version"],
        )
        for form in moved.order_by("pk").wire()
    ]


def _move_entities(row: CodebookValue, into: CodebookValue, *, by: User) -> list[Event]:
    if row.field not in ("mention.type", "mention.subtype"):
        return []
    column = row.field.partition(".")[2]
    of_project = Entity.objects.filter(project=row.project_id)
    ids = _held(of_project, row, column, is_list=False)
    moved = Entity.objects.filter(pk__in=ids).order_by("pk")
    if column == "type":
        _require_no_subtypes(moved, into)
    before = {entity.pk: wire.record(entity) for entity in _whole(moved)}
    _write(moved, row, into, column, by=by, is_list=False)
    return [
        event(
            "entity.changed",
            by=by,
            project_id=row.project_id,
            thing="entity",
            thing_id=entity.pk,
            before=changed(before[entity.pk], after),
            after=after,
            version=entity.version,
        )
        for entity in _whole(moved)
        if (after := wire.record(entity))
    ]


def _whole(entities: QuerySet[Entity]) -> QuerySet[Entity]:
    return entities.select_related("project", "created_by", "changed_by").prefetch_related("affiliations")


def _held(rows: QuerySet, row: CodebookValue, column: str, *, is_list: bool) -> list[Any]:
    """The keys of the rows that have the value, locked."""
    rows = rows.filter(**{f"{column}__contains": [row.value]} if is_list else {column: row.value})
    if row.parent:
        rows = rows.filter(type=row.parent)
    return list(rows.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))


def _write(rows: QuerySet, row: CodebookValue, into: CodebookValue, column: str, *, by: User, is_list: bool) -> None:
    stamp = {"version": F("version") + 1, "changed_by": by, "changed_at": timezone.now()}
    with explained({column: into.value}):
        if not is_list:
            rows.update(**{column: into.value}, **stamp)
            return
        for entry in rows:
            values = dict.fromkeys(into.value if value == row.value else value for value in getattr(entry, column))
            rows.filter(pk=entry.pk).update(**{column: list(values)}, **stamp)


def _require_no_subtypes(rows: QuerySet, into: CodebookValue) -> None:
    """A subtype is one of its type's: what has one that the new type has not stays where it is."""
    of_type = CodebookValue.objects.filter(project=into.project_id, field="mention.subtype", parent=into.value)
    others = rows.exclude(subtype="").exclude(subtype__in=of_type.values("value"))
    if count := others.count():
        noun = rows.model._meta.verbose_name if count == 1 else rows.model._meta.verbose_name_plural
        raise NotNow(f"{count:,} {noun} have a subtype that “{into.label}” does not have: change them first.")
