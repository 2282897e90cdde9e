"""The codebook of a project: what its values mean, which it has, and which optional fields are in use."""

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from annotator.access.rules import require
from annotator.actions.checking import check
from annotator.actions.saving import explained, save_changes
from annotator.actions.trace import changed, trace
from annotator.domain.codebook import FIELDS
from annotator.domain.errors import Problem, Refused
from annotator.domain.mention import EntityType
from annotator.models import CodebookField, CodebookValue, User
from annotator.queries import wire
from articles.models import Project

_CHANGEABLE = ("label", "definition", "positive_example", "negative_example", "hotkey", "colour", "score", "position")
_COLUMNS = ("field", "value", "parent", *_CHANGEABLE)


@transaction.atomic
def use_field(project: Project, name: str, *, in_use: bool, by: User) -> CodebookField:
    """Turn an optional field on or off. What was recorded in it stays."""
    require(by, "codebook.change", project)
    field = FIELDS.get(name) if isinstance(name, str) else None
    if not isinstance(in_use, bool):
        raise Refused(Problem("in_use", in_use, "`in_use` is true or false."))
    if field is None or not field.optional:
        optional = ", ".join(entry.name for entry in FIELDS.values() if entry.optional)
        raise Refused(Problem("name", name, f"`{name}` is no optional field; those are {optional}."))
    row, _ = CodebookField.objects.get_or_create(project=project, name=name)
    before, row.in_use = row.in_use, in_use
    row.save(update_fields=["in_use"])
    trace(
        "codebook.field_used",
        by=by,
        project_id=project.pk,
        thing="codebook",
        thing_id=name,
        before={"in_use": before},
        after={"name": name, "in_use": in_use},
    )
    return row


@transaction.atomic
def add_value(project: Project, field: str, value: str, *, by: User, parent: str = "", **given: Any) -> CodebookValue:
    """Add a value to an open field."""
    require(by, "codebook.change", project)
    known = FIELDS.get(field) if isinstance(field, str) else None
    if known is None or not known.open:
        open_fields = ", ".join(entry.name for entry in FIELDS.values() if entry.open)
        raise Refused(Problem("field", field, f"Values can be added to {open_fields}; “{field}” is not one of them."))
    if field == "mention.subtype" and parent not in list(EntityType):
        raise Refused(Problem("parent", parent, f"`parent`: a subtype is one of {', '.join(EntityType)}'s."))
    last = CodebookValue.objects.filter(project=project, field=field).aggregate(last=Max("position"))["last"] or 0
    row = CodebookValue(
        project=project,
        field=field,
        value=value,
        parent=parent,
        **{"label": value, "position": last + 1, **_known(given)},
    )
    check(row, _COLUMNS)
    with explained({"value": value, **given}):
        row.save(force_insert=True)
    trace_value("codebook.value_added", row, by=by)
    return row


@transaction.atomic
def change_value(row: CodebookValue, *, by: User, version: int, **given: Any) -> CodebookValue:
    """Change how a value is called and explained. Annotations hold the value itself, which stays."""
    require(by, "codebook.change", row)
    before = wire.codebook_value(row)
    for name, value in _known(given).items():
        setattr(row, name, value)
    check(row, given)
    save_value(row, version=version, **{name: getattr(row, name) for name in given})
    trace_value("codebook.value_changed", row, by=by, before=before)
    return row


@transaction.atomic
def archive_value(row: CodebookValue, *, by: User, version: int, archived: bool = True) -> CodebookValue:
    """Take a value out of the lists that coders pick from, or put it back. Annotations keep it."""
    require(by, "codebook.change", row)
    before = wire.codebook_value(row)
    save_value(row, version=version, archived_at=timezone.now() if archived else None)
    trace_value("codebook.value_archived" if archived else "codebook.value_unarchived", row, by=by, before=before)
    return row


def _known(given: dict[str, Any]) -> dict[str, Any]:
    unknown = [name for name in given if name not in _CHANGEABLE]
    if unknown:
        known = ", ".join(_CHANGEABLE)
        raise Refused(*(Problem(name, given[name], f"`{name}` cannot be changed; {known} can.") for name in unknown))
    return given


def save_value(row: CodebookValue, *, version: int, **changes: Any) -> None:
    save_changes(
        row,
        version=version,
        current=lambda: wire.codebook_value(CodebookValue.objects.get(pk=row.pk)),
        **changes,
    )


def trace_value(act: str, row: CodebookValue, *, by: User, before: dict[str, Any] | None = None, **more: Any) -> None:
    """Leave the event of a value; ``more`` joins its wire form."""
    after = {**wire.codebook_value(row), **more}
    trace(
        act,
        by=by,
        project_id=row.project_id,
        thing="codebook",
        thing_id=f"{row.field}={row.value}"[:60],
        before=changed(before, after) if before else None,
        after=after,
        version=row.version,
    )
