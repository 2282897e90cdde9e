"""How rules are declared: as named constraints of the tables, each with the field it is about and its message."""

from collections.abc import Iterable
from enum import StrEnum

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q


def rule(name: str, field: str, condition: Q | Func, message: str) -> models.CheckConstraint:
    """A CHECK that answers with the wire field and a sentence. Django's “error code” carries the field."""
    return models.CheckConstraint(
        condition=condition, name=name, violation_error_code=field, violation_error_message=message
    )


def one_of(name: str, column: str, values: type[StrEnum] | Iterable[str], *, field: str = "", blank: bool = False):
    """A CHECK that ``column`` holds one of ``values`` (or, with ``blank``, nothing)."""
    known = [str(value) for value in values]
    return rule(
        name,
        field or column,
        Q(**{f"{column}__in": [*known, ""] if blank else known}),
        f"`{field or column}`: use one of {', '.join(known)}.",
    )


class SegmentsField(ArrayField):
    """A span: code-point segments as int[n][2]. Null where the span is optional and not given."""

    def __init__(self, **options: object) -> None:
        options.setdefault("base_field", ArrayField(models.IntegerField(), size=2))
        super().__init__(**options)


class InOrder(Func):
    """Whether segments are pairs, not empty, ordered and apart (a function made by the first migration)."""

    function = "annotator_segments_in_order"
    output_field = models.BooleanField()


def in_order(name: str, column: str, *, optional: bool = False, single: bool = False) -> models.CheckConstraint:
    condition = Q(InOrder(F(column)))
    if single:
        condition &= Q(**{f"{column}__len": 1})
    if optional:
        condition |= Q(**{f"{column}__isnull": True})
    message = f"`{column}` is a list of [start, end] pairs, in order, apart, none empty."
    if single:
        message = f"`{column}` is exactly one [start, end] pair."
    return rule(name, column, condition, message)
