"""Every place where the texts say what is sought, one after the other: a list of hits over many articles."""

import time
import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from annotator.domain.errors import Refused
from annotator.domain.search import Query
from annotator.queries import keyset
from annotator.queries.bounded import SECONDS, OutOfTimeError, answered_in_time, in_time
from annotator.queries.cursors import cursor, position
from annotator.queries.hits import Hit, Span, hit_at, spans_in
from annotator.queries.keyset import Key, Order, keys_of
from annotator.queries.patterns import Pattern
from articles.models import Article

_BATCH = 20  # articles whose texts are in memory at once


@dataclass(frozen=True)
class Sought:
    """What hits are of: a regular expression where there is one, else words."""

    words: Query | None = None
    pattern: Pattern | None = None


@dataclass(frozen=True)
class Place:
    """Where a page begins: in ``article``, from ``at`` if it has this text still; then with those beyond ``keys``."""

    keys: list[Any] | None = None
    article: uuid.UUID | None = None
    revision: int = 0
    at: int = 0

    @classmethod
    def of(cls, given: str | None, order: Order) -> "Place":
        """That of a cursor; Refused for one of another list."""
        values, _ = position(given, _salted(order))
        if values is None:
            return cls()
        keys, article, revision, at = values
        return cls(keys, uuid.UUID(article) if article else None, revision, at)

    def cursor(self, order: Order) -> str:
        return cursor([self.keys, self.article, self.revision, self.at], _salted(order), backwards=False)

    def since(self, article: Article) -> int:
        """Where in an article hits count from: from its beginning, but for the one in which this place is."""
        return self.at if (article.pk, article.current.number) == (self.article, self.revision) else 0


@dataclass(frozen=True)
class Concordance:
    """Hits in the order of their articles, then of the text. ``stopped`` after how many articles, out of time."""

    hits: list[tuple[Article, Hit]]
    next: Place | None
    stopped: int | None = None


@dataclass(frozen=True)
class _Batch:
    """Articles with their hits, and how far that is: ``keys`` of the last that was looked at."""

    found: list[tuple[Article, list[Span]]]
    looked_at: int
    keys: list[Any] | None
    is_end: bool
    stopped: bool = False


def concordance(articles: QuerySet[Article], sought: Sought, order: Order, *, size: int, place: Place) -> Concordance:
    """The next ``size`` hits, in the bounds of one page.

    Words that stand in titles alone have no place in a text: such articles have no hits.
    """
    articles = articles.select_related("current", "words", "outlet", "project")
    until = time.monotonic() + SECONDS
    found: list[tuple[Article, Span]] = []
    looked_at, keys, is_end, stopped = 0, place.keys, False, False
    if place.article is not None:
        here = _next(articles.filter(pk=place.article), sought, order, None, most=size + 1, place=place, until=until)
        found += [(article, span) for article, spans in here.found for span in spans]
        stopped = here.stopped
    while not (is_end or stopped or len(found) > size):
        try:
            batch = _next(articles, sought, order, keys, most=size + 1, place=place, until=until)
        except OutOfTimeError:
            stopped = True
            break
        found += [(article, span) for article, spans in batch.found for span in spans]
        keys, is_end, stopped = batch.keys, batch.is_end, batch.stopped
        looked_at += batch.looked_at
    hits = [(article, hit_at(article.current.text, span)) for article, span in found[:size]]
    if len(found) > size:
        article, (start, _end) = found[size]
        return Concordance(hits, Place(keys_of(article, order), article.pk, article.current.number, start))
    if stopped:
        return Concordance(hits, Place(keys) if keys != place.keys else None, stopped=looked_at)
    return Concordance(hits, None)


def _next(
    articles: QuerySet[Article],
    sought: Sought,
    order: Order,
    keys: list[Any] | None,
    *,
    most: int,
    place: Place,
    until: float,
) -> _Batch:
    if sought.pattern is not None:
        tried = sought.pattern.tried_on(
            articles, order, size=_BATCH, beyond=keys, until=until, since=place.since, most=most
        )
        return _Batch(tried.found, tried.tried, tried.position, tried.is_end, tried.stopped)
    if sought.words is None:
        raise Refused.field("q", None, "`q` or `pattern`: say what is sought.")
    left = until - time.monotonic()

    def read() -> keyset.Page:
        return keyset.page(articles, order, size=_BATCH, beyond=keys)

    rows = answered_in_time(read, "q") if keys is None else in_time(left, read)
    found = [
        (article, [span for span in spans if span[0] >= place.since(article)])
        for article, spans in zip(rows.rows, spans_in(rows.rows, sought.words), strict=True)
    ]
    last = keys_of(rows.rows[-1], order) if rows.rows else keys
    return _Batch(found, len(rows.rows), last, is_end=not rows.has_next)


def _salted(order: Order) -> Order:
    return (*order, Key("hit"))
