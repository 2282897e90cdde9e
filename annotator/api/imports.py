"""Bringing many articles in at once: good rows are kept, and each refused one is told with its reason."""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import StreamingHttpResponse
from rest_framework import serializers
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.access.standing import while_admitted
from annotator.actions.fetched import pages_at
from annotator.actions.imports import Outcome, import_rows
from annotator.api.contracts import WRITE
from annotator.api.errors import problem
from annotator.api.fields import LineField, StrictSerializer, project_called, read_by
from annotator.api.offsets import Inward
from annotator.api.operations import Answer, answered, body_of, in_one
from annotator.api.strict_json import LINES, JSONLinesRenderer, JSONParser
from annotator.api.views import NounViewSet
from annotator.domain.encoding import write
from annotator.domain.errors import Refused
from articles import readers
from articles.models import Project
from articles.readers import jsonl, url
from articles.readers.row import Row
from articles.text import as_stored

logger = logging.getLogger(__name__)

_PIECE = 64 * 1024  # bytes read at a time
_FORM_FIELD = "files"
STATES = ("new", "same", "refused")


class OutcomeSerializer(serializers.Serializer):
    source = serializers.CharField(help_text="Where the row stood: “news.jsonl, line 3”.")
    state = serializers.ChoiceField(choices=STATES, help_text="`same`: the project has this very text already.")
    article = serializers.UUIDField(allow_null=True)
    annotations = serializers.IntegerField(help_text="How many came along.")
    reason = serializers.CharField(allow_blank=True, help_text="Why it was refused.")


class LineSerializer(OutcomeSerializer):
    """A line of the answer in JSON lines; the last one is the counts, or the problem for which it went no further."""

    new = serializers.IntegerField(required=False)
    same = serializers.IntegerField(required=False)
    refused = serializers.IntegerField(required=False)

    def get_fields(self) -> dict[str, serializers.Field]:
        fields: dict[str, serializers.Field] = super().get_fields()
        for field in fields.values():
            field.required = False
        return fields


class ImportSerializer(serializers.Serializer):
    new = serializers.IntegerField()
    same = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = OutcomeSerializer(many=True)


class FilesSerializer(serializers.Serializer):
    """JSON lines, a text, or a form with files of these kinds."""

    files = serializers.ListField(child=serializers.FileField(), min_length=1)


class AddressesSerializer(StrictSerializer):
    """Web addresses, whose pages are fetched."""

    addresses = serializers.ListField(child=LineField(max_length=2_000), max_length=url.MOST_AT_ONCE)


