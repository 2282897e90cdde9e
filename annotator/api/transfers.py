"""Imports and exports as jobs: asked for here, done by a worker, with how far they are."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django_filters import ChoiceFilter, FilterSet
from rest_framework import serializers
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.access.background import visible_exports, visible_import_rows, visible_imports
from annotator.actions.choosing import PROPOSED, possible
from annotator.actions.exports import remove_export, start_export
from annotator.actions.transfers import require_room, resume_import, start_import, stop_import, store_looked
from annotator.api.contracts import WRITE, Contract
from annotator.api.errors import TooLarge
from annotator.api.fields import ProjectFilter, StrictSerializer, flag, project_called, read_by
from annotator.api.imports import FilesSerializer, JSONLinesParser, PlainTextParser, files_of_form
from annotator.api.operations import Answer, Asked, answered, operation
from annotator.api.strict_json import LINES, JSONLinesRenderer, JSONParser
from annotator.api.views import NounViewSet
from annotator.models import ImportRow
from annotator.models.transfer import Content, Piece, TransferState
from annotator.queries.arriving import State
from annotator.queries.keyset import Key
from annotator.queries.transfers import export_wire, file_of, import_row_wire, import_wire

MOST = 2 * 1024**3  # bytes of one import
ROW_STATES = ("new", "revision", "near", "same", "revised", "left", "refused")
_IN_MEMORY = 1024 * 1024
_STATES = [(str(state), str(state)) for state in TransferState]
ACCEPTED = replace(WRITE, statuses=(202,))


class TransferSerializer(serializers.Serializer):
    id = serializers.UUIDField(read_only=True)
    project = serializers.CharField(help_text="A project's slug.")
    state = serializers.ChoiceField(choices=_STATES, read_only=True)
    problem = serializers.CharField(read_only=True, help_text="Why it failed.")
    created_at = serializers.DateTimeField(read_only=True)
    finished_at = serializers.DateTimeField(read_only=True, allow_null=True)


class ImportJobSerializer(TransferSerializer):
    name = serializers.CharField(read_only=True, help_text="Of the file, or of the first of several.")
    rows = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="About how many there are; null where nobody knows before the end."
    )
    position = serializers.IntegerField(read_only=True, help_text="How many have been looked at.")
    size = serializers.IntegerField(read_only=True, help_text="Bytes of its files.")
    read = serializers.IntegerField(read_only=True, help_text="Bytes that have been looked at.")
    counts = serializers.DictField(
        child=serializers.IntegerField(), read_only=True, help_text="How many came to each state: `new`, `same` …"
    )
    looking = serializers.BooleanField(read_only=True, help_text="true: its rows are only looked at.")
    choices = serializers.DictField(
        child=serializers.CharField(), read_only=True, help_text="What becomes of revisions and near duplicates."
    )
    created_by = serializers.CharField(read_only=True)


class ChoicesSerializer(StrictSerializer):
    """What is to become of rows that were looked at."""

    revision = serializers.ChoiceField(
        choices=[str(choice) for choice in possible(State.REVISION)],
        default=str(PROPOSED[State.REVISION]),
        help_text="Of a known article with another text: a `revision` of it, or `leave` it out.",
    )
    near = serializers.ChoiceField(
        choices=[str(choice) for choice in possible(State.NEAR)],
        default=str(PROPOSED[State.NEAR]),
        help_text="Of what is much like an article: `leave` it out, a `revision` of that, or a `new` article.",
    )


class ImportRowSerializer(serializers.Serializer):
    number = serializers.IntegerField(help_text="Its place in the import, from 1.")
    source = serializers.CharField(help_text="Where it stood: “news.jsonl, line 3”.")
    title = serializers.CharField(allow_blank=True, help_text="Of a text that was looked at and would come in.")
    state = serializers.CharField(
        help_text="`new`, `same` (the text was there already), `refused`; `revised`, `left` where it was chosen; "
        "`revision`, `near` of what was only looked at."
    )
    article = serializers.UUIDField(allow_null=True)
    annotations = serializers.IntegerField(help_text="How many came along.")
    reason = serializers.CharField(
        allow_blank=True, help_text="Why it was refused, by what field an article was known, or which row it is like."
    )
    likeness = serializers.FloatField(
        allow_null=True, help_text="The share of five-word sequences, 0 to 1, that what was looked at has in common."
    )
    notes = serializers.ListField(
        child=serializers.CharField(), help_text="What to know of how it was read: a guessed encoding, parts left out."
    )


class ExportSerializer(TransferSerializer, StrictSerializer):
    content = serializers.ChoiceField(
        choices=[str(each) for each in Content],
        default=Content.ARTICLES.value,
        help_text="`articles` with their annotations, `registers` (codebook, entities, issues, claims), or `all`.",
    )
    articles = serializers.IntegerField(read_only=True, help_text="How many are in it so far.")
    size = serializers.IntegerField(read_only=True, help_text="Bytes so far.")
    expires_at = serializers.DateTimeField(read_only=True)


class TransferFilter(FilterSet):
    project = ProjectFilter("project")
    state = ChoiceFilter(field_name="state", choices=_STATES)


class ImportJobViewSet(NounViewSet):
    noun = "import"
    filters = TransferFilter
    serializer_class = ImportJobSerializer
    parser_classes = [JSONLinesParser, PlainTextParser, MultiPartParser]
    orders = {"": (Key("created_at", descends=True), Key("id"))}
    parameters = {"create": ("project", "name", "look")}
    required_parameters = {"create": ("project",)}
    contracts = {
        "create": replace(ACCEPTED, request=FilesSerializer, problems=(*ACCEPTED.problems, 408)),
        "store": replace(ACCEPTED, request=ChoicesSerializer),
        "stop": replace(WRITE, request=None),
        "resume": replace(ACCEPTED, request=None),
    }

    def visible(self, user: Any) -> QuerySet:
        return visible_imports(user).select_related("project", "by")

    def wires(self, user: Any, rows: list[Any]) -> list[dict[str, Any]]:
        return [import_wire(row) for row in rows]

    def create(self, request: Request) -> Response:
        """Have the articles of JSON lines, of a text, or of files brought in: 202, and the job's address in `Location`.

        The body of JSON lines or of a text is read as it comes, up to 2 GiB. With `look=true` nothing is stored: the
        rows tell what each would be, and `store/` brings them in.
        """
        project = project_called(request.user, request.query_params.get("project"))
        look = flag(request.query_params, "look")
        require_room(project, _length(request))
        with _received(request) as files:

            def do() -> Answer:
                job = start_import(project, files, by=request.user, look=look)
                return Answer(202, self.shown(request.user, id=job.pk))

            return answered(request, do, body=_digest(files))

    def get_parsers(self) -> list[Any]:
        # The action is not known yet when a request is opened.
        return super().get_parsers() if "create" in self.action_map.values() else [JSONParser()]

    @operation
    def store(self, asked: Asked, id: Any) -> Answer:
        """Have the rows that were looked at brought in, as chosen."""
        choices = read_by(ChoicesSerializer, asked.given)
        job = store_looked(self.found(asked.user, id=id), choices, by=asked.user)
        return Answer(202, self.shown(asked.user, id=job.pk))

    @operation
    def stop(self, asked: Asked, id: Any) -> Answer:
        """Have it end where it is; what has come in stays."""
        job = stop_import(self.found(asked.user, id=id), by=asked.user)
        return Answer(200, self.shown(asked.user, id=job.pk))

    @operation
    def resume(self, asked: Asked, id: Any) -> Answer:
        """Have one that was stopped or failed go on where it was, within a week."""
        job = resume_import(self.found(asked.user, id=id), by=asked.user)
        return Answer(202, self.shown(asked.user, id=job.pk))


class ImportRowFilter(FilterSet):
    state = ChoiceFilter(field_name="state", choices=[(state, state) for state in ROW_STATES])


class ImportRowViewSet(NounViewSet):
    noun = "import row"
    filters = ImportRowFilter
    serializer_class = ImportRowSerializer
    orders = {"": (Key("number"),)}

    def visible(self, user: Any) -> QuerySet:
        return visible_import_rows(user)

    def listable(self, user: Any) -> QuerySet[ImportRow]:
        id = self.kwargs["id"]
        if not visible_imports(user).filter(pk=id).exists():
            raise self.not_there(id=id)
        return self.visible(user).filter(of=id)

    def wires(self, user: Any, rows: list[Any]) -> list[dict[str, Any]]:
        return [import_row_wire(row) for row in rows]


class ExportViewSet(NounViewSet):
    noun = "export"
    filters = TransferFilter
    serializer_class = ExportSerializer
    orders = {"": (Key("created_at", descends=True), Key("id"))}
    contracts = {
        "create": ACCEPTED,
        "destroy": Contract(statuses=(204,), problems=WRITE.problems, headers=WRITE.headers),
        "file": Contract(answer=None, file=LINES, problems=(400, 401, 404, 406, 409, 410)),
    }

    def visible(self, user: Any) -> QuerySet:
        return visible_exports(user).select_related("project", "by")

    def wires(self, user: Any, rows: list[Any]) -> list[dict[str, Any]]:
        return [export_wire(row) for row in rows]

    @operation
    def create(self, asked: Asked) -> Answer:
        """Have a file written of what you may see of a project: 202, and the job's address in `Location`."""
        given = read_by(ExportSerializer, asked.given)
        project = project_called(asked.user, given["project"])
        export = start_export(project, by=asked.user, content=Content(given["content"]))
        return Answer(202, self.shown(asked.user, id=export.pk))

    @operation
    def destroy(self, asked: Asked, id: Any) -> Answer:
        """Delete the file before it expires."""
        remove_export(self.found(asked.user, id=id), by=asked.user)
        return Answer(204)

    def file(self, request: Request, id: Any) -> Any:
        """The file, once it is done: JSON lines, as `projects/{slug}/export/` gives them."""
        name, content = file_of(request.user, self.found(request.user, id=id))
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return StreamingHttpResponse(content, content_type=LINES, headers=headers)

    def get_renderers(self) -> list[Any]:
        renderers = super().get_renderers()
        return [*renderers, JSONLinesRenderer()] if self.action == "file" else renderers


