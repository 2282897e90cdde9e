"""JSON in and out: strictly read, quickly written."""

import json
from typing import Any

import orjson
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from annotator.domain.encoding import write

LINES = "application/x-ndjson"
LINKED_DATA = "application/ld+json"
DEEPEST = 20  # levels of lists and objects


class JSONParser(BaseParser):
    """Refuses what JSON itself leaves open: NaN, infinities, lone surrogates, repeated names, endless nesting."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: dict[str, Any] | None = None) -> Any:
        return read(stream.read())


class Written(bytes):
    """JSON that stands ready, to be sent as it is."""


class JSONRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return b"" if data is None else bytes(data) if isinstance(data, Written) else write(data)


class JSONLinesRenderer(JSONRenderer):
    """For who asks for JSON lines by name; a problem is told in JSON all the same."""

    media_type = LINES
    format = "ndjson"


class JSONLDRenderer(JSONRenderer):
    """For who asks for linked data by name."""

    media_type = LINKED_DATA
    format = "jsonld"


def read(raw: bytes) -> Any:
    """The value of a JSON document, or ParseError with what is wrong with it."""
    try:
        # The first reading refuses what Python's own lets pass; the second sees repeated names.
        orjson.loads(raw)
        value = json.loads(raw, object_pairs_hook=_without_repetition)
    except RecursionError:
        raise ParseError(f"The JSON is nested deeper than {DEEPEST} levels.") from None
    except ValueError as error:
        raise ParseError(f"The body is not JSON: {error}.") from error
    _refuse_depth(value)
    return value


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"“{repeated[:60]}” stands twice in one object")
    return found


def _refuse_depth(value: Any) -> None:
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer if isinstance(outer, list) else ())
            if isinstance(inner, dict | list)
        ]
        if not level:
            return
    raise ParseError(f"The JSON is nested deeper than {DEEPEST} levels.")
