"""The codebook of a project: what its values mean, which it has, and which optional fields are in use."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from annotator.access.rules import require
from annotator.actions.saving import explained, save_changes
from annotator.actions.trace import trace
from annotator.domain.codebook import FIELDS
from annotator.domain.errors import NotNow, Problem, Refused
from annotator.models import ANNOTATIONS, CodebookField, CodebookValue, Entity, User
from annotator.queries import wire
from articles.models import Project

_CHANGEABLE = ("label", "definition", "positive_example", "negative_example", "hotkey", "colour", "score", "position")
# Where the values of a field stand: the kind and the column. Ratings and targets are not merged.
_COLUMNS = {"mention.class": ("mention", "mention_class"), "claim.comparator": None, "stance.intensity": None}


@transaction.atomic
def use_field(project: Project, name: str, *, in_use: bool, by: User) -> CodebookField:
    """Turn an optional field on or off. What was recorded in it stays."""
    require(by, "codebook.change", project)
    field = FIELDS.get(name)
    if field is None or not field.optional:
        optional = ", ".join(entry.name for entry in FIELDS.values() if entry.optional)
        raise Refused(Problem("name", name, f"`{name}` is no optional field; those are {optional}."))
    row, _ = CodebookField.objects.get_or_create(project=project, name=name)
    before, row.in_use = row.in_use, in_use
    row.save(update_fields=["in_use"])
    _trace("codebook.field_used", project, name, by=by, before={"in_use": before}, after={"in_use": in_use})
    return row


@transaction.atomic
def add_value(project: Project, field: str, value: str, *, by: User, parent: str = "", **given: Any) -> CodebookValue:
    """Add a value to an open field."""
    require(by, "codebook.change", project)
    known = FIELDS.get(field)
    if known is None or not known.open:
        open_fields = ", ".join(entry.name for entry in FIELDS.values() if entry.open)
        raise Refused(Problem("field", field, f"Values can be added to {open_fields}; “{field}” is not one of them."))
    last = CodebookValue.objects.filter(project=project, field=field).aggregate(last=Max("position"))["last"] or 0
    row = CodebookValue(
        project=project,
        field=field,
        value=value,
        parent=parent,
        **{"label": value, "position": last + 1, **_known(given)},
    )
    _check(row)
    with explained({"value": value, **given}):
        row.save(force_insert=True)
    _trace("codebook.value_added", project, f"{field}={value}", by=by, after=wire.codebook_value(row))
    return row


@transaction.atomic
def change_value(row: CodebookValue, *, by: User, version: int, **given: Any) -> CodebookValue:
    """Change how a value is called and explained. Annotations hold the value itself, which stays."""
    require(by, "codebook.change", row)
    before = wire.codebook_value(row)
    for name, value in _known(given).items():
        setattr(row, name, value)
    _check(row)
    _save(row, version=version, **given)
    _trace_value("codebook.value_changed", row, by=by, before=before)
    return row


@transaction.atomic
def archive_value(row: CodebookValue, *, by: User, version: int, archived: bool = True) -> CodebookValue:
    """Take a value out of the lists that coders pick from, or put it back. Annotations keep it."""
    require(by, "codebook.change", row)
    before = wire.codebook_value(row)
    _save(row, version=version, archived_at=timezone.now() if archived else None)
    _trace_value("codebook.value_archived" if archived else "codebook.value_unarchived", row, by=by, before=before)
    return row


@transaction.atomic
def merge_value(row: CodebookValue, into: CodebookValue, *, by: User, version: int) -> int:
    """Move every annotation from one value of a field to another, and archive the first; returns how many moved.

    Each moved annotation's version counts up; its former value is in the event of the merge.
    """
    require(by, "codebook.change", row)
    if (into.project_id, into.field, into.parent) != (row.project_id, row.field, row.parent) or into.pk == row.pk:
        raise Refused(Problem("into", into.value, f"`into` is another value of {row.field}."))
    if into.archived_at is not None:
        raise NotNow(f"“{into.label}” is archived: put it back first.")
    moved = _move(row, into)
    before = wire.codebook_value(row)
    _save(row, version=version, archived_at=timezone.now())
    after = {**wire.codebook_value(row), "merged_into": into.value, "moved": moved}
    _trace("codebook.value_merged", row.project, f"{row.field}={row.value}", by=by, before=before, after=after)
    return sum(len(ids) for ids in moved.values())


def _move(row: CodebookValue, into: CodebookValue) -> dict[str, list[str]]:
    """Rewrite the value in the annotations (and, for types, the entities); the ids of what was rewritten, by table."""
    if row.field.startswith("rating.") or _COLUMNS.get(row.field, "") is None or not FIELDS[row.field].values:
        raise Refused(Problem("field", row.field, f"Values of {row.field} cannot be merged: archive them."))
    kind, column = _COLUMNS.get(row.field) or row.field.split(".")
    tables = [(kind, ANNOTATIONS[kind].objects.filter(coding__article__project=row.project_id))]
    if kind == "mention" and column in ("type", "subtype"):
        tables.append(("entity", Entity.objects.filter(project=row.project_id)))
    moved = {}
    for name, rows in tables:
        is_list = column in ("frames", "flags")
        rows = rows.filter(**{f"{column}__contains": [row.value]} if is_list else {column: row.value})
        if row.parent:
            rows = rows.filter(type=row.parent)
        ids = list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))
        model = rows.model.objects.filter(pk__in=ids)
        with explained({column: into.value}):
            if is_list:
                for entry in model:
                    values = dict.fromkeys(into.value if v == row.value else v for v in getattr(entry, column))
                    model.filter(pk=entry.pk).update(**{column: list(values)}, version=F("version") + 1)
            else:
                model.update(**{column: into.value}, version=F("version") + 1)
        moved[name] = [str(key) for key in ids]
    return moved


def _known(given: dict[str, Any]) -> dict[str, Any]:
    unknown = [name for name in given if name not in _CHANGEABLE]
    if unknown:
        known = ", ".join(_CHANGEABLE)
        raise Refused(*(Problem(name, given[name], f"`{name}` cannot be changed; {known} can.") for name in unknown))
    return given


def _check(row: CodebookValue) -> None:
    try:
        row.clean_fields(exclude=["project"])
    except ValidationError as error:
        raise Refused(
            *(
                Problem(name, getattr(row, name, None), f"`{name}`: {message}")
                for name, found in error.message_dict.items()
                for message in found
            )
        ) from error


def _save(row: CodebookValue, *, version: int, **changes: Any) -> None:
    save_changes(
        row,
        version=version,
        current=lambda: wire.codebook_value(CodebookValue.objects.get(pk=row.pk)),
        **changes,
    )


def _trace_value(act: str, row: CodebookValue, *, by: User, before: dict[str, Any]) -> None:
    _trace(act, row.project, f"{row.field}={row.value}", by=by, before=before, after=wire.codebook_value(row))


def _trace(act: str, project: Project, thing_id: str, *, by: User, before: Any = None, after: Any = None) -> None:
    trace(act, by=by, project_id=project.pk, thing="codebook", thing_id=thing_id[:60], before=before, after=after)
