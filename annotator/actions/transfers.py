"""Long imports: begun here, stored chunk by chunk, each chunk with the place up to which it goes.

A worker that is killed loses the chunk that it was at, and no more: the place says where the next one goes on, and a
row is stored once, whoever stores it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import PurePath
from typing import BinaryIO

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Sum
from django.utils import timezone

from annotator.access.rules import may, require
from annotator.actions.choosing import PROPOSED, Choice, possible
from annotator.actions.deferring import defer
from annotator.actions.imports import Outcome
from annotator.actions.looking import outcomes_of
from annotator.actions.sketching import defer_sketches
from annotator.actions.trace import told_together
from annotator.domain.errors import Forbidden, NotNow, Refused
from annotator.models import Import, ImportPiece, ImportRow, ImportText, User
from annotator.models.transfer import LONGEST_NAME, LONGEST_SOURCE, OVER, Piece, TransferState
from annotator.queries.arriving import State
from articles.models import Project
from articles.readers import UNCOUNTED
from articles.readers.row import Row

MOST_TRIES = 5  # at one chunk
MOST_WAITING = 8 * 1024**3  # bytes of a project's imports that are not done
KEPT = timedelta(days=7)  # that the file of one which did not get to its end is kept, to be resumed


@transaction.atomic
def start_import(project: Project, files: Iterable[tuple[str, BinaryIO]], *, by: User, look: bool = False) -> Import:
    """Keep the files, and have a worker bring their rows in; ``files`` are names and what is read from them.

    With ``look`` nothing is stored of them until ``store_looked``: the worker says what each row would be.
    """
    require(by, "article.add", project)
    job = Import.objects.create(project=project, by_id=by.pk, name="", looking=look)
    number, counted = 0, []
    left = MOST_WAITING - _waiting(project)
    for place, (full_name, file) in enumerate(files):
        name = _label(full_name)
        job.name = job.name or name
        content, lines = file.read(Piece.MOST), 0
        while True:
            job.size += len(content)
            if job.size > left:
                raise _too_much()
            ImportPiece.objects.create(of=job, number=number, file=place, name=name, content=content)
            number += 1
            lines += content.count(b"\n")
            last, content = content, file.read(Piece.MOST)
            if not content:
                break
        counted.append(_count(name, lines + (not last.endswith(b"\n"))))
    if not number:
        raise Refused.field("files", None, "There is no file: send JSON lines, a text, or files.")
    job.rows = None if None in counted else sum(filter(None, counted))
    job.save(update_fields=["name", "rows", "size"])
    defer("import", id=str(job.pk))
    return job


def require_room(project: Project, size: int) -> None:
    """Raise NotNow where ``size`` bytes are more than the project's imports may have waiting, before they are taken."""
    if _waiting(project) + size > MOST_WAITING:
        raise _too_much()


def _waiting(project: Project) -> int:
    """Bytes of the files that are kept for imports which are not done."""
    kept = Import.objects.filter(Exists(ImportPiece.objects.filter(of=OuterRef("pk"))), project=project)
    return kept.aggregate(size=Sum("size", default=0))["size"]


def _too_much() -> NotNow:
    return NotNow(
        f"The files of this project's imports that are not done may have {MOST_WAITING:,} bytes in all, and with these "
        "they would have more. Wait until others are in; those that were stopped or failed are kept for a week."
    )


def _count(name: str, lines: int) -> int | None:
    """About how many rows a file has; None where nobody knows before it is read."""
    ending = PurePath(name).suffix.lower()
    return lines if ending in (".jsonl", ".ndjson") else None if ending in UNCOUNTED else 1


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
        outcomes = outcomes_of(job, rows)
    ImportRow.objects.bulk_create(
        _told(job, number, row, outcome)
        for number, (row, outcome) in enumerate(zip(rows, outcomes, strict=True), start=after + 1)
    )
    for row in rows:
        job.taken = job.taken + 1 if row.at == job.read else 1
        job.read, job.line = row.at, row.line
    job.position = after + len(rows)
    job.counts = dict(Counter(job.counts) + Counter(outcome.state for outcome in outcomes))
    job.tries = 0
    job.save(update_fields=["position", "counts", "tries", "read", "line", "taken"])
    return True


def _label(name: str) -> str:
    """A file's name without the folders that it may come with, as it can be stored."""
    return PurePath(name.replace("\\", "/")).name.replace("\x00", "\ufffd")[-LONGEST_NAME:] or "file"


