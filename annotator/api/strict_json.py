"""JSON in and out: strictly read, quickly written."""

from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from annotator.domain.encoding import write
from articles import strict_json

LINES = "application/x-ndjson"
LINKED_DATA = "application/ld+json"


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
        return strict_json.read(raw)
    except strict_json.NotJSON as error:
        raise ParseError(f"The body is not JSON: {error}.") from error
