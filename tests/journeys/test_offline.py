"""Without a network for ten minutes and over a reload; and whose page it is that a browser has kept."""

import time
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Error, Page, Route, expect

from annotator.models import Claim, Comment, Event, Mention, Stance
from tests.factories import PASSWORD, a_cast, a_mention, an_article, an_issue
from tests.journeys.screen import Screen

NO_NETWORK = "ERR_INTERNET_DISCONNECTED|ERR_FAILED"
PARAGRAPHS = 10
# In each paragraph a name, a stance and a claim are made, and one is changed; then one more thing is done, in turn.
LAST = ("deleted", "undone", "commented")
PAUSE = 12_000  # milliseconds after each of the fifty edits: ten minutes
PATIENCE = 30  # seconds: a bound for a machine under load, no measure
KEPT = """async path => {
    const names = (await caches.keys()).filter(name => name.startsWith("pages"));
    const addresses = (await Promise.all(names.map(async name => (await caches.open(name)).keys()))).flat();
    const kept = addresses.map(({ url }) => new URL(url).pathname);
    return [path, "/api/v1/entities/", "/api/v1/issues/"].every(needed => kept.includes(needed));
}"""


def kept(page: Page, screen: Screen) -> None:
    """Wait until the browser has the article, and whom and what it may name, for when there is no network."""
    deadline = time.monotonic() + PATIENCE
    while not page.evaluate(KEPT, f"/p/desk/articles/{screen.article.pk}/"):
        assert time.monotonic() < deadline, "the browser does not keep the page"
        page.wait_for_timeout(50)


def _edit(screen: Screen, number: int) -> Any:
    """Five edits in a paragraph, by keys alone; after each it is the caller's turn."""
    page = screen.page
    screen.keys("e", "Enter")
    yield
    screen.keys("Control+ArrowRight", "s", "1")
    page.keyboard.type(f"Name{number}")
    screen.keys("Enter", "c", "Enter", "Enter")
    yield
    screen.keys("Control+ArrowRight", "Control+ArrowRight", "Control+ArrowRight", "c", "4")
    page.keyboard.type(f"Claim {number}.")
    screen.keys("Enter")
    yield
    screen.keys("Enter", "2", "Control+Enter")
    yield
    last = LAST[number % 3]
    if last == "commented":
        screen.keys("m")
        page.keyboard.type(f"Why {number}?")
        screen.keys("Enter", "Escape")
        page.locator("[data-text]").focus()
    else:
        screen.keys("Delete" if last == "deleted" else "Control+z")
    screen.keys("Escape", "Control+ArrowDown")
    yield


def _stop_writes(route: Route) -> None:
    if route.request.method == "GET":
        route.continue_()
    else:
        route.abort("internetdisconnected")


