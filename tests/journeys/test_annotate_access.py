"""The screen for everyone: axe in every state, and the rules that axe cannot see."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.factories import a_cast, a_claim, a_mention, a_stance, an_article, an_attribution, an_entity, an_issue
from tests.journeys.screen import Screen

BLINK = 550  # milliseconds, as caret.js has them
HIDE = """hidden => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


def findings(page: Page) -> list[Any]:
    found = Axe().run(page).response["violations"]
    return [(each["id"], [node["html"][:160] for node in each["nodes"]]) for each in found]


def _a_tagged_article(page: Page) -> Screen:
    cast = a_cast()
    ilsa = an_entity(cast.project, by=cast.alice, name="Ilsa Marrow")
    issue = an_issue(cast.project, by=cast.alice, wording="Cut regional rail", definition="Fewer lines or stops.")
    article = an_article(cast.project, by=cast.alice)
    a_mention(article, by=cast.mo, entity=ilsa.pk)
    a_stance(
        article,
        by=cast.mo,
        holder=str(ilsa.pk),
        target_kind="issue",
        target=issue.pk,
        words="vowed on Friday to fight the plan",
    )
    a_claim(article, by=cast.mo)
    an_attribution(article, by=cast.mo, words="the closures could save 9 percent of the budget")
    a_mention(article, by=cast.mo, words="Tomas Quill", no_entity_reason="unknown", origin="suggested")
    return Screen(page, cast.mo, article)


def _composing(screen: Screen, key: str) -> None:
    screen.drag("to fight the plan")
    screen.keys(key)
    expect(screen.composer).to_be_visible()


