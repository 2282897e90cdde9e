"""The prepared reads of an article give what the querysets give, to everybody, in every state of its layers."""

import itertools
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotator.access.visibility import visible_annotations, visible_articles
from annotator.actions.annotations import delete_annotation
from annotator.actions.articles import delete_article
from annotator.actions.codings import open_coding, set_state
from annotator.actions.projects import add_member
from annotator.actions.purging import purge_article
from annotator.actions.revisions import revise_article
from annotator.domain.annotation import Kind
from annotator.queries.annotations import annotations_in, of_article, on_the_wire, seen_article
from articles.models import Article
from tests.access.people import askers
from tests.factories import (
    a_cast,
    a_claim,
    a_mention,
    a_project,
    a_stance,
    a_user,
    an_article,
    an_attribution,
    an_entity,
)

pytestmark = pytest.mark.django_db

TEXT = "Ilsa Marrow 😀 vowed on Friday to fight the plan.\n\nTomas Quill said it saves 9 percent of the budget."


def annotated(article: Article, by: Any) -> None:
    """One of each kind in the writer's layer, with all the fields that are read in another way than they are stored."""
    who = str(an_entity(article.project, by=by).pk)
    a_mention(article, by=by, entity=who)
    quotation = an_attribution(article, by=by, source=who, said_on="2026-11-01", said_on_precision="day")
    a_stance(article, by=by, words="to fight", holder=who, frames=["economic"], attribution=str(quotation.pk))
    quantity = {"span": [76, 85], "comparator": "eq", "low": 9, "unit": "percent"}
    a_claim(article, by=by, words="saves 9 percent of the budget", quantities=[quantity])
    delete_annotation(a_mention(article, by=by, words="Tomas Quill"), by=by, version=1)


def by_querysets(user: Any, article: Article, unit: str, needs_look: bool | None) -> list[dict[str, Any]]:
    """What ``of_article`` promises, without anything prepared."""
    rows = []
    for kind in Kind:
        found = visible_annotations(user, kind).kept().filter(coding__article=article)
        if needs_look is not None:
            found = found.needing_a_look() if needs_look else found.filter(anchoring="")
        rows += on_the_wire(found)
    rows.sort(key=lambda row: (row["segments"][0][0], -row["segments"][-1][1], str(row["id"])))
    if unit != "codepoint":
        rows = [
            next(row for row in on_the_wire(visible_annotations(user, told["kind"]).filter(pk=told["id"]), unit=unit))
            for told in rows
        ]
    return rows


@pytest.mark.parametrize("layers", ["shared", "independent"])
def test_everybody_is_given_the_same_by_both_ways(layers):
    cast = a_cast(layers=layers)
    nora = a_user("nora")
    add_member(cast.project, nora, "coder", by=cast.alice)
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    for coder in (cast.mo, nora, cast.rita):
        annotated(article, coder)
    if layers == "independent":
        a_mention(article, by=cast.rita, coding=open_coding(article, by=cast.rita, adjudicated=True))
    people = {**askers(cast, a_project(cast.alice)), "other coder": nora}
    counts = {}

    for done in itertools.product(["open", "done"], repeat=3):
        for coder, state in zip((cast.mo, nora, cast.rita), done, strict=True):
            set_state(open_coding(article, by=coder), state, by=coder)
        for name, user in people.items():
            given = of_article(user, article)
            assert given == by_querysets(user, article, "codepoint", False), (name, done)
            counts[name, done] = len(given)

    # So that it was not nothing that was compared: whom the layers hide from, and whom they do not.
    opened = {name: count for (name, done), count in counts.items() if done == ("open",) * 3}
    everything = 12 if layers == "shared" else 13
    own = everything if layers == "shared" else 4
    reader = everything if layers == "shared" else 1
    assert opened == {
        "manager": everything, "editor": everything, "coder": own, "other coder": own, "reader": reader,
        "stranger": 0, "nobody": 0, "disabled": 0, "read": everything, "annotate": everything,
        "manage": everything, "here": everything, "other": 0,
    }  # fmt: skip
    assert counts["coder", ("done",) * 3] == everything


@pytest.mark.parametrize("unit", ["codepoint", "utf16", "utf8"])
@pytest.mark.parametrize("needs_look", [False, True, None])
def test_units_and_what_needs_a_look_are_the_same_by_both_ways(unit, needs_look):
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    annotated(article, cast.mo)
    revise_article(article, TEXT.replace("vowed on Friday to fight", "promised"), by=cast.rita, version=1)
    article.refresh_from_db()

    given = of_article(cast.mo, article, unit=unit, needs_look=needs_look)

    assert given == by_querysets(cast.mo, article, unit, needs_look)
    assert len(given) == {False: 1, True: 3, None: 4}[needs_look]


def test_the_names_come_in_the_order_of_the_wire_form_with_the_words_after_the_segments():
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    annotated(article, cast.mo)

    for row in of_article(cast.mo, article):
        [same] = on_the_wire(visible_annotations(cast.mo, row["kind"]).filter(pk=row["id"]))
        assert list(row) == list(same)
        assert list(row)[6:8] == ["segments", "exact"]


def test_an_article_is_seen_by_its_members_in_the_bin_too_and_by_nobody_once_it_was_purged():
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    people = askers(cast, a_project(cast.alice))

    def seen() -> dict[str, bool]:
        return {name: seen_article(user, article.pk) is not None for name, user in people.items()}

    at_first, visible = seen(), {name: visible_articles(user).exists() for name, user in people.items()}
    delete_article(article, by=cast.rita, version=1)
    in_bin = seen()
    purge_article(Article.objects.get(pk=article.pk), by=cast.alice, reason="A court order.")

    assert at_first == in_bin == visible
    assert set(seen().values()) == {False}


def test_an_article_is_read_in_two_round_trips():
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    annotated(article, cast.mo)

    with CaptureQueriesContext(connection) as captured:
        rows = annotations_in(seen_article(cast.mo, article.pk), cast.mo)

    # The article, and in one round trip the four kinds.
    assert (len(rows), len(captured)) == (4, 5)
