"""One run: a database filled to its size, the site that serves it, and what the rows measure with."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import psycopg

from annotator.actions.imports import import_rows
from annotator.actions.projects import create_project
from annotator.actions.records import add_record
from annotator.actions.tokens import make_token
from annotator.models import User
from articles.models import Project
from articles.readers.row import Row
from bench import corpus, raw
from bench.clients import Site
from bench.load import Loader

PATTERNS = 20  # articles that the product itself writes, the pattern of the others


@dataclass
class Run:
    """What the rows are given. ``count`` articles stand in ``ours``; rows that write do so in projects of their own."""

    connection: psycopg.Connection[Any]
    count: int
    port: int
    pid: int = 0
    user: User = field(init=False)
    ours: Project = field(init=False)
    issue: str = field(init=False)

    def __post_init__(self) -> None:
        self.user = User.objects.create_user("bench", name="Bench")
        self.ours = create_project(slug="ours", name="Ours", by=self.user)
        self.issue = self.new_issue(self.ours)
        patterns = [*import_rows(self.ours, self.rows(PATTERNS, issue=self.issue, seed=1), by=self.user)]
        refused = [outcome.reason for outcome in patterns if outcome.article is None]
        if refused:
            raise RuntimeError(refused[0])
        Loader(self.connection, self.ours.pk, self.issue, patterns[0].article.pk).load(self.count - PATTERNS)  # type: ignore[union-attr]
        _, secret = make_token(by=self.user, name="bench", scope="manage")
        self.site = Site(self.port, secret)

    def new_project(self, slug: str) -> Project:
        return create_project(slug=slug, name=slug.title(), by=self.user)

    def new_issue(self, project: Project) -> str:
        return str(add_record("issue", project, {"wording": "It is fast"}, by=self.user).pk)

    def rows(self, count: int, *, issue: str, seed: int) -> list[Row]:
        """Articles with their annotations, to be imported."""
        rows = list(corpus.rows(count, seed=seed))
        for row in rows:
            row.annotations = corpus.annotations(row.fields["text"], issue)
        return rows

    @cached_property
    def articles(self) -> list[Any]:
        """The ids of some articles, from all over the corpus."""
        return list(raw.articles_of(self.connection, self.ours.pk, limit=1_000))