class _FileParser(BaseParser):
    """A body that is a file: its bytes."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: dict[str, Any] | None = None) -> bytes:
        return stream.read()


class JSONLinesParser(_FileParser):
    media_type = LINES


class PlainTextParser(_FileParser):
    media_type = "text/plain"


class TakesFiles:
    """A set of views of which `create` takes files, and the others JSON."""

    action_map: dict[str, str]

    @property
    def takes_files(self) -> bool:
        # The action is not known yet when a request is opened.
        return "create" in self.action_map.values()

    def get_parsers(self) -> list[Any]:
        return [JSONLinesParser(), PlainTextParser(), MultiPartParser()] if self.takes_files else [JSONParser()]


class ImportViewSet(TakesFiles, NounViewSet):
    noun = "import"
    serializer_class = ImportSerializer
    contracts = {
        "create": replace(WRITE, request=FilesSerializer, line=LineSerializer, problems=(*WRITE.problems, 408)),
        "at_addresses": replace(WRITE, request=AddressesSerializer),
    }
    pagination_class = None
    parameters = {"create": ("project", "name", "offsets"), "at_addresses": ("project",)}
    required_parameters = dict.fromkeys(("create", "at_addresses"), ("project",))

    def create(self, request: Request) -> Response | StreamingHttpResponse:
        """Bring in the articles of JSON lines, of a text, or of files of these kinds.

        Each row is stored for itself: the answer says of each whether it is new, was there, or why it was refused.
        JSON lines of any length are answered in JSON lines to who accepts them, while they are read; the last
        line has the counts.
        """
        project = project_called(request.user, request.query_params.get("project"))
        if request.accepted_renderer.media_type == LINES:
            return self._line_by_line(request, project)
        # The body first as it came: the operation id stands for its bytes.
        files = files_in(request) if request.body else []
        if not files:
            raise Refused.field("", None, "The body is empty: send JSON lines, a text, or files.")

        def do() -> Answer:
            rows = (counted(row, self.unit) for name, raw in files for row in readers.rows(name, raw))
            return _brought_in(project, rows, by=request.user)

        return answered(request, do)

    def at_addresses(self, request: Request) -> Response:
        """Fetch the pages at these addresses, of public hosts only, and bring in the articles on them."""
        project, pages = project_and_pages(request)
        return in_one(request, lambda: _brought_in(project, pages, by=request.user))

    def get_renderers(self) -> list[Any]:
        lines = [JSONLinesRenderer()] if self.takes_files else []
        return [*super().get_renderers(), *lines]

    def _line_by_line(self, request: Request, project: Project) -> StreamingHttpResponse:
        if not request.content_type.startswith(LINES):
            raise UnsupportedMediaType(request.content_type, f"Answers in JSON lines are to JSON lines: {LINES}.")
        if (key := request.headers.get("Idempotency-Key")) is not None:
            told = (
                "An answer that is told as it goes is not kept. Leave the key out: what is there is not stored twice."
            )
            raise Refused.field("Idempotency-Key", key, told)
        name = request.query_params.get("name") or "import.jsonl"
        rows = jsonl.rows_of(name, iter(lambda: request.stream.read(_PIECE), b""))
        arriving = while_admitted(request.user, (counted(row, self.unit) for row in rows))
        outcomes = import_rows(project, arriving, by=request.user)
        return StreamingHttpResponse(_lines(outcomes), content_type=LINES)


def _brought_in(project: Project, rows: Iterable[Row], *, by: Any) -> Answer:
    results = [_told(outcome) for outcome in import_rows(project, rows, by=by)]
    counts = Counter(result["state"] for result in results)
    return Answer(200, {**{state: counts[state] for state in STATES}, "results": results})


def _lines(outcomes: Iterable[Outcome]) -> Iterator[bytes]:
    """A line for each row, and one with the counts; or, where it cannot go on, with the problem."""
    counts: Counter[str] = Counter()
    try:
        for outcome in outcomes:
            counts[outcome.state] += 1
            yield write(_told(outcome)) + b"\n"
    except Exception as error:
        # The answer has begun: its status says nothing of what comes. What was told before is stored.
        logger.exception("An import ended after %s rows.", counts.total())
        yield write(problem(error)) + b"\n"
        return
    yield write({state: counts[state] for state in STATES}) + b"\n"


def project_and_pages(request: Request) -> tuple[Project, list[Row]]:
    """The project that is named, and the pages at the addresses of the body, before anything is written or locked."""
    addresses = read_by(AddressesSerializer, body_of(request))["addresses"]
    project = project_called(request.user, request.query_params.get("project"))
    return project, pages_at(addresses, project=project, by=request.user)


def counted(row: Row, unit: str) -> Row:
    """A row with the spans of its annotations in code points, or with the problem that there is with them."""
    text = row.fields.get("text")
    if row.annotations and isinstance(text, str):
        try:
            row.annotations = Inward(unit, lambda: as_stored(text)).several(row.annotations)
        except Refused as refused:
            return Row(row.source, problem=f"{row.source}: {refused.message}")
    return row


def files_in(request: Request) -> list[tuple[str, bytes]]:
    if isinstance(request.data, bytes):
        plain = request.content_type.startswith(PlainTextParser.media_type)
        name = request.query_params.get("name") or f"import{'.txt' if plain else '.jsonl'}"
        ending = ".txt" if plain else ".jsonl"
        return [(name if PurePath(name).suffix.lower() == ending else name + ending, request.data)]
    return [(file.name, file.read()) for file in files_of_form(request)]


def files_of_form(request: Request) -> list[UploadedFile]:
    """The files of a form; Refused where it has anything else, which would count for nothing."""
    files = request.FILES.getlist(_FORM_FIELD)
    parts = [(name, value) for name, values in request.data.lists() for value in values]
    if len(parts) > len(files):
        name, value = next(part for part in parts if part[1] not in files)
        told = f"`{name[:60]}`: a form has files alone, each under the name `{_FORM_FIELD}`."
        raise Refused.field(name[:60], getattr(value, "name", value), told)
    return files


def _told(outcome: Outcome) -> dict[str, Any]:
    return {
        "source": outcome.source,
        "state": outcome.state,
        "article": outcome.article.pk if outcome.article else None,
        "annotations": outcome.annotations,
        "reason": outcome.reason,
    }
