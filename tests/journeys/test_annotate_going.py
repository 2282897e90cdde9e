"""Going about by keyboard: the caret, from annotation to annotation, from place to place, back from what opened."""

import pytest
from playwright.sync_api import Page, expect

from annotator.models import Claim, Mention
from tests.factories import TEXT, a_cast, a_mention, a_stance, an_article, an_attribution, an_entity
from tests.journeys.screen import Screen


def test_the_caret_by_character_sentence_and_paragraph(page: Page) -> None:
    cast = a_cast()
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice, text=TEXT))
    seen = []
    for keys in (
        ["Control+Home", "Control+ArrowDown", ".", "w"],
        ["Escape", ",", ",", "w"],
        ["Escape", "Control+ArrowDown", "w"],
        ["Escape", "Control+ArrowUp", "Control+ArrowUp", "w"],
        ["Escape", "Control+Home", "ArrowRight", "ArrowRight", "ArrowLeft", "Shift+ArrowRight"],
        ["ArrowLeft", "Shift+ArrowLeft"],
        ["Control+End", "Control+ArrowLeft", "w"],
    ):
        screen.keys(*keys)
        seen.append(screen.selection)

    assert seen == ["They", "We", "Tomas", "We", "l", "I", "budget"]


def test_outward_and_inward_at_one_place(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    a_mention(article, by=cast.mo, words="Friday", no_entity_reason="unknown")
    a_stance(article, by=cast.mo, words="vowed on Friday to fight")
    an_attribution(article, by=cast.mo, words="Ilsa Marrow vowed on Friday to fight the plan")
    screen = Screen(page, cast.mo, article)
    selected = page.locator(".note[aria-current]")
    screen.press_at("Friday")
    expect(selected).to_have_class("note mention")

    for key, kind in (("Up", "stance"), ("Up", "attribution"), ("Up", "attribution"), ("Down", "stance")):
        screen.keys(f"Alt+Arrow{key}")
        expect(selected).to_have_count(1)
        assert kind in selected.get_attribute("class")


def test_from_place_to_place_and_back(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    a_mention(article, by=cast.mo, no_entity_reason="unknown")
    screen = Screen(page, cast.mo, article)
    screen.drag("Tomas Quill")
    screen.keys("e")
    place = """() => ["[data-text]", "[data-list]", "[data-composer]"]
        .find(selector => document.activeElement.closest(selector))"""
    seen = []

    for key in ("F6", "F6", "F6", "Shift+F6", "Shift+F6", "Shift+F6"):
        screen.keys(key)
        seen.append(page.evaluate(place))

    there = ["[data-text]", "[data-list]", "[data-composer]"]
    assert seen == [*there, *reversed(there[:2]), there[2]]


def test_the_boundaries_of_any_segment_by_key(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    mention = a_mention(
        article, by=cast.mo, words="Ilsa", segments=[[0, 4], [21, 27], [41, 45]], no_entity_reason="unknown"
    )
    screen = Screen(page, cast.mo, article)

    def after(*keys: str) -> list[str]:
        screen.keys(*keys)
        screen.saved()
        mention.refresh_from_db()
        return [TEXT[start:end] for start, end in mention.segments]

    screen.press_at("Friday")
    assert after("Alt+Shift+ArrowUp") == ["Ilsa", "on Friday", "plan"]
    assert after("Alt+Shift+ArrowRight") == ["Ilsa", "on Friday to", "plan"]
    assert after("Alt+Shift+ArrowDown") == ["Ilsa", "Friday to", "plan"]
    screen.press_at("plan")
    assert after("Alt+Shift+ArrowUp") == ["Ilsa", "Friday to", "the plan"]
    screen.press_at("Ilsa")
    assert after("Alt+Shift+ArrowRight") == ["Ilsa Marrow", "Friday to", "the plan"]
    screen.press_at("Friday")
    assert after("-") == ["Ilsa Marrow", "the plan"]


def test_the_words_of_a_draft_by_key_and_back_to_it(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    a_mention(article, by=cast.mo, words="Friday", no_entity_reason="unknown")
    screen = Screen(page, cast.mo, article)
    screen.keys("Control+Home", "w", "e", "F6")
    assert screen.focused == "text"

    screen.keys("Control+ArrowRight", "Control+ArrowRight", "Control+ArrowRight", "Control+ArrowRight")
    screen.keys("w", "+", "Alt+Shift+ArrowRight", "Alt+Shift+ArrowUp", "Enter")
    expect(screen.composer.get_by_role("radio", name="Person")).to_be_focused()
    screen.keys("Enter")

    screen.saved()
    mention = Mention.objects.get(segments__contains=[[0, 4]])
    assert [TEXT[start:end] for start, end in mention.segments] == ["Ilsa", "on Friday to"]


def test_a_place_that_cannot_be_changed_says_why(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    a_mention(article, by=cast.rita, words="Friday", no_entity_reason="unknown")
    a_mention(article, by=cast.mo, words="Tomas Quill", no_entity_reason="unknown")
    screen = Screen(page, cast.mo, article)
    said = page.locator("[data-live]")

    screen.keys("Alt+Shift+ArrowRight")
    expect(said).to_have_text("Select an annotation first.")
    screen.press_at("Friday")
    screen.keys("Alt+Shift+ArrowRight")
    expect(said).to_have_text("You may not change this annotation.")
    screen.press_at("Tomas Quill")
    screen.keys("+")
    expect(said).to_contain_text("Select the words to add first")
    screen.keys("-")
    expect(said).to_have_text("There is no further segment to drop.")


def test_the_words_of_a_draft_with_the_mouse(page: Page) -> None:
    cast = a_cast()
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice, text=TEXT))
    screen.drag("Ilsa")
    screen.keys("e")
    screen.composer.get_by_text("Change the words").click()

    screen.composer.get_by_role("button", name="End a word later: Ilsa").click()
    expect(screen.composer.get_by_role("button", name="End a word later: Ilsa Marrow")).to_be_focused()
    screen.drag("fight")
    screen.composer.get_by_role("button", name="Add the selection").click()
    screen.drag("plan")
    screen.composer.get_by_role("button", name="Add the selection").click()
    screen.composer.get_by_role("button", name="Begin a word earlier: fight").click()
    screen.composer.get_by_role("button", name="Drop “plan”").click()
    screen.composer.get_by_role("button", name="Save").click()

    screen.saved()
    assert [TEXT[start:end] for start, end in Mention.objects.get().segments] == ["Ilsa Marrow", "to fight"]


def test_a_number_proposes_a_quantity(page: Page) -> None:
    cast = a_cast()
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice, text=TEXT))
    screen.drag("save 9 percent of the budget")

    screen.keys("c")
    expect(screen.composer.get_by_role("radio", name="Quantity")).to_be_checked()
    expect(screen.composer.get_by_text("Guessed from how the words look")).to_be_visible()
    screen.composer.get_by_label("Wording").focus()
    page.keyboard.type("Closures save 9 percent.")
    screen.keys("Enter")

    screen.saved()
    assert Claim.objects.get().claim_kind == "quantity"


def test_what_an_input_method_composes_is_text_and_no_key(page: Page) -> None:
    cast = a_cast()
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice, text=TEXT))
    session = page.context.new_cdp_session(page)

    def compose(text: str) -> None:
        session.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})

    def press_enter() -> None:
        for kind in ("rawKeyDown", "keyUp"):
            session.send("Input.dispatchKeyEvent", {"type": kind, "key": "Enter", "code": "Enter"})

    page.locator("#text").focus()
    compose("e")
    session.send("Input.insertText", {"text": "え"})
    assert page.locator("[data-text]").text_content() == TEXT
    expect(screen.composer).to_be_hidden()

    screen.drag("9 percent")
    screen.keys("c", "1")
    wording = screen.composer.get_by_label("Wording")
    wording.focus()
    compose("にほん")
    press_enter()
    expect(wording).to_be_focused()
    assert Claim.objects.count() == 0
    session.send("Input.insertText", {"text": "日本"})
    assert wording.input_value() == "日本"
    screen.keys("Enter")

    screen.saved()
    assert Claim.objects.get().wording == "日本"


