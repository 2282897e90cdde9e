"""A headline, author or date that comes with a text, and goes with it."""

import pytest

from annotator.actions.articles import change_article
from annotator.actions.revisions import revise_article, undo_revision
from annotator.domain.errors import NotNow
from annotator.models import Event
from articles.models import Revision
from tests.actions.events import events
from tests.actions.revising import CORRECTED
from tests.factories import (
    TEXT,
    Cast,
    an_article,
)

pytestmark = pytest.mark.django_db


def test_a_corrected_headline_comes_with_the_text_and_goes_with_it(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT, title="Trains", author="A. Bell")
    came = {
        "title": "Trains stay",
        "author": "A. Bell",
        "published_on": "2026-11-02",
        "outlet": "Elsewhere",
        "url": "x",
    }

    article = revise_article(article, CORRECTED, by=cast.rita, version=1, details=came)
    assert (article.title, str(article.published_on), article.outlet, article.version) == (
        "Trains stay",
        "2026-11-02",
        None,
        2,
    )
    [revision] = events(cast.project, "article.revised")
    assert (revision.before["title"], revision.after["title"]) == ("Trains", "Trains stay")
    article = undo_revision(article, by=cast.rita, version=2)

    assert (article.title, article.published_on, article.author) == ("Trains", None, "A. Bell")


def test_a_headline_that_somebody_changed_by_hand_stays(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT, title="Trains")
    article = change_article(article, by=cast.rita, version=1, title="Our trains")

    article = revise_article(article, CORRECTED, by=cast.rita, version=2, details={"title": "Trains stay"})

    assert article.title == "Our trains"


def test_a_corrected_headline_of_the_same_text_is_taken_over_each_time(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT, title="Trains")

    for title in ("Trains stay", "Trains stay, for now"):
        article = revise_article(article, TEXT, by=cast.rita, version=article.version, details={"title": title})
        assert article.title == title

    assert [event.before["title"] for event in events(cast.project, "article.corrected")] == ["Trains", "Trains stay"]
    assert Revision.objects.filter(article=article).count() == 1


def test_undo_takes_back_what_came_last_a_text_or_a_headline_alone(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT, title="Trains")
    came = [(TEXT, "Trains stay"), (CORRECTED, "Trains stay on"), (CORRECTED, "Trains go"), (CORRECTED, "Trains went")]
    for text, title in came:
        article = revise_article(article, text, by=cast.rita, version=article.version, details={"title": title})
    states = []

    for _ in range(4):
        article = undo_revision(article, by=cast.rita, version=article.version)
        states.append((article.title, article.current.number))

    assert states == [("Trains go", 2), ("Trains stay on", 2), ("Trains stay", 1), ("Trains", 1)]
    undone = ["article.correction_undone", "article.correction_undone", "article.revision_undone"]
    told = Event.objects.filter(article=article.pk, act__endswith="undone").order_by("id")
    assert [event.act for event in told] == [*undone, "article.correction_undone"]
    with pytest.raises(NotNow, match="This is the article's first text: there is nothing to undo."):
        undo_revision(article, by=cast.rita, version=article.version)
    article = revise_article(article, TEXT, by=cast.rita, version=article.version, details={"title": "Trains again"})
    assert undo_revision(article, by=cast.rita, version=article.version).title == "Trains"


def test_a_headline_that_was_changed_by_hand_since_is_not_taken_back(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT, title="Trains", author="A. Bell")
    came = {"title": "Trains stay", "author": "B. Bell"}
    article = revise_article(article, TEXT, by=cast.rita, version=1, details=came)
    article = change_article(article, by=cast.rita, version=2, title="Our trains")

    article = undo_revision(article, by=cast.rita, version=3)

    assert (article.title, article.author) == ("Our trains", "A. Bell")
