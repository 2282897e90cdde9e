"""How the screen looks to everyone: told apart without colour, at 200 %, on paper; clean with 500 annotations."""

from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from annotator.actions.annotations import revise_annotation
from annotator.actions.codings import set_state
from annotator.actions.revisions import revise_article
from tests.factories import (
    Cast,
    a_cast,
    a_claim,
    a_coding,
    a_mention,
    a_stance,
    an_article,
    an_attribution,
    an_entity,
    an_issue,
    at,
)
from tests.journeys.screen import Screen
from tests.journeys.test_annotate_access import findings

POSITIONS = ("support", "oppose", "mixed", "neutral", "unclear")
LOOKS = ("mention", *(f"stance {position}" for position in POSITIONS), "claim", "attribution")
# What of a mark is left without its colours: borders, and the sign before the first letter.
_SHAPES = """() => Object.fromEntries([...document.querySelectorAll(".lane.first")].map((lane) => {
    const style = getComputedStyle(lane);
    const kind = ["mention", "stance", "claim", "attribution"].find((kind) => lane.classList.contains(kind));
    const position = ["support", "oppose", "mixed", "neutral", "unclear"].find((each) => lane.classList.contains(each));
    const name = [kind, kind === "stance" && position, lane.classList.contains("ghost") && "ghost"];
    const line = (edge) => `${style[`border${edge}Style`]} ${style[`border${edge}Width`]}`;
    const sign = getComputedStyle(lane, "::before").content;
    return [name.filter(Boolean).join(" "), `${line("Top")} ${line("Bottom")} ${sign}`];
}))"""
# The colour of every line and of what it lies on.
_CONTRASTS = """() => {
    const channels = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map(Number);
    const linear = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    const light = (colour) => channels(colour).map(linear)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const paper = light(getComputedStyle(document.querySelector(".paper")).backgroundColor);
    return [...document.querySelectorAll(".lane:is(.mention, .stance, .claim)")].map((lane) => {
        const line = light(getComputedStyle(lane).borderBottomColor);
        return [lane.className, (Math.max(line, paper) + 0.05) / (Math.min(line, paper) + 0.05)];
    });
}"""


def one_of_each_look(page: Page) -> Screen:
    """Every kind and position once, and once more as a suggestion."""
    cast = a_cast()
    names = [f"Word{number}" for number in range(2 * len(LOOKS))]
    article = an_article(cast.project, by=cast.alice, text=" stands here. ".join(names) + " stands here.")
    for number, look in enumerate([*LOOKS, *LOOKS]):
        kind, _, position = look.partition(" ")
        make: Callable[..., Any] = {
            "mention": a_mention,
            "stance": a_stance,
            "claim": a_claim,
            "attribution": an_attribution,
        }[kind]
        fields = {"position": position} if position else {}
        origin = "suggested" if number >= len(LOOKS) else "manual"
        make(article, by=cast.mo, words=f"{names[number]} stands", origin=origin, **fields)
    return Screen(page, cast.mo, article, hands=False)


@pytest.mark.parametrize(
    "media",
    [
        {"color_scheme": "light"},
        {"color_scheme": "dark"},
        {"media": "print"},
        {"forced_colors": "active"},
        {"forced_colors": "active", "color_scheme": "dark"},
    ],
    ids=["light", "dark", "print", "forced", "forced dark"],
)
def test_every_kind_position_and_suggestion_is_told_apart_without_its_colour(page: Page, media: Any) -> None:
    page.emulate_media(**media)
    one_of_each_look(page)

    shapes = page.evaluate(_SHAPES)

    assert sorted(shapes) == sorted([*LOOKS, *(f"{look} ghost" for look in LOOKS)])
    alike = [pair for pair in combinations(shapes, 2) if shapes[pair[0]] == shapes[pair[1]]]
    assert alike == []


