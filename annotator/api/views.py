"""What the ViewSets have in common. A noun says how its rows are found, shown and written; this is the protocol."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils.cache import patch_cache_control
from django_filters import FilterSet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from annotator.api.contracts import Contract
from annotator.api.errors import NotThere
from annotator.api.forms import Forms, slim
from annotator.api.lists import OF_EVENTS, PARAMETERS, CursorPages, filtered, page_of_events, refuse_unknown
from annotator.api.offsets import unit_in
from annotator.api.operations import Answer, Asked, operation, tag_of
from annotator.domain.errors import AlreadyThere, Gone, Refused, Stale
from annotator.queries.history import history_of
from annotator.queries.keyset import Key, Order


class NounViewSet(Forms, GenericViewSet):
    """A noun that can be read: one row, and a list in a total order."""

    noun: ClassVar[str]
    # Of the route's table; none where a batch calls.
    action: str | None = None
    pagination_class = CursorPages
    filters: ClassVar[type[FilterSet] | None] = None
    orders: ClassVar[dict[str, Order]] = {"": (Key("id"),)}
    # Query parameters beside filters, ordering and pages, by action.
    parameters: ClassVar[dict[str, tuple[str, ...]]] = {}
    required_parameters: ClassVar[dict[str, tuple[str, ...]]] = {}
    # Names in addresses that are other names of columns.
    lookups: ClassVar[dict[str, str]] = {}
    # What offsets count in this request.
    unit = "codepoint"
    # What routes take and answer where it is not the usual, by action.
    contracts: ClassVar[dict[str, Contract]] = {}

    # --- What a noun says ---

    def visible(self, user: Any) -> QuerySet:
        """All that the user may see, the bin included."""
        raise NotImplementedError

    def listable(self, user: Any) -> QuerySet:
        """Those that lists show."""
        return self.visible(user)

    def wires(self, user: Any, rows: list[Any]) -> list[dict[str, Any]]:
        """The wire forms of a page of rows."""
        raise NotImplementedError

    def says_the_same(self, row: Any, asked: Asked) -> bool:
        """Whether a PUT would change nothing."""
        raise NotImplementedError

    def fetch(self, rows: QuerySet) -> list[Any]:
        """The rows of a page, as ``wires`` wants them."""
        return list(rows)

    # --- Reading ---

    def list(self, request: Request, **named: Any) -> Response:
        """A page of those that you may see."""
        rows = filtered(self.listable(request.user), self.filters, request)
        rows = self.paginate_queryset(rows)
        shown = [slim(row, self.fields) for row in self.wires(request.user, rows)]
        return self.tagged(request, self.get_paginated_response(shown).data)

    def retrieve(self, request: Request, **named: Any) -> Response:
        """One of them."""
        return self.read(request, self.shown(request.user, **named))

    def shown(self, user: Any, **named: Any) -> dict[str, Any]:
        """The wire form of one row, as stored now."""
        rows = self.fetch(self.visible(user).filter(**self._columns(named)))
        if not rows:
            raise self.not_there(**named)
        return self.wires(user, rows)[0]

    def found(self, user: Any, **named: Any) -> Any:
        row = self.visible(user).filter(**self._columns(named)).first()
        if row is None:
            raise self.not_there(**named)
        return row

    def held(self, asked: Asked, **named: Any) -> Any:
        """The row to be written, which has no version: with If-Match locked, and as the reader of that ETag saw it."""
        tags = asked.preconditions.if_match
        if tags is None:
            return self.found(asked.user, **named)
        rows = self.visible(asked.user).filter(**self._columns(named))
        row = rows.select_for_update(of=("self",), no_key=True).first()
        if row is None:
            raise self.not_there(**named)
        current = self.wires(asked.user, [row])[0]
        if not tags & {"*", tag_of(current)}:
            raise Stale(f"This {self.noun} was changed meanwhile: read it again.", current=current)
        return row

    def _columns(self, named: dict[str, Any]) -> dict[str, Any]:
        return {self.lookups.get(name, name): value for name, value in named.items()}

    def written(self, user: Any, write: Callable[[], Any], **named: Any) -> Answer:
        """Do a write and show the row; a stale write is answered with the row as readers see it."""
        try:
            write()
        except Stale as stale:
            raise Stale(stale.message, current=self.shown(user, **named)) from stale
        return Answer(200, self.shown(user, **named))

    def not_there(self, **named: Any) -> NotThere:
        told = " ".join(str(value) for value in named.values())
        return NotThere(f"There is no {self.noun} {told}, or not for you to see.")

    # --- Parameters ---

    def order(self, request: Request) -> Order:
        if len(self.orders) == 1:
            return next(iter(self.orders.values()))
        given = request.query_params.get("ordering", next(iter(self.orders)))
        if given not in self.orders:
            raise Refused.field("ordering", given, f"`ordering`: use one of {', '.join(self.orders)}.")
        return self.orders[given]

    def known_parameters(self) -> tuple[str, ...]:
        known = self.parameters.get(self.action or "", ())
        known = (*known, *self.parameters_of_forms())
        if self.action != "list":
            return known
        filters = tuple(self.filters.base_filters) if self.filters else ()
        ordering = ("ordering",) if len(self.orders) > 1 else ()
        pages = PARAMETERS if self.pagination_class else ()
        return (*filters, *ordering, *pages, *known)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """What somebody may see is for nobody else's cache, and is asked for anew each time (with its ETag)."""
        response = super().finalize_response(request, response, *args, **kwargs)
        patch_cache_control(response, private=True, no_cache=True)
        for name, value in getattr(request, "rate_limit", {}).items():
            response[name] = value
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method.lower() not in self.action_map:
            # What the address does not have comes before what is wrong with the request.
            self.http_method_not_allowed(request)
        refuse_unknown(request, self.known_parameters())
        self.unit = unit_in(request.query_params)
        self.choose_fields(request)


