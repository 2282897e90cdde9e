"""Bulk import of articles with their annotations."""

import time
from collections.abc import Iterator

from annotator.actions.imports import import_rows
from bench import raw
from bench.run import Run
from bench.table import row

ARTICLES = 500


def measure(run: Run) -> Iterator[str]:
    ours, theirs = run.new_project("imported"), run.new_project("copied")
    rows = run.rows(ARTICLES, run.new_register(ours), seed=3)
    start = time.perf_counter()
    outcomes = list(import_rows(ours, rows, by=run.user))
    taken = time.perf_counter() - start
    refused = [outcome.reason for outcome in outcomes if outcome.state != "new"]
    if refused:
        raise RuntimeError(refused[0])
    stored = list(raw.articles_of(run.connection, ours.pk, limit=ARTICLES))
    copied = raw.Source.of(run.connection, stored).copied(theirs.pk, first_revision=1_000_000_000)
    start = time.perf_counter()
    raw.import_articles(run.connection, copied, theirs.pk)
    limit = ARTICLES / (time.perf_counter() - start)
    yield row("bulk import with annotations, articles/s", ARTICLES / taken, limit, ".0f", more_is_better=True)
