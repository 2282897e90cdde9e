"""What is measured, line by line."""

import time
from collections.abc import Iterator
from typing import Any

import psycopg

from annotator.actions.imports import import_rows
from annotator.actions.projects import create_project
from annotator.actions.records import add_record
from annotator.actions.tokens import make_token
from annotator.models import User
from articles.models import Article
from bench import corpus, raw
from bench.clients import Site, creating, median_seconds, per_second
from bench.table import row


class Bench:
    """The measurements of one run, in order: later ones read what earlier ones wrote."""

    def __init__(self, connection: psycopg.Connection[Any], count: int) -> None:
        self.connection = connection
        self.count = count
        self.user = User.objects.create_user("bench", name="Bench")
        self.ours, self.theirs = (create_project(slug=s, name=s, by=self.user) for s in ("ours", "raw"))
        self.issue = str(add_record("issue", self.ours, {"wording": "It is fast"}, by=self.user).pk)

    def imports(self) -> Iterator[str]:
        rows = list(corpus.rows(self.count))
        for article in rows:
            article.annotations = corpus.annotations(article.fields["text"], self.issue)
        start = time.perf_counter()
        outcomes = list(import_rows(self.ours, rows, by=self.user))
        ours = self.count / (time.perf_counter() - start)
        refused = [outcome.reason for outcome in outcomes if outcome.state != "new"]
        if refused:
            raise RuntimeError(refused[0])
        self.articles = list(raw.articles_of(self.connection, self.ours.pk))
        self.source = raw.Source.of(self.connection, self.articles)
        copied = self.source.copied(self.theirs.pk, first_revision=10_000_000)
        start = time.perf_counter()
        raw.import_articles(self.connection, copied, self.theirs.pk)
        yield row(
            "bulk import with annotations, articles/s",
            ours,
            self.count / (time.perf_counter() - start),
            ".0f",
            more_is_better=True,
        )
        self.connection.execute("ANALYZE")

    def requests(self, port: int) -> Iterator[str]:
        site = Site(port, make_token(by=self.user, name="bench", scope="manage")[1])
        client = site.connect()
        article = Article.objects.select_related("current").get(pk=self.articles[self.count // 2])
        word = len(article.current.text.split()[0])
        read = ("GET", f"/api/v1/articles/{article.pk}/annotations/", None)
        yield row(
            "GET an article's 30 annotations, ms",
            1000 * median_seconds(lambda: client.send(read)),
            1000 * median_seconds(lambda: raw.get_article(self.connection, article.pk)),
            ".2f",
        )
        yield row("    the same, 8 clients, requests/s", per_second(site, lambda _: read), None, ".0f")
        create = creating(str(article.pk), word)
        yield row(
            "create one annotation, ms",
            1000 * median_seconds(lambda: client.send(create(0))),
            1000 * median_seconds(raw.Creating(self.connection, self.source)),
            ".2f",
        )
        yield row("    the same, 8 clients, requests/s", per_second(site, create), None, ".0f")
        listing = ("GET", "/api/v1/articles/?project=ours&page_size=50", None)
        yield row(
            "list 50 articles with counts, ms",
            1000 * median_seconds(lambda: client.send(listing), times=50),
            1000 * median_seconds(lambda: raw.list_articles(self.connection, self.ours.pk), times=50),
            ".2f",
        )
