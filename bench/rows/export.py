"""Export a project as JSON lines."""

import http.client
import time
from collections.abc import Iterator
from pathlib import Path

from bench import raw
from bench.run import Run
from bench.site import processes
from bench.table import row


def measure(run: Run) -> Iterator[str]:
    before = _highest(run.pid)
    start = time.perf_counter()
    articles = _exported(run)
    ours = articles / (time.perf_counter() - start)
    grown = _highest(run.pid) - before
    start = time.perf_counter()
    limit = raw.export_articles(run.connection, run.ours.pk) / (time.perf_counter() - start)
    yield row("export all as JSON lines, articles/s", ours, limit, ".0f", more_is_better=True)
    yield row("    how much the largest process grew, MiB", grown, None, ".1f")


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


def _highest(pid: int) -> float:
    """The most memory that any process of the site has had at a time, in MiB."""
    peaks = [
        int(line.split()[1])
        for process in processes(pid)
        for line in Path(f"/proc/{process}/status").read_text().splitlines()
        if line.startswith("VmHWM:")
    ]
    return max(peaks) / 1024
