"""Comments on an annotation: read, written, answered, settled and taken back, on its card and by keyboard."""

from playwright.sync_api import Page, expect

from annotator.actions.comments import add_comment
from annotator.models import Comment
from tests.factories import a_cast, a_mention, a_stance, an_article
from tests.journeys.screen import Screen


def test_a_comment_is_written_and_answered_by_keyboard(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    stance = a_stance(article, by=cast.mo)
    add_comment(stance, "The mayor, or the town?", by=cast.rita)
    screen = Screen(page, cast.mo, article)
    expect(screen.card("1 comment")).to_have_count(1)

    screen.keys("n", "m")
    assert screen.focused == "Answer"
    page.keyboard.type("She says so herself: e, s and c are text here.")
    screen.keys("Enter")

    expect(screen.card("2 comments")).to_have_count(1)
    assert screen.focused == "Answer"
    screen.saved()
    assert list(Comment.objects.values_list("created_by__username", "text")) == [
        ("rita", "The mayor, or the town?"),
        ("mo", "She says so herself: e, s and c are text here."),
    ]
    screen.keys("Escape")
    assert screen.focused.startswith("Stance: ")
    screen.keys("Escape")
    assert screen.focused == "text"


def test_settled_opened_again_and_taken_back(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    comment = add_comment(a_mention(article, by=cast.mo), "Which Marrow?", by=cast.mo)
    screen = Screen(page, cast.mo, article)
    screen.keys("]")

    page.get_by_role("button", name="Settle").click()
    expect(page.get_by_role("button", name="Open again")).to_be_focused()
    expect(screen.card("comments settled")).to_have_count(1)
    screen.saved()
    comment.refresh_from_db()
    assert (comment.resolved_at is not None, comment.version) == (True, 2)
    screen.keys("Enter")
    screen.saved()
    comment.refresh_from_db()
    assert comment.resolved_at is None

    page.get_by_role("button", name="Take back").click()
    expect(page.locator(".talk")).to_have_count(0)
    screen.saved()
    comment.refresh_from_db()
    assert comment.deleted_at is not None


def test_who_may_not_settle_or_answer_has_no_button_for_it(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    add_comment(a_mention(article, by=cast.mo), "Which Marrow?", by=cast.rita)
    screen = Screen(page, cast.sam, article)

    screen.keys("]")

    expect(page.get_by_role("list", name="Comments")).to_contain_text("Which Marrow?")
    expect(page.locator(".note").get_by_role("button", name="Settle")).to_have_count(0)
    expect(page.locator(".note").get_by_role("textbox")).to_have_count(0)
    screen.keys("m")
    expect(page.get_by_text("You may not comment here.")).to_be_visible()


def test_what_is_being_written_outlives_its_card(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    a_mention(article, by=cast.mo)
    screen = Screen(page, cast.mo, article)
    screen.keys("]", "m")
    page.keyboard.type("Is this ")

    page.get_by_role("region", name="Text of the article").focus()
    screen.keys("Escape", "]", "m")
    page.keyboard.type("her?")
    screen.keys("Enter")

    expect(page.get_by_role("list", name="Comments")).to_contain_text("Is this her?")
    screen.saved()
    assert Comment.objects.get().text == "Is this her?"


def test_a_card_in_the_composer_keeps_its_comment_for_later(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    add_comment(a_mention(article, by=cast.mo), "Which Marrow?", by=cast.rita)
    screen = Screen(page, cast.mo, article)
    field = page.locator(".note [data-write]")
    screen.keys("]", "m")
    page.keyboard.type("Is this her?")

    page.locator(".note").get_by_role("button", name="Change").click()
    expect(screen.composer).to_be_visible()
    expect(field).to_have_count(0)
    expect(page.locator(".note").get_by_role("button", name="Change")).to_have_count(0)
    expect(page.get_by_role("list", name="Comments")).to_contain_text("Which Marrow?")
    screen.keys("Escape")
    expect(field).to_have_value("Is this her?")

    # What was done on the annotation is put aside, and the comment goes on.
    screen.keys("Enter", "2")
    page.get_by_role("region", name="Text of the article").focus()
    screen.keys("m")
    expect(screen.composer).to_be_hidden()
    expect(page.get_by_role("button", name="Back to this entity")).to_be_visible()
    expect(field).to_be_focused()
    screen.keys("Enter")
    screen.saved()
    assert Comment.objects.get(created_by=cast.mo).text == "Is this her?"


def test_markup_in_a_comment_is_text(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    add_comment(a_mention(article, by=cast.mo), "<img src=x onerror=alert(1)>", by=cast.rita)
    screen = Screen(page, cast.mo, article)

    screen.keys("]")

    expect(page.get_by_role("list", name="Comments")).to_contain_text("<img src=x onerror=alert(1)>")
    assert page.locator(".talk img").count() == 0


def test_the_filter_finds_what_is_talked_about(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    add_comment(a_mention(article, by=cast.mo), "Which Marrow?", by=cast.rita)
    a_mention(article, by=cast.mo, words="Tomas Quill")
    screen = Screen(page, cast.mo, article)

    page.get_by_role("navigation", name="Filter the annotations").get_by_role("button", name="open comment").click()

    expect(page.locator(".note:visible")).to_have_count(1)
    expect(screen.card("Ilsa Marrow")).to_be_visible()
