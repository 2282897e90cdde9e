"""Faults in a real browser: lost answers, reloads, two pages, two people, a browser that keeps nothing.

Each ends by counting in the database: what was acknowledged or queued is there, all of it, once, in order.
"""

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from annotator.actions.annotations import revise_annotation
from annotator.models import Mention, Stance
from tests.factories import a_cast, a_stance, an_article, an_entity
from tests.journeys.screen import Screen

NO_NETWORK = "ERR_INTERNET_DISCONNECTED|ERR_FAILED"


def _tag(screen: Screen, words: str) -> None:
    screen.drag(words)
    screen.keys("e", "Enter")


@pytest.mark.expects_console_error("ERR_FAILED")
def test_an_answer_that_was_lost_and_a_reload_make_no_second_row(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    screen = Screen(page, cast.mo, article)
    operations: list[str] = []

    def lose(route: Route) -> None:
        if route.request.method == "GET":
            route.continue_()
            return
        operations.append(route.request.headers["idempotency-key"])
        route.fetch()
        route.abort()

    page.route("**/api/v1/**", lose)
    with screen.unsaved():
        _tag(screen, "Ilsa Marrow")
        expect(page.locator("[data-status]")).to_have_text("1 waiting")
    page.unroute("**/api/v1/**")
    page.on("request", lambda request: operations.append(request.headers.get("idempotency-key", "")))

    screen.load()

    screen.saved()
    assert screen.told.index("Saved") == len(screen.told) - 1 > 0
    assert [mention.version for mention in Mention.objects.all()] == [1]
    assert len({operation for operation in operations if operation}) == 1
    expect(page.locator(".trouble")).to_have_count(0)


def test_undo_and_redo_go_on_after_a_reload_compound_steps_too(page: Page) -> None:
    cast = a_cast()
    entity = an_entity(cast.project, by=cast.alice, name="Quill")
    article = an_article(cast.project, by=cast.alice, text="Quill said no. Then Quill said yes. Quill left.")
    screen = Screen(page, cast.mo, article)
    _tag(screen, "Quill")
    screen.keys("a", "Enter")
    screen.saved()
    assert Mention.objects.kept().filter(entity=entity).count() == 3

    screen.load()
    screen.keys("Control+z")
    expect(page.locator(".note")).to_have_count(1)
    screen.saved()
    assert Mention.objects.kept().count() == 1
    screen.load()
    screen.keys("Control+Shift+Z")
    expect(page.locator(".note")).to_have_count(3)
    screen.saved()
    screen.load()
    screen.keys("Control+z", "Control+z")
    expect(page.locator(".note")).to_have_count(0)
    screen.saved()

    assert Mention.objects.kept().count() == 0
    screen.keys("Control+Shift+Z", "Control+Shift+Z")
    screen.saved()
    assert sorted(mention.segments for mention in Mention.objects.kept()) == [[[0, 5]], [[20, 25]], [[36, 41]]]


@pytest.mark.expects_console_error(NO_NETWORK)
def test_two_pages_of_one_editor_show_the_same_and_one_of_them_sends(page: Page, context: BrowserContext) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    first = Screen(page, cast.mo, article)
    second = Screen(context.new_page(), cast.mo, article)
    writes: list[str] = []
    for screen in (first, second):
        screen.page.on("request", lambda request, of=screen: request.method != "GET" and writes.append(of is first))
    context.route("**/api/v1/**", lambda route: route.abort("internetdisconnected"))

    with first.unsaved(), second.unsaved():
        _tag(second, "The Courier")
        _tag(first, "Tomas Quill")
        for screen in (first, second):
            expect(screen.page.locator(".note")).to_have_count(2)
            expect(screen.page.locator("[data-status]")).to_have_text("2 waiting")
    context.unroute("**/api/v1/**")
    second.page.evaluate("window.dispatchEvent(new Event('online'))")
    for screen in (first, second):
        screen.saved()
    assert all(writes)
    assert len(writes) > 0
    # The page that sent is gone: the other goes on.
    first.page.close()
    _tag(second, "Ilsa Marrow")
    second.saved()
    assert [mention.version for mention in Mention.objects.all()] == [1, 1, 1]
    second.keys("Control+z", "Control+z")
    expect(second.page.locator(".note")).to_have_count(1)
    second.saved()
    assert Mention.objects.kept().count() == 1


@pytest.mark.expects_console_error(NO_NETWORK)
def test_somebody_else_who_signs_in_neither_sees_nor_sends_what_waits(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    mine = Screen(page, cast.mo, article)
    page.route("**/api/v1/**", lambda route: route.abort("internetdisconnected"))
    with mine.unsaved():
        _tag(mine, "Ilsa Marrow")
        expect(page.locator("[data-status]")).to_have_text("1 waiting")
    page.goto("about:blank")
    page.unroute("**/api/v1/**")

    page.context.clear_cookies()
    Screen(page, cast.rita, article)
    expect(page.locator("[data-status]")).to_have_text("Saved")
    expect(page.locator(".note")).to_have_count(0)
    assert Mention.objects.count() == 0

    page.context.clear_cookies()
    again = Screen(page, cast.mo, article)
    again.saved()
    assert [mention.created_by.username for mention in Mention.objects.all()] == ["mo"]


def test_a_colleagues_later_change_is_not_undone_and_the_screen_says_so(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    stance = a_stance(article, by=cast.mo, position="oppose")
    screen = Screen(page, cast.mo, article)
    screen.press_at("Friday")
    screen.keys("Enter", "1", "Enter")
    screen.saved()
    stance.refresh_from_db()
    revise_annotation(stance, {"position": "mixed"}, by=cast.rita, version=stance.version)

    screen.load()
    screen.keys("Control+z")

    expect(page.locator("[data-live]")).to_contain_text("Somebody else has changed it since")
    screen.saved()
    assert Stance.objects.get().position == "mixed"


# Keys pressed before the frame is painted that shows what the first of them did; whether leaving asks, then.
_WITHIN_A_FRAME = """async keys => {
    const seen = [];
    for (const key of keys) {
        const way = { key, ctrlKey: /^z$/i.test(key), shiftKey: key === "Z", bubbles: true, cancelable: true };
        document.activeElement.dispatchEvent(new KeyboardEvent("keydown", way));
        // All that a key does is done in microtasks: no frame comes between.
        for (let turn = 0; turn < 50; turn += 1) await null;
        const { state } = document.querySelector("[data-status]").dataset;
        seen.push([state, document.querySelectorAll("[data-text] mark").length]);
    }
    return [seen, !dispatchEvent(new Event("beforeunload", { cancelable: true }))];
}"""


def test_before_its_frame_is_painted_work_is_not_called_saved_and_undone_and_leaving_asks(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    screen = Screen(page, cast.mo, article)
    screen.keys("Control+Home", "w", "e", "Enter")
    screen.saved()
    screen.keys("Control+ArrowRight", "Control+ArrowRight", "w")

    seen, asks = page.evaluate(_WITHIN_A_FRAME, ["r", "z", "Z"])

    assert seen == [["saving", 2], ["saved", 1], ["saving", 2]]
    assert asks
    screen.saved()
    assert Mention.objects.count() == 2
    screen.load()
    screen.keys("Control+z")
    screen.saved()
    assert Mention.objects.filter(deleted_at=None).count() == 1


@pytest.mark.expects_console_error(NO_NETWORK)
def test_a_browser_that_keeps_nothing_says_so_and_asks_before_work_is_lost(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    page.add_init_script("Object.defineProperty(window, 'indexedDB', { value: undefined })")
    screen = Screen(page, cast.mo, article)
    _tag(screen, "Ilsa Marrow")
    screen.saved()
    page.route("**/api/v1/**", lambda route: route.abort("internetdisconnected"))
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    with screen.unsaved():
        _tag(screen, "The Courier")
        expect(page.locator("[data-status]")).to_contain_text("1 waiting")
        expect(page.locator("[data-status]")).to_contain_text("keep this page open")
        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") == 390

        page.close(run_before_unload=True)

    page.unroute("**/api/v1/**")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    screen.saved()
    assert asked == ["beforeunload"]
    assert Mention.objects.count() == 2


@pytest.mark.expects_console_error(NO_NETWORK)
def test_work_that_is_kept_lets_the_page_close_without_a_question(page: Page, context: BrowserContext) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    first = Screen(page, cast.mo, article)
    page.route("**/api/v1/**", lambda route: route.abort("internetdisconnected"))
    with first.unsaved():
        _tag(first, "The Courier")
        expect(page.locator("[data-status]")).to_have_text("1 waiting")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    with page.expect_event("close"):
        page.close(run_before_unload=True)

    assert asked == []
    Screen(context.new_page(), cast.mo, article).saved()
    assert Mention.objects.count() == 1
