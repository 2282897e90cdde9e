"""Independent projects: each coder's layer is blind, by every way of reading, until all are done."""

from collections import Counter

import pytest

from annotator.access.rules import may
from annotator.access.visibility import (
    codings_in,
    visible_annotations,
    visible_codings,
    visible_comments,
    visible_events,
)
from annotator.actions.articles import change_article, delete_article
from annotator.actions.codings import open_coding, set_state
from annotator.actions.comments import add_comment
from annotator.actions.projects import add_member
from annotator.models import Coding
from annotator.queries.annotations import of_article
from annotator.queries.articles import Chosen, chosen_articles, counts_by_progress, listed
from annotator.queries.document import document
from tests.access.people import by_token, disabled
from tests.factories import Cast, a_cast, a_mention, a_user, an_article

pytestmark = pytest.mark.django_db


class Blind:
    """An article that Mo and Nora code independently, each with one mention and a comment on it."""

    def __init__(self) -> None:
        self.cast: Cast = a_cast(slug="blind", layers="independent")
        self.nora = a_user("nora")
        self.omar = a_user("omar")
        for user in (self.nora, self.omar):
            add_member(self.cast.project, user, "coder", by=self.cast.alice)
        self.article = an_article(self.cast.project, by=self.cast.alice)
        self.of_mo = a_mention(self.article, by=self.cast.mo)
        self.of_nora = a_mention(self.article, by=self.nora, words="Tomas Quill")
        for annotation, user in ((self.of_mo, self.cast.mo), (self.of_nora, self.nora)):
            add_comment(annotation, f"By {user.username}.", by=user)
        self.settled = open_coding(self.article, by=self.cast.rita, adjudicated=True)

    def everybody(self) -> dict[str, object]:
        cast = self.cast
        return {
            "mo": cast.mo, "nora": self.nora, "omar": self.omar, "editor": cast.rita, "manager": cast.alice,
            "reader": cast.sam, "stranger": cast.zoe, "disabled": disabled(cast.mo),
            "mo's token": by_token(cast.mo, "read"),
        }  # fmt: skip

    def layers_seen_by(self, user: object) -> set[str]:
        codings = visible_codings(user).filter(article=self.article).select_related("coder")
        return {coding.coder.username if coding.coder else coding.layer for coding in codings}

    def done(self, *users: object) -> None:
        for user in users:
            set_state(open_coding(self.article, by=user), "done", by=user)


@pytest.fixture
def blind(db):
    return Blind()


ALL = {"mo", "nora", "adjudicated"}


@pytest.mark.parametrize(
    ("done", "sees"),
    [
        ((), {"mo": {"mo"}, "nora": {"nora"}, "mo's token": {"mo"}}),
        (("mo",), {"mo": {"mo"}, "nora": {"nora"}, "mo's token": {"mo"}}),
        (("mo", "nora"), {"mo": ALL, "nora": ALL, "mo's token": ALL}),
    ],
    ids=["both open", "one done", "both done"],
)
def test_coders_are_blind_until_all_are_done(blind, done, sees):
    people = blind.everybody()
    blind.done(*(people[name] for name in done))

    expected = {
        "omar": set(), "editor": ALL, "manager": ALL, "reader": {"adjudicated"}, "stranger": set(), "disabled": set(),
        **sees,
    }  # fmt: skip
    assert {name: blind.layers_seen_by(user) for name, user in people.items()} == expected
    assert {name: set(codings_in(user, blind.cast.project)) for name, user in people.items()} == {
        name: set(visible_codings(user)) for name, user in people.items()
    }


def test_who_opens_the_own_layer_again_is_blind_again_and_so_are_the_others(blind):
    blind.done(blind.cast.mo, blind.nora)

    set_state(open_coding(blind.article, by=blind.nora), "open", by=blind.nora)

    assert blind.layers_seen_by(blind.cast.mo) == {"mo"}
    assert blind.layers_seen_by(blind.nora) == {"nora"}


