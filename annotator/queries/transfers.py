"""Imports and exports: how they look on the wire, and the rows and bytes that they hold."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import PurePath
from typing import Any

from django.db.models import QuerySet

from annotator.domain.errors import NotNow
from annotator.models import Export, Import, ImportPiece, ImportRow
from annotator.models.transfer import TransferState
from articles.readers import jsonl, rows
from articles.readers.row import Row


def import_wire(row: Import) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "project": row.project.slug,
        "name": row.name,
        "state": row.state,
        "rows": row.rows,
        "position": row.position,
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
        "state": row.state,
        "article": str(row.article_id) if row.article_id else None,
        "annotations": row.annotations,
        "reason": row.reason,
    }


def export_wire(row: Export) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "project": row.project.slug,
        "state": row.state,
        "articles": row.articles,
        "size": row.size,
        "problem": row.problem,
        "created_at": row.created_at,
        "finished_at": row.finished_at,
        "expires_at": row.expires_at,
    }


def rows_of(job: Import) -> Iterator[Row]:
    """The rows of an import's files, in order; JSON lines as they are read, with no more than a line in memory."""
    pieces_of = ImportPiece.objects.filter(of=job).order_by("number").values_list("file", "name", "number")
    for (_, name), found in groupby(list(pieces_of), key=lambda piece: piece[:2]):
        pieces = _contents(job, [number for _, _, number in found])
        if PurePath(name).suffix.lower() == ".jsonl":
            yield from jsonl.rows_of(name, jsonl.lines_of(pieces))
        else:
            yield from rows(name, b"".join(pieces))


def _contents(job: Import, numbers: list[int]) -> Iterator[bytes]:
    for number in numbers:
        yield bytes(ImportPiece.objects.values_list("content", flat=True).get(of=job, number=number))


def file_of(export: Export) -> tuple[str, Iterator[bytes]]:
    """The name of an export's file and its bytes, piece by piece; NotNow until it is done."""
    if export.state != TransferState.DONE:
        raise NotNow(f"This export is {export.state}: its file is there once it is done.", found=str(export.pk))
    return f"{export.project.slug}-{export.created_at:%Y-%m-%d-%H%M}.jsonl", _bytes_of(export)


def _bytes_of(export: Export) -> Iterator[bytes]:
    for number in range(export.pieces.count()):
        yield bytes(export.pieces.values_list("content", flat=True).get(number=number))


def outcomes_of(job: Import, state: str) -> QuerySet[ImportRow]:
    """The rows that came to a state, in their order, with their articles (index ``import_row_by_state``)."""
    return job.outcomes.filter(state=state).select_related("article").order_by("number")
