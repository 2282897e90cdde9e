"""Two people at one article, in two browsers: what the one does the other sees, and nobody is disturbed."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from annotator.actions.annotations import delete_annotation, revise_annotation
from annotator.actions.presence import show_presence
from annotator.actions.projects import add_member
from annotator.actions.records import change_record
from annotator.actions.revisions import revise_article
from annotator.models import Mention, Stance
from tests.factories import Cast, a_cast, a_mention, a_project, a_stance, a_user, an_article, an_entity, an_issue
from tests.journeys.screen import Screen

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = "Ilsa Marrow opposes the plan, and Tomas Quill supports it.\n\nThe council votes on Friday, said Marrow."


@pytest.fixture
def cast(live_server) -> Cast:
    return a_cast()


@pytest.fixture
def second(sessions: Callable[..., BrowserContext]) -> Page:
    """A page in a browser session of its own, for a colleague."""
    return sessions().new_page()


def followed(page: Page, user: Any, article: Any) -> Screen:
    """The article as the user has it open, with its stream."""
    screen = Screen(page, user, article)
    page.wait_for_selector("html[data-stream=streaming]")
    return screen


def drawn(screen: Screen) -> dict[str, Any]:
    """All that is drawn of annotations, as for paper: marks by paragraph, the sentences of the cards in their order."""
    screen.page.evaluate("void dispatchEvent(new Event('beforeprint'))")
    return screen.page.evaluate(
        """() => ({
            marks: [...document.querySelectorAll("[data-text] p")].map(paragraph =>
                [...paragraph.querySelectorAll("mark")].map(mark =>
                    [mark.textContent, mark.className, mark.dataset.ids])),
            cards: [...document.querySelectorAll("[data-list] .note")].map(card =>
                [card.id, card.querySelector(".say").textContent]),
        })"""
    )


def test_what_the_one_does_the_other_sees(cast: Cast, page: Page, second: Page) -> None:
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    an_entity(cast.project, by=cast.mo, name="Ilsa Marrow")
    mo, rita = followed(page, cast.mo, article), followed(second, cast.rita, article)

    mo.caret_to("Ilsa Marrow")
    mo.keys("w", "w", "e", "Enter")
    mo.saved()
    card = rita.card("Ilsa Marrow")
    expect(card).to_be_visible(timeout=1_000)
    mention = Mention.objects.get()
    assert rita.marked(mention.pk) == "Ilsa Marrow"

    # Back again: changed, deleted and restored by the colleague.
    card.click()
    card.get_by_role("button", name="Delete").click()
    expect(mo.card("Ilsa Marrow")).to_have_count(0)
    rita.keys("Control+z")
    expect(mo.card("Ilsa Marrow")).to_be_visible(timeout=1_000)
    assert mo.marked(mention.pk) == "Ilsa Marrow"
    assert Mention.objects.get().version == 3


@pytest.mark.expects_console_error("ERR_FAILED")
def test_where_no_stream_gets_through_a_colleagues_change_arrives_all_the_same(cast: Cast, page: Page) -> None:
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    page.route("**/live/**", lambda route: route.abort())
    Screen(page, cast.rita, article)
    page.wait_for_selector("html[data-stream=polling]", timeout=30_000)

    mention = a_mention(article, by=cast.mo, words="Ilsa Marrow")
    expect(page.locator(".note")).to_have_count(1)
    revise_annotation(mention, {"type": "ORG"}, by=cast.mo, version=1)
    expect(page.locator(".note")).to_contain_text("organi")


@pytest.mark.expects_console_error("status of 412|ERR_INTERNET_DISCONNECTED")
@pytest.mark.parametrize(
    ("button", "positions"),
    [("Keep mine", ["mixed"]), ("Keep theirs", ["support"]), ("Keep both", ["mixed", "support"])],
)
def test_two_change_one_stance_and_one_of_them_decides(
    cast: Cast, page: Page, second: Page, button: str, positions: list[str]
) -> None:
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    stance = a_stance(article, by=cast.mo, words="opposes the plan", position="oppose")
    mo, rita = followed(page, cast.mo, article), followed(second, cast.rita, article)
    for screen in (mo, rita):
        screen.press_at("opposes")
    second.route("**/api/v1/**", lambda route: route.abort("internetdisconnected"))
    with rita.unsaved():
        rita.keys("Enter", "3", "Enter")
        mo.keys("Enter", "1", "Enter")
        mo.saved()
        expect(second.locator("[data-status]")).to_have_text("1 waiting")
        second.unroute("**/api/v1/**")
        second.evaluate("window.dispatchEvent(new Event('online'))")
        expect(second.locator("[data-status]")).to_have_text("1 to decide")
    expect(page.locator(".note")).to_contain_text("supports")

    second.get_by_role("button", name=button).click()

    rita.saved()
    expect(page.locator(".note")).to_have_count(len(positions))
    expect(second.locator(".note")).to_have_count(len(positions))
    for screen in (mo, rita):
        screen.keys("Escape", "Escape")
        expect(screen.card("is of two minds")).to_have_count(positions.count("mixed"))
    assert drawn(mo) == drawn(rita)
    assert sorted(Stance.objects.kept().values_list("position", flat=True)) == positions
    assert stance.pk in Stance.objects.kept().values_list("pk", flat=True)


def test_who_reads_is_not_disturbed(cast: Cast, page: Page) -> None:
    article = an_article(cast.project, by=cast.alice, text=TEXT + "\n\nA further paragraph." * 60)
    stance = a_stance(article, by=cast.mo, words="opposes the plan", comment="Mine.")
    rita = followed(page, cast.rita, article)
    rita.card("opposes").click()
    page.evaluate("window.scrollTo(0, 120)")
    rita.caret_to("Tomas Quill")
    rita.keys("Shift+ArrowRight", "Shift+ArrowRight")
    page.evaluate(
        "window.before = [scrollY, document.activeElement.id, document.getSelection().toString(),"
        " document.getElementById('text').getBoundingClientRect().top]"
    )

    for words in ("Ilsa Marrow", "Tomas Quill", "supports it"):
        a_mention(article, by=cast.mo, words=words)
    revise_annotation(stance, {"comment": "Theirs."}, by=cast.mo, version=1)
    expect(page.locator(".note")).to_have_count(4)

    after = page.evaluate(
        "[scrollY, document.activeElement.id, document.getSelection().toString(),"
        " document.getElementById('text').getBoundingClientRect().top]"
    )
    assert after == page.evaluate("window.before")
    assert rita.selection == "To"


def test_the_focus_stays_on_a_card_that_a_colleague_changes_and_goes_to_the_text_from_one_that_goes(
    cast: Cast, page: Page
) -> None:
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    mention = a_mention(article, by=cast.rita, words="Ilsa Marrow")
    rita = followed(page, cast.rita, article)
    rita.card("Ilsa Marrow").click()
    page.get_by_role("button", name="Change", exact=True).focus()

    revise_annotation(mention, {"comment": "Seen."}, by=cast.alice, version=1)
    expect(rita.card("Seen.")).to_be_visible()
    assert rita.focused == "Change"
    mention.refresh_from_db()
    delete_annotation(mention, by=cast.alice, version=2)
    expect(page.locator(".note")).to_have_count(0)

    assert rita.focused == "text"


def test_words_that_are_being_selected_stay_until_the_pointer_is_let_go(cast: Cast, page: Page) -> None:
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    rita = followed(page, cast.rita, article)
    box = page.locator("#text p").first.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 15)
    page.mouse.down()
    page.mouse.move(box["x"] + 180, box["y"] + 15, steps=4)
    selected = rita.selection

    with page.expect_console_message(lambda message: message.text == "happened") as _:
        page.evaluate("document.addEventListener('happened', () => console.log('happened'))")
        a_mention(article, by=cast.mo, words="Ilsa Marrow")
        page.wait_for_timeout(300)
        assert page.locator("mark").count() == 0
        assert rita.selection == selected != ""
        page.mouse.up()

    expect(page.locator("mark")).to_have_count(1)
    assert selected in rita.selection


def test_what_is_being_written_stays_and_meets_what_a_colleague_wrote(cast: Cast, page: Page) -> None:
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    issue = an_issue(cast.project, by=cast.alice, wording="The plan")
    stance = a_stance(
        article, by=cast.rita, words="opposes the plan", target_kind="issue", target=issue.pk, position="oppose"
    )
    rita = followed(page, cast.rita, article)
    rita.card("opposes").click()
    rita.keys("Enter")
    expect(rita.composer).to_be_visible()
    rita.keys("3")

    revise_annotation(stance, {"comment": "Of a colleague."}, by=cast.alice, version=1)
    expect(rita.card("Of a colleague.")).to_be_visible()
    expect(rita.composer).to_be_visible()
    rita.keys("Control+Enter")
    rita.saved()

    stance.refresh_from_db()
    assert (stance.position, stance.comment) == ("mixed", "Of a colleague.")


def test_a_renamed_entity_and_one_that_the_page_never_knew_are_named_rightly(cast: Cast, page: Page) -> None:
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    marrow, quill = (an_entity(cast.project, by=cast.mo, name=name) for name in ("I. Marrow", "Quill, Tomas"))
    a_stance(article, by=cast.mo, words="opposes the plan", holder=marrow.pk)
    followed(page, cast.rita, article)
    expect(page.locator(".note")).to_contain_text("I. Marrow")

    change_record(marrow, {"name": "Ilsa Marrow"}, by=cast.mo, version=1)
    expect(page.locator(".note")).to_contain_text("Ilsa Marrow")
    a_stance(article, by=cast.mo, words="supports it", holder=quill.pk)

    expect(page.locator(".note").nth(1)).to_contain_text("Quill, Tomas")


def test_another_text_is_told_and_loaded_when_the_reader_wants_it(cast: Cast, page: Page) -> None:
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    a_mention(article, by=cast.mo, words="Tomas Quill")
    rita = followed(page, cast.rita, article)
    rita.drag("supports")

    revise_article(article, "Corrected: " + TEXT, by=cast.alice, version=1)
    told = page.locator("[data-news]")
    expect(told).to_contain_text("alice brought in another text of this article (revision 2). Here you see revision 1.")
    assert (rita.focused, rita.selection) == ("text", "supports")
    assert rita.marked(Mention.objects.get().pk) == "Tomas Quill"
    told.get_by_role("button", name="Load the new text").click()

    expect(page.locator("#text p").first).to_contain_text("Corrected: Ilsa")
    expect(page.locator("mark")).to_have_text(["Tomas Quill"])


def test_who_is_there_is_shown_with_what_they_do_and_gone_when_they_go(cast: Cast, page: Page, second: Page) -> None:
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    mention = a_mention(article, by=cast.rita, words="Ilsa Marrow")
    mo, rita = followed(page, cast.mo, article), followed(second, cast.rita, article)
    person = page.locator("[data-people] button")
    expect(person).to_have_accessible_name("Rita is at paragraph 1")
    expect(second.locator("[data-people] button")).to_have_accessible_name("Mo is at paragraph 1")

    rita.caret_to("council votes")
    rita.keys("w")
    expect(person).to_have_accessible_name("Rita selects words in paragraph 2")
    assert page.evaluate("[...CSS.highlights.get('colleague')].map(range => range.toString())") == ["council"]
    rita.keys("Escape", "Escape")
    rita.card("Ilsa Marrow").click()
    rita.keys("Enter")
    expect(person).to_have_accessible_name("Rita changes an annotation")
    assert page.locator(f"#a-{mention.pk}").get_attribute("data-busy") == "Rita is changing this"

    second.goto("about:blank")
    expect(person).to_have_count(0)
    assert page.locator("[data-busy]").count() == 0
    expect(mo.page.locator("[data-people]")).to_be_hidden()


@pytest.mark.parametrize(("width", "seen", "counted"), [(1440, 6, "+3"), (1024, 6, "+3"), (390, 1, "+8")])
def test_of_many_the_bar_shows_as_many_as_it_has_room_for_and_counts_the_others(
    cast: Cast, page: Page, width: int, seen: int, counted: str
) -> None:
    article = an_article(cast.project, by=cast.alice, text=TEXT, title="A headline that is longer than the bar is wide")
    page.set_viewport_size({"width": width, "height": 768})
    followed(page, cast.mo, article)
    colleagues = [cast.alice, cast.rita, cast.sam, *(a_user() for _ in range(6))]
    for colleague in colleagues[3:]:
        add_member(cast.project, colleague, "coder", by=cast.alice)

    for colleague in colleagues:
        show_presence(article, by=colleague, paragraph=1)

    people = page.locator("[data-people]")
    expect(people.locator("li")).to_have_count(9)
    assert people.locator("li:visible").count() == seen
    assert people.evaluate("list => getComputedStyle(list, '::after').content") == f'"{counted}"'
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_where_coders_work_blind_nobody_is_shown(cast: Cast, page: Page, second: Page) -> None:
    blind = a_project(cast.alice, slug="blind", layers="independent")
    add_member(blind, cast.mo, "coder", by=cast.alice)
    article = an_article(blind, by=cast.alice, text=TEXT)
    followed(page, cast.alice, article)
    mo = followed(second, cast.mo, article)
    mo.caret_to("Ilsa Marrow")
    mo.keys("w", "e", "Enter")
    mo.saved()

    # A manager sees the layer, and its work as it is done.
    expect(page.locator(".note")).to_have_count(1)
    expect(page.locator("[data-people] button")).to_have_count(0)
    expect(second.locator("[data-people] button")).to_have_count(0)