def _told(job: Import, number: int, row: Row, outcome: Outcome) -> ImportRow:
    reason = outcome.reason.removeprefix(f"{outcome.source}: ")
    return ImportRow(
        of=job,
        number=number,
        source=outcome.source[:LONGEST_SOURCE],
        title=outcome.title,
        state=outcome.state,
        article=outcome.article,
        annotations=outcome.annotations,
        reason=reason.replace("\x00", "\ufffd")[:2_000],
        likeness=outcome.likeness,
        notes=[note.replace("\x00", "\ufffd")[:2_000] for note in row.notes],
    )


@transaction.atomic
def finish_import(job: Import, *, after: int) -> None:
    """Say that all its rows are stored, and forget its files; or that they were looked at, and keep them."""
    state = TransferState.LOOKED if job.looking else TransferState.DONE
    done = Import.objects.filter(pk=job.pk, state=TransferState.RUNNING.value, position=after)
    if done.update(state=state.value, rows=after, read=F("size"), finished_at=timezone.now()) and not job.looking:
        ImportPiece.objects.filter(of=job).delete()
        ImportText.objects.filter(of=job).delete()
        defer_sketches(job.project)


@transaction.atomic
def store_looked(job: Import, choices: Mapping[str, str], *, by: User) -> Import:
    """Have the rows that were looked at stored: revisions and near duplicates as chosen, else as is proposed.

    ``choices`` are by the states “revision” and “near”. An article that was changed after the files came is not
    revised by them: such a row is refused.
    """
    job = _held(job, by=by)
    if job.state != TransferState.LOOKED:
        raise NotNow(f"This import is {job.state}: only one whose rows were looked at is told what to store.")
    _require_files(job)
    chosen = {}
    for state in (State.REVISION, State.NEAR):
        choice = choices.get(state) or PROPOSED[state]
        if choice not in possible(state):
            raise Refused.field(state, choice, f"`{state}`: use one of {', '.join(possible(state))}.")
        chosen[state.value] = str(choice)
    if any(job.counts.get(state) and choice == Choice.REVISE for state, choice in chosen.items()):
        require(job.by, "article.revise", job.project)
    ImportRow.objects.filter(of=job).delete()
    ImportText.objects.filter(of=job).delete()
    job.looking, job.choices, job.state = False, chosen, TransferState.WAITING.value
    job.position, job.read, job.line, job.taken, job.counts = 0, 0, 1, 0, {}
    job.tries, job.finished_at = 0, None
    job.save()
    defer("import", id=str(job.pk))
    return job


def fail_import(job: Import, why: str) -> None:
    """Say why it does not go on. What is stored stays; the files are kept so that it can be resumed."""
    Import.objects.filter(pk=job.pk).exclude(state__in=OVER).update(
        state=TransferState.FAILED.value, problem=why[:2_000], finished_at=timezone.now()
    )


@transaction.atomic
def stop_import(job: Import, *, by: User) -> Import:
    """Have it end where it is; what has come in stays."""
    job = _held(job, by=by)
    if job.state in OVER and job.state != TransferState.LOOKED:
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
    _require_files(job)
    job.state, job.problem, job.tries, job.finished_at = TransferState.WAITING.value, "", 0, None
    job.save(update_fields=["state", "problem", "tries", "finished_at"])
    defer("import", id=str(job.pk))
    return job


def _require_files(job: Import) -> None:
    if not job.pieces.exists():
        raise NotNow("The files of this import are no longer kept: send them again.", found=str(job.pk))


def _held(job: Import, *, by: User) -> Import:
    """The import, locked, for whom it is; editors have a hand in everybody's."""
    require(by, "article.add", job.project)
    if job.by_id != by.pk and not may(by, "article.change", job.project):
        raise Forbidden("An import is stopped and resumed by those who began it, and by editors.")
    return Import.objects.select_for_update(of=("self",)).select_related("project", "by").get(pk=job.pk)


def forget_files() -> int:
    """Delete the files of imports that have lain for ``KEPT`` without getting to their end; gives how many pieces."""
    old = Import.objects.filter(state__in=OVER, finished_at__lt=timezone.now() - KEPT)
    ImportText.objects.filter(of__in=old).delete()
    return ImportPiece.objects.filter(of__in=old).delete()[0]
