"""A session that ended while work was going on: renewed in the page, by the right person, and the queue goes on."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.sessions.models import Session
from django.core.cache import cache
from playwright.sync_api import Page, expect

from annotator.models import Mention, User
from tests.factories import PASSWORD, a_cast, an_article
from tests.journeys.screen import Screen
from tests.journeys.test_annotate_access import findings
from tests.pages.test_second_factor import code_of

pytestmark = pytest.mark.expects_console_error("status of 401")


@pytest.fixture(autouse=True)
def no_guesses_yet() -> None:
    cache.clear()


def _signed_out(page: Page) -> Screen:
    """A screen with two changes made after the server ended its session."""
    cast = a_cast()
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice))
    Session.objects.all().delete()
    with screen.unsaved():
        for words in ("Ilsa Marrow", "The Courier"):
            screen.drag(words)
            screen.keys("e", "Enter")
        expect(page.locator("[data-status]")).to_contain_text("Signed out, 2 waiting")
    return screen


def _form(page: Page) -> None:
    page.get_by_role("button", name="Sign in again").click()
    expect(page.get_by_label("Password")).to_be_focused()


def test_the_session_is_renewed_in_the_page_and_the_queue_goes_on(page: Page) -> None:
    screen = _signed_out(page)
    moves: list[str] = []
    page.on("framenavigated", lambda frame: moves.append(frame.url))
    _form(page)

    page.keyboard.type("not the password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("not the password of this account")
    assert findings(page) == []
    assert Mention.objects.count() == 0
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    screen.saved()
    assert moves == []
    assert screen.focused == "text"
    assert [mention.version for mention in Mention.objects.all()] == [1, 1]
    # The token against forged requests is another one now: the next change goes with it.
    screen.drag("Tomas Quill")
    screen.keys("e", "Enter")
    screen.saved()
    assert Mention.objects.count() == 3


def test_on_a_telephone_the_way_in_takes_no_room_from_the_bar(page: Page) -> None:
    _signed_out(page)

    page.set_viewport_size({"width": 390, "height": 844})

    assert page.evaluate("document.documentElement.scrollWidth") == 390
    for name in ("Sign in again", "Undo", "Redo"):
        expect(page.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)
    _form(page)
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("[data-status]")).to_have_text("Saved")


def test_without_any_cookie_too(page: Page) -> None:
    screen = _signed_out(page)
    page.context.clear_cookies()
    _form(page)

    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    screen.saved()
    assert Mention.objects.count() == 2


def test_somebody_else_in_this_browser_is_named_and_nothing_is_written_in_that_name(page: Page) -> None:
    screen = _signed_out(page)
    other = page.context.new_page()
    other.goto("/accounts/login/")
    other.get_by_label("Username").fill("rita")
    other.get_by_label("Password").fill(PASSWORD)
    other.keyboard.press("Enter")
    other.wait_for_url("**/p/**")
    page.bring_to_front()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.locator("[data-status]")).to_contain_text("Signed out, 2 waiting")
    _form(page)
    expect(page.locator(".sign-in")).to_contain_text("rita is signed in in this browser")
    assert Mention.objects.count() == 0

    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    screen.saved()
    assert {mention.created_by.username for mention in Mention.objects.all()} == {"mo"}
    assert Mention.objects.count() == 2


def test_a_second_factor_is_asked_for(page: Page) -> None:
    screen = _signed_out(page)
    secret = generate_totp_secret()
    TOTP.activate(User.objects.get(username="mo"), secret)
    _form(page)
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Code of your authenticator")).to_be_focused()
    assert Mention.objects.count() == 0
    page.keyboard.type("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("That code does not fit")

    page.keyboard.type(code_of(secret))
    page.keyboard.press("Enter")

    screen.saved()
    assert Mention.objects.count() == 2


@pytest.mark.expects_console_error("status of 429")
def test_too_many_tries_are_told_and_nothing_is_lost(page: Page) -> None:
    _signed_out(page)
    _form(page)
    page.route("**/accounts/login/", lambda route: route.fulfill(status=429, headers={"Retry-After": "300"}, body=""))
    page.keyboard.type("a guess")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_contain_text("wait five minutes")
    page.keyboard.press("Escape")
    expect(page.locator(".sign-in")).to_have_count(0)
    expect(page.locator("[data-status]")).to_contain_text("Signed out, 2 waiting")
