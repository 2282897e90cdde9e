"""Create one annotation."""

from collections.abc import Iterator
from itertools import count

from articles.models import Article
from bench import raw
from bench.clients import creating
from bench.measuring import asking, line, rate
from bench.run import Run
from bench.table import Line


def measure(run: Run) -> Iterator[Line]:
    # Of which the layer is open: a finished one takes no annotations.
    written = Article.objects.filter(project=run.ours, codings__state="open").select_related("current")
    article = written.order_by("pk")[0]
    create = creating(str(article.pk), len(article.current.text.split()[0]))
    numbers = count()
    yield line(
        run,
        "create one annotation, ms",
        asking(run, lambda: create(next(numbers))),
        raw.Creating(run.connection, raw.Source.of(run.connection, [article.pk])),
        n=200,
        times=12,
    )
    yield rate(run, "    the same, 8 clients, requests/s", create, least=600)