@pytest.mark.parametrize("media", [{"color_scheme": "light"}, {"color_scheme": "dark"}, {"media": "print"}])
def test_every_line_is_seen_on_its_paper(page: Page, media: Any) -> None:
    page.emulate_media(**media)
    one_of_each_look(page)

    contrasts = page.evaluate(_CONTRASTS)

    assert len(contrasts) >= 14
    assert [(look, round(contrast, 2)) for look, contrast in contrasts if contrast < 3] == []


# A browser in which nothing inherits a highlight answers so, whatever is asked of.
_INHERITS_NO_HIGHLIGHT = """
const styles = getComputedStyle.bind(window);
window.getComputedStyle = (element, part) => {
    return part?.startsWith("::highlight") ? { backgroundColor: "rgba(0, 0, 0, 0)" } : styles(element, part);
};
window.styles = styles;
"""
# Highlights that a mark shows by itself: what it could inherit of the text is taken away.
_OWN_HIGHLIGHTS = """() => {
    const [text, mark] = [document.querySelector("[data-text]"), document.querySelector("[data-text] mark")];
    text.classList.remove("text");
    return [...CSS.highlights.keys()].filter((name) => {
        const style = (window.styles ?? getComputedStyle)(mark, `::highlight(${name})`);
        return style.backgroundColor !== "rgba(0, 0, 0, 0)" || style.textDecorationLine !== "none";
    });
}"""


def test_where_marks_inherit_no_highlight_each_has_it_itself(page: Page, sessions: Callable[..., Any]) -> None:
    without = sessions().new_page()
    without.add_init_script(_INHERITS_NO_HIGHLIGHT)
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    a_mention(article, by=cast.mo)
    Screen(page, cast.mo, article, hands=False)
    Screen(without, cast.mo, article, hands=False)

    assert page.evaluate(_OWN_HIGHLIGHTS) == []
    assert set(without.evaluate(_OWN_HIGHLIGHTS)) == {
        "colleague",
        "source",
        "cue",
        "hedge",
        "target",
        "selected",
        "hit",
        "kept",
    }


def test_at_200_percent_all_is_reached_and_nothing_is_cut_off(sessions: Callable[..., Any]) -> None:
    page = sessions(viewport={"width": 720, "height": 450}, device_scale_factor=2).new_page()
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    a_stance(article, by=cast.mo)
    screen = Screen(page, cast.mo, article)
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

    at_rest = page.evaluate(wide)
    screen.drag("Ilsa Marrow")
    screen.keys("e")
    expect(screen.composer).to_be_visible()
    save = screen.composer.get_by_role("button", name="Save")
    save.scroll_into_view_if_needed()

    expect(save).to_be_in_viewport()
    assert (at_rest, page.evaluate(wide)) == (0, 0)
    screen.keys("Enter")
    screen.saved()
    assert findings(page) == []


def test_letters_of_twice_the_size_are_not_cut_off(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    a_stance(article, by=cast.mo)
    screen = Screen(page, cast.mo, article)
    page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    screen.press_at("Friday")
    screen.keys("Enter")
    expect(screen.composer).to_be_visible()

    cut = page.evaluate(
        """() => [...document.querySelectorAll(".paper *, .rail button, .bar button, .composer *")]
            .filter((each) => each.checkVisibility() && ["hidden", "clip"].includes(getComputedStyle(each).overflowX)
                && !each.closest(".visually-hidden, .said, input, textarea") && each.scrollWidth > each.clientWidth + 1)
            .map((each) => each.outerHTML.slice(0, 120))"""
    )

    assert cut == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


# Names of choices that stand across the edge of their button, or nearer to it than a pixel.
_ACROSS = """() => [...document.querySelectorAll(".pick")].flatMap((pick) => {
    const { left, right } = pick.getBoundingClientRect();
    const name = document.createRange();
    name.selectNodeContents(pick.lastElementChild);
    const words = name.getBoundingClientRect();
    return words.left < left + 2 || words.right > right - 2 ? [pick.textContent] : [];
})"""


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_the_composer_keeps_its_words_within_its_buttons_and_what_saves_in_sight(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 768})
    cast = a_cast()
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice))

    for key in "escq":
        screen.drag("fight the plan")
        screen.keys(key)
        screen.composer.get_by_text("More fields").click()
        assert page.evaluate(_ACROSS) == []
        for button in ("Save", "Cancel"):
            expect(screen.composer.get_by_role("button", name=button)).to_be_in_viewport(ratio=1)
        assert screen.composer.evaluate("form => form.scrollWidth - form.clientWidth") == 0
        screen.composer.get_by_role("button", name="Cancel").click()


