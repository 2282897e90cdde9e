"""Export a project as JSON lines, from a site of which nothing else has been asked."""

import http.client
import statistics
from collections.abc import Iterator

from bench import raw
from bench.measuring import milliseconds
from bench.run import Run
from bench.site import highest_memory
from bench.table import Line, row

# As often as the time allows, ours and the raw limit in turn.
_TURNS, _ARTICLES = 9, 30_000


def measure(run: Run) -> Iterator[Line]:
    run.serving.restart()
    _exported(run)  # by a process that has read nothing yet
    ours, theirs = [], []
    for _ in range(max(1, min(_TURNS, _ARTICLES // run.count))):
        ours.append(milliseconds(lambda: _exported(run)))
        theirs.append(milliseconds(lambda: raw.export_articles(run.connection, run.ours.pk)))
    rate, limit = (1_000 * run.count / statistics.median(took) for took in (ours, theirs))
    yield row("export all as JSON lines, articles/s", rate, limit, ".0f", more_is_better=True, times=3)
    memory = highest_memory(run.serving.pid)
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
