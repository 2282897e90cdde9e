"""Bulk import of articles with their annotations: in this process, and as a job that is sent to the site."""

import http.client
import tempfile
import time
from collections.abc import Iterator
from typing import IO

import orjson

from annotator.actions.imports import import_rows
from bench import corpus, raw
from bench.run import Run
from bench.site import highest_memory
from bench.table import Line, row

ARTICLES = 500


def measure(run: Run) -> Iterator[Line]:
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
    yield row("bulk import with annotations, articles/s", ARTICLES / taken, limit, ".0f", more_is_better=True, times=2)
    run.serving.restart()
    yield row(
        f"the same as a job, {run.count:,} articles, articles/s",
        run.count / _job(run),
        limit,
        ".0f",
        more_is_better=True,
        times=2,
    )
    yield Line("    the most memory of a process, MiB", highest_memory(run.serving.pid), ".0f", grows="memory")


def _job(run: Run) -> float:
    """Seconds from the request to the end of the import of as many articles as the corpus has."""
    project = run.new_project("sent")
    register = run.new_register(project)
    with tempfile.TemporaryFile() as file:
        for number, article in enumerate(corpus.rows(run.count, seed=4)):
            annotations = corpus.annotations(article.fields["text"], register, number)
            file.write(orjson.dumps({**article.fields, "annotations": annotations}) + b"\n")
        length = file.tell()
        file.seek(0)
        start = time.perf_counter()
        address = _sent(run, file, length)
    client = run.site.connect()
    while (job := orjson.loads(client.send(("GET", address, None))))["state"] not in ("done", "failed"):
        time.sleep(0.1)
    if job["counts"]["new"] != run.count:
        raise RuntimeError(f"{job['counts']}, {job['problem']}")
    return time.perf_counter() - start


def _sent(run: Run, file: IO[bytes], length: int) -> str:
    """The address of the job."""
    connection = http.client.HTTPConnection("127.0.0.1", run.port, timeout=600)
    headers = {
        "Authorization": f"Bearer {run.site.token}",
        "Host": "localhost",
        "Content-Type": "application/x-ndjson",
        "Content-Length": str(length),
    }
    connection.request("POST", "/api/v1/imports/?project=sent", file, headers)
    answer = connection.getresponse()
    content = answer.read()
    if answer.status != 202:
        raise RuntimeError(f"{answer.status} {content[:500]!r}")
    return f"/api/v1/imports/{orjson.loads(content)['id']}/"
