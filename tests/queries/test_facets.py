"""Facets: what is counted, what stands for more, and that a blind coder learns nothing from them."""

import pytest
from django.db.models import BooleanField, Func, Value

from annotator.actions.projects import add_member
from annotator.actions.records import merge_record
from annotator.domain.errors import TooMany
from annotator.queries import facets as counting
from annotator.queries.articles import chosen_articles
from annotator.queries.chosen_articles import Chosen
from annotator.queries.facets import facets
from annotator.queries.patterns import Pattern
from tests.factories import a_cast, a_claim, a_mention, a_project, a_stance, an_article, an_entity, an_issue


@pytest.fixture
def cast(db):
    return a_cast()


def counted(user, project, **chosen):
    return facets(user, chosen_articles(user, project, Chosen(**chosen)), project)


def told(values, name="name"):
    return [(getattr(value, name, value), count) for value, count in values]


def test_articles_are_counted_by_what_is_said_about_them(cast):
    for title, outlet, language, day in (
        ("A", "Courier", "en", "2031-01-02"),
        ("B", "Courier", "de", "2030-01-02"),
        ("C", "", "en", None),
    ):
        an_article(cast.project, by=cast.alice, title=title, outlet=outlet, language=language, published_on=day)

    of_all, of_german = counted(cast.sam, cast.project), counted(cast.sam, cast.project, language="de")

    assert (of_all.counted, of_all.is_all, of_all.all_read) == (3, True, True)
    assert told(of_all.outlets) == [("Courier", 2), (None, 1)]
    assert of_all.languages == [("en", 2), ("de", 1)]
    assert of_all.years == [(2031, 1), (2030, 1), (None, 1)]
    assert of_all.states == [("new", 3)]
    assert (of_german.counted, of_german.languages) == (1, [("de", 1)])


def test_articles_are_counted_once_for_whatever_is_said_in_them(cast):
    first, second = (an_article(cast.project, by=cast.alice) for _ in range(2))
    ilsa, marrow = (an_entity(cast.project, by=cast.alice, name=name) for name in ("Ilsa", "Marrow"))
    plan = an_issue(cast.project, by=cast.alice, wording="The plan")
    for article, coder, holder in ((first, cast.mo, ilsa), (first, cast.mo, ilsa), (second, cast.rita, marrow)):
        a_stance(article, by=coder, holder=str(holder.pk), target_kind="issue", target=str(plan.pk))
    a_mention(first, by=cast.mo, entity=str(marrow.pk))
    a_claim(second, by=cast.mo)

    found = counted(cast.sam, cast.project)

    assert told(found.coders) == [("Mo", 2), ("Rita", 1)]
    assert told(found.entities) == [("Marrow", 2), ("Ilsa", 1)]
    assert told(found.issues, "wording") == [("The plan", 2)]
    assert (found.positions, found.claim_kinds, found.ratings) == ([("oppose", 2)], [("quantity", 1)], [])
    assert found.states == [("begun", 2)]

    merge_record(marrow, ilsa, by=cast.rita, version=1)

    assert told(counted(cast.sam, cast.project).entities) == [("Ilsa", 2)]


def test_where_there_are_more_the_first_by_id_stand_for_them(cast, monkeypatch):
    monkeypatch.setattr(counting, "MOST_COUNTED", 3)
    monkeypatch.setattr(counting, "MOST_READ", 2)
    articles = sorted((an_article(cast.project, by=cast.alice) for _ in range(4)), key=lambda article: article.pk)
    for article, position in zip(articles, ("support", "oppose", "mixed", "unclear"), strict=True):
        a_stance(article, by=cast.mo, position=position)

    found = counted(cast.sam, cast.project)

    assert (found.counted, found.is_all, found.read, found.all_read) == (3, False, 2, False)
    assert found.positions == [("oppose", 1), ("support", 1)]


@pytest.fixture
def five(cast, monkeypatch):
    """Five articles, counted by twos; by id, a position that each of them has."""
    monkeypatch.setattr(counting, "MOST_COUNTED", 2)
    monkeypatch.setattr(counting, "MOST_READ", 1)
    articles = sorted((an_article(cast.project, by=cast.alice) for _ in range(5)), key=lambda article: article.pk)
    for article, position in zip(articles, ("support", "oppose", "mixed", "support", "oppose"), strict=True):
        a_stance(article, by=cast.mo, position=position)
    return chosen_articles(cast.sam, cast.project, Chosen())


@pytest.mark.parametrize("pattern", [None, Pattern("[A-Z]", ignores_case=False)])
def test_who_asks_for_all_has_all_of_them_counted(cast, five, pattern):
    some = facets(cast.sam, five, cast.project, pattern)
    every = facets(cast.sam, five, cast.project, pattern, of_all=True)

    assert (some.counted, some.is_all, some.read) == (2, False, 1)
    assert (every.counted, every.is_all, every.read, every.out_of_time) == (5, True, 5, False)
    assert every.positions == [("oppose", 2), ("support", 2), ("mixed", 1)]
    assert (told(every.coders), every.states) == ([("Mo", 5)], [("begun", 5)])


def test_where_time_runs_out_those_that_were_counted_stand_for_all(cast, five, monkeypatch):
    monkeypatch.setattr(counting, "SECONDS_OF_ALL", 1.0)
    slowly = Func(Value(0.3), template="pg_sleep(%(expressions)s) IS NOT NULL", output_field=BooleanField())

    found = facets(cast.sam, five.filter(slowly), cast.project, of_all=True)

    assert (found.counted, found.is_all, found.out_of_time) == (2, False, True)
    assert (found.positions, found.all_read) == ([("oppose", 1), ("support", 1)], False)


def test_no_more_than_a_few_have_all_counted_at_once(cast, five, others_count):
    with pytest.raises(TooMany) as refused:
        facets(cast.sam, five, cast.project, of_all=True)
    some = facets(cast.sam, five, cast.project)
    others_count[1].close()
    every = facets(cast.sam, five, cast.project, of_all=True)

    assert refused.value.message == "All are counted for 2 others just now. Ask again in 10 seconds."
    assert (some.counted, every.counted, every.is_all) == (2, 5, True)


def test_what_cannot_be_drawn_in_time_is_drawn_from_the_first_articles_of_the_list(cast, monkeypatch):
    monkeypatch.setattr(counting, "MOST_TRIED", 1)
    monkeypatch.setattr(counting, "SECONDS", 0.1)
    for _ in range(3):
        an_article(cast.project, by=cast.alice)
    slowly = Func(Value(0.2), template="pg_sleep(%(expressions)s) IS NOT NULL", output_field=BooleanField())

    found = facets(cast.sam, chosen_articles(cast.sam, cast.project, Chosen()).filter(slowly), cast.project)

    assert (found.counted, found.is_all) == (1, False)


def test_a_blind_coder_is_told_nothing_of_another_layer(cast):
    blind = a_project(cast.alice, slug="blind", layers="independent")
    for user in (cast.mo, cast.sam):
        add_member(blind, user, "coder", by=cast.alice)
    a_stance(an_article(blind, by=cast.alice), by=cast.sam)

    for_mo, for_sam = counted(cast.mo, blind), counted(cast.sam, blind)

    assert (for_mo.states, for_mo.coders, for_mo.positions) == ([("new", 1)], [], [])
    assert (for_sam.states, told(for_sam.coders), for_sam.positions) == ([("begun", 1)], [("Sam", 1)], [("oppose", 1)])
    assert counted(cast.zoe, cast.project).counted == 0
