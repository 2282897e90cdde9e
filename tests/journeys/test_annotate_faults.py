"""What goes wrong: others write too, the server refuses, the line breaks, the text is not the text."""

import pytest
from playwright.sync_api import Page, Route, expect

from annotator.actions.annotations import delete_annotation, revise_annotation
from annotator.models import Mention, Stance
from tests.factories import a_cast, a_mention, a_stance, an_article, an_entity
from tests.journeys.screen import Screen

WRITES = "**/api/v1/*/*/"


def _an_open_stance(page: Page, **fields: object) -> tuple[Screen, Stance]:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    stance = a_stance(article, by=cast.mo, **fields)
    screen = Screen(page, cast.mo, article)
    screen.alone()
    screen.press_at("Friday")
    return screen, stance


def _pick(screen: Screen, *keys: str) -> None:
    """Change the selected annotation by keys of its composer."""
    screen.keys("Enter", *keys, "Enter")


def _pick_unsaved(screen: Screen, *keys: str, status: str) -> None:
    """Where that is not stored as it is: the status comes to say so, and nothing better before."""
    with screen.unsaved():
        _pick(screen, *keys)
        expect(screen.page.locator("[data-status]")).to_contain_text(status)


@pytest.mark.expects_console_error("status of 412")
def test_two_changed_different_fields_and_both_are_kept(page: Page) -> None:
    screen, stance = _an_open_stance(page)
    revise_annotation(stance, {"comment": "Rita was here."}, by=stance.created_by, version=1)

    _pick(screen, "1")

    screen.saved()
    stance.refresh_from_db()
    assert (stance.position, stance.comment) == ("support", "Rita was here.")
    expect(page.locator(".trouble")).to_have_count(0)


@pytest.mark.expects_console_error("status of 412")
@pytest.mark.parametrize(("button", "position"), [("Keep mine", "support"), ("Keep theirs", "mixed")])
def test_two_changed_the_same_and_the_editor_decides(page: Page, button: str, position: str) -> None:
    screen, stance = _an_open_stance(page)
    revise_annotation(stance, {"position": "mixed"}, by=stance.created_by, version=1)

    _pick_unsaved(screen, "1", status="1 to decide")

    card = page.locator(f"#a-{stance.pk}")
    expect(card).to_contain_text("is of two minds on")
    expect(card).to_contain_text("supports")
    page.get_by_role("button", name=button).click()
    screen.saved()
    stance.refresh_from_db()
    assert stance.position == position


@pytest.mark.expects_console_error("status of 412")
def test_both_versions_can_be_kept(page: Page) -> None:
    screen, stance = _an_open_stance(page)
    revise_annotation(stance, {"position": "mixed"}, by=stance.created_by, version=1)

    _pick_unsaved(screen, "1", status="1 to decide")
    page.get_by_role("button", name="Keep both").click()

    screen.saved()
    expect(page.locator(".note")).to_have_count(2)
    assert sorted(Stance.objects.kept().values_list("position", flat=True)) == ["mixed", "support"]


@pytest.mark.expects_console_error("status of 41[02]")
def test_what_a_colleague_deleted_is_kept_as_mine(page: Page) -> None:
    screen, stance = _an_open_stance(page)
    delete_annotation(stance, by=stance.created_by, version=1)

    _pick_unsaved(screen, "1", status="1 to decide")

    expect(page.get_by_text("deleted this")).to_be_visible()
    page.get_by_role("button", name="Keep mine").click()
    screen.saved()
    stance.refresh_from_db()
    assert (stance.deleted_at, stance.position) == (None, "support")
    # A decision is a step like any other.
    screen.keys("Control+z")
    expect(page.locator(".note")).to_have_count(0)
    screen.saved()
    stance.refresh_from_db()
    assert stance.deleted_at is not None


@pytest.mark.expects_console_error("status of 400")
def test_what_the_server_refuses_stays_on_its_card_with_the_reason(page: Page) -> None:
    screen, stance = _an_open_stance(page)
    reason = {
        "title": "Not accepted",
        "status": 400,
        "detail": "",
        "errors": [{"field": "position", "value": "support", "message": "Not in this project."}],
    }
    page.route(WRITES, lambda route: route.fulfill(status=400, json=reason, content_type="application/problem+json"))

    _pick_unsaved(screen, "1", status="1 not saved")

    expect(page.locator(".trouble")).to_contain_text("Not in this project.")
    page.unroute(WRITES)
    page.get_by_role("button", name="Mend").click()
    expect(screen.composer).to_contain_text("Not in this project.")
    screen.keys("3", "Enter")
    screen.saved()
    stance.refresh_from_db()
    assert stance.position == "mixed"


