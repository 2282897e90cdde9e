"""Export a project as JSON lines, from a site of which nothing else has been asked."""

import http.client
import time
from collections.abc import Iterator

from bench import raw
from bench.run import Run
from bench.site import highest_memory
from bench.table import Line, row


def measure(run: Run) -> Iterator[Line]:
    run.serving.restart()
    start = time.perf_counter()
    articles = _exported(run)
    ours = articles / (time.perf_counter() - start)
    memory = highest_memory(run.serving.pid)
    start = time.perf_counter()
    limit = raw.export_articles(run.connection, run.ours.pk) / (time.perf_counter() - start)
    yield row("export all as JSON lines, articles/s", ours, limit, ".0f", more_is_better=True, times=3)
    yield Line("    the most memory of a process, MiB", memory, ".0f", grows="memory")


def _exported(run: Run) -> int:
    """How many lines come."""
    connection = http.client.HTTPConnection("127.0.0.1", run.port, timeout=600)
    headers = {"Authorization": f"Bearer {run.site.token}", "Host": "localhost"}
    connection.request("GET", "/api/v1/projects/ours/export/", headers=headers)
    answer, lines = connection.getresponse(), 0
    while piece := answer.read(1 << 16):
        lines += piece.count(b"\n")
    if lines != run.count:
        raise RuntimeError(f"{lines:,} lines came, of {run.count:,} articles.")
    return lines
