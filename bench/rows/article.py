"""GET an article with its 30 annotations."""

from collections.abc import Iterator
from itertools import cycle

from bench import raw
from bench.clients import median_seconds, per_second
from bench.run import Run
from bench.table import row


def measure(run: Run) -> Iterator[str]:
    client = run.site.connect()
    ours, theirs = cycle(run.articles), cycle(run.articles)
    yield row(
        "GET an article's 30 annotations, ms",
        1000 * median_seconds(lambda: client.send(_read(next(ours)))),
        1000 * median_seconds(lambda: raw.get_article(run.connection, next(theirs))),
        ".2f",
    )
    many = per_second(run.site, lambda number: _read(run.articles[number % len(run.articles)]))
    yield row("    the same, 8 clients, requests/s", many, None, ".0f")


def _read(article: object) -> tuple[str, str, None]:
    return ("GET", f"/api/v1/articles/{article}/annotations/", None)
