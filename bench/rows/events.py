"""The change feed: a hundred events from the middle of a project's history."""

from collections.abc import Iterator

from bench import raw
from bench.measuring import asking, line
from bench.run import Run
from bench.table import Line


def measure(run: Run) -> Iterator[Line]:
    middle = raw.event_in_the_middle(run.connection, run.ours.pk)
    address = f"/api/v1/events/?project=ours&after={middle}&limit=100"
    yield line(
        run,
        "100 events after one in the middle, ms",
        asking(run, lambda: ("GET", address, None)),
        lambda: raw.events(run.connection, run.ours.pk, middle),
        times=30,
    )
