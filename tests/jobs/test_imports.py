"""Long imports: every row is stored once, whatever happens in the middle."""

import io
import json
import os
import signal
import time

import pytest
from asgiref.sync import async_to_sync
from procrastinate.contrib.django.models import ProcrastinateJob

from annotator.access.background import visible_imports
from annotator.actions.imports import CHUNK_ROWS as CHUNK
from annotator.actions.projects import remove_member
from annotator.actions.transfers import (
    MOST_TRIES,
    begin_import,
    forget_files,
    resume_import,
    start_import,
    stop_import,
    store_rows,
)
from annotator.domain.errors import Forbidden, NotNow, Refused
from annotator.jobs import imports as working_off
from annotator.jobs.imports import work_off_import
from annotator.jobs.worker import queue, sweep
from annotator.models import Event, Import, ImportPiece, ImportRow, Mention
from annotator.queries.transfers import import_wire, rows_of
from articles.models import Article
from tests.factories import a_cast
from tests.jobs.working import do_what_waits, waiting, worker

PATIENCE = 90  # seconds: a bound for a machine under load, no measure


@pytest.fixture
def cast(db):
    return a_cast()


def a_line(number: int, **more) -> bytes:
    mention = {"kind": "mention", "type": "PER", "segments": [[0, 4]]}
    row = {"title": f"A {number}", "text": f"Ilsa spoke. {number}", "annotations": [mention], **more}
    return json.dumps(row).encode() + b"\n"


def begun(cast, *files: tuple[str, bytes], by=None) -> Import:
    return start_import(cast.project, [(name, io.BytesIO(raw)) for name, raw in files], by=by or cast.mo)


def state_of(job: Import) -> tuple[str, int, dict[str, int]]:
    job.refresh_from_db()
    return job.state, job.position, job.counts


def test_rows_come_in_and_the_refused_are_told(cast):
    lines = a_line(1) + b"nonsense\n" + a_line(1) + a_line(2, title="")

    job = begun(cast, ("../news.jsonl", lines), ("plain.txt", b"A text.\n"))
    before = import_wire(job)
    done = do_what_waits()

    assert (before["state"], before["rows"], before["position"], before["name"]) == ("waiting", 5, 0, "news.jsonl")
    assert done == ["import", "sketches"]
    assert state_of(job) == ("done", 5, {"new": 2, "same": 1, "refused": 2})
    told = ImportRow.objects.filter(of=job).values_list("number", "source", "state", "annotations", "reason")
    assert [row for row in told if row[2] == "refused"] == [
        (2, "news.jsonl, line 2", "refused", 0, "not JSON (Expecting value: line 1 column 1 (char 0))."),
        (4, "news.jsonl, line 4", "refused", 0, "An article needs a title."),
    ]
    assert (Article.objects.count(), Mention.objects.count()) == (2, 1)
    assert ImportPiece.objects.count() == 0


def test_two_files_of_one_name_stay_two(cast):
    job = begun(cast, ("a.txt", b"One text."), ("a.txt", b"Another text."), ("empty.txt", b""))
    do_what_waits()

    assert state_of(job) == ("done", 3, {"new": 2, "refused": 1})


def test_what_fails_in_the_middle_goes_on_at_the_chunk_that_failed(cast, monkeypatch):
    job = begun(cast, ("news.jsonl", b"".join(a_line(number) for number in range(CHUNK + 10))))
    real, calls = working_off.store_rows, []

    def failing(*args, **named):
        calls.append(named["after"])
        if len(calls) == 2:
            raise OSError("the machine failed")
        return real(*args, **named)

    monkeypatch.setattr(working_off, "store_rows", failing)
    with pytest.raises(OSError, match="the machine failed"):
        work_off_import(str(job.pk))
    between = state_of(job), Article.objects.count()
    work_off_import(str(job.pk))

    assert between == (("running", CHUNK, {"new": CHUNK}), CHUNK)
    assert calls == [0, CHUNK, CHUNK]
    assert state_of(job) == ("done", CHUNK + 10, {"new": CHUNK + 10})
    assert Article.objects.count() == ImportRow.objects.count() == CHUNK + 10
    assert Event.objects.filter(act="article.imported").count() == CHUNK + 10


def test_two_workers_at_one_import_store_each_row_once(cast):
    """The first was thought to be dead, and is not."""
    job = begun(cast, ("news.jsonl", a_line(1) + a_line(2)))
    rows = list(rows_of(job))
    begin_import(job)

    assert store_rows(job, rows, after=0) is True
    assert store_rows(job, rows, after=0) is False
    assert state_of(job) == ("running", 2, {"new": 2})
    assert ImportRow.objects.count() == 2


def test_a_row_that_fails_each_time_ends_the_import_and_says_where(cast, monkeypatch):
    job = begun(cast, ("news.jsonl", a_line(1)))

    def failing(*args, **named):
        raise OSError("the machine failed")

    monkeypatch.setattr(working_off, "store_rows", failing)
    for _ in range(MOST_TRIES):
        with pytest.raises(OSError, match="the machine failed"):
            work_off_import(str(job.pk))
    work_off_import(str(job.pk))
    monkeypatch.undo()
    failed, problem = state_of(job), job.problem
    resume_import(job, by=cast.mo)
    do_what_waits()

    assert failed == ("failed", 0, {})
    assert problem == f"Row 1 was tried {MOST_TRIES} times, and each time something failed."
    assert state_of(job) == ("done", 1, {"new": 1})


