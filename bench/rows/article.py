"""GET an article with its 30 annotations."""

from collections.abc import Iterator
from itertools import cycle

from bench import raw
from bench.measuring import asking, line, rate
from bench.run import Run
from bench.table import Line


def measure(run: Run) -> Iterator[Line]:
    ours, theirs = cycle(run.articles), cycle(run.articles)
    yield line(
        run,
        "GET an article's 30 annotations, ms",
        asking(run, lambda: _read(next(ours))),
        lambda: raw.get_article(run.connection, next(theirs)),
        n=200,
        times=15,
    )
    yield rate(
        run,
        "    the same, 8 clients, requests/s",
        lambda number: _read(run.articles[number % len(run.articles)]),
        least=1_000,
    )


def _read(article: object) -> tuple[str, str, None]:
    return ("GET", f"/api/v1/articles/{article}/annotations/", None)
