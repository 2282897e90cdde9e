"""Pages of a list by the keys of its rows: right while rows arrive, and as cheap at the end as at the beginning."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from django.db.models import F, Q, QuerySet


@dataclass(frozen=True)
class Key:
    """One column of an order. Nulls come last, whichever way it runs."""

    column: str
    descends: bool = False


Order = tuple[Key, ...]


@dataclass(frozen=True)
class Page:
    """Rows in the order of the list, and whether there are others on either side."""

    rows: list[Any]
    has_next: bool
    has_previous: bool


def page(
    rows: QuerySet,
    order: Order,
    *,
    size: int,
    beyond: Sequence[Any] | None = None,
    backwards: bool = False,
    fetch: Callable[[QuerySet], list[Any]] = list,
) -> Page:
    """``size`` rows after the one whose keys are ``beyond`` (before it, when ``backwards``), or the first ones.

    ``order`` ends with a unique column. ``fetch`` turns the queryset of the page into its rows.
    """
    if beyond is not None:
        rows = rows.filter(_beyond(order, beyond, backwards=backwards))
    found = fetch(rows.order_by(*(_ordering(key, backwards=backwards) for key in order))[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        return Page(found[::-1], has_next=True, has_previous=more)
    return Page(found, has_next=more, has_previous=beyond is not None)


def keys_of(row: Any, order: Order) -> list[Any]:
    """The values by which a row (an instance or a dict) stands in the list."""
    return [row[key.column] if isinstance(row, dict) else reduce(getattr, key.column.split("__"), row) for key in order]


def _ordering(key: Key, *, backwards: bool) -> Any:
    """Backwards, nulls come first. Columns that are never null are said plainly, so that their index serves."""
    descends = key.descends != backwards
    if not backwards:
        return F(key.column).desc(nulls_last=True) if descends else F(key.column).asc()
    return F(key.column).desc() if descends else F(key.column).asc(nulls_first=True)


def _beyond(order: Order, values: Sequence[Any], *, backwards: bool) -> Q:
    """Rows that come after (before) ``values`` in the order, its columns compared one after the other."""
    reached, same = Q(pk__in=[]), Q()
    for key, value in zip(order, values, strict=True):
        is_null = Q(**{f"{key.column}__isnull": True})
        if value is None:
            reached |= same & ~is_null if backwards else Q(pk__in=[])
            same &= is_null
            continue
        further = Q(**{f"{key.column}__{'lt' if key.descends != backwards else 'gt'}": value})
        reached |= same & (further if backwards else further | is_null)
        same &= Q(**{key.column: value})
    return reached
