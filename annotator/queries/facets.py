"""How the articles of a list are spread over outlets, languages and years."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.functions import ExtractYear

from articles.models import Article, Outlet

# Articles that are counted at the most. What is beyond is not counted, and the figure says so.
MOST_COUNTED = 10_000


@dataclass(frozen=True)
class Facets:
    """Of the first ``counted`` articles; ``is_all`` where there are no more. Most frequent first.

    ``outlets`` by key (None: of no outlet), ``years`` None where undated.
    """

    counted: int
    is_all: bool
    outlets: list[tuple[Outlet | None, int]]
    languages: list[tuple[str, int]]
    years: list[tuple[int | None, int]]


def facets(articles: QuerySet[Article]) -> Facets:
    """One pass over the articles, and no further than ``MOST_COUNTED``."""
    bounded = articles.order_by().annotate(year=ExtractYear("published_on"))
    bounded = bounded.values_list(F("outlet_id"), "language", "year")[:MOST_COUNTED]
    inner, parameters = bounded.query.sql_with_params()
    with connection.cursor() as cursor:
        # What stands in it is the ORM's own, with its parameters apart.
        cursor.execute(f"SELECT *, count(*) FROM ({inner}) AS found (o, l, y) GROUP BY o, l, y", parameters)  # noqa: S608
        rows = cursor.fetchall()
    counts: list[Counter[Any]] = [Counter(), Counter(), Counter()]
    for *values, count in rows:
        for counter, value in zip(counts, values, strict=True):
            counter[value] += count
    by_outlet, by_language, by_year = counts
    named = Outlet.objects.in_bulk([key for key in by_outlet if key is not None])
    total = by_language.total()
    return Facets(
        counted=total,
        is_all=total < MOST_COUNTED,
        outlets=[(named[key] if key is not None else None, count) for key, count in by_outlet.most_common()],
        languages=by_language.most_common(),
        years=sorted(by_year.items(), key=lambda entry: -(entry[0] or 0)),
    )
