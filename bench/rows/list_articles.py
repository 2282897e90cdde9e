"""List 50 articles with annotation counts, first and last page."""

from collections.abc import Iterator

from bench import raw
from bench.clients import median_seconds
from bench.run import Run
from bench.table import row

_LIST = "/api/v1/articles/?project=ours&page_size=50"


def measure(run: Run) -> Iterator[str]:
    client = run.site.connect()
    yield row(
        "list 50 articles with counts, ms",
        1000 * median_seconds(lambda: client.send(("GET", _LIST, None)), times=50),
        1000 * median_seconds(lambda: raw.list_articles(run.connection, run.ours.pk), times=50),
        ".2f",
    )
