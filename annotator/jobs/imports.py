"""Imports, worked off a while at a time."""

import time
from collections.abc import Callable

from annotator.actions.deferring import defer
from annotator.actions.imports import chunks
from annotator.actions.sketching import keep_sketches
from annotator.actions.transfers import begin_import, fail_import, finish_import, store_rows
from annotator.domain.errors import AnnotatorError
from annotator.models import Import
from annotator.queries.transfers import rows_of

AT_ONCE = 20.0  # seconds, then others' work has its turn


def work_off_import(id: str, *, stopping: Callable[[], bool] = lambda: False) -> None:
    """Store the rows of an import from where it is, for a while; the rest is asked for anew."""
    job = Import.objects.get(pk=id)
    if not begin_import(job):
        return
    until = time.monotonic() + AT_ONCE
    job.refresh_from_db()
    place = job.position
    while job.looking and keep_sketches(job.project) and not stopping():
        pass
    try:
        for chunk in chunks(rows_of(job)):
            if not store_rows(job, chunk, after=place):
                return
            place += len(chunk)
            if stopping() or time.monotonic() > until:
                defer("import", id=id)
                return
    except AnnotatorError as error:
        # The rows' own errors are told of each; this is about all of them: who began it may no longer add articles.
        fail_import(job, error.message)
        return
    finish_import(job, after=place)