@pytest.mark.expects_console_error(NO_NETWORK)
def test_fifty_edits_in_ten_minutes_without_a_network_and_a_reload_arrive_in_order_once(page: Page) -> None:
    cast = a_cast()
    an_issue(cast.project, by=cast.alice, wording="Cut regional rail")
    text = "\n\n".join(f"Name{n} wants it. Trains run number{n} here." for n in range(PARAGRAPHS))
    article = an_article(cast.project, by=cast.alice, text=text)
    page.clock.install()
    screen = Screen(page, cast.mo, article)
    kept(page, screen)
    screen.keys("Control+Home")
    tries: list[str] = []
    page.on("request", lambda request: request.method != "GET" and tries.append(request.url))
    page.context.set_offline(True)
    # A page that is just loading can be ahead of the browser's own switch: what it sends is stopped here too.
    page.context.route("**/api/**", _stop_writes)
    expect(page.locator("[data-status]")).to_have_text("Offline")

    with screen.unsaved():
        for number in range(PARAGRAPHS):
            if number == PARAGRAPHS // 2:
                screen.load()
                screen.keys("Control+Home", *["Control+ArrowDown"] * number)
            for _ in _edit(screen, number):
                page.clock.run_for(PAUSE)
    made = [(n, kind) for n in range(PARAGRAPHS) for kind in ("mention", "stance", "claim") if kind != "claim" or n % 3]
    expect(page.locator(".note")).to_have_count(len(made))
    expect(page.locator("[data-status]")).to_have_text(f"{len(made) + PARAGRAPHS // 3} waiting")
    # Half a minute apart at the most, not in a storm.
    assert 15 <= len(tries) <= 60
    assert Event.objects.filter(coding__isnull=False, act__endswith=".added").count() == 0
    cards = page.locator(".note .say").all_text_contents()
    page.context.unroute("**/api/**")
    page.context.set_offline(False)

    screen.saved()
    starts = [0, *(at + 2 for at in range(len(text)) if text.startswith("\n\n", at))]
    events = list(Event.objects.filter(thing__in=("mention", "stance", "claim", "comment")).order_by("id"))
    paragraph = {
        e.thing_id: sum(at <= e.after["segments"][0][0] for at in starts) - 1 for e in events if e.thing != "comment"
    }
    assert {event.act.partition(".")[2] for event in events} == {"added"}
    assert [(paragraph[e.thing_id], e.thing) for e in events if e.thing != "comment"] == made
    assert [(e.after["text"], paragraph[e.after["annotation"]]) for e in events if e.thing == "comment"] == [
        (f"Why {n}?", n) for n in range(PARAGRAPHS) if n % 3 == 2
    ]
    assert {e.version for e in events} == {1}
    assert sorted(Claim.objects.values_list("wording", "claim_kind")) == [
        (f"Claim {n}.", "promise" if n % 3 == 1 else "event") for n in range(PARAGRAPHS) if n % 3
    ]
    assert {(s.position, s.target_issue.wording) for s in Stance.objects.all()} == {("support", "Cut regional rail")}
    assert sorted(m.entity.name for m in Mention.objects.all()) == [f"Name{n}" for n in range(PARAGRAPHS)]
    screen.load()
    page.evaluate("void dispatchEvent(new Event('beforeprint'))")  # all cards, also those that are not near
    assert page.locator(".note .say").all_text_contents() == cards
    assert Comment.objects.count() == PARAGRAPHS // 3


def test_without_a_network_the_article_opens_as_it_stood_last(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    screen = Screen(page, cast.mo, article)
    kept(page, screen)
    # Stored since the page was kept, by the editor and by a colleague.
    screen.drag("Ilsa Marrow")
    screen.keys("e", "Enter")
    screen.drag("The Courier")
    screen.keys("e", "Enter", "Delete")
    page.wait_for_selector("html[data-stream=streaming]")
    a_mention(article, by=cast.rita, words="Tomas Quill", no_entity_reason="unknown")
    expect(page.locator(".note")).to_have_count(2)
    screen.saved()
    cards = page.locator(".note .say").all_text_contents()

    page.context.set_offline(True)
    screen.load()

    assert page.locator(".note .say").all_text_contents() == cards
    expect(page.locator("[data-status]")).to_have_text("Offline")
    # With the network, what the server has counts, and nothing else.
    Mention.objects.filter(entity__isnull=True).delete()
    page.context.set_offline(False)
    screen.load()
    expect(page.locator(".note")).to_have_count(1)


@pytest.mark.parametrize("way", ["signs out", "session gone", "somebody else"])
def test_a_kept_page_is_gone_with_who_it_was_kept_for(page: Page, context: BrowserContext, way: str) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    screen = Screen(page, cast.mo, article)
    kept(page, screen)
    here = page
    if way == "signs out":
        page.get_by_label("Menu of mo").click()
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url("**/accounts/login/**")
    else:
        page.close()
        here = context.new_page()
        context.clear_cookies()
        here.goto("/accounts/login/")
    if way == "somebody else":
        here.get_by_label("Username").fill("zoe")
        here.get_by_label("Password").fill(PASSWORD)
        here.keyboard.press("Enter")
        here.wait_for_url("**/p/**")

    assert here.evaluate("async () => (await caches.keys()).filter(name => name.startsWith('pages'))") == []
    context.set_offline(True)
    with pytest.raises(Error, match=NO_NETWORK):
        here.goto(f"/p/desk/articles/{article.pk}/")


def test_with_a_network_a_page_is_always_the_servers(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    screen = Screen(page, cast.mo, article)
    kept(page, screen)
    a_mention(article, by=cast.rita, words="Tomas Quill", no_entity_reason="unknown")

    screen.load()

    expect(page.locator(".note")).to_have_count(1)
