"""How the articles of a list spread over each of its choices: outlet, year and so on, and what annotations in them say.

What is counted is articles: as many as would be left if one chose that value too. No more are looked at than a page
can wait for: where there are more, those whose ids come first stand for all of them. Ids are made at random, and the
same articles are drawn each time. What is so hard to find that this takes too long is looked for only among the first
articles of the list by id.
"""

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet, UUIDField, Value
from django.db.models.functions import ExtractYear

from annotator.access.visibility import visible_articles, visible_assessments, visible_codings
from annotator.domain.annotation import Origin
from annotator.domain.register import AssessmentState
from annotator.models import ANNOTATIONS, Coding, Entity, Issue, User
from annotator.models.prepared import among
from annotator.models.record import Record
from annotator.queries.bounded import OutOfTimeError, in_time
from annotator.queries.chosen_articles import progress_of
from annotator.queries.keyset import Key
from annotator.queries.patterns import Pattern
from annotator.queries.tagged import ENTITY_SECTIONS, standing
from articles.models import Article, Outlet, Project

MOST_COUNTED = 1_000  # articles
MOST_TRIED = 2_000  # articles that are looked through where those that are found cannot be drawn in time
SECONDS = 0.3
MOST_READ = 200  # articles whose annotations are looked at: thirty times as many rows
_TOP = 12  # values of one facet


@dataclass(frozen=True)
class Facets:
    """Of ``counted`` articles, and of ``read`` of them what annotations say; all there are where the flags say so.

    Each facet: a value (None: of none) with its number of articles, most frequent first.
    """

    counted: int
    is_all: bool
    read: int = 0
    outlets: list[tuple[Outlet | None, int]] = field(default_factory=list)
    languages: list[tuple[str, int]] = field(default_factory=list)
    years: list[tuple[int | None, int]] = field(default_factory=list)
    states: list[tuple[str, int]] = field(default_factory=list)
    coders: list[tuple[User, int]] = field(default_factory=list)
    entities: list[tuple[Entity, int]] = field(default_factory=list)
    issues: list[tuple[Issue, int]] = field(default_factory=list)
    positions: list[tuple[str, int]] = field(default_factory=list)
    claim_kinds: list[tuple[str, int]] = field(default_factory=list)
    ratings: list[tuple[str, int]] = field(default_factory=list)

    @property
    def all_read(self) -> bool:
        return self.is_all and self.read == self.counted


def facets(user: Any, articles: QuerySet[Article], project: Project, pattern: Pattern | None = None) -> Facets:
    """Facets of articles of a project that the user sees; of annotations those in layers that the user may read.

    With a ``pattern``, of those in which it is found in the time that a page of its hits may take.
    """
    rows, is_all = _drawn(user, articles, project) if pattern is None else _found(articles, pattern)
    ids = [row[0] for row in rows]
    outlets, languages, years = (Counter(row[at] for row in rows) for at in (1, 2, 3))
    named = Outlet.objects.in_bulk([key for key in outlets if key is not None])
    readable = visible_codings(user).order_by()
    states = _states(_of(readable, ids))
    said = _said(_of(readable, ids[:MOST_READ]))
    return Facets(
        counted=len(rows),
        is_all=is_all,
        read=len(ids[:MOST_READ]),
        outlets=[(named[key] if key is not None else None, count) for key, count in _top(outlets)],
        languages=_top(languages),
        years=sorted(years.items(), key=lambda entry: -(entry[0] or 0))[:_TOP],
        states=_top(Counter(progress_of(states[id]).value for id in ids)),
        coders=_named(User, {int(key): articles for key, articles in said["coder"].items()}),
        entities=_named(Entity, _standing(Entity, said["entity"])),
        issues=_named(Issue, _standing(Issue, said["issue"])),
        positions=_top(_counted(said["position"])),
        claim_kinds=_top(_counted(said["claim_kind"])),
        ratings=_top(_counted(_ratings(user, said["proposition"]))),
    )


Row = tuple[uuid.UUID, Any, str, int | None]  # id, outlet, language, year


def _drawn(user: Any, articles: QuerySet[Article], project: Project) -> tuple[list[Row], bool]:
    """The first by id, as many as are counted, and whether these are all."""
    try:
        rows = in_time(SECONDS, lambda: _first(articles))
        return rows[:MOST_COUNTED], len(rows) <= MOST_COUNTED
    except OutOfTimeError:
        first = visible_articles(user).kept().filter(project=project).order_by("pk").values("pk")[:MOST_TRIED]
        return _first(articles.filter(pk__in=first))[:MOST_COUNTED], False


