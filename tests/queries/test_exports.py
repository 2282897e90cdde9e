"""A project as JSON lines: whole, in order, to each what they may see, and no more in memory than a page."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotator.actions.articles import delete_article
from annotator.actions.projects import remove_member
from annotator.actions.revisions import revise_article
from annotator.domain.encoding import plain
from annotator.queries import exports, wire
from annotator.queries.annotations import of_article
from annotator.queries.exports import lines_of, pieces_of
from articles.models import Article
from tests.access.people import askers
from tests.factories import a_cast, a_mention, a_project, a_stance, an_article, an_attribution, an_entity

pytestmark = pytest.mark.django_db


def told(user: Any, project: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines_of(user, project)]


def test_each_line_is_the_article_its_text_and_its_annotations_as_they_are_read():
    cast = a_cast()
    articles = [an_article(cast.project, by=cast.mo, outlet="The Courier" if n else "") for n in range(3)]
    for article in articles[:2]:
        a_mention(article, by=cast.mo, entity=str(an_entity(cast.project, by=cast.mo).pk))
        an_attribution(article, by=cast.mo)
        a_stance(article, by=cast.mo)
    delete_article(an_article(cast.project, by=cast.mo), by=cast.rita, version=1)
    an_article(cast.zoe.memberships.get().project, by=cast.zoe)

    lines = told(cast.sam, cast.project)

    expected = [
        {**wire.article(article), "text": article.current.text, "annotations": of_article(cast.sam, article)}
        for article in Article.objects.filter(pk__in=[article.pk for article in articles]).order_by("created_at")
    ]
    assert lines == plain(expected)
    assert [list(line) for line in lines] == [[*wire.ARTICLE, "text", "annotations"]] * 3


@pytest.mark.parametrize("layers", ["shared", "independent"])
def test_everybody_is_told_what_they_may_read(layers):
    cast = a_cast(layers=layers)
    article = an_article(cast.project, by=cast.alice)
    for user in (cast.mo, cast.rita):
        a_mention(article, by=user)
    people = askers(cast, a_project(cast.alice))

    seen = {name: [len(line["annotations"]) for line in told(user, cast.project)] for name, user in people.items()}

    own = {"coder": [2 if layers == "shared" else 1], "reader": [2 if layers == "shared" else 0]}
    nothing: dict[str, list[int]] = {name: [] for name in ("stranger", "nobody", "disabled", "other")}
    assert seen == {**{name: [2] for name in people}, **own, **nothing}


@pytest.mark.parametrize("at_once", [1, 100])
def test_what_a_new_text_changed_is_told_apart_on_its_own_text(at_once, monkeypatch):
    monkeypatch.setattr(exports, "_AT_ONCE", at_once)
    cast = a_cast()
    article = an_article(cast.project, by=cast.mo)
    for words in ("Ilsa Marrow", "Tomas Quill"):
        a_mention(article, by=cast.mo, words=words)
    revise_article(article, article.current.text.replace("Ilsa Marrow", "The mayor"), by=cast.rita, version=1)

    an_article(cast.project, by=cast.mo)

    line, _ = told(cast.mo, cast.project)

    assert (line["revision"], [row["exact"] for row in line["annotations"]]) == (2, [["Tomas Quill"]])
    assert [(row["revision"], row["exact"]) for row in line["needs_look"]] == [(1, ["Ilsa Marrow"])]


def test_pages_follow_each_other_without_gap_and_cost_the_same_each(monkeypatch):
    monkeypatch.setattr(exports, "_AT_ONCE", 3)
    cast = a_cast()
    articles = [an_article(cast.project, by=cast.mo) for _ in range(6)]
    # All but the first have one moment.
    Article.objects.exclude(pk=articles[0].pk).update(created_at=articles[0].created_at)

    with CaptureQueriesContext(connection) as captured:
        found = [line["id"] for line in told(cast.mo, cast.project)]

    assert sorted(found) == sorted(str(article.pk) for article in articles)
    # Three pages of articles, the last one empty, and the four kinds for two of them.
    assert len(captured) == 3 + 2 * 4


def test_who_is_no_member_any_more_is_told_no_more(monkeypatch):
    monkeypatch.setattr(exports, "_AT_ONCE", 1)
    monkeypatch.setattr(exports, "_FRESH", 0)
    cast = a_cast()
    for _ in range(3):
        an_article(cast.project, by=cast.mo)
    lines = lines_of(cast.sam, cast.project)
    next(lines)

    remove_member(cast.project.memberships.get(user=cast.sam), by=cast.alice)

    assert list(lines) == []


def test_pieces_are_the_same_bytes():
    lines = [bytes([65 + n]) * n for n in range(1, 20)]

    pieces = list(pieces_of(lines, 30))

    assert b"".join(pieces) == b"".join(lines)
    assert {len(piece) >= 30 for piece in pieces[:-1]} == {True}
    assert list(pieces_of([])) == []