def test_the_card_of_what_is_being_changed_stands_whole_below_the_composer(page: Page) -> None:
    cast = a_cast()
    text = "\n\n".join(f"Ilsa Marrow vowed to fight plan {number}." for number in range(30))
    article = an_article(cast.project, by=cast.alice, text=text)
    for number in range(30):
        a_claim(article, by=cast.mo, words=f"fight plan {number}.", wording=f"She fights plan {number}.")
    screen = Screen(page, cast.mo, article)
    tops = """() => [...document.querySelectorAll("[data-composer], .note[aria-current]")].map((each) =>
        [each.getBoundingClientRect().top, each.getBoundingClientRect().bottom])"""

    screen.press_at("fight plan 9.")
    screen.keys("Enter")
    expect(screen.composer).to_be_visible()
    expect(page.locator(".note[aria-current] .who")).to_be_visible()

    [[top, bottom], [below, _]] = page.evaluate(tops)
    assert (top, 0 < below - bottom < 24) == (48, True)
    screen.keys("Escape")
    expect(screen.composer).to_be_hidden()
    words = screen.box("fight plan 9.")[2]
    assert abs(page.locator(".note[aria-current]").bounding_box()["y"] - words) < 24


def test_the_tab_key_goes_from_the_bar_over_the_text_to_the_rail(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    a_stance(article, by=cast.mo)
    screen = Screen(page, cast.mo, article, hands=False)
    page.get_by_role("link", name="Skip to content").focus()

    parts = []
    for _ in range(40):
        screen.keys("Tab")
        part = page.evaluate(
            """() => ["bar", "show", "text", "paper", "rail"].find((name) =>
                document.activeElement.closest(`.${name}`)) ?? document.activeElement.tagName.toLowerCase()"""
        )
        if part == "body":
            break
        parts.append(part)

    in_turn = [part for number, part in enumerate(parts) if number == 0 or parts[number - 1] != part]
    assert [part for part in in_turn if part != "a"] == ["bar", "show", "paper", "text", "paper", "rail"]


# --- axe, in the states that need more than one press ---


def _with_a_stance(page: Page) -> tuple[Cast, Screen, Any]:
    cast = a_cast()
    marrow = an_entity(cast.project, by=cast.alice, name="Ilsa Marrow")
    issue = an_issue(cast.project, by=cast.alice, wording="Cut regional rail")
    article = an_article(cast.project, by=cast.alice)
    quotation = an_attribution(
        article,
        by=cast.mo,
        words="vowed on Friday to fight the plan",
        source=str(marrow.pk),
        source_span=at(article, "Ilsa Marrow"),
    )
    stance = a_stance(
        article,
        by=cast.mo,
        words="to fight the plan",
        holder=str(marrow.pk),
        attribution=str(quotation.pk),
        target_kind="issue",
        target=issue.pk,
    )
    return cast, Screen(page, cast.mo, article), stance


def _conflict(page: Page) -> None:
    cast, screen, stance = _with_a_stance(page)
    screen.alone()
    screen.press_at("fight")
    revise_annotation(stance, {"position": "mixed"}, by=cast.mo, version=1)
    screen.keys("Enter", "1", "Enter")
    expect(page.locator("[data-status]")).to_have_text("1 to decide")


def _refusal(page: Page) -> None:
    _, screen, _ = _with_a_stance(page)
    told = {"type": "about:blank", "status": 400, "title": "No", "detail": "No.", "errors": [
        {"field": "position", "value": "support", "message": "`position`: this is not for now."}]}  # fmt: skip
    page.route(
        "**/api/v1/stances/**",
        lambda route: route.fulfill(status=400, json=told, headers={"Content-Type": "application/problem+json"}),
    )
    screen.press_at("fight")
    screen.keys("Enter", "1", "Enter")
    expect(page.locator(".trouble")).to_be_visible()


def _relation(page: Page) -> None:
    _, screen, _ = _with_a_stance(page)
    screen.press_at("fight")
    expect(page.locator(".note[aria-current] .relation")).to_be_visible()


def _comment(page: Page) -> None:
    _, screen, _ = _with_a_stance(page)
    screen.press_at("fight")
    screen.keys("m")
    page.keyboard.type("Is it so?")


def _done(page: Page) -> None:
    cast, screen, stance = _with_a_stance(page)
    set_state(stance.coding, "done", by=cast.mo)
    screen.load()
    expect(page.get_by_text("This coding is done.")).to_be_visible()


def _reader(page: Page) -> None:
    cast, _, stance = _with_a_stance(page)
    Screen(page, cast.sam, stance.coding.article, hands=False)


def _news(page: Page) -> None:
    cast, screen, _ = _with_a_stance(page)
    revise_article(screen.article, f"{screen.article.current.text} More.", by=cast.alice, version=1)
    expect(page.locator("[data-news]")).to_be_visible()


def _mismatch(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)

    def other_words(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("Ilsa Marrow</p>", "Ilsa Harrow</p>").replace(
            "vowed on Friday", "vowed on Monday", 1))  # fmt: skip

    page.route(f"**/articles/{article.pk}/", other_words)
    Screen(page, cast.mo, article, hands=False)
    expect(page.locator("[data-mismatch]")).to_be_visible()


STATES = {
    "a conflict": _conflict,
    "a refusal": _refusal,
    "a relation": _relation,
    "a comment being written": _comment,
    "done": _done,
    "a reader": _reader,
    "news of another text": _news,
    "a text that is not the server's": _mismatch,
}


@pytest.mark.expects_console_error("status of 4(12|00)")
@pytest.mark.parametrize("state", ["a conflict", "a refusal"])
def test_axe_finds_nothing_in_trouble(page: Page, state: str) -> None:
    _in_both_schemes(page, state)


@pytest.mark.parametrize("state", [name for name in STATES if name not in ("a conflict", "a refusal")])
def test_axe_finds_nothing_in_further_states(page: Page, state: str) -> None:
    _in_both_schemes(page, state)


def _in_both_schemes(page: Page, state: str) -> None:
    STATES[state](page)
    found = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        # Colours change in a moment: what is looked at is what they come to.
        page.evaluate(
            """() => Promise.all(document.getAnimations().filter((each) => each instanceof CSSTransition)
                .map((each) => each.finished))"""
        )
        found[scheme] = findings(page)

    assert found == {"light": [], "dark": []}


def test_five_hundred_annotations_are_clean_too(page: Page) -> None:
    cast = a_cast()
    text = "\n\n".join(f"Ilsa Marrow {number} vowed to fight the plan of year {number}." for number in range(125))
    article = an_article(cast.project, by=cast.alice, text=text)
    coding = a_coding(article, by=cast.mo)
    for number in range(125):
        vowed = f"Ilsa Marrow {number} vowed to fight the plan"
        a_mention(article, by=cast.mo, words=f"Ilsa Marrow {number} ".strip(), no_entity_reason="unknown")
        a_stance(article, by=cast.mo, words=vowed, position=POSITIONS[number % 5])
        a_claim(article, by=cast.mo, words=f"the plan of year {number}.")
        an_attribution(article, by=cast.mo, words=f"{vowed} of year")
    assert coding.article_id == article.pk
    screen = Screen(page, cast.mo, article)
    screen.keys("Control+End")
    expect(page.locator("[data-count]")).to_have_text("500")
    as_they_come = findings(page)
    page.evaluate("void dispatchEvent(new Event('beforeprint'))")  # all cards, also those that are not near
    expect(page.locator(".note")).to_have_count(500)

    assert (as_they_come, findings(page)) == ([], [])
