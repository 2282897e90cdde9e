"""Articles brought in, changed, put in the bin and restored."""

import uuid

import pytest

from annotator.actions.articles import already_there, bring_in, change_article, delete_article, draft, restore_article
from annotator.domain.errors import AlreadyThere, Forbidden, NotNow, Refused, Stale
from articles.models import Article, Outlet
from tests.actions.events import events, last
from tests.factories import a_mention, an_article

pytestmark = pytest.mark.django_db

GIVEN = {
    "title": "Mayors vow to fight", "text": "They vowed.\r\nThey did.", "outlet": "The Courier",
    "author": "Lena Okafor", "published_on": "2016-11-20", "url": "https://news.example/a",
    "language": "en", "external_id": "c-17",
}  # fmt: skip


def test_an_article_comes_in_with_its_first_revision(cast):
    own_id = uuid.uuid4()

    arrival = bring_in(cast.project, draft(GIVEN), by=cast.mo, id=own_id)

    event, article = last(cast.project), arrival.article
    assert arrival.is_new
    assert (event.act, event.thing_id, event.version, event.by, event.before) == (
        "article.added", str(own_id), 1, cast.mo, None,
    )  # fmt: skip
    when = {name: event.after[name] for name in ("created_at", "changed_at", "sha256")}
    assert event.after == {
        "id": str(own_id), "project": "desk", "external_id": "c-17", "title": "Mayors vow to fight",
        "outlet": "The Courier", "author": "Lena Okafor", "published_on": "2016-11-20", "url": "https://news.example/a",
        "language": "en", "revision": 1, "length": 21, "version": 1, "deleted_at": None, **when,
    }  # fmt: skip
    assert (article.current.text, article.current.number, article.current.sha256) == (
        "They vowed.\nThey did.", 1, article.sha256,
    )  # fmt: skip


def test_the_same_text_is_said_and_not_stored_twice(cast):
    first = bring_in(cast.project, draft(GIVEN), by=cast.mo).article
    before = len(events(cast.project))

    again = bring_in(cast.project, draft({"title": "Other", "text": "They vowed.\nThey did."}), by=cast.mo)
    delete_article(first, by=cast.rita, version=1)
    in_bin = bring_in(cast.project, draft(GIVEN), by=cast.mo)

    assert (again.article, again.is_new, in_bin.article, in_bin.is_new) == (first, False, first, False)
    assert len(events(cast.project)) == before + 1
    assert already_there(in_bin.article).message == "This very text is in the bin already: “Mayors vow to fight”."
    assert already_there(again.article).message == "This very text is here already: “Mayors vow to fight”."


def test_another_project_may_have_the_same_text(cast):
    elsewhere = cast.zoe.memberships.get().project
    bring_in(cast.project, draft(GIVEN), by=cast.mo)

    assert bring_in(elsewhere, draft(GIVEN), by=cast.zoe).is_new


def test_a_taken_id_is_already_there(cast):
    first = bring_in(cast.project, draft(GIVEN), by=cast.mo).article

    with pytest.raises(AlreadyThere) as there:
        bring_in(cast.project, draft({**GIVEN, "text": "New.", "external_id": ""}), by=cast.mo, id=first.pk)

    assert there.value.found == str(first.pk)


def test_an_external_id_is_one_articles(cast):
    bring_in(cast.project, draft(GIVEN), by=cast.mo)

    with pytest.raises(Refused) as refused:
        bring_in(cast.project, draft({**GIVEN, "text": "New."}), by=cast.mo)

    [problem] = refused.value.problems
    assert (problem.field, problem.value) == ("external_id", "c-17")


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({"title": ""}, "title", "An article needs a title."),
        ({"title": "a\x00"}, "title", "`title`: The text has a NUL character at position 1; remove it."),
        ({"text": None}, "text", "An article needs a text."),
        ({"outlet": "\ud83d"}, "outlet", "`outlet`: The text has a lone surrogate (U+D83D) at position 0"),
        ({"url": " \x01javascript:x"}, "url", "“\x01javascript:x” is no web address"),
        ({"sha256": "0"}, "sha256", "`sha256` is not a field of an article; it has author, external_id, language,"),
        ({"\ud83d": "0"}, "\\ud83d", "`\\ud83d` is not a field of an article"),
    ],
)
def test_a_draft_is_refused_by_field(given, field, message):
    with pytest.raises(Refused) as refused:
        draft({**GIVEN, **given})

    [problem] = refused.value.problems
    assert problem.field == field
    assert problem.message.startswith(message)


def test_an_outlet_is_one_whatever_its_case(cast):
    one = bring_in(cast.project, draft(GIVEN), by=cast.mo).article
    other = bring_in(
        cast.project, draft({**GIVEN, "text": "New.", "outlet": "the COURIER", "external_id": ""}), by=cast.mo
    )

    assert one.outlet == other.article.outlet
    assert list(Outlet.objects.filter(project=cast.project).values_list("name", flat=True)) == ["The Courier"]


def test_metadata_change_and_the_text_does_not(cast, article):
    change_article(
        article, by=cast.rita, version=1, title=" Another \n title ", outlet="The Courier", published_on=None
    )

    event = last(cast.project)
    before = {name: event.before[name] for name in ("title", "outlet")}
    assert (event.act, event.version, event.before) == ("article.changed", 2, before)
    assert before["outlet"] == ""
    assert (article.title, article.outlet.name) == ("Another title", "The Courier")
    with pytest.raises(Refused, match="`text` of an article cannot be changed; title, outlet,"):
        change_article(article, by=cast.rita, version=2, text="Other words.")
    with pytest.raises(Refused, match="An article needs a title."):
        change_article(article, by=cast.rita, version=2, title=None)


def test_an_old_version_of_an_article_is_refused(cast, article):
    stale = Article.objects.get(pk=article.pk)
    change_article(article, by=cast.rita, version=1, title="Second")

    with pytest.raises(Stale) as told:
        change_article(stale, by=cast.alice, version=1, title="Third")

    assert (told.value.current["title"], told.value.current["version"]) == ("Second", 2)


def test_what_goes_to_the_bin_comes_back_whole(cast, article):
    a_mention(article, by=cast.mo)

    delete_article(article, by=cast.rita, version=1)
    with pytest.raises(NotNow, match="The article is in the bin already."):
        delete_article(article, by=cast.rita, version=2)
    with pytest.raises(NotNow, match="The article is in the bin: restore it first."):
        change_article(article, by=cast.rita, version=2, title="Else")
    restore_article(article, by=cast.rita)
    before = len(events(cast.project))
    restore_article(article, by=cast.rita)

    assert (article.deleted_at, article.version, len(events(cast.project))) == (None, 3, before)
    assert [event.act for event in events(cast.project)][-2:] == ["article.deleted", "article.restored"]
    assert a_mention(article, by=cast.mo).version == 1


def test_readers_bring_nothing_in_and_coders_change_no_article(cast, article):
    with pytest.raises(Forbidden):
        an_article(cast.project, by=cast.sam)
    with pytest.raises(Forbidden):
        change_article(article, by=cast.mo, version=1, title="Else")
    with pytest.raises(Forbidden):
        delete_article(article, by=cast.mo, version=1)
