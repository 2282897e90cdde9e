"""Create one annotation."""

from collections.abc import Iterator
from itertools import count

from articles.models import Article
from bench import raw
from bench.clients import CLIENTS, NUMBERS, creating
from bench.measuring import asking, line, rate
from bench.run import Run
from bench.table import Line


def measure(run: Run) -> Iterator[Line]:
    # Of which the layer is open: a finished one takes no annotations.
    written = Article.objects.filter(project=run.ours, codings__state="open").select_related("current")
    articles = list(written.order_by("pk")[:CLIENTS])
    creates = [creating(str(article.pk), len(article.current.text.split()[0])) for article in articles]
    numbers = count()
    yield line(
        run,
        "create one annotation, ms",
        asking(run, lambda: creates[0](next(numbers))),
        raw.Creating(run.connection, raw.Source.of(run.connection, [articles[0].pk])),
        n=200,
        times=12,
    )
    # Each in an article of its own, as editors work: who writes to an article waits for who does already.
    yield rate(
        run,
        "    the same, 8 clients, requests/s",
        lambda number: creates[number // NUMBERS % len(creates)](number),
        least=600,
    )