@contextmanager
def _received(request: Request) -> Iterator[list[tuple[str, BinaryIO]]]:
    """The files that were sent, by name, each at its beginning."""
    if request.content_type.startswith(MultiPartParser.media_type):
        yield [(file.name, file) for file in files_of_form(request)]
        return
    endings = {JSONLinesParser.media_type: ".jsonl", PlainTextParser.media_type: ".txt"}
    ending = endings.get(request.content_type.partition(";")[0].strip().lower())
    if ending is None:
        raise UnsupportedMediaType(request.content_type)
    length = _length(request)
    name = request.query_params.get("name") or "import"
    # A session's request has been read already, for the check against forgery; a token's is put on disk as it comes.
    stream = request.stream if request.auth else BytesIO(request.body)
    with SpooledTemporaryFile(_IN_MEMORY) as file:
        while length and (content := stream.read(Piece.MOST)):
            file.write(content)
        file.seek(0)
        yield [(name if name.lower().endswith(ending) else name + ending, file)] if length else []


def _length(request: Request) -> int:
    """What the body has, before any of it is read: a form's too."""
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    if length > MOST:
        raise TooLarge(f"A body has {MOST:,} bytes at the most; this one has {length:,}.")
    return length


def _digest(files: list[tuple[str, BinaryIO]]) -> bytes:
    digest = hashlib.sha256()
    for name, file in files:
        digest.update(f"{name}\n".encode(errors="replace"))
        while content := file.read(Piece.MOST):
            digest.update(content)
        file.seek(0)
    return digest.digest()
