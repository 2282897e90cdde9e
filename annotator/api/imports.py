"""Bringing many articles in at once: good rows are kept, and each refused one is told with its reason."""

from collections import Counter
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from rest_framework import serializers
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.actions.imports import Outcome, import_rows
from annotator.api.contracts import WRITE
from annotator.api.fields import project_called
from annotator.api.offsets import Inward
from annotator.api.operations import Answer, answered
from annotator.api.views import NounViewSet
from annotator.domain.errors import Refused
from articles import readers
from articles.readers.row import Row
from articles.text import as_stored

STATES = ("new", "same", "refused")


class OutcomeSerializer(serializers.Serializer):
    source = serializers.CharField(help_text="Where the row stood: “news.jsonl, line 3”.")
    state = serializers.ChoiceField(choices=STATES, help_text="`same`: the project has this very text already.")
    article = serializers.UUIDField(allow_null=True)
    annotations = serializers.IntegerField(help_text="How many came along.")
    reason = serializers.CharField(allow_blank=True, help_text="Why it was refused.")


class ImportSerializer(serializers.Serializer):
    new = serializers.IntegerField()
    same = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = OutcomeSerializer(many=True)


class FilesSerializer(serializers.Serializer):
    """JSON lines, a text, or files of these kinds under any name of a form."""

    files = serializers.ListField(child=serializers.FileField())


class _FileParser(BaseParser):
    """A body that is a file: its bytes."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: dict[str, Any] | None = None) -> bytes:
        return stream.read()


class JSONLinesParser(_FileParser):
    media_type = "application/x-ndjson"


class PlainTextParser(_FileParser):
    media_type = "text/plain"


class ImportViewSet(NounViewSet):
    noun = "import"
    serializer_class = ImportSerializer
    contracts = {
        "create": replace(WRITE, request=FilesSerializer),
    }
    pagination_class = None
    parser_classes = [JSONLinesParser, PlainTextParser, MultiPartParser]
    parameters = {"create": ("project", "name", "offsets")}
    required_parameters = ("project",)

    def create(self, request: Request) -> Response:
        """Bring in the articles of JSON lines, of a text, or of files of these kinds.

        Each row is stored for itself: the answer says of each whether it is new, was there, or why it was refused.
        """
        project = project_called(request.user, request.query_params.get("project"))
        # The body first as it came: the operation id stands for its bytes.
        files = _files(request) if request.body else []
        if not files:
            raise Refused.field("", None, "The body is empty: send JSON lines, a text, or files.")

        def do() -> Answer:
            rows = (counted(row, self.unit) for name, raw in files for row in readers.rows(name, raw))
            results = [_told(outcome) for outcome in import_rows(project, rows, by=request.user)]
            counts = Counter(result["state"] for result in results)
            return Answer(200, {**{state: counts[state] for state in STATES}, "results": results})

        return answered(request, do)


def counted(row: Row, unit: str) -> Row:
    """A row with the spans of its annotations in code points, or with the problem that there is with them."""
    text = row.fields.get("text")
    if row.annotations and isinstance(text, str):
        try:
            row.annotations = Inward(unit, lambda: as_stored(text)).several(row.annotations)
        except Refused as refused:
            return Row(row.source, problem=f"{row.source}: {refused.message}")
    return row


def _files(request: Request) -> list[tuple[str, bytes]]:
    if isinstance(request.data, bytes):
        plain = request.content_type.startswith(PlainTextParser.media_type)
        name = request.query_params.get("name") or f"import{'.txt' if plain else '.jsonl'}"
        ending = ".txt" if plain else ".jsonl"
        return [(name if PurePath(name).suffix.lower() == ending else name + ending, request.data)]
    return [(file.name, file.read()) for name in request.FILES for file in request.FILES.getlist(name)]


def _told(outcome: Outcome) -> dict[str, Any]:
    return {
        "source": outcome.source,
        "state": outcome.state,
        "article": outcome.article.pk if outcome.article else None,
        "annotations": outcome.annotations,
        "reason": outcome.reason,
    }
