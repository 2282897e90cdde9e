"""One run: a database filled to its size, the site that serves it, and what the rows measure with."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import psycopg

from annotator.actions.imports import import_rows
from annotator.actions.projects import add_member, create_project
from annotator.actions.records import add_record
from annotator.actions.register import assess
from annotator.actions.tokens import make_token
from annotator.models import User
from articles.models import Project
from articles.readers.row import Row
from bench import corpus, raw
from bench.clients import Site
from bench.corpus import Register
from bench.load import Loader
from bench.site import Serving

PATTERNS = 20  # articles that the product itself writes, the pattern of the others
ENTITIES, ISSUES, PROPOSITIONS, CODERS = 300, 40, 60, 8


@dataclass
class Run:
    """What the rows are given. ``count`` articles stand in ``ours``; rows that write do so in projects of their own."""

    connection: psycopg.Connection[Any]
    count: int
    port: int
    started_in: float = 0.0  # seconds
    serving: Serving = field(init=False)
    user: User = field(init=False)
    ours: Project = field(init=False)
    register: Register = field(init=False)

    def __post_init__(self) -> None:
        self.user = User.objects.create_user("bench", name="Bench")
        self.coders = [User.objects.create_user(f"coder{n}", name=f"Coder {n}") for n in range(CODERS)]
        self.ours = create_project(slug="ours", name="Ours", by=self.user)
        for coder in self.coders:
            add_member(self.ours, coder, "coder", by=self.user)
        self.register = self.new_register(self.ours, entities=ENTITIES)
        patterns = [*import_rows(self.ours, self.rows(PATTERNS, self.register, seed=1), by=self.user)]
        refused = [outcome.reason for outcome in patterns if outcome.article is None]
        if refused:
            raise RuntimeError(refused[0])
        Loader(self.connection, self.ours.pk, self.register, patterns[0].article.pk).load(self.count - PATTERNS)  # type: ignore[union-attr]
        self.connection.execute("VACUUM ANALYZE")
        _, secret = make_token(by=self.user, name="bench", scope="manage")
        self.site = Site(self.port, secret)
        self.serving = Serving(self.port, self._has_worker)

    def new_project(self, slug: str) -> Project:
        return create_project(slug=slug, name=slug.title(), by=self.user)

    def new_register(self, project: Project, *, entities: int = 50) -> Register:
        """Records for annotations to refer to; half of the propositions are assessed."""

        def added(noun: str, count: int, **fields: str) -> list[Any]:
            name = "name" if noun == "entity" else "wording"
            return [
                add_record(noun, project, {name: f"{noun.title()} {number}", **fields}, by=self.user)
                for number in range(count)
            ]

        propositions = added("proposition", PROPOSITIONS, kind="event")
        for at, proposition in enumerate(propositions[::2]):
            assess(proposition, {**_VERDICT, "rating": ("true", "false")[at % 2]}, by=self.user)
        return Register(
            issues=_ids(added("issue", ISSUES)),
            entities=_ids(added("entity", entities, type="PER")),
            propositions=_ids(propositions),
            coders=[coder.pk for coder in self.coders],
        )

    def rows(self, count: int, register: Register, *, seed: int) -> list[Row]:
        """Articles with their annotations, to be imported."""
        rows = list(corpus.rows(count, seed=seed))
        for number, row in enumerate(rows):
            row.annotations = corpus.annotations(row.fields["text"], register, number)
        return rows

    def _has_worker(self, since: float) -> bool:
        """Whether a worker has given a sign of life since then."""
        told = self.connection.execute(
            "SELECT EXISTS (SELECT FROM procrastinate_workers WHERE last_heartbeat > to_timestamp(%s))", [since]
        )
        return bool(told.fetchone()[0])  # type: ignore[index]

    @cached_property
    def articles(self) -> list[Any]:
        """The ids of some articles, from all over the corpus."""
        return list(raw.articles_of(self.connection, self.ours.pk, limit=1_000))


_VERDICT = {
    "scale": "facts",
    "as_of": "2026-01-01",
    "evidence": [{"url": "https://example.org", "bearing": "supports"}],
}


def _ids(records: list[Any]) -> list[str]:
    return [str(record.pk) for record in records]
