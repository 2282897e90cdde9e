"""The text is replaced under the reader: what was made on the former one is carried by proof, or placed by a person."""

import pytest
from playwright.sync_api import Page, expect

from annotator.actions.revisions import revise_article
from annotator.models import Mention, Stance
from tests.factories import TEXT, a_cast, a_stance, an_article
from tests.journeys.screen import Screen
from tests.journeys.test_annotate_access import findings

# The first sentence moves and stays; “told The Courier” is written anew.
CORRECTED = "A correction was made.\n\n" + TEXT.replace("she told The Courier", "she said to the Courier’s reporter")


def _words(mention: Mention) -> tuple[int, str]:
    [(start, end)] = mention.segments
    return mention.revision.number, mention.revision.text[start:end]


def _tag(screen: Screen, words: str) -> None:
    screen.drag(words)
    screen.keys("e", "Enter")


@pytest.mark.expects_console_error("ERR_INTERNET_DISCONNECTED")
@pytest.mark.expects_console_error("status of 409")
def test_what_was_made_offline_goes_to_the_same_words_or_to_none(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    screen = Screen(page, cast.mo, article)
    page.route("**/api/v1/**", lambda route: route.abort("internetdisconnected"))
    with screen.unsaved():
        for words in ("Ilsa Marrow", "The Courier", "Tomas Quill"):
            _tag(screen, words)
        expect(page.locator("[data-status]")).to_have_text("3 waiting")
    revise_article(article, CORRECTED, by=cast.rita, version=article.version)
    page.goto("about:blank")
    page.unroute("**/api/v1/**")

    screen.load()

    expect(page.locator("[data-status]")).to_have_text("1 to decide")
    left = page.get_by_label("Made on a former text")
    expect(left).to_contain_text("The Courier")
    assert findings(page) == []
    stored = sorted(_words(mention) for mention in Mention.objects.all())
    assert stored == [(2, "Ilsa Marrow"), (2, "Tomas Quill")]
    # It outlives a reload, and waits for a person.
    screen.load()
    expect(left).to_contain_text("The Courier")
    screen.drag("Courier’s")
    left.get_by_role("button", name="On the selected words").click()
    screen.saved()
    assert (2, "Courier’s") in [_words(mention) for mention in Mention.objects.all()]
    assert [mention.version for mention in Mention.objects.all()] == [1, 1, 1]
    expect(left).to_be_hidden()


def test_a_page_with_the_former_text_writes_to_the_right_words(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    screen = Screen(page, cast.mo, article)
    revise_article(article, CORRECTED, by=cast.rita, version=article.version)
    expect(page.get_by_text("brought in another text")).to_be_visible()

    _tag(screen, "Tomas Quill")

    screen.saved()
    assert [_words(mention) for mention in Mention.objects.all()] == [(2, "Tomas Quill")]
    assert page.locator("mark").all_text_contents() == ["Tomas Quill"]
    expect(page.get_by_label("Made on a former text")).to_contain_text("another text now (revision 2)")
    # And again, from the same page.
    _tag(screen, "The Courier")
    expect(page.locator("[data-status]")).to_have_text("1 to decide")
    left = page.get_by_label("Made on a former text")
    left.get_by_role("button", name="Load the new text").click()
    expect(page.locator("#headline")).to_be_visible()
    expect(page.locator("[data-text]")).to_contain_text("A correction was made.")
    page.get_by_label("Made on a former text").get_by_role("button", name="Leave it").click()
    screen.saved()
    assert Mention.objects.count() == 1


def test_a_change_and_a_removal_made_on_the_former_text(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    stance = a_stance(article, by=cast.mo, position="oppose")
    screen = Screen(page, cast.mo, article)
    revise_article(article, CORRECTED, by=cast.rita, version=article.version)
    expect(page.get_by_text("brought in another text")).to_be_visible()
    screen.press_at("Friday")

    screen.keys("Enter", "1", "Enter")

    screen.saved()
    stance.refresh_from_db()
    assert (stance.position, stance.revision.number) == ("support", 2)
    [(start, end)] = stance.segments
    assert "Friday" in stance.revision.text[start:end]
    screen.press_at("Friday")
    screen.keys("Delete")
    screen.saved()
    assert Stance.objects.kept().count() == 0
