"""Pages of a list by the keys of its rows: right while rows arrive, and as cheap at the end as at the beginning."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from django.db.models import F, Q, QuerySet


@dataclass(frozen=True)
class Key:
    """One column of an order, or an annotation of the rows. It is never null, so that an index has the order."""

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
    """``size`` rows after the one whose keys are ``beyond`` (before it, when ``backwards``), or the first (last) ones.

    ``order`` ends with a unique column. ``fetch`` turns the queryset of the page into its rows.
    """
    if beyond is not None:
        rows = rows.filter(_beyond(order, beyond, backwards=backwards))
    found = fetch(ordered(rows, order, backwards=backwards)[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        return Page(found[::-1], has_next=beyond is not None, has_previous=more)
    return Page(found, has_next=more, has_previous=beyond is not None)


def ordered(rows: QuerySet, order: Order, *, backwards: bool = False) -> QuerySet:
    return rows.order_by(*(_ordering(key, backwards=backwards) for key in order))


def keys_of(row: Any, order: Order) -> list[Any]:
    """The values by which a row (an instance or a dict) stands in the list."""
    return [row[key.column] if isinstance(row, dict) else reduce(getattr, key.column.split("__"), row) for key in order]


def _ordering(key: Key, *, backwards: bool) -> Any:
    return F(key.column).desc() if key.descends != backwards else F(key.column).asc()


def _beyond(order: Order, values: Sequence[Any], *, backwards: bool) -> Q:
    """Rows that come after (before) ``values`` in the order, its columns compared one after the other."""
    reached, same = Q(pk__in=[]), Q()
    for key, value in zip(order, values, strict=True):
        reached |= same & Q(**{f"{key.column}__{_further(key, backwards=backwards)}": value})
        same &= Q(**{key.column: value})
    # Said of the first column alone as well: by that an index is entered at the place, and not read up to it.
    return Q(**{f"{order[0].column}__{_further(order[0], backwards=backwards)}e": values[0]}) & reached


def _further(key: Key, *, backwards: bool) -> str:
    return "lt" if key.descends != backwards else "gt"
