"""How the articles of a list spread over each of its choices: outlet, year and so on, and what annotations in them say.

What is counted is articles: as many as would be left if one chose that value too. No more are looked at than a page
can wait for: where there are more, those whose ids come first stand for all of them. Ids are made at random, and the
same articles are drawn each time. What is so hard to find that this takes too long is looked for only among the first
articles of the list by id.

Who asks for all has all of them counted, in the same order: where time runs out, those that were counted by then stand
for all in the same way. It takes a core for as long as it lasts, and so no more than a few do it at once.
"""

import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import transaction
from django.db.models import QuerySet, UUIDField, Value
from django.db.models.functions import ExtractYear

from annotator.access.visibility import codings_in, visible_articles, visible_assessments
from annotator.domain.register import AssessmentState
from annotator.models import Coding, Entity, Issue, User
from annotator.models.prepared import among
from annotator.models.record import Record
from annotator.queries.bounded import OutOfTimeError, in_time, take_turn
from annotator.queries.chosen_articles import Chosen, progress_of, together
from annotator.queries.keyset import Key
from annotator.queries.patterns import Pattern, Tried
from annotator.queries.said import Said, said, said_by_those
from annotator.queries.tagged import standing
from articles.models import Article, Outlet, Project

MOST_COUNTED = 1_000  # articles
MOST_TRIED = 2_000  # articles that are looked through where those that are found cannot be drawn in time
SECONDS = 0.3
MOST_READ = 200  # articles whose annotations are looked at: thirty times as many rows
SECONDS_OF_ALL = 30.0  # that somebody waits who asked for all
ALL_AT_ONCE = 2  # counts of all, whoever asks for them
SECONDS_UNTIL_FREE = 10  # after which who was refused may ask again
EVERY = Chosen()
_TOP = 12  # values of one facet


@dataclass(frozen=True)
class Facets:
    """Of ``counted`` articles, and of ``read`` of them what annotations say; all there are where the flags say so.

    Each facet: a value (None: of none) with its number of articles, most frequent first.
    """

    counted: int
    is_all: bool
    read: int = 0
    out_of_time: bool = False
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


def facets(
    user: Any,
    articles: QuerySet[Article],
    project: Project,
    pattern: Pattern | None = None,
    *,
    chosen: Chosen = EVERY,
    of_all: bool = False,
) -> Facets:
    """Facets of articles of a project that the user sees; of annotations those in layers that the user may read.

    They are as ``chosen``: where that says something of a stance or a claim, what is said beside it by the same one
    counts, since what is chosen too will be asked of the same one.

    With a ``pattern``, of those in which it is found in the time that a page of its hits may take; or, ``of_all``, in
    the time that all are counted in. ``of_all`` raises TooMany where others are counting all.
    """
    tally = _Tally(user, project, chosen)
    if of_all:
        is_all = _count_all(tally, articles, pattern)
        return tally.told(is_all=is_all, out_of_time=not is_all)
    rows, is_all = _drawn(user, articles, project) if pattern is None else _found(articles, pattern)
    tally.add(rows, read=MOST_READ)
    return tally.told(is_all=is_all)


Row = tuple[uuid.UUID, Any, str, int | None]  # id, outlet, language, year


class _Tally:
    """How many articles there are of each value, over those that were added so far, each once."""

    def __init__(self, user: Any, project: Project, chosen: Chosen) -> None:
        self._user = user
        self._together = together(user, chosen)
        self._readable = codings_in(user, project).order_by()
        self._counted = self._read = 0
        self._counts: dict[str, Counter[Any]] = defaultdict(Counter)

    def add(self, rows: list[Row], *, read: int) -> None:
        """Add articles, ``read`` of them with what annotations say; all of it, or, where that fails, nothing."""
        ids = [row[0] for row in rows]
        layers = _layers(self._readable, ids)
        states: dict[uuid.UUID, list[str]] = defaultdict(list)
        for _, article, state in layers:
            states[article].append(state)
        numbers = {id: number for number, id in enumerate(ids[:read])}
        read_layers = {layer: numbers[article] for layer, article, _ in layers if article in numbers}
        found = said(read_layers)
        for kind, condition in self._together.items():
            found |= said_by_those(kind, condition, read_layers)
        found["entity"] = _standing(Entity, found.get("entity", {}))
        found["issue"] = _standing(Issue, found.get("issue", {}))
        found["rating"] = _ratings(self._user, found.pop("proposition", {}))
        for at, facet in enumerate(("outlet", "language", "year"), start=1):
            self._counts[facet].update(row[at] for row in rows)
        self._counts["state"].update(progress_of(states[id]).value for id in ids)
        for facet, values in found.items():
            self._counts[facet].update({value: len(articles) for value, articles in values.items()})
        self._counted += len(rows)
        self._read += len(ids[:read])

    def told(self, *, is_all: bool, out_of_time: bool = False) -> Facets:
        counts = self._counts | {"language": _with_varieties(self._counts["language"])}
        top = {facet: _top(of_facet) for facet, of_facet in counts.items()}
        outlets = Outlet.objects.in_bulk([key for key, _ in top.get("outlet", ()) if key is not None])
        return Facets(
            counted=self._counted,
            is_all=is_all,
            read=self._read,
            out_of_time=out_of_time,
            outlets=[(outlets.get(key), count) for key, count in top.get("outlet", ())],
            languages=top.get("language", []),
            years=sorted(self._counts["year"].items(), key=lambda entry: -(entry[0] or 0))[:_TOP],
            states=top.get("state", []),
            coders=_named(User, top.get("coder", [])),
            entities=_named(Entity, top.get("entity", [])),
            issues=_named(Issue, top.get("issue", [])),
            positions=top.get("position", []),
            claim_kinds=top.get("claim_kind", []),
            ratings=top.get("rating", []),
        )


