"""The same work with the mouse, and what the hands do beside it."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from annotator.models import Mention, Stance
from tests.factories import TEXT, a_cast, a_mention, a_stance, an_article, an_entity, an_issue
from tests.journeys.screen import Screen


def test_a_selection_snaps_to_words_and_offers_what_it_can_be(page: Page) -> None:
    cast = a_cast()
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice))

    screen.drag("Ilsa Marrow", shorter=12)
    assert screen.selection == "Ilsa Marrow"
    page.get_by_role("toolbar", name="Tag the selected words").get_by_role("button", name="Entity").click()
    screen.composer.get_by_text("Organisation", exact=True).click()
    screen.composer.get_by_role("button", name="Save").click()

    screen.saved()
    mention = Mention.objects.get()
    assert (mention.segments, mention.type, mention.entity.name) == ([[0, 11]], "ORG", "Ilsa Marrow")


def test_alt_keeps_the_selection_as_it_is(page: Page) -> None:
    cast = a_cast()
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice))

    page.keyboard.down("Alt")
    screen.drag("sa Marr")
    page.keyboard.up("Alt")

    assert screen.selection == "sa Marr"


@pytest.mark.parametrize("words", ["Tomas Quill said", "Tomas"])
def test_a_drag_goes_on_where_it_began_though_another_window_tags_words_under_it(
    page: Page, context: BrowserContext, words: str
) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    screen = Screen(page, cast.mo, article)
    window = Screen(context.new_page(), cast.mo, article)
    window.drag(words)
    window.keys("e")
    left, _, top, bottom = screen.box("closures")
    _, right, _, _ = screen.box("budget")
    level = (top + bottom) / 2

    page.mouse.move(left + 1, level)
    page.mouse.down()
    if words == "Tomas":
        page.mouse.move(left + 30, level)
    window.keys("Enter")
    expect(page.locator(".note")).to_have_count(1)
    page.mouse.move(right - 20, level, steps=4)
    page.mouse.move(right - 1, level)
    page.mouse.up()

    assert screen.selection == "closures could save 9 percent of the budget"
    window.saved()


BESIDE = {
    ".rail": "Tomas Quill said the closures could save 9 percent of the budget.",
    ".ending": "Tomas Quill said the closures could save 9 percent of the budget.",
    ".show": "",
    ".byline": TEXT.partition("Tomas Quill")[0].rstrip(),
}


@pytest.mark.parametrize("place", BESIDE)
def test_a_drag_that_ends_beside_the_text_selects_the_words_up_to_there(page: Page, place: str) -> None:
    cast = a_cast()
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice, text=TEXT))
    screen.drag("Ilsa Marrow")
    box, line = page.locator(place).bounding_box(), page.locator("[data-text] p").last.bounding_box()
    level = line["y"] + line["height"] / 2 if place in (".rail", ".show") else box["y"] + box["height"] / 2

    screen.drag("Tomas Quill", to=(box["x"] + box["width"] / 2, level))

    assert screen.selection == BESIDE[place]
    screen.keys("c")
    expect(screen.composer).to_be_visible()
    assert screen.composer.locator(".words > q").text_content() == (BESIDE[place] or "Tomas")


def test_a_stance_with_the_mouse(page: Page) -> None:
    cast = a_cast()
    an_entity(cast.project, by=cast.alice, name="Ilsa Marrow")
    issue = an_issue(cast.project, by=cast.alice, wording="Cut regional rail", definition="Fewer lines or stops.")
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice))

    screen.drag("to fight the plan")
    page.get_by_role("toolbar").get_by_role("button", name="Stance").click()
    who, what = (
        screen.composer.get_by_role("combobox", name="Who"),
        screen.composer.get_by_role("combobox", name="What"),
    )
    who.fill("Ilsa")
    page.get_by_role("option", name="Ilsa Marrow Person").click()
    what.fill("rail")
    page.get_by_role("option", name="Cut regional rail").click()
    screen.composer.get_by_text("Opposes", exact=True).click()
    expect(screen.composer).to_contain_text("The words are against the target")
    screen.composer.get_by_role("button", name="Save").click()

    screen.saved()
    assert Stance.objects.get().target_issue == issue


def test_a_name_that_was_typed_and_not_picked_stays_and_is_asked_for(page: Page) -> None:
    cast = a_cast()
    issue = an_issue(cast.project, by=cast.alice, wording="Cut regional rail")
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice))
    screen.drag("save 9 percent")
    page.get_by_role("toolbar").get_by_role("button", name="Stance").click()
    who, what = (screen.composer.get_by_role("combobox", name=name, exact=True) for name in ("Who", "What"))

    who.fill("Nora Vane")
    what.fill("cut regional rail")
    screen.composer.get_by_text("Opposes", exact=True).click()
    expect(who).to_have_value("Nora Vane")
    expect(what).to_have_value("Cut regional rail")
    screen.composer.get_by_role("button", name="Save").click()
    expect(screen.composer).to_contain_text("Pick “Nora Vane” from the list, or add it.")
    who.click()
    page.get_by_role("option").filter(has_text="Add “Nora Vane”").filter(has_text="Person").click()
    screen.composer.get_by_role("button", name="Save").click()

    screen.saved()
    stance = Stance.objects.get()
    assert (stance.holder_entity.name, stance.target_issue) == ("Nora Vane", issue)


def test_pressing_a_mark_selects_its_card_and_pressing_again_the_one_around(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    a_mention(article, by=cast.mo, words="Ilsa Marrow", no_entity_reason="unknown")
    a_stance(article, by=cast.mo, words="Ilsa Marrow vowed on Friday to fight the plan")
    screen = Screen(page, cast.mo, article)
    selected = page.locator(".note[aria-current]")

    screen.press_at("Marrow")
    expect(selected).to_have_class("note mention")
    screen.press_at("Marrow")
    expect(selected).to_have_class("note stance oppose")


def test_pressing_a_card_brings_its_words_level_with_it(page: Page) -> None:
    cast = a_cast()
    text = "\n\n".join(
        f"Paragraph {number} has words enough to fill a line or two of the text on this screen." for number in range(60)
    )
    article = an_article(cast.project, by=cast.alice, text=text)
    for number in range(60):
        a_mention(article, by=cast.mo, words=f"Paragraph {number} ".strip(), no_entity_reason="unknown")
    screen = Screen(page, cast.mo, article)

    card = screen.card("Paragraph 17")
    card.scroll_into_view_if_needed()
    card.get_by_role("button").first.click()

    mark = page.locator("mark", has_text="Paragraph 17")
    expect(mark).to_be_in_viewport()
    # What comes into view is as high as it is, and not as had been supposed.
    page.wait_for_function(
        "([mark, card]) => Math.abs(mark.getBoundingClientRect().top - card.getBoundingClientRect().top) < 30",
        arg=[mark.element_handle(), card.element_handle()],
    )


def test_deleting_from_the_card_and_taking_it_back(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    mention = a_mention(article, by=cast.mo, no_entity_reason="unknown")
    screen = Screen(page, cast.mo, article)

    screen.press_at("Marrow")
    page.get_by_role("button", name="Delete").click()
    expect(page.locator(".note")).to_have_count(0)
    screen.saved()
    mention.refresh_from_db()
    assert mention.deleted_at is not None
    screen.keys("Control+z")

    screen.saved()
    mention.refresh_from_db()
    assert mention.deleted_at is None


def test_more_fields_and_spans_from_the_selection(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    stance = a_stance(article, by=cast.mo, words="could save 9 percent of the budget")
    screen = Screen(page, cast.mo, article)

    screen.press_at("9 percent")
    page.get_by_role("button", name="Change").click()
    screen.composer.get_by_text("More fields").click()
    screen.composer.get_by_label("Modality").select_option("conditional")
    screen.drag("could")
    screen.composer.locator("[data-field=hedge_spans]").get_by_role("button", name="Take the selection").click()
    screen.composer.get_by_label("Remark").fill("Ask again.")
    screen.composer.get_by_role("button", name="Save").click()

    screen.saved()
    stance.refresh_from_db()
    text = article.current.text
    assert (stance.modality, stance.comment) == ("conditional", "Ask again.")
    assert [text[start:end] for start, end in stance.hedge_spans] == ["could"]


def test_filters_hide_cards_and_marks(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    a_mention(article, by=cast.mo, no_entity_reason="unknown")
    a_stance(article, by=cast.mo)
    Screen(page, cast.mo, article)

    page.get_by_role("navigation", name="Filter the annotations").get_by_role("button", name="Stances").click()

    expect(page.locator(".note:visible")).to_have_count(1)
    expect(page.locator(".lane.mention")).to_have_class("lane mention l0 first last off")
    page.get_by_role("button", name="Show all").click()
    expect(page.locator(".note:visible")).to_have_count(2)


def test_what_was_deleted_with_the_mouse_is_told_and_taken_back(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    mention = a_mention(article, by=cast.mo)
    screen = Screen(page, cast.mo, article)

    screen.press_at("Ilsa Marrow")
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Entity deleted", exact=True)).to_be_visible()
    screen.saved()
    mention.refresh_from_db()
    assert mention.deleted_at is not None

    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone: Entity deleted", exact=True)).to_be_visible()
    screen.saved()
    mention.refresh_from_db()
    assert mention.deleted_at is None

    page.get_by_role("button", name="Redo").click()
    screen.saved()
    mention.refresh_from_db()
    assert mention.deleted_at is not None
