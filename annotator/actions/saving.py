"""What the database refuses, in the words that its rules were declared with."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models

from annotator.domain.errors import AlreadyThere, Refused, Stale


@contextmanager
def explained(given: dict[str, Any] | None = None, *, prefix: str = "") -> Iterator[None]:
    """Turn a broken constraint into Refused with its field and message, a taken id into AlreadyThere.

    ``given`` is what was asked for, by the names on the wire; ``prefix`` leads to them (“evidence.0.”).

    The transaction is spoilt then, as PostgreSQL has it: let the error end the action.
    """
    try:
        yield
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        name = getattr(diagnosis, "constraint_name", None) or ""
        if name.endswith("_pkey"):
            key = re.search(r"=\((.+)\)", diagnosis.message_detail or "")
            raise AlreadyThere("Something with this id exists already.", found=key and key[1]) from error
        field, message = _rules().get(name, ("", ""))
        if not message:
            raise
        raise Refused.field(prefix + field, (given or {}).get(field), message) from error


@cache
def _rules() -> dict[str, tuple[str, str]]:
    """Constraint name → (field, message), of every table; columns that are unique by themselves included."""
    rules: dict[str, tuple[str, str]] = {}
    for model in apps.get_models():
        if model._meta.app_label not in ("articles", "annotator"):
            continue
        for constraint in model._meta.constraints:
            rules[constraint.name] = (constraint.violation_error_code or "", str(constraint.violation_error_message))
        for field in model._meta.local_fields:
            if field.unique and not field.primary_key:
                # As PostgreSQL names it.
                name = f"{model._meta.db_table}_{field.column}_key"
                rules[name] = (field.name, str(field.error_messages["unique"]))
    return rules


def save_changes(
    row: models.Model, *, version: int, current: Any, given: dict[str, Any] | None = None, **changes: Any
) -> None:
    """Write ``changes`` to ``row`` if ``version`` is still current, and count the version up; Stale otherwise.

    ``current`` is a function that gives the row's wire form, for the error; ``given`` what was asked for, where its
    names are not the columns'. ``row`` has the changes afterwards.
    """
    with explained({**changes, **(given or {})}):
        written = type(row)._default_manager.filter(pk=row.pk, version=version).update(version=version + 1, **changes)
    if not written:
        raise Stale(stale_message(row, version), current=current())
    for name, value in {**changes, "version": version + 1}.items():
        setattr(row, name, value)


def stale_message(row: models.Model, version: int) -> str:
    now = type(row)._default_manager.filter(pk=row.pk).first()
    who = getattr(now, "changed_by", None)
    by = f" by {who.get_full_name()}" if who else ""
    when = getattr(now, "changed_at", None)
    at = f" at {when:%H:%M} UTC" if when else ""
    return (
        f"This {type(row)._meta.verbose_name} was changed{by}{at}: you have version {version}, "
        f"it is at version {getattr(now, 'version', '?')}. Reload it."
    )
