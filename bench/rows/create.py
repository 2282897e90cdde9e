"""Create one annotation."""

from collections.abc import Iterator

from articles.models import Article
from bench import raw
from bench.clients import creating, median_seconds, per_second
from bench.run import Run
from bench.table import row


def measure(run: Run) -> Iterator[str]:
    client = run.site.connect()
    article = Article.objects.select_related("current").get(pk=run.articles[0])
    create = creating(str(article.pk), len(article.current.text.split()[0]))
    source = raw.Source.of(run.connection, [article.pk])
    yield row(
        "create one annotation, ms",
        1000 * median_seconds(lambda: client.send(create(0))),
        1000 * median_seconds(raw.Creating(run.connection, source)),
        ".2f",
    )
    yield row("    the same, 8 clients, requests/s", per_second(run.site, create), None, ".0f")
