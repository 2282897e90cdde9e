"""Lists: cursor pages in a total order, declared filters and nothing else."""

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import QuerySet
from django_filters import CharFilter, FilterSet
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from annotator.domain.errors import Problem, Refused
from annotator.queries import wire
from annotator.queries.cursors import cursor, position
from annotator.queries.keyset import Order, keys_of, page

Asked = TypeVar("Asked", bound=FilterSet)

SMALLEST, DEFAULT, LARGEST = 1, 50, 200
PARAMETERS = ("cursor", "page_size")
USUAL_EVENTS, MOST_EVENTS = 100, 1_000
OF_EVENTS = ("after", "limit")


class CursorPages(BasePagination):
    """``{"next", "previous", "results"}``. A cursor holds the keys of the row at the page's edge, and the direction.

    The view gives ``order(request)`` and ``fetch``, which makes rows of a queryset.
    """

    def paginate_queryset(self, queryset: QuerySet, request: Request, view: Any = None) -> list[Any]:
        order: Order = view.order(request)
        beyond, backwards = position(request.query_params.get("cursor"), order)
        found = page(queryset, order, size=size_of(request), beyond=beyond, backwards=backwards, fetch=view.fetch)
        address = request.build_absolute_uri()
        rows = found.rows
        self.next = (
            _link(address, keys_of(rows[-1], order), order, backwards=False) if found.has_next and rows else None
        )
        self.previous = (
            _link(address, keys_of(rows[0], order), order, backwards=True) if found.has_previous and rows else None
        )
        return rows

    def get_paginated_response(self, data: list[Any]) -> Response:
        return Response({"next": self.next, "previous": self.previous, "results": data})

    @staticmethod
    def page_of(row: dict[str, Any]) -> dict[str, Any]:
        """A page that has this row alone, for the document."""
        return {"next": None, "previous": None, "results": [row]}

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": {**link, "description": "The following page; null on the last one."},
                "previous": {**link, "description": "The page before; null on the first one."},
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            {
                "name": "cursor",
                "in": "query",
                "description": "Where the page begins: as `next` and `previous` have it.",
                "schema": {"type": "string"},
            },
            {
                "name": "page_size",
                "in": "query",
                "description": "Rows a page.",
                "schema": {"type": "integer", "minimum": SMALLEST, "maximum": LARGEST, "default": DEFAULT},
            },
        ]


@dataclass(frozen=True)
class Filtering:
    """What filters read of a request, where there is none: who asks, for what."""

    user: Any
    query_params: dict[str, str]


def filtered(queryset: QuerySet, filters: type[FilterSet] | None, request: Request | Filtering) -> QuerySet:
    """The rows that the declared filters leave, or Refused with what is wrong in their values."""
    return queryset if filters is None else filters_asked(queryset, filters, request).qs


def filters_asked(queryset: QuerySet, filters: type[Asked], request: Request | Filtering) -> Asked:
    """The declared filters with what is asked of them, or Refused with what is wrong in that."""
    empty = [
        name
        for name, each in filters.base_filters.items()
        if request.query_params.get(name) == "" and not isinstance(each, CharFilter)
    ]
    if empty:
        raise Refused(*(Problem(name, "", f"`{name}` is empty: leave it out, or say which.") for name in empty))
    chosen = filters(data=request.query_params, queryset=queryset, request=request)
    if not chosen.is_valid():
        raise Refused(
            *(
                Problem(name, request.query_params.get(name), f"`{name}`: {message}")
                for name, messages in chosen.errors.items()
                for message in messages
            )
        )
    return chosen


def refuse_unknown(request: Request, known: tuple[str, ...]) -> None:
    """Refuse query parameters that the route does not declare, and those given twice."""
    told = f"this address takes {', '.join(known)}" if known else "this address takes none"
    problems = [
        Problem(name[:60], request.query_params[name], f"There is no parameter `{name[:60]}`; {told}.")
        for name in request.query_params
        if name not in known
    ]
    problems += [
        Problem(name, values, f"`{name}` is given {len(values)} times; give it once.")
        for name, values in request.query_params.lists()
        if name in known and len(values) > 1
    ]
    if problems:
        raise Refused(*problems)


def page_of_events(request: Request, rows: QuerySet) -> dict[str, Any]:
    """Events, the oldest first: `limit` of those `after` one."""
    limit = _whole(request, "limit", USUAL_EVENTS, low=1, high=MOST_EVENTS)
    found = list(rows.filter(pk__gt=_whole(request, "after", 0, low=0, high=2**63 - 1))[: limit + 1])
    following = None
    if len(found) > limit:
        following = replace_query_param(request.build_absolute_uri(), "after", found[limit - 1].pk)
    return {"next": following, "results": [wire.event(row) for row in found[:limit]]}


def _whole(request: Request, name: str, default: int, *, low: int, high: int) -> int:
    given = request.query_params.get(name)
    if given is None:
        return default
    if not (given.isascii() and given.isdigit() and len(given) < 20 and low <= int(given) <= high):
        raise Refused.field(name, given, f"`{name}` is a whole number from {low} to {high}.")
    return int(given)


def size_of(request: Request) -> int:
    """How many rows a page has."""
    given = request.query_params.get("page_size")
    if given is None:
        return DEFAULT
    if not (given.isascii() and given.isdigit() and len(given) < 5 and SMALLEST <= int(given) <= LARGEST):
        raise Refused.field("page_size", given, f"`page_size` is a whole number from {SMALLEST} to {LARGEST}.")
    return int(given)


def with_cursor(request: Request, cursor: str) -> str:
    """The address of another page of the same list."""
    return replace_query_param(request.build_absolute_uri(), "cursor", cursor)


def _link(address: str, keys: list[Any], order: Order, *, backwards: bool) -> str:
    return replace_query_param(address, "cursor", cursor(keys, order, backwards=backwards))
