"""What the filters let through, and what belongs to the words of the selected annotation."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.factories import a_cast, a_claim, a_mention, a_stance, an_article, an_attribution, an_entity, an_issue, at
from tests.journeys.screen import Screen


def _filter(page: Page, group: str, value: str) -> Locator:
    filters = page.get_by_role("navigation", name="Filter the annotations")
    return filters.get_by_role("list", name=group, exact=True).get_by_role("button", name=value)


def _shown(page: Page) -> list[str]:
    """The classes of the cards: what they are of."""
    return [card.get_attribute("class") for card in page.locator("[data-list] .note").all()]


def test_filters_by_who_it_is_about_by_issue_and_by_coder(page: Page) -> None:
    cast = a_cast()
    ilsa = an_entity(cast.project, by=cast.alice, name="Ilsa Marrow")
    rail = an_issue(cast.project, by=cast.alice, wording="Cut regional rail")
    article = an_article(cast.project, by=cast.alice)
    a_mention(article, by=cast.mo, words="Ilsa Marrow", entity=ilsa.pk)
    a_stance(article, by=cast.mo, words="to fight the plan", holder=ilsa.pk, target_kind="issue", target=rail.pk)
    a_stance(article, by=cast.rita, words="save 9 percent of the budget")
    a_claim(article, by=cast.rita, words="could save 9 percent of the budget")
    screen = Screen(page, cast.mo, article)

    _filter(page, "Who", "Ilsa Marrow").click()
    assert _shown(page) == ["note mention", "note stance oppose"]
    expect(page.locator(".lane.claim.first")).to_have_class("lane claim l1 first off")

    _filter(page, "Issues", "Cut regional rail").click()
    assert _shown(page) == ["note stance oppose"]

    _filter(page, "Who", "Ilsa Marrow").click()
    _filter(page, "Issues", "Cut regional rail").click()
    _filter(page, "Coders", "rita").click()
    assert _shown(page) == ["note claim", "note stance oppose"]
    expect(page.locator("[data-live]")).to_have_text("2 of 4 shown")
    assert screen.focused.startswith("rita")


@pytest.mark.expects_console_error("ERR_INTERNET_DISCONNECTED")
def test_filters_by_what_needs_a_look(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    a_mention(article, by=cast.mo, words="Ilsa Marrow", no_entity_reason="unknown")
    a_stance(article, by=cast.mo, words="to fight the plan", certainty_of_coder="uncertain")
    screen = Screen(page, cast.mo, article)

    _filter(page, "To look at", "no record yet").click()
    assert _shown(page) == ["note mention"]
    _filter(page, "To look at", "the coder is uncertain").click()
    assert _shown(page) == ["note mention", "note stance oppose"]
    page.get_by_role("button", name="Show all").click()

    page.context.set_offline(True)
    screen.drag("Tomas Quill")
    screen.keys("e", "Enter")
    _filter(page, "To look at", "not stored yet").click()
    assert _shown(page) == ["note mention"]
    expect(page.locator("[data-list] .note")).to_contain_text("Tomas Quill")

    page.context.set_offline(False)
    screen.saved(seconds=20)
    expect(page.locator("[data-list] .note")).to_have_count(0)


def test_a_filter_offers_every_value(page: Page) -> None:
    cast = a_cast()
    words = "abcdefghijklmn"
    article = an_article(cast.project, by=cast.alice, text=" ".join(words))
    for letter in words:
        entity = an_entity(cast.project, by=cast.alice, name=f"Entity {letter}")
        a_mention(article, by=cast.mo, words=letter, entity=entity.pk)
    Screen(page, cast.mo, article)
    expect(_filter(page, "Who", "Entity l")).to_have_count(1)
    expect(_filter(page, "Who", "Entity m")).to_have_count(0)

    page.get_by_role("button", name="more…").click()
    _filter(page, "Who", "Entity n").click()
    assert _shown(page) == ["note mention"]

    page.get_by_role("button", name="fewer").click()
    expect(_filter(page, "Who", "Entity m")).to_have_count(0)
    expect(_filter(page, "Who", "Entity n")).to_have_attribute("aria-pressed", "true")


def test_who_and_what_a_stance_is_about_shows_on_its_card_and_in_the_text(page: Page) -> None:
    cast = a_cast()
    ilsa = an_entity(cast.project, by=cast.alice, name="Ilsa Marrow")
    article = an_article(cast.project, by=cast.alice)
    spoken = an_attribution(
        article,
        by=cast.mo,
        words="to fight the plan",
        source=ilsa.pk,
        source_span=at(article, "Ilsa Marrow"),
        cue_span=at(article, "vowed"),
    )
    a_stance(
        article,
        by=cast.mo,
        words="to fight the plan",
        holder=ilsa.pk,
        attribution=spoken.pk,
        target_span=at(article, "the plan"),
    )
    Screen(page, cast.mo, article)

    page.locator(".note.stance .say").click()

    expect(page.locator(".note.stance .relation li")).to_have_text(
        [re.compile("Ilsa Marrow$"), re.compile("vowed$"), re.compile("the plan$")]
    )
    _expect_highlighted(page, {"source": ["Ilsa Marrow"], "cue": ["vowed"], "target": ["the plan"]})

    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    _expect_highlighted(page, {"source": [], "cue": [], "target": []})


def _expect_highlighted(page: Page, words: dict[str, list[str]]) -> None:
    page.wait_for_function(
        """words => Object.entries(words).every(([name, expected]) =>
            JSON.stringify([...CSS.highlights.get(name)].map(String)) === JSON.stringify(expected))""",
        arg=words,
    )


def test_a_filter_that_lets_nothing_through_says_so_and_is_let_go_by_one_press(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    a_mention(article, by=cast.mo, no_entity_reason="unknown")
    a_stance(article, by=cast.mo, target_kind="issue", target=an_issue(cast.project, by=cast.mo, wording="Trains").pk)
    screen = Screen(page, cast.mo, article, hands=False)
    rail = page.get_by_role("complementary", name="Annotations")
    said = rail.get_by_text("No annotation is what you filter by.")
    expect(said).to_be_hidden()

    _filter(page, "Show", "Entities").click()
    _filter(page, "Issues", "Trains").click()

    expect(said).to_be_visible()
    expect(rail.get_by_role("heading", name="Annotations")).to_contain_text("0 of 2")
    rail.get_by_role("button", name="Show all").click()
    expect(said).to_be_hidden()
    assert (_shown(page), screen.focused) == (["note mention", "note stance oppose"], "text")


def test_what_is_made_and_does_not_show_is_said_to_be_hidden(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    a_claim(article, by=cast.mo)
    screen = Screen(page, cast.mo, article)
    _filter(page, "Show", "Claims").click()

    screen.drag("Ilsa Marrow")
    screen.keys("e", "Enter")

    expect(page.locator("[data-live]")).to_have_text("Entity added. The filter hides it.")
    expect(page.get_by_role("heading", name="Annotations")).to_contain_text("1 of 2")
    screen.saved()


def test_what_a_filter_hides_leaves_no_trace_in_the_text(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    a_mention(article, by=cast.mo, no_entity_reason="unknown")
    an_attribution(article, by=cast.mo)
    a_claim(article, by=cast.mo, origin="suggested")
    Screen(page, cast.mo, article, hands=False)

    _filter(page, "Show", "Entities").click()

    traces = page.evaluate(
        """() => [...document.querySelectorAll(".lane.off")].map((lane) => {
            const style = getComputedStyle(lane);
            const edges = ["Top", "Right", "Bottom", "Left"].map((edge) => style[`border${edge}Color`]);
            return [...new Set([...edges, style.backgroundColor, style.opacity])].sort();
        })"""
    )
    assert traces == [["1", "rgba(0, 0, 0, 0)"]] * 2
