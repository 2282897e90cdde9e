"""A feed that is followed: new items come in, seen ones do not return, a changed one becomes a revision."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from annotator.actions import pages_of_feeds
from annotator.actions.articles import delete_article
from annotator.actions.feeds import change_feed, follow_feed, leave_feed, look_now
from annotator.actions.following import defer_due_feeds, look_at_feed
from annotator.actions.pages_of_feeds import AGAIN_FOR
from annotator.actions.projects import change_role
from annotator.actions.revisions import revise_article
from annotator.domain.errors import Forbidden, NotNow, Refused
from annotator.models import Event, Feed, FeedItem, FeedPage
from articles.models import Article
from tests.api.clients import client_of
from tests.articles.files import PAGE, PAGE_TEXT, a_feed
from tests.factories import a_mention, an_article
from tests.jobs.working import waiting
from tests.web import Page, served

pytestmark = pytest.mark.django_db
URL = "http://courier.example/feed.rss"
FIRST = {
    "guid": "1",
    "title": "Ferry stays",
    "text": "<p>Ilsa Marrow said the ferry stays. It costs 40,000 crowns.</p>",
}
SECOND = {"guid": "2", "title": "Vote in May", "text": "<p>The council votes in May.</p>"}


@pytest.fixture
def web():
    with served() as web:
        yield web


@pytest.fixture
def follow(cast, web):
    """Follows a feed that has these items."""

    def follow(*items, **how):
        publish(web, *items)
        return follow_feed(cast.project, by=cast.rita, url=URL, **how)

    return follow


def publish(web, *items, **headers):
    web.pages["courier.example/feed.rss"] = Page(a_feed(*items), type="application/rss+xml", headers=headers)


def look(feed, web):
    """Look at the feed now, whatever its time; gives what came of it."""
    Feed.objects.filter(pk=feed.pk).update(next_at=timezone.now())
    found = look_at_feed(feed.pk, network=web.network)
    feed.refresh_from_db()
    return dict(found)


def test_an_item_whose_id_is_another_now_is_known_by_its_address(cast, follow, web):
    one = {**FIRST, "link": "http://courier.example/ferry"}
    feed = follow(one)
    look(feed, web)

    publish(web, {**one, "guid": "1b"})
    assert look(feed, web) == {"seen": 1}
    publish(web, {**one, "guid": "1c", "text": one["text"].replace("40,000", "42,000")})
    assert [look(feed, web), look(feed, web)] == [{"revised": 1}, {"seen": 1}]

    article = Article.objects.select_related("current").get()
    assert (article.current.number, "42,000" in article.current.text) == (2, True)


def test_items_of_one_address_are_not_taken_for_each_other(cast, follow, web):
    live = {"link": "http://courier.example/live", "title": "Live"}
    feed = follow({**live, "guid": "1", "text": "The council meets."})
    look(feed, web)

    others = [{**live, "guid": "2", "text": "The council votes."}, {**live, "guid": "3", "text": "The council goes."}]
    publish(web, *others)

    assert look(feed, web) == {"same": 2}
    assert Article.objects.select_related("current").get().current.text == "The council meets."


def test_new_items_come_in_and_seen_ones_do_not_return(cast, follow, web):
    feed = follow(SECOND, FIRST)

    assert [look(feed, web), look(feed, web)] == [{"new": 2}, {"seen": 2}]
    publish(web, {**SECOND, "guid": "3", "text": "A third."}, SECOND, FIRST)
    assert look(feed, web) == {"seen": 2, "new": 1}

    assert list(Article.objects.order_by("created_at").values_list("title", flat=True)) == [
        "Ferry stays",
        "Vote in May",
        "Vote in May",
    ]
    first = Article.objects.get(title="Ferry stays")
    assert (first.outlet.name, str(first.published_on), first.language) == ("The Courier", "2026-03-13", "en-gb")
    assert set(Event.objects.filter(act="article.added").values_list("by", flat=True)) == {cast.rita.pk}


def test_an_item_whose_text_changed_becomes_a_revision_that_keeps_its_annotations(cast, follow, web):
    feed = follow(FIRST)
    look(feed, web)
    article = Article.objects.get()
    mention = a_mention(article, by=cast.mo, words="Ilsa Marrow")

    publish(web, {**FIRST, "text": "<p>Mayor Ilsa Marrow said the ferry stays. It costs 42,000 crowns.</p>"})

    assert look(feed, web) == {"revised": 1}
    article.refresh_from_db()
    mention.refresh_from_db()
    assert (article.current.number, article.current.text) == (
        2,
        "Mayor Ilsa Marrow said the ferry stays. It costs 42,000 crowns.",
    )
    assert (mention.segments, mention.anchoring) == ([[6, 17]], "")
    assert feed.items.get().state == "revised"


def test_a_corrected_headline_is_taken_over_with_its_text_or_without(cast, follow, web):
    feed = follow(FIRST)
    look(feed, web)

    publish(web, {**FIRST, "title": "Ferry stays for now"})
    assert look(feed, web) == {"revised": 1}
    assert (Article.objects.get().title, Article.objects.get().current.number) == ("Ferry stays for now", 1)
    publish(web, {**FIRST, "title": "Ferry stays", "text": "<p>It costs 42,000 crowns.</p>"})
    assert look(feed, web) == {"revised": 1}

    assert (Article.objects.get().title, Article.objects.get().current.number) == ("Ferry stays", 2)
    told = Event.objects.filter(act__in=["article.corrected", "article.revised"]).order_by("id")
    assert [event.before["title"] for event in told] == ["Ferry stays", "Ferry stays for now"]


def test_a_text_taken_back_by_an_editor_does_not_come_again_by_itself(cast, follow, web):
    feed = follow(FIRST)
    look(feed, web)
    delete_article(Article.objects.get(), by=cast.rita, version=1)

    assert look(feed, web) == {"seen": 1}
    publish(web, {**FIRST, "text": "Changed."})
    assert look(feed, web) == {"refused": 1}
    assert feed.items.get().problem == "The article is in the bin: restore it first."
    assert Article.objects.get().current.number == 1


def test_a_feed_asks_whether_anything_changed(follow, web):
    feed = follow(FIRST)
    publish(web, FIRST, ETag='"v1"', **{"Last-Modified": "Fri, 13 Mar 2026 10:00:00 GMT"})
    look(feed, web)
    web.pages["courier.example/feed.rss"] = Page(status=304)

    assert look(feed, web) == {}
    asked = web.seen[-1].headers
    assert (asked["if-none-match"], asked["if-modified-since"]) == ('"v1"', "Fri, 13 Mar 2026 10:00:00 GMT")
    assert "if-none-match" not in web.seen[0].headers
    assert (feed.problem, feed.counts) == ("", {"new": 1})


def test_a_refused_item_is_told_and_tried_again(cast, follow, web):
    feed = follow({**FIRST, "text": " "}, SECOND)
    publish(web, {**FIRST, "text": " "}, SECOND, ETag='"v1"')

    assert look(feed, web) == {"refused": 1, "new": 1}
    assert feed.items.get(state="refused").problem == "The item has no text."
    assert feed.etag == ""
    publish(web, FIRST, SECOND)
    assert look(feed, web) == {"new": 1, "seen": 1}


def test_what_somebody_else_brought_in_is_not_overwritten(cast, follow, web):
    known = an_article(cast.project, by=cast.mo, title="Whole", text="The whole text.", url="https://courier.example/1")
    feed = follow({**FIRST, "link": "https://courier.example/1"})

    assert look(feed, web) == {"same": 1}
    publish(web, {**FIRST, "link": "https://courier.example/1", "text": "Changed."})
    assert look(feed, web) == {"same": 1}

    known.refresh_from_db()
    assert known.current.text == "The whole text."
    assert feed.items.get().problem == "The project has an article of this address already: “Whole”."
    assert Article.objects.filter(project=cast.project).count() == 1


def test_the_same_text_that_was_there_is_not_stored_twice(cast, follow, web):
    an_article(cast.project, by=cast.mo, text="The council votes in May.")

    assert look(follow(SECOND), web) == {"same": 1}
    assert Article.objects.filter(project=cast.project).count() == 1


def test_the_page_behind_an_item_is_fetched_where_that_is_wanted(cast, follow, web):
    web.pages["courier.example/m"] = Page(PAGE.encode())
    feed = follow(
        {**FIRST, "link": "http://courier.example/m"},
        {**SECOND, "link": "http://courier.example/gone"},
        whole_pages=True,
        outlet="Courier",
    )

    assert look(feed, web) == {"refused": 1, "new": 1}
    article = Article.objects.get()
    assert (article.title, article.current.text, article.author) == ("Ferry stays", PAGE_TEXT, "Ana Lee")
    assert article.outlet.name == "Courier"
    assert feed.items.get(state="refused").problem == "http://courier.example/gone: the server answers 404."


@pytest.fixture
def behind(follow, web):
    """A feed of one item, whose page was read and is known by its server as “v1”, and the article that it brought."""
    web.pages["courier.example/m"] = Page(PAGE.encode(), headers={"ETag": '"v1"'})
    feed = follow({**FIRST, "link": "http://courier.example/m"}, whole_pages=True)
    assert look(feed, web) == {"new": 1}
    return feed


CORRECTED = PAGE.replace("A vote is expected in May", "A vote is expected in June")


@pytest.mark.parametrize("feed_says", ["the same again", "not modified"])
def test_a_page_that_changed_behind_an_item_that_did_not_becomes_a_revision(cast, behind, web, feed_says):
    article = Article.objects.get()
    mention = a_mention(article, by=cast.mo, words="Port Aldis")
    web.pages["courier.example/m"] = Page(CORRECTED.encode(), headers={"ETag": '"v2"'})
    if feed_says == "not modified":
        web.pages["courier.example/feed.rss"] = Page(status=304)

    found = look(behind, web)

    assert found == {"revised": 1, **({"seen": 1} if feed_says == "the same again" else {})}
    article.refresh_from_db()
    mention.refresh_from_db()
    assert (article.current.number, "in June" in article.current.text, article.title) == (2, True, "Ferry stays")
    assert (mention.revision_id, mention.anchoring) == (article.current_id, "")
    assert (behind.items.get().state, behind.items.get().page.etag) == ("revised", '"v2"')


def test_a_page_that_did_not_change_is_asked_about_and_changes_nothing(behind, web):
    web.pages["courier.example/m"] = lambda seen: Page(
        PAGE.encode(), status=304 if seen.headers.get("if-none-match") == '"v1"' else 200
    )
    assert look(behind, web) == {"seen": 1, "unchanged": 1}
    assert web.seen[-1].headers["if-none-match"] == '"v1"'
    # A server that knows no such question sends all of it again.
    web.pages["courier.example/m"] = Page(PAGE.encode())

    assert look(behind, web) == {"seen": 1, "unchanged": 1}
    assert (Article.objects.get().version, behind.items.get().state) == (1, "new")


def test_what_an_editor_mended_is_not_undone_by_a_page_that_says_what_it_always_said(cast, behind, web):
    article = revise_article(Article.objects.get(), "Mended.", by=cast.rita, version=1)
    web.pages["courier.example/m"] = Page(PAGE.encode())

    assert look(behind, web) == {"seen": 1, "unchanged": 1}
    article.refresh_from_db()
    assert article.current.text == "Mended."


def test_a_page_that_fails_later_is_told_and_leaves_the_article_as_it_is(behind, web):
    web.pages["courier.example/m"] = Page(status=404)

    assert look(behind, web) == {"seen": 1, "unanswered": 1}
    assert behind.items.get().problem == "http://courier.example/m: the server answers 404."
    assert (behind.items.get().state, Article.objects.get().version, behind.problem) == ("new", 1, "")
    web.pages["courier.example/m"] = Page(PAGE.encode())
    look(behind, web)
    assert behind.items.get().problem == ""


def test_pages_are_asked_again_for_a_week_and_not_once_their_article_is_in_the_bin(cast, behind, web):
    def pages_asked():
        before = len(web.seen)
        look(behind, web)
        return len(web.seen) - before - 1

    assert pages_asked() == 1
    FeedPage.objects.update(came_at=timezone.now() - AGAIN_FOR)
    assert pages_asked() == 0
    FeedPage.objects.update(came_at=timezone.now())
    delete_article(Article.objects.get(), by=cast.rita, version=1)
    assert pages_asked() == 0


def test_one_look_asks_so_many_pages_and_the_others_have_their_turn_in_the_next(follow, web, monkeypatch):
    monkeypatch.setattr(pages_of_feeds, "MOST", 2)
    items = [{**FIRST, "guid": str(n), "title": f"No. {n}", "link": f"http://courier.example/{n}"} for n in range(1, 4)]
    for n in range(1, 4):
        web.pages[f"courier.example/{n}"] = Page(PAGE.replace("in May", f"on May {n}").encode())
    feed = follow(*items, whole_pages=True)

    found = [look(feed, web) for _ in range(3)]

    # In the second look one of the two is the page that waited; in the third nothing is new.
    assert found == [{"new": 2, "waiting": 1}, {"seen": 2, "new": 1, "unchanged": 1}, {"seen": 3, "unchanged": 2}]
    asked = [int(seen.url[-1]) for seen in web.seen if not seen.url.endswith("rss")]
    assert sorted(asked[:3]) == [1, 2, 3]
    assert sorted(asked[3:]) == [1, 2, 3]


def test_an_item_cannot_lead_to_this_machine(follow, web):
    web.names["inside.example"] = ["10.0.0.1"]
    feed = follow({**FIRST, "link": "http://inside.example/secret"}, whole_pages=True)

    assert look(feed, web) == {"refused": 1}
    assert "leads to an address that is not public" in feed.items.get().problem
    assert [seen.url for seen in web.seen] == ["courier.example/feed.rss"]


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (Page(status=500), "The server answers 500."),
        (Page(b"<html><body>Hello</body></html>"), "It is no feed: neither RSS nor Atom."),
        (Page(b"<!DOCTYPE rss><rss/>", type="text/xml"), "The XML has a DOCTYPE, which is not read"),
        (Page(b"GIF89a", type="image/gif"), "the answer is image/gif"),
    ],
)
def test_a_look_that_fails_is_told_and_waits_longer_each_time(follow, web, page, said):
    feed = follow()
    web.pages["courier.example/feed.rss"] = page
    waits = []
    for _ in range(8):
        assert look(feed, web) == {}
        waits.append(round((feed.next_at - feed.looked_at) / timedelta(minutes=1)))

    assert waits == [60, 120, 240, 480, 960, 1440, 1440, 1440]
    assert (feed.failures, said in feed.problem, feed.state) == (8, True, "followed")
    publish(web, FIRST)
    assert look(feed, web) == {"new": 1}
    assert (feed.failures, feed.problem) == (0, "")


def test_a_feed_that_is_gone_for_good_is_paused(follow, web):
    feed = follow()
    web.pages["courier.example/feed.rss"] = Page(status=410)

    look(feed, web)

    assert (feed.state, feed.problem) == ("paused", "The server says that this feed is gone for good.")
    assert look(feed, web) == {}
    assert len(web.seen) == 1


def test_a_feed_does_no_more_than_the_one_who_follows_it_may(cast, follow, web):
    feed = follow(FIRST)
    change_role(cast.project.memberships.get(user=cast.rita), "coder", by=cast.alice)

    assert look(feed, web) == {}
    assert feed.state == "paused"
    assert feed.problem == "Rita, who follows it, may no longer add and revise articles here."
    assert (web.seen, Article.objects.count()) == ([], 0)


def test_two_workers_do_not_look_at_once(follow, web):
    feed = follow(FIRST)

    assert look_at_feed(feed.pk, network=web.network) == Counter(new=1)
    assert look_at_feed(feed.pk, network=web.network) == Counter()
    assert len(web.seen) == 1


def test_a_worker_that_is_killed_in_the_middle_leaves_nothing_twice(follow, web, monkeypatch):
    feed = follow(SECOND, FIRST)
    from annotator.actions import following

    stored = following._store

    def killed(feed, key, *given):
        if FeedItem.objects.exists():
            raise KeyboardInterrupt
        return stored(feed, key, *given)

    monkeypatch.setattr(following, "_store", killed)
    with pytest.raises(KeyboardInterrupt):
        look(feed, web)
    monkeypatch.undo()

    assert look(feed, web) == {"seen": 1, "new": 1}
    assert Article.objects.count() == 2


def test_the_feeds_whose_time_has_come_are_looked_at_in_the_background(cast, follow, web):
    feed = follow(FIRST)
    assert waiting() == [("feed", {"id": str(feed.pk)})]

    assert defer_due_feeds() == 1
    assert waiting() == [("feed", {"id": str(feed.pk)})]
    look(feed, web)
    assert defer_due_feeds() == 0


def test_how_a_feed_is_followed_is_changed_paused_and_ended(cast, follow, web):
    feed = follow(FIRST)
    look(feed, web)
    Feed.objects.filter(pk=feed.pk).update(etag='"v1"')

    feed = change_feed(feed, by=cast.alice, outlet="Courier", interval=15)
    assert (feed.etag, feed.by_id) == ('"v1"', cast.alice.pk)
    feed = change_feed(feed, by=cast.alice, url="https://courier.example/other", state="paused")
    assert feed.etag == ""
    with pytest.raises(NotNow, match="This feed is paused"):
        look_now(feed, by=cast.alice)
    change_feed(feed, by=cast.alice, state="followed")
    leave_feed(feed, by=cast.alice)

    assert (Feed.objects.count(), FeedItem.objects.count(), Article.objects.count()) == (0, 0, 1)
    events = Event.objects.filter(thing="feed").order_by("pk")
    assert [event.act for event in events] == ["feed.followed", *["feed.changed"] * 3, "feed.left"]
    assert "other" not in str([event.after for event in events])


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"url": "javascript:alert(1)"}, "url", "is no web address"),
        ({"url": "http://ana:secret@courier.example/"}, "url", "an address with a name or password"),
        ({"interval": 14}, "interval", "A feed is looked at every 15 to 10,080 minutes."),
        ({"interval": 10_081}, "interval", "A feed is looked at every 15 to 10,080 minutes."),
    ],
)
def test_what_cannot_be_followed_is_told(cast, given, field, said):
    with pytest.raises(Refused) as refused:
        follow_feed(cast.project, by=cast.rita, **{"url": URL, **given})

    assert [problem.field for problem in refused.value.problems] == [field]
    assert said in refused.value.message


def test_the_same_feed_is_followed_once(cast, follow):
    follow()

    with pytest.raises(Refused, match="The project follows this feed already."):
        follow_feed(cast.project, by=cast.alice, url=URL)


@pytest.mark.parametrize("name", ["mo", "sam", "zoe"])
def test_editors_and_nobody_below_follow_feeds(cast, follow, name):
    feed = follow()
    user = getattr(cast, name)

    for act in (
        lambda: follow_feed(cast.project, by=user, url=f"{URL}2"),
        lambda: change_feed(feed, by=user, interval=15),
        lambda: look_now(feed, by=user),
        lambda: leave_feed(feed, by=user),
    ):
        with pytest.raises(Forbidden):
            act()


def test_what_came_of_the_items_is_read_over_rest(cast, follow, web):
    feed = follow(SECOND, {**FIRST, "text": " "})
    look(feed, web)
    address = f"/api/v1/feeds/{feed.pk}/items/"

    found = client_of(cast.rita).get(address).json()["results"]

    assert {(row["title"], row["state"], row["problem"]) for row in found} == {
        ("Vote in May", "new", ""),
        ("", "refused", "The item has no text."),
    }
    assert [row["state"] for row in client_of(cast.rita).get(f"{address}?state=new").json()["results"]] == ["new"]
    assert {client_of(user).get(address).status_code for user in (cast.mo, cast.sam, cast.zoe)} == {404}