@pytest.mark.expects_console_error("status of 422")
def test_other_words_are_refused_and_can_be_left(page: Page) -> None:
    screen, stance = _an_open_stance(page)
    answer = {
        "title": "Other words",
        "status": 422,
        "detail": "The text has other words there.",
        "errors": [],
        "found": ["x"],
    }
    page.route(WRITES, lambda route: route.fulfill(status=422, json=answer, content_type="application/problem+json"))

    _pick_unsaved(screen, "1", status="1 not saved")
    expect(page.locator(".trouble")).to_contain_text("The text has other words there.")
    page.get_by_role("button", name="Leave it").click()

    screen.saved()
    expect(page.locator(f"#a-{stance.pk}")).to_contain_text("opposes")


@pytest.mark.expects_console_error("status of 500|status of 503")
def test_a_server_that_fails_is_asked_again_and_the_status_is_true_meanwhile(page: Page) -> None:
    screen, stance = _an_open_stance(page)
    asked = []

    def fail_twice(route: Route) -> None:
        asked.append(route.request.headers.get("idempotency-key"))
        if len(asked) < 3:
            route.fulfill(status=500 if len(asked) == 1 else 503, body="<h1>Oops</h1>")
        else:
            route.continue_()

    page.route(WRITES, fail_twice)
    _pick_unsaved(screen, "1", status="1 waiting")

    screen.saved()
    stance.refresh_from_db()
    assert stance.position == "support"
    assert len(asked) == 3
    assert len(set(asked)) == 1


@pytest.mark.expects_console_error("ERR_INTERNET_DISCONNECTED|ERR_FAILED")
def test_work_goes_on_without_a_network_and_arrives_when_it_is_back(page: Page) -> None:
    cast = a_cast()
    an_entity(cast.project, by=cast.alice, name="Ilsa Marrow")
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice))
    page.context.set_offline(True)

    with screen.unsaved():
        for words in ("Ilsa Marrow", "The Courier", "Tomas Quill"):
            screen.drag(words)
            screen.keys("e", "Enter")
        expect(page.locator("[data-status]")).to_have_text("3 waiting")
    assert Mention.objects.count() == 0
    page.context.set_offline(False)

    screen.saved()
    assert Mention.objects.count() == 3


@pytest.mark.expects_console_error("ERR_FAILED")
def test_an_answer_that_is_lost_makes_no_second_row(page: Page) -> None:
    cast = a_cast()
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice))
    lost = []

    def lose_once(route: Route) -> None:
        if route.request.method != "GET" and not lost:
            lost.append(route.fetch())
            route.abort()
        else:
            route.continue_()

    page.route("**/api/v1/**", lose_once)
    screen.drag("Ilsa Marrow")
    screen.keys("e", "Enter")

    screen.saved()
    assert [answer.status for answer in lost] == [200]
    assert [mention.version for mention in Mention.objects.all()] == [1]


@pytest.mark.expects_console_error("status of 401")
def test_a_session_that_ended_loses_nothing(page: Page) -> None:
    screen, stance = _an_open_stance(page)
    cookies = page.context.cookies()
    page.context.clear_cookies()

    _pick_unsaved(screen, "1", status="Signed out")

    page.context.add_cookies(cookies)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    screen.saved()
    stance.refresh_from_db()
    assert stance.position == "support"


def test_a_text_that_is_not_the_servers_is_read_only_and_says_so(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    a_mention(article, by=cast.mo, no_entity_reason="unknown")

    def meddle(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("on Friday", "on Sunday"))

    page.route(f"**/articles/{article.pk}/", meddle)
    screen = Screen(page, cast.mo, article)

    expect(page.get_by_role("alert")).to_contain_text("not the text that the server has")
    expect(page.locator("[data-status]")).to_have_text("Read only")
    screen.drag("Sunday")
    screen.keys("e")
    expect(screen.composer).to_be_hidden()