def test_the_focus_comes_back_from_every_panel(page: Page) -> None:
    cast = a_cast()
    ilsa = an_entity(cast.project, by=cast.alice, name="Ilsa Marrow")
    article = an_article(cast.project, by=cast.alice, text=f"{TEXT}\n\nIlsa Marrow again.")
    a_mention(article, by=cast.mo, entity=ilsa.pk)
    page.set_viewport_size({"width": 1024, "height": 800})
    screen = Screen(page, cast.mo, article)

    screen.press_at("Ilsa Marrow")
    screen.keys("a")
    expect(page.get_by_role("form", name="Every mention of Ilsa Marrow")).to_be_visible()
    screen.keys("Escape")
    assert screen.focused == "text"

    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_role("navigation", name="Filter the annotations")).to_be_visible()
    screen.keys("Escape")
    expect(page.get_by_role("button", name="Filter")).to_be_focused()

    screen.drag("Tomas Quill")
    expect(page.get_by_role("toolbar", name="Tag the selected words")).to_be_visible()
    screen.keys("Escape")
    expect(page.get_by_role("toolbar", name="Tag the selected words")).to_be_hidden()
    assert (screen.focused, screen.selection) == ("text", "Tomas Quill")


def test_what_is_typed_before_the_composer_is_there_goes_into_it(page: Page) -> None:
    cast = a_cast()
    words = "Not a train is lost."
    an_entity(cast.project, by=cast.alice, name="Ilsa Marrow")
    waiting = []
    page.route("**/js/making.*", lambda route: waiting.append(route))
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice, text=TEXT), hands=False)
    screen.drag("lose a single train")
    page.evaluate(
        """() => {
            window.prevented = [];
            const hear = event => setTimeout(() => window.prevented.push([event.key, event.defaultPrevented]));
            window.addEventListener("keydown", hear, { capture: true });
        }"""
    )

    screen.keys("c", "4")
    page.keyboard.type(f"{words}x")
    screen.keys("Backspace", "F7", "Control+r", "Tab", "Enter")
    page.wait_for_function("() => window.prevented.some(([key]) => key === 'Enter')")
    assert [key for key, prevented in page.evaluate("window.prevented") if not prevented] == [
        "F7",
        "Control",
        "r",
        "Tab",
    ]
    expect(screen.composer).to_be_hidden()
    for route in waiting:
        route.continue_()

    expect(page.locator(".note.claim")).to_have_count(1)
    screen.saved()
    claim = Claim.objects.get()
    assert (claim.wording, claim.claim_kind) == (words, "promise")


@pytest.mark.expects_console_error("ERR_FAILED")
def test_a_composer_that_cannot_be_loaded_is_told_and_asked_for_again(page: Page) -> None:
    cast = a_cast()
    page.route("**/js/making.*", lambda route: route.abort())
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice, text=TEXT), hands=False)
    screen.drag("Ilsa Marrow")

    screen.keys("e")
    expect(page.get_by_text("The composer could not be loaded: the server did not answer. Try again.")).to_be_visible()
    page.unroute("**/js/making.*")
    screen.keys("e")

    expect(screen.composer).to_be_visible()
