"""Imports and exports: how they look on the wire, and the rows and bytes that they hold."""

from collections.abc import Iterator
from itertools import groupby, islice
from typing import Any

from django.db.models import Func, IntegerField, QuerySet

from annotator.access.background import visible_exports
from annotator.access.standing import while_admitted
from annotator.domain.errors import NotNow
from annotator.models import Export, Import, ImportPiece, ImportRow
from annotator.models.transfer import TransferState
from articles import readers
from articles.readers.file import File
from articles.readers.lines import BEGINNING, Start
from articles.readers.row import Row


def import_wire(row: Import) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "project": row.project.slug,
        "name": row.name,
        "state": row.state,
        "rows": row.rows,
        "position": row.position,
        "size": row.size,
        "read": row.read,
        "looking": row.looking,
        "choices": row.choices,
        "counts": {state: row.counts.get(state, 0) for state in ("new", "same", "refused", *sorted(row.counts))},
        "problem": row.problem,
        "created_at": row.created_at,
        "created_by": row.by.username,
        "finished_at": row.finished_at,
    }


def import_row_wire(row: ImportRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "source": row.source,
        "title": row.title,
        "state": row.state,
        "article": str(row.article_id) if row.article_id else None,
        "annotations": row.annotations,
        "reason": row.reason,
        "likeness": row.likeness,
        "notes": row.notes,
    }


def export_wire(row: Export) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "project": row.project.slug,
        "content": row.content,
        "state": row.state,
        "articles": row.articles,
        "size": row.size,
        "problem": row.problem,
        "created_at": row.created_at,
        "finished_at": row.finished_at,
        "expires_at": row.expires_at,
    }


def rows_of(job: Import) -> Iterator[Row]:
    """The rows of an import's files, in order, from where it is. ``at`` counts over all files, one behind the other."""
    return islice(_rows_from(job, job.read, job.line), job.taken, None)


def _rows_from(job: Import, at: int, line: int) -> Iterator[Row]:
    """No more is in memory than a line or, of kinds that are read whole, a file of a bounded size."""
    begins = 0
    for file in _files(job):
        # An empty file ends where it begins, and has a row that says so.
        if begins >= at or at < begins + file.size:
            start = Start(at - begins, line) if begins < at else BEGINNING
            for row in readers.rows_of(file, start):
                row.at += begins
                yield row
        begins += file.size


def _files(job: Import) -> list[File]:
    size = Func("content", function="octet_length", output_field=IntegerField())
    pieces = ImportPiece.objects.filter(of=job).order_by("number").values_list("file", "name", "number", size)
    found = groupby(pieces, key=lambda piece: piece[:2])
    return [_file(job, name, [piece[2:] for piece in of_it]) for (_, name), of_it in found]


def _file(job: Import, name: str, pieces: list[tuple[int, int]]) -> File:
    def contents(at: int) -> Iterator[bytes]:
        for number, size in pieces:
            if at < size:
                yield bytes(ImportPiece.objects.values_list("content", flat=True).get(of=job, number=number))[at:]
            at = max(0, at - size)

    return File(name, sum(size for _, size in pieces), contents)


def file_of(user: Any, export: Export) -> tuple[str, Iterator[bytes]]:
    """The name of an export's file and its bytes, piece by piece while ``user`` may see it; NotNow until it is done."""
    if export.state != TransferState.DONE:
        raise NotNow(f"This export is {export.state}: its file is there once it is done.", found=str(export.pk))
    return f"{export.project.slug}-{export.created_at:%Y-%m-%d-%H%M}.jsonl", while_admitted(
        user, _bytes_of(export), may_still=lambda: visible_exports(user).filter(pk=export.pk).exists()
    )


def _bytes_of(export: Export) -> Iterator[bytes]:
    for number in range(export.pieces.count()):
        yield bytes(export.pieces.values_list("content", flat=True).get(number=number))


def outcomes_of(job: Import, state: str) -> QuerySet[ImportRow]:
    """The rows that came to a state, in their order, with their articles (index ``import_row_by_state``)."""
    return job.outcomes.filter(state=state).select_related("article").order_by("number")
