"""How soon the site is there, and the memory of all its processes when nobody has asked for anything."""

from collections.abc import Iterator

from bench.run import Run
from bench.site import memory
from bench.table import Line, budget


def measure(run: Run) -> Iterator[Line]:
    yield budget("cold start: launcher, web server, worker, s", run.started_in, 2, ".2f")
    yield budget("memory idle, all processes (PSS), MiB", memory(run.serving.pid), 250, ".0f")
