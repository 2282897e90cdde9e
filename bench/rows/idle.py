"""Memory of all processes of the site when nobody asks for anything."""

from collections.abc import Iterator

from bench.run import Run
from bench.site import memory
from bench.table import row


def measure(run: Run) -> Iterator[str]:
    yield row("memory, all processes (PSS), MiB", memory(run.pid), None, ".0f")