def test_a_long_import_lets_others_have_their_turn(cast, monkeypatch):
    monkeypatch.setattr(working_off, "AT_ONCE", 0.0)
    job = begun(cast, ("news.jsonl", b"".join(a_line(number) for number in range(CHUNK + 1))))

    assert do_what_waits() == [*["import"] * 3, "sketches"]
    assert state_of(job) == ("done", CHUNK + 1, {"new": CHUNK + 1})


def test_who_may_no_longer_add_articles_brings_no_more_in(cast):
    job = begun(cast, ("news.jsonl", a_line(1)))
    remove_member(cast.project.memberships.get(user=cast.mo), by=cast.alice)
    do_what_waits()

    assert state_of(job) == ("failed", 0, {})
    assert job.problem == "You may not do this here: “article.add” is not for your role, layer or token."
    assert Article.objects.count() == 0


def test_an_import_is_stopped_and_resumed(cast):
    job = begun(cast, ("news.jsonl", a_line(1)))
    stop_import(job, by=cast.rita)
    do_what_waits()
    stopped = state_of(job)
    with pytest.raises(NotNow, match="This import is stopped already."):
        stop_import(job, by=cast.mo)
    resume_import(job, by=cast.mo)
    do_what_waits()

    assert stopped == ("stopped", 0, {})
    assert state_of(job) == ("done", 1, {"new": 1})
    with pytest.raises(NotNow, match="This import is done: only one that was stopped or failed goes on."):
        resume_import(job, by=cast.mo)


def test_whose_imports_are_whose(cast):
    job = begun(cast, ("news.jsonl", a_line(1)), by=cast.rita)

    seen = {user.username: visible_imports(user).count() for user in (*cast.members.values(), cast.zoe)}

    assert seen == {"alice": 1, "rita": 1, "mo": 0, "sam": 0, "zoe": 0}
    with pytest.raises(Forbidden):
        begun(cast, ("news.jsonl", b""), by=cast.sam)
    with pytest.raises(Forbidden, match="stopped and resumed by those who began it, and by editors"):
        stop_import(job, by=cast.mo)


def test_no_file_is_refused_and_nothing_waits(cast):
    with pytest.raises(Refused, match="There is no file"):
        begun(cast)
    assert waiting() == []


def test_files_that_nobody_resumes_are_forgotten_after_a_week(cast):
    job = begun(cast, ("news.jsonl", a_line(1)))
    stop_import(job, by=cast.mo)
    kept = forget_files()
    Import.objects.update(finished_at="2026-01-01T00:00Z")

    assert (kept, forget_files()) == (0, 1)
    with pytest.raises(NotNow, match="The files of this import are no longer kept"):
        resume_import(job, by=cast.mo)


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_mid_import_leaves_exact_counts():
    cast = a_cast()
    count = 20 * CHUNK
    job = begun(cast, ("news.jsonl", b"".join(a_line(number) for number in range(count))))

    with worker() as killed:
        deadline = time.monotonic() + PATIENCE
        while state_of(job)[1] < CHUNK:
            assert time.monotonic() < deadline and killed.poll() is None, killed.stderr.read()
            time.sleep(0.01)
        os.kill(killed.pid, signal.SIGKILL)
    between = state_of(job)
    left = async_to_sync(sweep_now)()
    with worker("--until-idle") as second:
        said = second.communicate(timeout=PATIENCE)[1]

    assert between[0] == "running" and CHUNK <= between[1] < count
    assert left == 1
    assert state_of(job) == ("done", count, {"new": count}), said
    assert Article.objects.count() == Mention.objects.count() == count
    assert list(ImportRow.objects.values_list("number", flat=True)) == list(range(1, count + 1))
    assert Event.objects.filter(act="article.imported").count() == count


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_told_to_end_in_mid_import_leaves_no_job_behind_as_if_it_were_at_work_and_says_nothing():
    cast = a_cast()
    count = 20 * CHUNK
    job = begun(cast, ("news.jsonl", b"".join(a_line(number) for number in range(count))))

    with worker() as ended:
        deadline = time.monotonic() + PATIENCE
        while state_of(job)[1] < CHUNK:
            assert time.monotonic() < deadline and ended.poll() is None, ended.stderr.read()
            time.sleep(0.01)
        ended.terminate()
        said = ended.communicate(timeout=PATIENCE)[1]

    assert said == b""
    # What it could not end in its time waits for the next.
    assert state_of(job)[0] == "done" or waiting() == [("import", {"id": str(job.pk)})]
    assert not ProcrastinateJob.objects.filter(status="doing").exists()


async def sweep_now() -> int:
    """Have the dead worker's jobs found, without the wait until it counts as dead."""
    async with queue() as opened:
        return await sweep(opened, stalled=0)