def test_one_article_that_is_done_shows_nothing_of_another(blind):
    other = an_article(blind.cast.project, by=blind.cast.alice)
    a_mention(other, by=blind.nora)
    blind.done(blind.cast.mo, blind.nora)

    assert not visible_codings(blind.cast.mo).filter(article=other).exists()


def test_no_way_of_reading_shows_a_blind_coder_the_others_layer(blind):
    mo, nora = blind.cast.mo, blind.nora

    events = visible_events(mo).filter(article=blind.article)
    shown = document(blind.article, mo)
    [line] = listed(mo, [blind.article])

    assert [row.pk for row in visible_annotations(mo, "mention")] == [blind.of_mo.pk]
    assert [comment.text for comment in visible_comments(mo)] == ["By mo."]
    assert [event.act for event in events] == ["article.added", "coding.opened", "mention.added", "comment.added"]
    assert {event.by for event in events if event.coding_id} == {mo}
    assert [row["id"] for row in of_article(mo, blind.article)] == [blind.of_mo.pk]
    assert line.counts == {"mention": 1, "attribution": 0, "stance": 0, "claim": 0}
    assert [row["id"] for row in shown["annotations"]] == [blind.of_mo.pk]
    assert [coding["coder"] for coding in shown["codings"]] == ["mo"]
    assert nora.username not in str(shown)
    assert shown["event"] == events.last().pk
    assert [event.act for event in visible_events(blind.cast.rita).filter(article=blind.article)] == [
        "article.added", "coding.opened", "mention.added", "coding.opened", "mention.added", "comment.added",
        "comment.added", "coding.opened",
    ]  # fmt: skip


def test_progress_and_its_counts_are_of_the_layers_that_one_sees(blind):
    mo, omar, rita = blind.cast.mo, blind.omar, blind.cast.rita
    blind.done(mo)

    assert [listed(user, [blind.article])[0].progress for user in (mo, omar, rita)] == ["done", "new", "begun"]
    assert counts_by_progress(mo, [blind.cast.project])[blind.cast.project.pk] == {"done": 1}
    assert [article.pk for article in chosen_articles(omar, blind.cast.project, Chosen(progress="new"))] == [
        blind.article.pk
    ]


@pytest.mark.parametrize("layers", ["shared", "independent"])
def test_the_counts_of_a_project_are_those_of_its_list(layers, db):
    cast = a_cast(layers=layers)
    articles = [an_article(cast.project, by=cast.alice) for _ in range(5)]
    for article, state in zip(articles[:4], ("open", "done", "adjudicated", "done"), strict=True):
        Coding.objects.filter(pk=open_coding(article, by=cast.mo).pk).update(state=state)
    delete_article(articles[3], by=cast.alice, version=1)

    for user in (cast.mo, cast.rita, cast.sam):
        kept = chosen_articles(user, cast.project, Chosen())
        assert counts_by_progress(user, [cast.project])[cast.project.pk] == Counter(
            line.progress for line in listed(user, kept)
        )


def test_changes_of_the_article_itself_are_seen_by_all(blind):
    change_article(blind.article, by=blind.cast.rita, version=1, title="Another title")

    for user in (blind.cast.mo, blind.cast.sam):
        assert visible_events(user).filter(act="article.changed").count() == 1


LAYERS = """
                        manager editor coder other_coder reader stranger
own layer of coder      -       -      y     -           -      -
adjudicated layer       y       y      -     -           -      -
"""


@pytest.mark.parametrize("act", ["coding.open", "coding.set_state", "annotation.add", "annotation.change"])
def test_a_coder_alone_writes_the_own_layer_and_editors_the_adjudicated(blind, act):
    cast, own = blind.cast, blind.of_mo
    settled = a_mention(blind.article, by=cast.rita, coding=blind.settled)
    people = [cast.alice, cast.rita, cast.mo, blind.nora, cast.sam, cast.zoe]
    subjects = [own, settled] if act == "annotation.change" else [own.coding, blind.settled]

    allowed = [["y" if may(user, act, subject) else "-" for user in people] for subject in subjects]

    assert allowed == [line.split()[-6:] for line in LAYERS.strip().splitlines()[1:]]
