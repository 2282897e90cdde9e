"""How long a search may take: what is not there soon is asked in another way, and refused where that takes too long."""

import pytest
from django.db import connection

from annotator.domain.errors import Refused
from annotator.queries import bounded
from annotator.queries.articles import ORDERS, chosen_articles
from annotator.queries.bounded import answered_in_time
from annotator.queries.chosen_articles import Chosen
from annotator.queries.keyset import page
from tests.factories import a_cast, an_article

pytestmark = pytest.mark.django_db


def ways():
    """How PostgreSQL may read what is asked for now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('enable_indexscan'), current_setting('enable_indexonlyscan')")
        return cursor.fetchone()


def waiting(seconds):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(%s)", [seconds])


def test_what_is_not_there_soon_is_collected_and_sorted(monkeypatch):
    monkeypatch.setattr(bounded, "SOON", 0.05)
    asked = []

    def ask():
        asked.append(ways())
        if len(asked) == 1:
            waiting(10)
        return "found"

    found = answered_in_time(ask, "q")

    assert (found, asked, ways()) == ("found", [("on", "on"), ("off", "off")], ("on", "on"))


def test_what_takes_too_long_either_way_is_refused_at_its_field(monkeypatch):
    monkeypatch.setattr(bounded, "SOON", 0.05)
    monkeypatch.setattr(bounded, "SECONDS", 0.1)

    with pytest.raises(Refused) as refused:
        answered_in_time(lambda: waiting(10), "q")

    assert [problem.field for problem in refused.value.problems] == ["q"]
    assert ways() == ("on", "on")


@pytest.mark.parametrize("soon", [0, bounded.SOON])
@pytest.mark.parametrize("q", ["ferry", '"night ferry"', "ferry -night", "-night"])
def test_both_ways_find_the_same_in_the_same_order(monkeypatch, soon, q):
    monkeypatch.setattr(bounded, "SOON", soon)
    cast = a_cast()
    texts = {2021: "The night ferry.", 2022: "A ferry.", 2023: "A train.", 2024: "The night train.", 2025: "Ferries."}
    for year, text in texts.items():
        an_article(cast.project, by=cast.alice, title=str(year), text=text, published_on=f"{year}-01-01")
    articles = chosen_articles(cast.sam, cast.project, Chosen(q=q))

    found = answered_in_time(lambda: page(articles, ORDERS["newest"], size=2), "q")

    expected = {"ferry": "2025 2022", '"night ferry"': "2021", "ferry -night": "2025 2022", "-night": "2025 2023"}
    assert [article.title for article in found.rows] == expected[q].split()
