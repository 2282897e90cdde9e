"""What was begun and not saved: put aside for something else, and there again after a reload, a crash, another text."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from annotator.actions.revisions import revise_article
from annotator.models import Claim, Comment, Entity, Mention, Stance
from tests.factories import TEXT, Cast, a_cast, a_claim, a_mention, an_article, an_entity
from tests.journeys.screen import Screen

pytestmark = pytest.mark.django_db(transaction=True)

WORDING = "Closures could save 9 percent"


@pytest.fixture
def cast(live_server) -> Cast:
    return a_cast()


def _begin_a_claim(screen: Screen) -> None:
    screen.drag("9 percent of the budget")
    screen.keys("c", "2")
    screen.composer.get_by_label("Wording").focus()
    screen.page.keyboard.type(WORDING)


def _begun(page: Page) -> Locator:
    return page.get_by_role("region", name="Begun and not saved").get_by_role("listitem")


def _when_kept(page: Page, text: str) -> None:
    """Wait until this browser keeps a draft with the text, and the page knows: it asks nothing on the way out."""
    page.wait_for_function(
        """text => new Promise(resolve => {
            const opening = indexedDB.open("annotator");
            opening.onsuccess = () => {
                const asked = opening.result.transaction("kept").objectStore("kept").getAll();
                asked.onsuccess = () => {
                    opening.result.close();
                    const drafts = JSON.stringify(asked.result.filter(({ key }) => key.startsWith("draft ")));
                    const leaving = new Event("beforeunload", { cancelable: true });
                    resolve(drafts.includes(text) && dispatchEvent(leaving));
                };
            };
        })""",
        arg=text,
    )


OTHERS = {
    "an entity": lambda screen: screen.keys("e"),
    "a stance with the mouse": lambda screen: (
        screen.page.get_by_role("toolbar").get_by_role("button", name="Stance").click()
    ),
    "finding": lambda screen: screen.keys("f"),
    "every mention": lambda screen: screen.keys("a"),
    "changing another by its card": lambda screen: screen.card("The Courier").get_by_role("button").first.dblclick(),
    "changing another by its mark": lambda screen: (
        screen.press_at("The Courier"),
        screen.page.get_by_role("button", name="Change", exact=True).click(),
    ),
}


@pytest.mark.parametrize("other", OTHERS)
def test_a_claim_is_put_aside_for_something_else_and_taken_up_again(cast: Cast, page: Page, other: str) -> None:
    an_entity(cast.project, by=cast.alice, name="Tomas Quill")
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    a_mention(article, by=cast.mo, words="The Courier", no_entity_reason="unknown")
    screen = Screen(page, cast.mo, article)
    _begin_a_claim(screen)

    screen.drag("Tomas Quill")
    OTHERS[other](screen)
    expect(_begun(page)).to_contain_text(WORDING)
    screen.keys("Escape", "Escape", "Escape")
    page.locator("#text").focus()
    screen.keys("b")

    assert screen.focused == "Wording"
    expect(_begun(page)).to_have_count(0)
    page.keyboard.type(".")
    screen.keys("Enter")
    screen.saved()
    claim = Claim.objects.get()
    assert (claim.wording, claim.claim_kind) == (f"{WORDING}.", "event")
    assert screen.marked(claim.pk) == "9 percent of the budget"


def test_what_is_made_meanwhile_leaves_it_as_it_is(cast: Cast, page: Page) -> None:
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    screen = Screen(page, cast.mo, article)
    _begin_a_claim(screen)

    screen.drag("Tomas Quill")
    screen.keys("e", "Enter")
    screen.saved()
    assert Mention.objects.get().segments == [[TEXT.index("Tomas"), TEXT.index("Tomas") + 11]]
    page.get_by_role("button", name="Back to this claim").click()
    screen.keys("Enter")

    screen.saved()
    assert Claim.objects.get().wording == WORDING


def test_what_was_only_opened_is_not_put_aside(cast: Cast, page: Page) -> None:
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice, text=TEXT))
    screen.drag("Tomas Quill")
    screen.keys("c")

    screen.drag("Ilsa Marrow")
    screen.keys("e", "Enter")

    screen.saved()
    expect(_begun(page)).to_have_count(0)
    screen.keys("b")
    expect(page.get_by_text("Nothing is put aside.")).to_be_visible()


def test_it_stays_open_where_nothing_else_opens(cast: Cast, page: Page) -> None:
    tomas = an_entity(cast.project, by=cast.alice, name="Tomas Quill")
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    a_mention(article, by=cast.mo, words="Tomas Quill", entity=tomas.pk)
    screen = Screen(page, cast.mo, article)
    _begin_a_claim(screen)

    screen.drag("Tomas Quill")
    screen.keys("a")

    expect(page.get_by_text("Every mention of Tomas Quill is tagged.")).to_be_visible()
    expect(screen.composer.get_by_label("Wording")).to_have_value(WORDING)


def test_what_was_left_or_discarded_does_not_come_back(cast: Cast, page: Page) -> None:
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice, text=TEXT))
    _begin_a_claim(screen)
    screen.composer.get_by_role("button", name="Cancel").click()
    expect(screen.composer).to_contain_text("again to leave what you typed")
    screen.composer.get_by_role("button", name="Cancel").click()
    expect(screen.composer).to_be_hidden()

    _begin_a_claim(screen)
    screen.drag("Tomas Quill")
    screen.keys("e", "Escape")
    page.get_by_role("button", name="Discard").click()
    expect(_begun(page)).to_have_count(0)
    assert screen.focused == "text"
    screen.load()

    expect(_begun(page)).to_have_count(0)


def test_it_is_there_again_after_the_page_is_loaded_anew(cast: Cast, page: Page) -> None:
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    claim = a_claim(article, by=cast.mo, words="lose a single train", wording="Not a train is lost.")
    screen = Screen(page, cast.mo, article)
    screen.press_at("lose a single")
    screen.keys("Enter")
    screen.composer.get_by_label("Wording").fill("Not a single train is lost.")
    _when_kept(page, "Not a single train is lost.")

    # Nothing is asked on the way out: it is kept.
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    screen.load()
    assert asked == []
    expect(_begun(page)).to_contain_text("Not a single train is lost.")
    expect(screen.composer).to_be_hidden()
    screen.keys("b", "Enter")

    screen.saved()
    claim.refresh_from_db()
    assert (claim.wording, claim.version) == ("Not a single train is lost.", 2)
    screen.load()
    expect(_begun(page)).to_have_count(0)


def test_it_is_there_again_after_a_crash_with_half_a_comment(
    cast: Cast, sessions: Callable[..., BrowserContext]
) -> None:
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    a_mention(article, by=cast.mo, words="The Courier", no_entity_reason="unknown")
    context = sessions()
    page = context.new_page()
    screen = Screen(page, cast.mo, article)
    screen.press_at("The Courier")
    screen.keys("m")
    page.keyboard.type("Is this the paper or")
    _when_kept(page, "Is this the paper or")
    _begin_a_claim(screen)
    _when_kept(page, WORDING)
    page.close(run_before_unload=False)

    page = context.new_page()
    screen = Screen(page, cast.mo, article)
    expect(_begun(page)).to_have_count(2)
    page.get_by_role("button", name="Back to this comment").click()
    assert screen.focused == "Comment"
    screen.keys("End")
    page.keyboard.type(" the company?")
    screen.keys("Enter")
    page.get_by_role("button", name="Back to this claim").click()
    screen.keys("Enter")

    screen.saved()
    assert Comment.objects.get().text == "Is this the paper or the company?"
    assert Claim.objects.get().wording == WORDING
    screen.load()
    expect(_begun(page)).to_have_count(0)


def test_what_was_begun_on_a_former_text_keeps_its_words_and_asks_for_its_place(cast: Cast, page: Page) -> None:
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    screen = Screen(page, cast.mo, article)
    _begin_a_claim(screen)
    _when_kept(page, WORDING)
    text = f"A new beginning.\n\n{TEXT}"
    revise_article(article, text, by=cast.alice, version=article.version)

    screen.load()
    screen.keys("b", "Enter")
    expect(screen.composer).to_contain_text("Select the words first.")
    screen.drag("9 percent of the budget")
    screen.keys("+")
    screen.composer.get_by_role("button", name="Save").click()

    screen.saved()
    claim = Claim.objects.get()
    assert (claim.wording, claim.segments) == (WORDING, [[text.index("9 percent"), len(text) - 1]])


def test_a_record_that_undoing_took_along_from_under_it_is_there_again_with_it(cast: Cast, page: Page) -> None:
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice, text=TEXT))
    screen.drag("Ilsa Marrow")
    screen.keys("e", "Enter")
    screen.drag("to fight the plan")
    screen.keys("s", "2")
    page.keyboard.type("The plan")
    screen.keys("Enter")
    expect(screen.composer.get_by_role("combobox", name="What")).to_have_attribute("aria-expanded", "false")
    screen.drag("Tomas Quill")
    screen.keys("e", "Escape", "Control+z")
    screen.saved()
    assert Entity.objects.kept().count() == 0
    # What is done now leaves nothing to do again, and a new page knows of the record by the draft alone.
    screen.drag("The Courier")
    screen.keys("e", "Enter")
    screen.saved()
    screen.load()

    screen.keys("b")
    expect(screen.composer.get_by_role("combobox", name="Who")).to_have_value("Ilsa Marrow")
    screen.keys("Enter")

    screen.saved()
    stance = Stance.objects.get()
    assert (stance.holder_entity.name, stance.holder_entity.deleted_at) == ("Ilsa Marrow", None)
    assert stance.target_issue.wording == "The plan"
    expect(screen.card("opposes")).to_contain_text("Ilsa Marrow")


@pytest.mark.parametrize(
    "way",
    [
        "undone",
        pytest.param(
            "undone without a network", marks=pytest.mark.expects_console_error("ERR_INTERNET_DISCONNECTED|ERR_FAILED")
        ),
        "deleted in another page",
    ],
)
def test_what_one_takes_back_from_under_a_change_comes_again_with_it(
    cast: Cast, sessions: Callable[..., BrowserContext], way: str
) -> None:
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    context = sessions()
    page = context.new_page()
    screen = Screen(page, cast.mo, article)
    if way == "undone without a network":
        page.route("**/api/v1/**", lambda route: route.abort("internetdisconnected"))
    screen.drag("Tomas Quill")
    screen.keys("e", "Enter")
    expect(page.locator("[data-status]")).to_have_text("1 waiting" if "without" in way else "Saved")
    screen.keys("Enter", "2")
    if way == "deleted in another page":
        screen.saved()
        other = Screen(context.new_page(), cast.mo, article)
        other.press_at("Tomas Quill")
        other.keys("Delete")
        other.saved()
        expect(page.locator(".note")).to_have_count(0)
        page.bring_to_front()
    else:
        screen.keys("Control+z")
    expect(screen.composer).to_be_visible()

    screen.keys("Enter")
    page.unroute_all()
    page.evaluate("void dispatchEvent(new Event('online'))")

    expect(screen.card("Tomas Quill")).to_contain_text("organisation")
    screen.saved()
    mention = Mention.objects.get()
    assert (mention.deleted_at, mention.type, mention.entity.name) == (None, "ORG", "Tomas Quill")
    screen.keys("Control+z")
    expect(page.locator(".note")).to_have_count(0)
    screen.saved()
    assert Mention.objects.kept().count() == 0


def test_what_is_begun_in_one_page_is_told_in_the_other_as_it_is_until_it_is_saved(
    cast: Cast, sessions: Callable[..., BrowserContext]
) -> None:
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    context = sessions()
    page, second = context.new_page(), context.new_page()
    screen = Screen(page, cast.mo, article)
    _begin_a_claim(screen)
    _when_kept(page, WORDING)
    Screen(second, cast.mo, article)
    expect(_begun(second)).to_contain_text(WORDING)

    page.bring_to_front()
    page.keyboard.type(" of the budget.")
    expect(_begun(second)).to_contain_text(f"{WORDING} of the budget.")
    screen.keys("Enter")

    screen.saved()
    expect(_begun(second)).to_have_count(0)
    expect(second.locator(".note.claim")).to_contain_text(f"{WORDING} of the budget.")