def _drawn(user: Any, articles: QuerySet[Article], project: Project) -> tuple[list[Row], bool]:
    """The first by id, as many as are counted, and whether these are all."""
    try:
        rows = in_time(SECONDS, lambda: _first(articles))
        return rows[:MOST_COUNTED], len(rows) <= MOST_COUNTED
    except OutOfTimeError:
        first = visible_articles(user).kept().filter(project=project).order_by("pk").values("pk")[:MOST_TRIED]
        return _first(articles.filter(pk__in=first))[:MOST_COUNTED], False


def _found(articles: QuerySet[Article], pattern: Pattern) -> tuple[list[Row], bool]:
    tried = pattern.tried_on(articles, _BY_ID, size=MOST_COUNTED, beyond=None, most=1)
    return _rows_of(articles, tried), tried.is_end


def _first(articles: QuerySet[Article]) -> list[Row]:
    """The first by id, and one more than are counted."""
    return list(_by_id(articles)[: MOST_COUNTED + 1])


def _count_all(tally: _Tally, articles: QuerySet[Article], pattern: Pattern | None) -> bool:
    """Count article after article by id, and tell whether they are all.

    In portions that PostgreSQL looks up by indexes: of twice as many at once it would read all annotations that there
    are, each time.
    """
    until = time.monotonic() + SECONDS_OF_ALL
    portions = _portions(articles, until) if pattern is None else _portions_found(articles, pattern, until)
    try:
        # One transaction, for the sake of the turn and of the one cursor along the articles.
        with transaction.atomic():
            told = f"All are counted for {ALL_AT_ONCE} others just now. Ask again in {SECONDS_UNTIL_FREE} seconds."
            take_turn(ALL_AT_ONCE, told=told, wait=SECONDS_UNTIL_FREE)
            for rows in portions:
                in_time(until - time.monotonic(), lambda rows=rows: tally.add(rows, read=len(rows)))
    except OutOfTimeError:
        return False
    return True


def _portions(articles: QuerySet[Article], until: float) -> Iterator[list[Row]]:
    rows = _by_id(articles).iterator(chunk_size=MOST_COUNTED)
    while portion := in_time(until - time.monotonic(), lambda: list(islice(rows, MOST_COUNTED))):
        yield portion


def _portions_found(articles: QuerySet[Article], pattern: Pattern, until: float) -> Iterator[list[Row]]:
    """What stops a page of hits stops nothing here but for the time."""
    beyond, is_end = None, False
    while not is_end:
        if time.monotonic() > until:
            raise OutOfTimeError
        tried = pattern.tried_on(articles, _BY_ID, size=MOST_COUNTED, beyond=beyond, most=1, until=until)
        beyond, is_end = tried.position, tried.is_end
        yield _rows_of(articles, tried)


_BY_ID = (Key("id"),)


def _by_id(articles: QuerySet[Article]) -> QuerySet[Article, Row]:
    rows = articles.order_by("pk").annotate(year=ExtractYear("published_on"))
    return rows.values_list("pk", "outlet", "language", "year")


def _rows_of(articles: QuerySet[Article], tried: Tried) -> list[Row]:
    found = [article.pk for article, _ in tried.found]
    return list(_by_id(articles.filter(among("pk", Value(found, ArrayField(UUIDField()))))))


def _layers(readable: QuerySet[Coding], ids: list[uuid.UUID]) -> list[tuple[uuid.UUID, uuid.UUID, str]]:
    """Of each readable layer of these articles: its id, its article and its state."""
    of_articles = readable.filter(among("article_id", Value(ids, ArrayField(UUIDField()))))
    return list(of_articles.values_list("pk", "article", "state"))


def _ratings(user: Any, said: Said) -> Said:
    """The ratings of what is claimed, by those assessments that the user sees."""
    if not said:
        return {}
    assessments = visible_assessments(user).filter(deleted_at=None).exclude(state=AssessmentState.WITHDRAWN)
    ratings: dict[str, set[int]] = defaultdict(set)
    for proposition, rating in assessments.filter(proposition__in=said).values_list("proposition", "rating"):
        ratings[rating].update(said[proposition])
    return ratings


def _standing(model: type[Record], said: Said) -> Said:
    """The same of the records that stand for those that are meant, as others stand for those that were merged."""
    stands_for = standing(model, set(said))
    found: dict[uuid.UUID, set[int]] = defaultdict(set)
    for value, articles in said.items():
        found[stands_for[value]].update(articles)
    return found


def _with_varieties(languages: Counter[str]) -> Counter[str]:
    """The same as the filter takes a language: “en” is also what is tagged “en-GB”."""
    return Counter(
        {
            tag: sum(count for each, count in languages.items() if f"{each.lower()}-".startswith(f"{tag.lower()}-"))
            for tag in languages
        }
    )


def _named(model: type[Any], top: list[tuple[Any, int]]) -> list[tuple[Any, int]]:
    found = model.objects.in_bulk([key for key, _ in top])
    return [(found[key], count) for key, count in top]


def _top(counts: Counter[Any]) -> list[tuple[Any, int]]:
    """The most frequent; among equals, always in the same order."""
    return sorted(counts.items(), key=lambda entry: (-entry[1], str(entry[0])))[:_TOP]
