"""The forms in which a row is read: whole, with the fields that `?fields=` names, or as linked data."""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from annotator.api.contracts import Contract
from annotator.api.operations import preconditions_of, tag_of
from annotator.api.strict_json import LINKED_DATA, JSONLDRenderer, Written
from annotator.domain.encoding import write
from annotator.domain.errors import Refused


class Forms(GenericViewSet):
    """What a ViewSet says of its forms, and how a representation is answered."""

    action: str | None = None
    contracts: ClassVar[dict[str, Contract]] = {}
    # Reads that take `fields`, and those that give linked data to who asks for it.
    slims: ClassVar[tuple[str, ...]] = ("list", "retrieve")
    links: ClassVar[tuple[str, ...]] = ()
    # The fields that are asked for; none: all.
    fields: tuple[str, ...] = ()

    def read(self, request: Request, body: Any) -> Response:
        """A representation with its entity tag; 304 for who has it. It is written once, for both."""
        is_linked = self.is_linked(request)
        shown = self._linked(request, body) if is_linked else self.slimmed(body)
        content = Written(write(shown))
        # Of the row as it is stored: in whatever form it is read, its version is what a write names.
        return self._answered(request, content, tag_of(body, content if is_linked or shown is body else None))

    def tagged(self, request: Request, body: Any) -> Response:
        """What has no version, such as a list, with a digest of it for its entity tag; 304 for who has it."""
        content = Written(write(body))
        return self._answered(request, content, tag_of(None, content))

    @staticmethod
    def _answered(request: Request, content: Written, tag: str) -> Response:
        headers = {"ETag": f'"{tag}"'}
        if preconditions_of(request).has(tag):
            return Response(status=304, headers=headers)
        return Response(content, headers=headers)

    def slimmed(self, body: Any) -> Any:
        """A representation with the fields asked for."""
        return slim(body, self.fields)

    def linked(self, request: Request, body: Any) -> dict[str, Any]:
        """A representation as linked data."""
        raise NotImplementedError

    def _linked(self, request: Request, body: Any) -> dict[str, Any]:
        self.require_whole(request)
        return self.linked(request, body)

    def require_whole(self, request: Request) -> None:
        """Refuse the parameters that linked data does not take."""
        for name in ("fields", "offsets"):
            if name in request.query_params:
                given = request.query_params[name]
                raise Refused.field(name, given, f"`{name}` is for JSON; linked data is whole, and counts code points.")

    def is_linked(self, request: Request) -> bool:
        return request.accepted_renderer.media_type == LINKED_DATA

    def get_renderers(self) -> list[Any]:
        renderers = super().get_renderers()
        return [*renderers, JSONLDRenderer()] if self.action in self.links else renderers

    def field_names(self) -> frozenset[str]:
        """What `fields` may name here."""
        answer = getattr(self.contracts.get(self.action or ""), "answer", True)
        shape = self.serializer_class if answer is True else answer
        return frozenset(name for name, field in shape().fields.items() if not field.write_only)

    def parameters_of_forms(self) -> tuple[str, ...]:
        return ("fields",) if self.action in self.slims else ()

    def choose_fields(self, request: Request) -> None:
        if "fields" in request.query_params:
            self.fields = fields_in(request.query_params, self.field_names())


def fields_in(parameters: Mapping[str, str], known: Collection[str]) -> tuple[str, ...]:
    """The fields asked for. Refuses names that the rows do not have."""
    given = parameters["fields"]
    names = tuple(dict.fromkeys(name.strip() for name in given.split(",")))
    unknown = [name for name in names if name not in known]
    if unknown:
        told = f"`fields`: there is no {unknown[0][:60]!r} here; use some of {', '.join(sorted(known))}."
        raise Refused.field("fields", given, told)
    return names


def slim(row: dict[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    """A row with these fields, in its own order; all of it where none are named."""
    return {name: value for name, value in row.items() if name in fields} if fields else row
