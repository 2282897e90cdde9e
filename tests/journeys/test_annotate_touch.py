"""The screen by finger on a telephone: 390 pixels wide, no keyboard, no mouse."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from annotator.models import Mention, Stance
from tests.factories import Cast, a_cast, a_mention, a_stance, an_article, an_entity
from tests.journeys.screen import Screen

pytestmark = pytest.mark.django_db(transaction=True)

# What can be pressed in a sheet, smaller than a finger.
SMALL = """sheet => [...document.querySelectorAll(`${sheet} :is(button, summary, select, textarea, label.pick, a,
        input:not(.visually-hidden)), ${sheet} label:has(input)`)]
    .filter(each => each.offsetParent && getComputedStyle(each).visibility !== "hidden")
    .filter(each => !each.matches("input") || !each.closest("label"))
    .map(each => [each.textContent.trim() || each.getAttribute("aria-label"), each.getBoundingClientRect()])
    .filter(([, { width, height }]) => height < 43.9 || width < 43.9)
    .map(([label, { width, height }]) => `${label}: ${Math.round(width)} × ${Math.round(height)}`)"""


@pytest.fixture
def cast(live_server) -> Cast:
    return a_cast()


@pytest.fixture
def page(sessions: Callable[..., BrowserContext]) -> Page:
    return sessions(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844}).new_page()


def _tap(screen: Screen, words: str) -> None:
    left, right, top, bottom = screen.box(words)
    screen.page.touchscreen.tap((left + right) / 2, (top + bottom) / 2)


def _fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_mark_is_looked_at_and_left(cast: Cast, page: Page) -> None:
    article = an_article(cast.project, by=cast.alice)
    a_stance(article, by=cast.mo)
    screen = Screen(page, cast.mo, article, hands=False)
    card = page.locator(".note[aria-current]")

    _tap(screen, "Friday")
    expect(card).to_be_in_viewport(ratio=1)
    expect(card.get_by_role("button", name="Change", exact=True)).to_be_in_viewport()
    assert (_fits(page), page.evaluate(SMALL, ".note[aria-current]")) == (True, [])

    card.get_by_role("button", name="Close").tap()
    expect(card).to_have_count(0)


def test_the_words_of_a_mark_low_on_the_page_stay_in_sight_above_its_card(cast: Cast, page: Page) -> None:
    text = "\n\n".join(f"Paragraph {number} of a text that is longer than a window." for number in range(30))
    article = an_article(cast.project, by=cast.alice, text=text)
    a_stance(article, by=cast.mo, words="Paragraph 9 of a text", origin="suggested")
    screen = Screen(page, cast.mo, article, hands=False)
    _, _, _, bottom = screen.box("Paragraph 9")
    page.evaluate("by => scrollBy({ top: by, behavior: 'instant' })", bottom - 800)

    place = page.locator("mark").bounding_box()
    page.touchscreen.tap(place["x"] + 40, place["y"] + 8)

    card = page.locator(".note[aria-current]")
    expect(card.get_by_role("button", name="Take")).to_be_in_viewport(ratio=1)
    page.wait_for_function(
        """() => {
            const card = document.querySelector(".note[aria-current]").getBoundingClientRect();
            const words = document.querySelector("mark").getBoundingClientRect();
            return words.bottom < card.top && words.top > 48;
        }"""
    )
    # Also a suggestion, which in the rail is as if drawn on it, hides what it lies over.
    assert card.evaluate("card => getComputedStyle(card).backgroundColor") != "rgba(0, 0, 0, 0)"


def test_words_are_selected_and_tagged(cast: Cast, page: Page) -> None:
    ilsa = an_entity(cast.project, by=cast.alice, name="Ilsa Marrow")
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice), hands=False)

    screen.select_by_touch("Ilsa Marrow", shorter=2)
    tags = page.get_by_role("toolbar", name="Tag the selected words")
    expect(tags).to_be_in_viewport(ratio=1)
    assert screen.selection == "Ilsa Marrow"
    assert page.evaluate(SMALL, "[data-tagbar]") == []
    tags.get_by_role("button", name="Entity").tap()

    expect(screen.composer).to_be_in_viewport(ratio=1)
    assert (_fits(page), page.evaluate(SMALL, "[data-composer]")) == (True, [])
    screen.extend_by_touch("Ilsa Marrow")
    page.wait_for_timeout(600)  # told of the same selection once more
    expect(tags).to_be_hidden()
    screen.composer.get_by_text("Organisation", exact=True).tap()
    screen.composer.get_by_role("button", name="Save").tap()
    expect(screen.composer).to_be_hidden()
    screen.saved()
    mention = Mention.objects.get()
    assert (mention.segments, mention.entity, mention.type) == ([[0, 11]], ilsa, "ORG")
    assert screen.marked(mention.pk) == "Ilsa Marrow"


def test_what_is_missing_is_brought_into_sight(cast: Cast, page: Page) -> None:
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice), hands=False)
    screen.select_by_touch("Tomas Quill")
    page.get_by_role("toolbar").get_by_role("button", name="Claim").tap()
    screen.composer.get_by_text("Change the words").tap()

    screen.composer.get_by_role("button", name="Save").tap()

    missing = screen.composer.get_by_text("Pick a kind.").first
    expect(missing).to_be_in_viewport(ratio=1)
    foot = screen.composer.locator(".foot").bounding_box()
    box = missing.bounding_box()
    assert box["y"] + box["height"] <= foot["y"]


def test_the_next_words_are_tagged_though_a_card_is_open(cast: Cast, page: Page) -> None:
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice), hands=False)
    tags = page.get_by_role("toolbar", name="Tag the selected words")
    card = page.locator(".note[aria-current]")

    for words in ("Ilsa Marrow", "Tomas Quill"):
        screen.select_by_touch(words)
        expect(tags).to_be_in_viewport(ratio=1)
        expect(card).to_be_hidden()
        tags.get_by_role("button", name="Entity").tap()
        screen.composer.get_by_role("button", name="Save").tap()
        expect(card).to_contain_text(words)
        expect(card).to_be_in_viewport()

    screen.saved()
    assert sorted(Mention.objects.values_list("entity__name", flat=True)) == ["Ilsa Marrow", "Tomas Quill"]


def test_a_stance_is_changed_deleted_and_taken_back(cast: Cast, page: Page) -> None:
    article = an_article(cast.project, by=cast.alice)
    stance = a_stance(article, by=cast.mo)
    screen = Screen(page, cast.mo, article, hands=False)

    _tap(screen, "Friday")
    page.get_by_role("button", name="Change", exact=True).tap()
    screen.composer.get_by_text("Supports", exact=True).tap()
    screen.composer.get_by_text("More fields").tap()
    screen.composer.get_by_text("Change the words").tap()
    screen.composer.get_by_role("button", name="Begin a word later").tap()
    assert (_fits(page), page.evaluate(SMALL, "[data-composer]")) == (True, [])
    screen.composer.get_by_role("button", name="Save").tap()
    screen.saved()
    stance.refresh_from_db()
    assert (stance.position, screen.marked(stance.pk)) == ("support", "on Friday to fight")

    page.locator(".note[aria-current]").get_by_role("button", name="Delete").tap()
    expect(page.locator(".note")).to_have_count(0)
    screen.saved()
    stance.refresh_from_db()
    assert stance.deleted_at is not None

    page.get_by_role("button", name="Undo").tap()
    expect(page.locator(".note")).to_have_count(1)
    screen.saved()
    assert Stance.objects.kept().get().position == "support"


def test_what_was_put_aside_is_at_hand(cast: Cast, page: Page) -> None:
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice), hands=False)
    screen.select_by_touch("9 percent")
    page.get_by_role("toolbar").get_by_role("button", name="Claim").tap()
    screen.composer.get_by_label("Wording").fill("Closures could save")

    screen.select_by_touch("Ilsa Marrow")
    page.get_by_role("toolbar").get_by_role("button", name="Entity").tap()
    expect(screen.composer).to_contain_text("Ilsa Marrow")
    screen.composer.get_by_role("button", name="Save").tap()
    page.locator(".note[aria-current]").get_by_role("button", name="Close").tap()
    back = page.get_by_role("button", name="Back to this claim")
    expect(back).to_be_in_viewport(ratio=1)
    assert (_fits(page), page.evaluate(SMALL, "[data-aside]")) == (True, [])
    back.tap()

    expect(screen.composer.get_by_label("Wording")).to_have_value("Closures could save")


def test_what_a_colleague_does_waits_while_words_are_being_selected(cast: Cast, page: Page) -> None:
    article = an_article(cast.project, by=cast.alice)
    screen = Screen(page, cast.mo, article, hands=False)
    page.wait_for_selector("html[data-stream=streaming]")
    page.evaluate("document.addEventListener('happened', () => { document.documentElement.dataset.happened = '' })")
    screen.select_by_touch("Ilsa")

    a_mention(article, by=cast.rita, words="Ilsa Marrow")
    page.wait_for_timeout(800)
    screen.extend_by_touch("Ilsa Marrow vowed")
    assert page.locator("mark").count() == 0
    page.wait_for_timeout(500)
    assert screen.selection == "Ilsa Marrow vowed"

    page.evaluate("document.getSelection().collapseToEnd()")
    expect(page.locator("mark")).to_have_count(1)
