"""Whether what was put into a row fits its columns: types, lengths, and characters that can be stored.

What the values mean together is for the constraints of the tables.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models

from annotator.domain.errors import Problem, Refused
from articles.text import TextError, refuse_unstorable


def check(row: models.Model, names: Iterable[str], *, prefix: str = "") -> None:
    """Refuse what does not fit, naming each field as ``prefix`` and its name; what fits gets its Python type."""
    problems = []
    for name in names:
        field = row._meta.get_field(name)
        value = getattr(row, name)
        try:
            setattr(row, name, _fitting(field, value))
        except ValidationError as error:
            problems += [Problem(prefix + name, value, f"`{prefix}{name}`: {said}") for said in error.messages]
    if problems:
        raise Refused(*problems)


def storable(text: str) -> bool:
    """Whether PostgreSQL and UTF-8 can hold the text."""
    try:
        refuse_unstorable(text)
    except TextError:
        return False
    return True


def _fitting(field: Any, value: Any) -> Any:
    if isinstance(field, ArrayField):
        if not isinstance(value, list):
            raise ValidationError("a list is expected.")
        return [_fitting(field.base_field, entry) for entry in value]
    if isinstance(field, models.CharField | models.TextField):
        _check_text(field, value)
        if value == "" and field.blank:
            return value
    elif value in ("", None) and field.null:
        return None
    try:
        return field.clean(value, None)
    except (TypeError, OverflowError, AttributeError) as error:
        raise ValidationError(f"{value!r:.60} is not of the right type.") from error


def _check_text(field: Any, value: Any) -> None:
    if not isinstance(value, str):
        raise ValidationError(f"a text is expected, not {type(value).__name__}.")
    if field.max_length and len(value) > field.max_length:
        raise ValidationError(f"it has {len(value):,} characters; the most is {field.max_length:,}.")
    if not storable(value):
        raise ValidationError("it has a NUL character or half of a surrogate pair; remove it.")