STATES = {
    "at rest": lambda screen: None,
    "a card selected": lambda screen: screen.press_at("vowed"),
    "a selection": lambda screen: screen.drag("The Courier"),
    "an entity being made": lambda screen: _composing(screen, "e"),
    "a stance being made, a list open": lambda screen: (
        _composing(screen, "s"),
        screen.keys("2"),
        screen.page.keyboard.type("i"),
    ),
    "a claim being made": lambda screen: _composing(screen, "c"),
    "a quotation being made, in error": lambda screen: (_composing(screen, "q"), screen.keys("Enter")),
    "all fields": lambda screen: (_composing(screen, "s"), screen.composer.get_by_text("More fields").click()),
    "the table of keys": lambda screen: screen.page.get_by_role("button", name="Keys").click(),
    "everything by name": lambda screen: screen.keys("Control+k"),
    "finding": lambda screen: (screen.keys("f"), screen.page.get_by_label("Words to find").fill("the")),
    "every mention": lambda screen: (
        screen.drag("Ilsa Marrow"),
        screen.keys("Escape", "Escape"),
        screen.press_at("vowed"),
        screen.keys("a"),
    ),
    "finding nothing": lambda screen: (screen.keys("f"), screen.page.get_by_label("Words to find").fill("xyz")),
    "filtered": lambda screen: screen.page.get_by_role("button", name="Stances").click(),
    "filtered to nothing": lambda screen: [
        screen.page.get_by_role("button", name=name).click() for name in ("Claims", "Cut regional rail")
    ],
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    screen = _a_tagged_article(page)
    found = {}
    for name, reach in STATES.items():
        screen.load()
        reach(screen)
        found[name] = findings(page)

    assert {name: findings for name, findings in found.items() if findings} == {}


@pytest.mark.parametrize("width", [1024, 390])
def test_axe_finds_nothing_on_smaller_screens(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    screen = _a_tagged_article(page)
    found = {"at rest": findings(page)}
    screen.press_at("vowed")
    found["selected"] = findings(page)
    screen.keys("Enter")
    found["composing"] = findings(page)

    assert {name: findings for name, findings in found.items() if findings} == {}
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_an_article_with_nothing_tagged_is_clean_and_says_how_to_begin(page: Page) -> None:
    cast = a_cast()
    Screen(page, cast.mo, an_article(cast.project, by=cast.alice))

    expect(page.get_by_text("Nothing is tagged yet.")).to_be_visible()
    assert findings(page) == []


def test_marks_have_no_label_of_their_own_and_add_no_text(page: Page) -> None:
    screen = _a_tagged_article(page)

    assert page.locator("mark[aria-label], mark [aria-label], mark[role], mark [role]").count() == 0
    assert page.evaluate("document.querySelector('[data-text]').textContent") == screen.article.current.text


def test_the_rail_is_a_list_with_one_stop_for_the_tab_key(page: Page) -> None:
    screen = _a_tagged_article(page)

    assert (
        page.get_by_role("complementary", name="Annotations").get_by_role("list").first.get_by_role("listitem").count()
        >= 5
    )
    assert page.locator(".note .say[tabindex='0']").count() == 1
    screen.keys("F6")
    assert screen.focused.startswith("Entity: Ilsa Marrow")
    screen.keys("ArrowDown")
    assert screen.focused.startswith("Stance: Ilsa Marrow")
    assert page.locator(".note .say[tabindex='0']").count() == 1


def test_the_focus_comes_back_from_wherever_it_was(page: Page) -> None:
    screen = _a_tagged_article(page)
    text = page.get_by_role("region", name="Text of the article")
    for opened in ("e", "s", "c", "q", "f", "Control+k", "?"):
        text.focus()
        screen.keys(opened)
        expect(text).not_to_be_focused()
        screen.keys("Escape")
        if screen.focused != "text":  # the first step back closed a list
            screen.keys("Escape")
        expect(text).to_be_focused()


# What a screen reader says: the text of any live region when something in it changes.
_HEARD = """() => {
    window.said = [];
    new MutationObserver(changes => {
        const regions = changes.map(({ target }) => (target instanceof Element ? target : target.parentElement)
            ?.closest("[aria-live], [role=status], [role=alert]"));
        for (const region of new Set(regions)) if (region?.textContent.trim()) window.said.push(region.textContent);
    }).observe(document, { subtree: true, childList: true, characterData: true });
}"""


def test_the_focus_goes_to_the_text_where_its_card_goes(page: Page) -> None:
    screen = _a_tagged_article(page)
    screen.drag("The Courier")
    screen.keys("e", "Enter", "F6")
    expect(page.locator(".note[aria-current] .say")).to_be_focused()

    screen.keys("Control+z")

    expect(page.locator("[data-text]")).to_be_focused()
    screen.keys("w")
    assert screen.selection != ""


def test_what_happened_is_said_once_by_all_live_regions_together(page: Page) -> None:
    screen = _a_tagged_article(page)
    screen.drag("The Courier")
    screen.keys("e")
    expect(screen.composer).to_be_visible()
    page.evaluate(_HEARD)

    screen.keys("Enter")
    screen.saved()
    screen.keys("Control+z")
    screen.saved()

    assert page.evaluate("window.said") == ["Entity added", "Undone: Entity added"]


@pytest.mark.expects_console_error("ERR_INTERNET_DISCONNECTED")
def test_how_it_stands_is_said_when_trouble_begins_and_when_it_ends(page: Page) -> None:
    screen = _a_tagged_article(page)
    page.evaluate(_HEARD)

    page.route("**/api/v1/**", lambda route: route.abort("internetdisconnected"))
    screen.keys("Control+Home", "Control+ArrowRight", "Control+ArrowRight", "e", "Enter")
    expect(page.locator("[data-status]")).to_have_text("1 waiting")
    screen.keys("Control+z", "Control+Shift+Z")
    expect(page.locator("[data-status]")).to_have_text("1 waiting")
    page.unroute("**/api/v1/**")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    screen.saved()

    said = [text for text in page.evaluate("window.said") if text in ("1 waiting", "Saving…", "Saved")]
    assert said == ["1 waiting", "Saved"]


def test_nothing_moves_for_those_who_asked_for_it(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    _a_tagged_article(page)

    moving = page.evaluate("document.getAnimations().filter(animation => animation.playState === 'running').length")
    assert moving == 0


def test_the_caret_blinks_while_it_is_looked_at_and_begins_anew_with_each_key(page: Page) -> None:
    cast = a_cast()
    page.clock.install()
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice))
    screen.load()
    page.locator("[data-text]").focus()
    page.clock.pause_at(page.evaluate("Date.now()") / 1_000 + 60)

    page.keyboard.press("ArrowRight")
    assert _blinks(page) == [True, False, True, False]
    page.clock.run_for(BLINK * 1.5)
    page.keyboard.press("ArrowRight")
    assert _blinks(page) == [True, False, True, False]

    page.evaluate(HIDE, True)
    assert _blinks(page) == [True, True, True, True]
    page.evaluate(HIDE, False)
    assert _blinks(page) == [True, False, True, False]
    page.evaluate(_WILL_BE_STILL)
    page.emulate_media(reduced_motion="reduce")
    page.evaluate("stilled")
    assert _blinks(page) == [True, True, True, True]


# The browser tells of it with a frame of its own.
_WILL_BE_STILL = """() => {
    const query = matchMedia("(prefers-reduced-motion: reduce)");
    window.stilled = new Promise((done) => query.addEventListener("change", () => done(true), { once: true }));
}"""


def _blinks(page: Page) -> list[bool]:
    """Whether the caret is seen, now and after each time that it is seen or not."""
    seen = []
    for _ in range(4):
        seen.append(page.locator("[data-caret]").is_visible())
        page.clock.run_for(BLINK)
    return seen


def test_what_is_told_apart_on_the_screen_is_told_apart_in_forced_colours(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    screen = _a_tagged_article(page)

    shapes = screen.shapes("mention", "stance", "claim", "attribution")
    assert shapes == ["none dotted", "none solid", "none double", "solid none"]


def test_what_a_shadow_or_a_tint_says_a_line_says_in_forced_colours(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    _a_tagged_article(page)
    page.locator("[data-filters] [data-group=kind]").first.click()
    page.keyboard.press("F6")
    line = "([selector, part]) => getComputedStyle(document.querySelector(selector), part).outlineStyle"

    assert page.evaluate(line, ["[data-text]:focus-visible", "::before"]) == "solid"
    assert page.evaluate(line, ["[data-filters] [aria-pressed=true]", None]) == "solid"
    assert page.evaluate(line, ["[data-filters] [aria-pressed=false]", None]) == "none"
