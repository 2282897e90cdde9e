"""Work left in one article is sent, or told of, when the editor opens another."""

import pytest
from playwright.sync_api import Page, expect

from annotator.actions.annotations import revise_annotation
from annotator.models import Mention, Stance
from tests.factories import a_cast, a_stance, an_article
from tests.journeys.screen import Screen
from tests.journeys.test_annotate_access import findings

pytestmark = pytest.mark.expects_console_error("ERR_INTERNET_DISCONNECTED")


def _cut(page: Page) -> None:
    page.route("**/api/v1/**", lambda route: route.abort("internetdisconnected"))


def _mend(page: Page) -> None:
    page.goto("about:blank")
    page.unroute("**/api/v1/**")


def test_what_waits_in_another_article_is_sent_from_here(page: Page) -> None:
    cast = a_cast()
    first, second = (an_article(cast.project, by=cast.alice, title=title) for title in ("The first", "The second"))
    screen = Screen(page, cast.mo, first)
    _cut(page)
    with screen.unsaved():
        for words in ("Ilsa Marrow", "The Courier"):
            screen.drag(words)
            screen.keys("e", "Enter")
        expect(page.locator("[data-status]")).to_have_text("2 waiting")
    # Still without a network: it is told where work waits.
    other = Screen(page, cast.mo, second, hands=False)
    told = page.locator("[data-elsewhere]")
    expect(told).to_contain_text("2 changes of yours wait in another article: The first")
    assert findings(page) == []
    assert Mention.objects.count() == 0
    _mend(page)

    with page.expect_response(lambda answer: answer.request.method in ("PUT", "POST") and "/api/v1/" in answer.url):
        other.load()

    expect(told.get_by_role("link")).to_have_count(0)
    page.wait_for_function("async () => (await navigator.locks.query()).held.length === 1")
    assert {str(mention.coding.article_id) for mention in Mention.objects.all()} == {str(first.pk)}
    assert [mention.version for mention in Mention.objects.all()] == [1, 1]
    screen.load()
    screen.saved()
    expect(page.locator(".note")).to_have_count(2)


@pytest.mark.expects_console_error("status of 412")
def test_what_needs_a_decision_there_says_so_here(page: Page) -> None:
    cast = a_cast()
    first, second = (an_article(cast.project, by=cast.alice, title=title) for title in ("The first", "The second"))
    stance = a_stance(first, by=cast.mo, position="oppose")
    screen = Screen(page, cast.mo, first)
    _cut(page)
    with screen.unsaved():
        screen.press_at("Friday")
        screen.keys("Enter", "1", "Enter")
        expect(page.locator("[data-status]")).to_have_text("1 waiting")
    _mend(page)
    revise_annotation(stance, {"position": "mixed"}, by=cast.rita, version=stance.version)

    Screen(page, cast.mo, second, hands=False)

    told = page.locator("[data-elsewhere]")
    expect(told).to_contain_text("It needs a decision of yours there.")
    assert Stance.objects.get().position == "mixed"
    told.get_by_role("link", name="The first").click()
    page.get_by_role("button", name="Keep mine").click()
    screen.saved()
    assert Stance.objects.get().position == "support"
