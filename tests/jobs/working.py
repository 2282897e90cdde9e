"""Doing the work that waits in the queue: in the test's own transaction, or by a worker of its own."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from annotator.jobs import tasks

ROOT = Path(__file__).resolve().parents[2]


class _Going:
    """What a task may ask of the worker that runs it: it is not about to end."""

    def should_abort(self) -> bool:
        return False


def waiting() -> list[tuple[str, dict[str, Any]]]:
    """The work that waits: names and arguments, the next first."""
    jobs = ProcrastinateJob.objects.filter(status="todo").order_by("-priority", "id")
    return [(job.task_name, job.args) for job in jobs]


def take_next() -> tuple[str, dict[str, Any]] | None:
    """Take the next out of the queue."""
    job = ProcrastinateJob.objects.filter(status="todo").order_by("-priority", "id").first()
    if job is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job.pk])
    return job.task_name, job.args


def do_what_waits(*, most: int = 100) -> list[str]:
    """Do all that waits, and what comes of it, whenever it is due; gives the names of what was done."""
    done: list[str] = []
    while (taken := take_next()) is not None:
        assert len(done) < most, f"still {waiting()} after {done}"
        name, given = taken
        task = app.tasks[name]
        task(*([_Going()] if task.pass_context else []), **given)
        done.append(name)
    return done


def worker(*words: str) -> "subprocess.Popen[bytes]":
    """A worker of its own on the test's database, for tests whose writes are committed."""
    there = connection.settings_dict
    address = f"postgresql:///{there['NAME']}?host={there['HOST']}&user={there['USER']}&port={there['PORT'] or 5432}"
    return subprocess.Popen(
        [sys.executable, "manage.py", "worker", *words],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "annotator.settings", "DATABASE_URL": address},
        stderr=subprocess.PIPE,
    )


assert tasks  # registers them
