"""Long imports: begun here, stored chunk by chunk, each chunk with the place up to which it goes.

A worker that is killed loses the chunk that it was at, and no more: the place says where the next one goes on, and a
row is stored once, whoever stores it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import PurePath
from typing import BinaryIO

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from annotator.access.rules import may, require
from annotator.actions.deferring import defer
from annotator.actions.imports import Outcome, import_chunk
from annotator.actions.trace import told_together
from annotator.domain.errors import Forbidden, NotNow, Refused
from annotator.models import Import, ImportPiece, ImportRow, User
from annotator.models.transfer import LONGEST_NAME, OVER, Piece, TransferState
from articles.models import Project
from articles.readers.row import Row

MOST_TRIES = 5  # at one chunk
KEPT = timedelta(days=7)  # that the file of one which did not get to its end is kept, to be resumed


@transaction.atomic
def start_import(project: Project, files: Iterable[tuple[str, BinaryIO]], *, by: User) -> Import:
    """Keep the files, and have a worker bring their rows in; ``files`` are names and what is read from them."""
    require(by, "article.add", project)
    job = Import.objects.create(project=project, by_id=by.pk, name="")
    number = rows = 0
    for place, (full_name, file) in enumerate(files):
        name = _label(full_name)
        job.name = job.name or name
        content, lines = file.read(Piece.MOST), 0
        while True:
            ImportPiece.objects.create(of=job, number=number, file=place, name=name, content=content)
            number += 1
            lines += content.count(b"\n")
            last, content = content, file.read(Piece.MOST)
            if not content:
                break
        rows += lines + (not last.endswith(b"\n")) if name.lower().endswith(".jsonl") else 1
    if not number:
        raise Refused.field("files", None, "There is no file: send JSON lines, a text, or files.")
    job.rows = rows
    job.save(update_fields=["name", "rows"])
    defer("import", id=str(job.pk))
    return job


@transaction.atomic
def begin_import(job: Import) -> bool:
    """Take an import up where it is; False where there is nothing to do, or it has been tried too often."""
    job = Import.objects.select_for_update().get(pk=job.pk)
    if job.state in OVER:
        return False
    if job.tries >= MOST_TRIES:
        fail_import(job, f"Row {job.position + 1} was tried {job.tries} times, and each time something failed.")
        return False
    Import.objects.filter(pk=job.pk).update(state=TransferState.RUNNING.value, tries=F("tries") + 1)
    return True


@transaction.atomic
def store_rows(job: Import, rows: Sequence[Row], *, after: int) -> bool:
    """Store the rows that follow the first ``after``, and that they are stored; False where somebody else did, or
    the import was stopped."""
    job = Import.objects.select_for_update().select_related("project", "by").get(pk=job.pk)
    if job.state != TransferState.RUNNING or job.position != after:
        return False
    # The project's history is locked after all rows, so that those who annotate meanwhile wait for the commit alone.
    with told_together():
        outcomes = import_chunk(job.project, rows, by=job.by)
    ImportRow.objects.bulk_create(
        _told(job, number, outcome) for number, outcome in enumerate(outcomes, start=after + 1)
    )
    job.position = after + len(rows)
    job.counts = dict(Counter(job.counts) + Counter(outcome.state for outcome in outcomes))
    job.tries = 0
    job.save(update_fields=["position", "counts", "tries"])
    return True


def _label(name: str) -> str:
    """A file's name without the folders that it may come with, as it can be stored."""
    return PurePath(name.replace("\\", "/")).name.replace("\x00", "\ufffd")[-LONGEST_NAME:] or "file"


def _told(job: Import, number: int, outcome: Outcome) -> ImportRow:
    reason = outcome.reason.removeprefix(f"{outcome.source}: ")
    return ImportRow(
        of=job,
        number=number,
        source=outcome.source[: LONGEST_NAME + 40],
        state=outcome.state,
        article=outcome.article,
        annotations=outcome.annotations,
        reason=reason.replace("\x00", "\ufffd")[:2_000],
    )


@transaction.atomic
def finish_import(job: Import, *, after: int) -> None:
    """Say that all its rows are stored, and forget its files."""
    done = Import.objects.filter(pk=job.pk, state=TransferState.RUNNING.value, position=after)
    if done.update(state=TransferState.DONE.value, rows=after, finished_at=timezone.now()):
        ImportPiece.objects.filter(of=job).delete()


def fail_import(job: Import, why: str) -> None:
    """Say why it does not go on. What is stored stays; the files are kept so that it can be resumed."""
    Import.objects.filter(pk=job.pk).exclude(state__in=OVER).update(
        state=TransferState.FAILED.value, problem=why[:2_000], finished_at=timezone.now()
    )


@transaction.atomic
def stop_import(job: Import, *, by: User) -> Import:
    """Have it end where it is; what has come in stays."""
    job = _held(job, by=by)
    if job.state in OVER:
        raise NotNow(f"This import is {job.state} already.", found=str(job.pk))
    job.state, job.finished_at = TransferState.STOPPED.value, timezone.now()
    job.save(update_fields=["state", "finished_at"])
    return job


@transaction.atomic
def resume_import(job: Import, *, by: User) -> Import:
    """Have it go on where it was stopped or failed."""
    job = _held(job, by=by)
    if job.state not in (TransferState.STOPPED, TransferState.FAILED):
        raise NotNow(f"This import is {job.state}: only one that was stopped or failed goes on.", found=str(job.pk))
    if not job.pieces.exists():
        raise NotNow("The files of this import are no longer kept: send them again.", found=str(job.pk))
    job.state, job.problem, job.tries, job.finished_at = TransferState.WAITING.value, "", 0, None
    job.save(update_fields=["state", "problem", "tries", "finished_at"])
    defer("import", id=str(job.pk))
    return job


def _held(job: Import, *, by: User) -> Import:
    """The import, locked, for whom it is; editors have a hand in everybody's."""
    require(by, "article.add", job.project)
    if job.by_id != by.pk and not may(by, "article.change", job.project):
        raise Forbidden("An import is stopped and resumed by those who began it, and by editors.")
    return Import.objects.select_for_update(of=("self",)).select_related("project", "by").get(pk=job.pk)


def forget_files() -> int:
    """Delete the files of imports that have lain for ``KEPT`` without getting to their end; gives how many pieces."""
    old = Import.objects.filter(state__in=OVER, finished_at__lt=timezone.now() - KEPT)
    return ImportPiece.objects.filter(of__in=old).delete()[0]