def _found(articles: QuerySet[Article], pattern: Pattern) -> tuple[list[Row], bool]:
    tried = pattern.tried_on(articles, (Key("id"),), size=MOST_COUNTED, beyond=None, most=1)
    found = [article.pk for article, _ in tried.found]
    return _first(articles.filter(among("pk", Value(found, ArrayField(UUIDField()))))), tried.is_end


def _first(articles: QuerySet[Article]) -> list[Row]:
    """The first by id, and one more than are counted."""
    rows = articles.order_by("pk").annotate(year=ExtractYear("published_on"))
    return list(rows.values_list("pk", "outlet", "language", "year")[: MOST_COUNTED + 1])


def _of(codings: QuerySet[Coding], ids: list[uuid.UUID]) -> QuerySet[Coding]:
    return codings.filter(among("article_id", Value(ids, ArrayField(UUIDField()))))


def _states(codings: QuerySet[Coding]) -> dict[uuid.UUID, list[str]]:
    found: dict[uuid.UUID, list[str]] = defaultdict(list)
    for article, state in codings.values_list("article", "state"):
        found[article].append(state)
    return found


# What annotations of each kind say: facet → columns.
_COLUMNS: dict[str, list[tuple[str, str]]] = {
    kind: [("coder", "created_by_id")]
    + [("entity", f"{column}_id") for of_kind, column in ENTITY_SECTIONS.values() if of_kind == kind]
    for kind in ANNOTATIONS
}
_COLUMNS["stance"] += [("issue", "target_issue_id"), ("position", "position")]
_COLUMNS["claim"] += [("claim_kind", "claim_kind"), ("proposition", "proposition_id")]

Said = Mapping[Any, Collection[int]]  # what is said → the numbers of the articles in which it is


def _said(readable: QuerySet[Coding]) -> dict[str, dict[str, list[int]]]:
    """For each facet what is said in which articles: one pass over the annotations of each kind."""
    found: dict[str, dict[str, list[int]]] = defaultdict(dict)
    try:
        codings, parameters = readable.values_list("pk", "article").query.sql_with_params()
    except EmptyResultSet:
        return found
    # What stands in it is the ORM's own, with its parameters apart, and names of columns.
    statement = f"""
        WITH c AS MATERIALIZED (
            SELECT id, dense_rank() OVER (ORDER BY article) AS article FROM ({codings}) AS found (id, article)),
        said AS ({" UNION ".join(map(_of_kind, _COLUMNS))})
        SELECT facet, value, array_agg(article) FROM said GROUP BY facet, value
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        for facet, value, articles in cursor.fetchall():
            found[facet][value] = articles
    return found


def _of_kind(kind: str) -> str:
    values = ", ".join(f"('{facet}', t.{column}::text)" for facet, column in _COLUMNS[kind])
    return f"""
        SELECT c.article, said.facet, said.value FROM c
        JOIN {ANNOTATIONS[kind]._meta.db_table} t
        ON t.coding_id = c.id AND t.deleted_at IS NULL AND t.origin <> '{Origin.SUGGESTED}',
        LATERAL (VALUES {values}) AS said (facet, value) WHERE said.value IS NOT NULL
    """  # noqa: S608


def _ratings(user: Any, said: Said) -> Said:
    """The ratings of what is claimed, by those assessments that the user sees."""
    if not said:
        return {}
    assessments = visible_assessments(user).filter(deleted_at=None).exclude(state=AssessmentState.WITHDRAWN)
    ratings: dict[str, set[int]] = defaultdict(set)
    for proposition, rating in assessments.filter(proposition__in=said).values_list("proposition", "rating"):
        ratings[rating].update(said[str(proposition)])
    return ratings


def _standing(model: type[Record], said: Said) -> Said:
    """The same of the records that stand for those that are meant, as others stand for those that were merged."""
    stands_for = standing(model, {uuid.UUID(value) for value in said})
    found: dict[uuid.UUID, set[int]] = defaultdict(set)
    for value, articles in said.items():
        found[stands_for[uuid.UUID(value)]].update(articles)
    return found


def _named(model: type[Any], said: Said) -> list[tuple[Any, int]]:
    top = _top(_counted(said))
    found = model.objects.in_bulk([key for key, _ in top])
    return [(found[key], count) for key, count in top]


def _counted(said: Said) -> Counter[Any]:
    return Counter({value: len(articles) for value, articles in said.items()})


def _top(counts: Counter[Any]) -> list[tuple[Any, int]]:
    """The most frequent; among equals, always in the same order."""
    return sorted(counts.items(), key=lambda entry: (-entry[1], str(entry[0])))[:_TOP]
