"""Who follows the events of an independent project is told when layers of others open and close, and nothing before."""

import pytest

from annotator.access.visibility import visible_codings, visible_events
from annotator.actions.codings import open_coding, set_state
from annotator.actions.imports import import_row
from annotator.actions.projects import add_member
from annotator.models import Event
from articles.readers.row import Row
from tests.factories import a_cast, a_mention, a_project, a_user, an_article

pytestmark = pytest.mark.django_db


class Followed:
    """An article that Mo and Nora are to code; each follows the events from now on."""

    def __init__(self) -> None:
        self.cast = a_cast(slug="blind", layers="independent")
        self.nora = a_user("nora")
        self.omar = a_user("omar")
        for user in (self.nora, self.omar):
            add_member(self.cast.project, user, "coder", by=self.cast.alice)
        self.article = an_article(self.cast.project, by=self.cast.alice)
        self.start = Event.objects.latest("id").pk

    def told_to(self, user: object) -> list[tuple[str, str, str]]:
        """Act, whose layer, by whom: of the coding events that the user may see."""
        seen = visible_events(user).filter(pk__gt=self.start, thing="coding").select_related("coding__coder", "by")
        return [
            (event.act.removeprefix("coding."), str(event.coding.coder or "adjudicated"), event.by.username)
            for event in seen.order_by("id")
        ]

    def done(self, user: object) -> None:
        set_state(open_coding(self.article, by=user), "done", by=user)


@pytest.fixture
def followed(db):
    return Followed()


def test_a_layer_is_told_once_when_it_comes_into_being_and_to_who_may_read_it(followed):
    for _ in range(2):
        a_mention(followed.article, by=followed.cast.mo)
    open_coding(followed.article, by=followed.cast.rita, adjudicated=True)

    assert followed.told_to(followed.cast.mo) == [("opened", "mo", "mo")]
    assert followed.told_to(followed.nora) == []
    assert followed.told_to(followed.cast.sam) == [("opened", "adjudicated", "rita")]
    assert followed.told_to(followed.cast.alice) == [("opened", "mo", "mo"), ("opened", "adjudicated", "rita")]


def test_each_coder_is_told_in_the_own_layer_that_all_are_done(followed):
    mo, nora = followed.cast.mo, followed.nora
    open_coding(followed.article, by=nora)
    followed.done(mo)
    before_last = followed.told_to(mo)
    followed.done(nora)

    assert before_last == [("opened", "mo", "mo"), ("done", "mo", "mo")]
    # The others' layers are read from here on, and with them what was told in them.
    last = visible_events(mo).filter(act="coding.unblinded", coding__coder=mo).get()
    assert last == visible_events(mo).filter(coding__coder=mo).last()
    assert visible_codings(mo).count() == 2
    assert last.after["id"] == str(last.coding_id)
    assert followed.told_to(followed.omar) == []


@pytest.mark.parametrize("who", ["a coder who opens the layer again", "another who begins"])
def test_each_coder_is_told_that_the_layers_are_closed_again_but_not_by_whom(followed, who):
    mo, nora, omar = followed.cast.mo, followed.nora, followed.omar
    followed.done(mo)
    followed.done(nora)
    if who == "another who begins":
        a_mention(followed.article, by=omar)
    else:
        set_state(open_coding(followed.article, by=nora), "open", by=nora)

    assert followed.told_to(mo)[-1] == ("blinded", "mo", "mo")
    assert {layer for _, layer, _ in followed.told_to(mo)} == {"mo"}
    assert {by for act, _, by in followed.told_to(mo) if act == "blinded"} == {"mo"}
    followed.done(omar if who == "another who begins" else nora)
    assert [act for act, layer, _ in followed.told_to(mo) if layer == "mo"][-2:] == ["blinded", "unblinded"]


def test_a_shared_layer_tells_nothing_of_its_own(followed):
    shared = a_project(followed.cast.alice, slug="shared")
    a_mention(an_article(shared, by=followed.cast.alice), by=followed.cast.alice)

    acts = Event.objects.filter(pk__gt=followed.start).values_list("act", flat=True)
    assert [act for act in acts if act.startswith("coding.")] == []
    assert "mention.added" in acts


def test_annotations_that_are_imported_open_the_layer_they_come_into(followed):
    text = "Ilsa Marrow spoke."
    given = {"kind": "mention", "segments": [[0, 11]], "type": "PER"}
    import_row(
        followed.cast.project,
        Row("row 1", fields={"title": "Spoke", "text": text}, annotations=[given]),
        by=followed.cast.mo,
    )

    acts = Event.objects.filter(pk__gt=followed.start).order_by("id").values_list("act", flat=True)
    assert list(acts) == ["article.imported", "coding.opened"]
    assert followed.told_to(followed.cast.mo) == [("opened", "mo", "mo")]
    assert followed.told_to(followed.nora) == []
