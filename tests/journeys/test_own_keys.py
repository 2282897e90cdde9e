"""Keys that an editor chose: on their page, and on the annotation screen."""

from django.urls import reverse
from playwright.sync_api import Page, expect

from annotator.models import User
from tests.factories import a_cast, an_article, an_entity
from tests.journeys.screen import Screen, sign_in


def _open(page: Page, user: User) -> None:
    sign_in(page, user)
    page.goto(reverse("keys"))
    page.get_by_role("button", name="as an entity, e", exact=True).wait_for()


def test_a_key_is_changed_by_pressing_another_and_acts_on_the_screen(page: Page) -> None:
    cast = a_cast()
    an_entity(cast.project, by=cast.alice, name="Ilsa Marrow")
    article = an_article(cast.project, by=cast.alice)
    _open(page, cast.mo)

    page.get_by_role("button", name="as an entity, e", exact=True).click()
    page.keyboard.press("t")
    expect(page.get_by_role("button", name="as an entity, t", exact=True)).to_be_focused()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your keys are saved.")).to_be_visible()
    assert User.objects.get(pk=cast.mo.pk).keys == {"mention": ["t"]}

    screen = Screen(page, cast.mo, article)
    screen.keys("w", "w", "e")
    expect(screen.composer).to_be_hidden()
    screen.keys("t")
    expect(screen.composer).to_be_visible()
    screen.keys("Enter")
    screen.saved()


def test_the_screen_names_the_own_keys_everywhere(page: Page) -> None:
    cast = a_cast()
    cast.mo.keys = {"mention": ["t"], "undo": ["Ctrl+u"], "keys": ["h"], "done": ["Ctrl+Enter"]}
    cast.mo.save()
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice))

    expect(page.locator("[data-empty] li").first).to_contain_text("T an entity")
    expect(page.locator("#text-help")).to_contain_text("then tag: T entity, S stance")
    expect(page.get_by_role("button", name="Undo")).to_have_attribute("title", "Undo (Ctrl+U)")
    screen.drag("Ilsa Marrow")
    expect(page.get_by_role("toolbar").get_by_role("button", name="Entity")).to_contain_text("T")
    screen.keys("Escape", "h")
    keys = page.get_by_role("dialog")
    expect(keys.locator("div", has=page.get_by_text("as an entity", exact=True)).last.locator("kbd")).to_have_text("t")
    screen.keys("Escape", "Control+k")
    page.keyboard.type("mark as done")
    expect(page.get_by_role("option")).to_contain_text("Ctrl+Enter")


def test_a_key_that_does_something_else_is_told_and_can_be_taken(page: Page) -> None:
    cast = a_cast()
    _open(page, cast.mo)

    page.get_by_role("button", name="as an entity, e", exact=True).click()
    page.keyboard.press("s")
    told = page.get_by_role("status").filter(has_text="s is the key for “Tag: as a stance”. Press another.")
    expect(told).to_be_visible()
    told.get_by_role("button", name="Take it from there").click()

    expect(page.get_by_role("button", name="as an entity, s", exact=True)).to_be_focused()
    expect(page.get_by_role("button", name="as a stance, none", exact=True)).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your keys are saved.")).to_be_visible()
    assert User.objects.get(pk=cast.mo.pk).keys == {"mention": ["s"], "stance": [""]}


def test_enter_escape_and_tab_are_nobodys_to_give_away(page: Page) -> None:
    cast = a_cast()
    _open(page, cast.mo)

    page.get_by_role("button", name="as an entity, e", exact=True).click()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Enter does the same everywhere and cannot be given away.")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="as an entity, e", exact=True)).to_be_focused()
    expect(page.get_by_role("button", name="open the selected annotation")).to_have_count(0)


def test_one_key_and_all_keys_go_back_to_the_usual(page: Page) -> None:
    cast = a_cast()
    cast.mo.keys = {"mention": ["t"], "word": ["Alt+ArrowLeft", ""], "look": ["u"]}
    cast.mo.save()
    sign_in(page, cast.mo)
    page.goto(reverse("keys"))

    page.get_by_role("button", name="As usual: as an entity").click()
    expect(page.get_by_role("button", name="as an entity, e", exact=True)).to_be_focused()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your keys are saved.")).to_be_visible()
    assert User.objects.get(pk=cast.mo.pk).keys == {"word": ["Alt+ArrowLeft", ""], "look": ["u"]}

    page.get_by_role("button", name="All as usual").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="by word, back, Ctrl+←").first).to_be_visible()
    assert User.objects.get(pk=cast.mo.pk).keys == {}
