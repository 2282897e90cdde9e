"""What a revision did is taken back, to the letter, and what was annotated since is carried back."""

import pytest
from django.db import transaction

from annotator.actions.placing import accept_place
from annotator.actions.revisions import undo_revision
from annotator.domain.errors import NotNow, Refused
from annotator.queries.annotations import of_article
from annotator.queries.revisions import as_of
from articles.models import Article
from tests.actions.events import events, last
from tests.actions.revising import CORRECTED, everything, revised, spans, stored
from tests.factories import (
    TEXT,
    Cast,
    a_claim,
    a_mention,
    a_stance,
    an_article,
    an_attribution,
    at,
)

pytestmark = pytest.mark.django_db


def test_undo_restores_the_former_state_to_the_letter(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT)
    for make in (a_mention, an_attribution, a_stance, a_claim):
        make(article, by=cast.mo)
    an_attribution(article, by=cast.mo, words="she told The Courier", cue_span=at(article, "told"))
    before, first = everything(article), article.current
    article = revised(article, CORRECTED, cast.rita)
    second = article.current
    on_second = of_article(cast.mo, article)

    article = undo_revision(article, by=cast.rita, version=article.version)

    assert everything(article) == before
    assert (article.current, article.sha256) == (first, first.sha256)
    assert last(cast.project).act == "revision.carried"
    assert [event.act for event in events(cast.project)][-2:] == ["article.revision_undone", "revision.carried"]
    then = as_of(cast.mo, article, second)
    assert [(row["id"], row["segments"]) for row in then if row["revision"] == 2] == [
        (str(row["id"]), row["segments"]) for row in on_second
    ]


def test_what_was_annotated_since_is_carried_back(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT)
    article = revised(article, CORRECTED, cast.rita)
    here = a_mention(article, by=cast.mo)
    only_there = a_mention(article, by=cast.mo, words="A correction")

    article = undo_revision(article, by=cast.rita, version=article.version)

    assert stored(here).segments == at(article, "Ilsa Marrow")
    assert (stored(only_there).anchoring, stored(only_there).revision.number) == ("orphaned", 2)
    assert spans(only_there) == ["A correction"]


def test_what_was_nested_since_in_words_that_are_taken_back_waits(cast: Cast):
    there, here = "“We stay,” Tomas Quill said on Monday.", "Ilsa Marrow said that Quill spoke of the ferry."
    article = an_article(cast.project, by=cast.mo, text=f"{there}\n\n{here}")
    outer = an_attribution(article, by=cast.mo, words=there)
    article = revised(article, here, cast.rita)
    place = {"revision": 2, "segments": at(article, here)}
    accept_place(stored(outer), place, by=cast.mo, version=stored(outer).version)
    inner = an_attribution(article, by=cast.mo, words="Quill spoke of the ferry", parent=outer.pk)

    article = undo_revision(article, by=cast.rita, version=article.version)

    assert (spans(outer), stored(outer).anchoring) == ([there], "")
    assert (spans(inner), stored(inner).anchoring) == (["Quill spoke of the ferry"], "changed")


def test_revisions_are_undone_one_after_the_other_and_made_again(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT)
    mention = a_mention(article, by=cast.mo)
    before = everything(article)
    article = revised(article, "One.\n\n" + TEXT, cast.rita)
    article = revised(article, "Two.\n\n" + TEXT, cast.rita)

    article = undo_revision(article, by=cast.rita, version=article.version)
    article = revised(article, "Three.\n\n" + TEXT, cast.rita)
    assert (article.current.number, article.current.follows.number) == (4, 2)
    article = undo_revision(article, by=cast.rita, version=article.version)
    article = undo_revision(article, by=cast.rita, version=article.version)

    assert everything(article) == before
    assert stored(mention).version == 7  # three revisions and three undone: no version comes twice
    with pytest.raises(NotNow, match="first text"):
        undo_revision(article, by=cast.rita, version=article.version)


def test_undo_is_refused_when_another_article_has_the_former_text_by_now(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT)
    article = revised(article, CORRECTED, cast.rita)
    an_article(cast.project, by=cast.mo, text=TEXT)

    with pytest.raises(Refused, match="an article with this very text"), transaction.atomic():
        undo_revision(article, by=cast.rita, version=article.version)

    assert Article.objects.get(pk=article.pk).current_id == article.current_id