class VersionedViewSet(NounViewSet):
    """A noun that is written under a version, kept in the bin when deleted, and has a history."""

    def __init_subclass__(cls, **named: Any) -> None:
        super().__init_subclass__(**named)
        cls.parameters = {"history": OF_EVENTS, **cls.parameters}

    # --- What a noun says ---

    def make(self, asked: Asked, id: Any) -> Any:
        """Create a row, under ``id`` where one is given; returns its id."""
        raise NotImplementedError

    def made(self, asked: Asked, id: Any) -> Answer:
        """The answer to having made it. Where its id is taken, AlreadyThere leaves the transaction usable."""
        with transaction.atomic():
            return Answer(201, self.shown(asked.user, id=self.make(asked, id)))

    def replace(self, row: Any, asked: Asked, version: int) -> None:
        raise NotImplementedError

    def change(self, row: Any, asked: Asked, version: int) -> None:
        raise NotImplementedError

    def put_in_bin(self, row: Any, asked: Asked, version: int) -> None:
        raise NotImplementedError

    def bring_back(self, row: Any, asked: Asked) -> None:
        raise NotImplementedError

    # --- The protocol ---

    def listable(self, user: Any) -> QuerySet:
        """Those that are kept; where the bin is asked about, ``BinFilter`` has the word."""
        rows = self.visible(user)
        return rows if "deleted" in self.request.query_params else rows.filter(deleted_at=None)

    def retrieve(self, request: Request, **named: Any) -> Response:
        """One of them; 410 where it is in the bin."""
        body = self.shown(request.user, **named)
        if body["deleted_at"] is not None:
            raise self._gone(body)
        return self.read(request, body)

    @operation
    def create(self, asked: Asked) -> Answer:
        """Create one, under an id of the server's. PUT takes one of yours."""
        asked_id = asked.given.get("id")
        if asked_id is not None:
            raise Refused.field("id", asked_id, f"To choose the id yourself, PUT the {self.noun} to its own address.")
        return self.made(asked, None)

    @operation
    def update(self, asked: Asked, id: Any) -> Answer:
        """Create it under an id of yours, or replace it: what is left out goes back to its default."""
        require_own_id(asked, id)
        must_be_new = asked.preconditions.must_be_new
        # What must be new most often is: it is looked for only where it turns out not to be.
        row = None if must_be_new else self.visible(asked.user).filter(pk=id).first()
        if row is None:
            if asked.preconditions.if_match is not None:
                raise self.not_there(id=id)
            try:
                return self.made(asked, id)
            except AlreadyThere as taken:
                # Made by another request meanwhile, or not for this user to see, which is not said.
                row = self.visible(asked.user).filter(pk=id).first()
                if row is None:
                    raise self.not_there(id=id) if taken.found in (None, str(id)) else taken from None
        self.require_kept(asked.user, row)
        if must_be_new:
            raise Stale(f"The {self.noun} {id} is there already.", current=self.shown(asked.user, id=id))
        if asked.preconditions.if_match is None and self.says_the_same(row, asked):
            return Answer(200, self.shown(asked.user, id=id))
        version = asked.preconditions.version(row.version, thing=self.noun)
        return self.written(asked.user, lambda: self.replace(row, asked, version), id=id)

    @operation
    def partial_update(self, asked: Asked, id: Any) -> Answer:
        """Change the given fields and no others."""
        require_own_id(asked, id)
        row = self._kept(asked, id)
        version = asked.preconditions.version(row.version, thing=self.noun)
        return self.written(asked.user, lambda: self.change(row, asked, version), id=id)

    @operation
    def destroy(self, asked: Asked, id: Any) -> Answer:
        """Put it into the bin; the answer is the row as it lies there."""
        row = self._kept(asked, id)
        version = asked.preconditions.version(row.version, thing=self.noun)
        return self.written(asked.user, lambda: self.put_in_bin(row, asked, version), id=id)

    @operation
    def restore(self, asked: Asked, id: Any) -> Answer:
        """Bring it back from the bin, whole. One that is not there stays as it is."""
        row = self.found(asked.user, id=id)
        if asked.preconditions.if_match is not None and row.deleted_at is not None:
            self.require_version(asked, row)
        return self.written(asked.user, lambda: self.bring_back(row, asked), id=id)

    def history(self, request: Request, id: Any) -> Response:
        """What happened to it after an event, oldest first. `next` is null where this is all so far."""
        self.found(request.user, id=id)
        return self.tagged(request, page_of_events(request, history_of(request.user, id)))

    def require_version(self, asked: Asked, row: Any) -> None:
        """Raise Stale where If-Match names another version."""
        if asked.preconditions.version(row.version, thing=self.noun) != row.version:
            raise Stale(f"This {self.noun} is at version {row.version}.", current=self.shown(asked.user, id=row.pk))

    def _kept(self, asked: Asked, id: Any) -> Any:
        row = self.found(asked.user, id=id)
        self.require_kept(asked.user, row)
        return row

    def require_kept(self, user: Any, row: Any) -> None:
        """Raise Gone where a row is in the bin."""
        if row.deleted_at is not None:
            raise self._gone(self.shown(user, id=row.pk))

    def _gone(self, body: dict[str, Any]) -> Gone:
        when = f"{body['deleted_at']:%Y-%m-%d %H:%M} UTC"
        return Gone(
            f"This {self.noun} was put in the bin at {when}; POST to restore/ below it brings it back.", current=body
        )


def create_or_find(viewset: NounViewSet, asked: Asked, id: Any, *, make: Callable[[], Any]) -> Answer:
    """PUT of what is made once and not replaced: 201, or 200 where the very same is there, or 409."""
    require_own_id(asked, id)
    must_be_new = asked.preconditions.must_be_new
    row = viewset.visible(asked.user).filter(pk=id).first()
    if row is None:
        try:
            with transaction.atomic():
                return Answer(201, viewset.shown(asked.user, id=make()))
        except AlreadyThere:
            row = viewset.visible(asked.user).filter(pk=id).first()
            if row is None:
                raise viewset.not_there(id=id) from None
    if must_be_new:
        raise Stale(f"The {viewset.noun} {id} is there already.", current=viewset.shown(asked.user, id=id))
    if not viewset.says_the_same(row, asked):
        raise AlreadyThere(f"Another {viewset.noun} is there already under the id {id}.", found=str(id))
    return Answer(200, viewset.shown(asked.user, id=id))


def require_own_id(asked: Asked, id: Any) -> None:
    given = asked.given.get("id")
    if given is not None and str(given) != str(id):
        raise Refused.field("id", given, f"`id` is {id} by the address; leave it out or say the same.")
