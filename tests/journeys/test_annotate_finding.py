"""What spares the hands: every mention at once, finding words, the last choice again, suggestions, acts by name."""

from playwright.sync_api import Page, expect

from annotator.models import Mention, Stance
from tests.factories import a_cast, a_mention, an_article, an_entity, an_issue
from tests.journeys.screen import Screen

TEXT = (
    "Ilsa Marrow spoke first. Mayor Marrow was brief.\n\n"
    "Later Ilsa Marrow met the Marrowgate choir, and Mayor Marrow’s car broke down."
)


def test_every_mention_is_tagged_in_one_go_and_undone_in_one_step(page: Page) -> None:
    cast = a_cast()
    ilsa = an_entity(cast.project, by=cast.alice, name="Ilsa Marrow", aliases=["Mayor Marrow"])
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    a_mention(article, by=cast.mo, words="Ilsa Marrow", entity=ilsa.pk)
    screen = Screen(page, cast.mo, article)
    screen.press_at("Ilsa Marrow")

    screen.keys("a")
    panel = page.get_by_role("form", name="Every mention of Ilsa Marrow")
    expect(panel.get_by_role("checkbox")).to_have_count(3)
    panel.get_by_role("checkbox").nth(1).uncheck()
    panel.get_by_role("button", name="Tag 2 mentions").click()

    screen.saved()
    text = article.current.text
    tagged = Mention.objects.kept().filter(entity=ilsa).order_by("first")
    assert [text[mention.first : mention.last] for mention in tagged] == ["Ilsa Marrow", "Mayor Marrow", "Mayor Marrow"]
    assert screen.focused == "text"

    screen.keys("Control+z")
    expect(page.locator(".note")).to_have_count(1)
    screen.saved()
    assert Mention.objects.kept().count() == 1


def test_words_are_found_and_tagged_without_moving_the_caret_there(page: Page) -> None:
    cast = a_cast()
    an_entity(cast.project, by=cast.alice, name="Ilsa Marrow")
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    screen = Screen(page, cast.mo, article)

    screen.keys("f")
    page.keyboard.type("ilsa marrow")
    screen.keys("ArrowDown", "Enter")
    assert screen.selection == "Ilsa Marrow"
    screen.keys("e", "Enter")

    screen.saved()
    assert Mention.objects.get().segments == [[TEXT.index("Ilsa Marrow", 20), TEXT.index("Ilsa Marrow", 20) + 11]]


def test_the_last_choice_again_by_one_key(page: Page) -> None:
    cast = a_cast()
    ilsa = an_entity(cast.project, by=cast.alice, name="Ilsa Marrow")
    issue = an_issue(cast.project, by=cast.alice, wording="Cut regional rail")
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice))
    screen.drag("to fight the plan")
    screen.keys("s", "2", "c", "Enter", "Enter")
    screen.drag("lose a single train")

    screen.keys("r")

    expect(page.locator(".note.stance")).to_have_count(2)
    screen.saved()
    again = Stance.objects.order_by("first").last()
    assert (again.position, again.target_issue, again.holder_entity) == ("oppose", issue, ilsa)
    assert screen.marked(again.pk) == "lose a single train"


def test_a_suggestion_is_taken_or_dismissed(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    taken = a_mention(article, by=cast.mo, words="Ilsa Marrow", no_entity_reason="unknown", origin="suggested")
    left = a_mention(article, by=cast.mo, words="Tomas Quill", no_entity_reason="unknown", origin="suggested")
    screen = Screen(page, cast.mo, article)

    screen.keys("n", "y", "n", "x")

    screen.saved()
    taken.refresh_from_db()
    left.refresh_from_db()
    assert (taken.origin, taken.deleted_at) == ("manual", None)
    assert left.deleted_at is not None


def test_the_keys_that_tag_act_on_the_suggestion_at_the_caret(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    name = a_mention(article, by=cast.mo, words="Ilsa Marrow", no_entity_reason="unknown", origin="suggested")
    screen = Screen(page, cast.mo, article)
    words = screen.composer.locator("q").first

    screen.keys("]", "s")
    expect(words).to_have_text("Ilsa Marrow")
    screen.keys("Escape", "ArrowRight", "]", "e")
    expect(screen.composer.get_by_role("heading")).to_have_text("Change: entity")
    screen.keys("Escape")
    assert page.locator(".note.ghost").count() == 1
    # The caret went on: the word there is meant.
    screen.keys("Control+ArrowRight", "Control+ArrowRight", "Control+ArrowRight", "s")
    expect(words).to_have_text("spoke")
    screen.keys("Escape", "[", "e", "2", "Enter")

    screen.saved()
    name.refresh_from_db()
    assert (name.origin, name.type, name.version) == ("manual", "ORG", 2)
    assert Mention.objects.count() == 1


def test_everything_by_name(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    a_mention(article, by=cast.mo, no_entity_reason="unknown")
    screen = Screen(page, cast.mo, article)

    screen.keys("Control+k")
    page.keyboard.type("next ann")
    screen.keys("Enter")

    expect(page.locator(".note[aria-current]")).to_contain_text("Ilsa Marrow")
    assert screen.focused == "text"


def test_the_list_of_all_acts_says_when_it_finds_nothing_and_closes_at_once(page: Page) -> None:
    cast = a_cast()
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice))

    screen.keys("Control+k")
    page.keyboard.type("zzz")
    expect(page.get_by_role("dialog").get_by_text("Nothing found for “zzz”")).to_be_in_viewport()
    screen.keys("Escape")

    expect(page.get_by_role("dialog")).to_have_count(0)
    assert screen.focused == "text"


def test_the_words_just_selected_are_meant_before_the_card_that_is_open(page: Page) -> None:
    cast = a_cast()
    ilsa = an_entity(cast.project, by=cast.alice, name="Ilsa Marrow")
    an_entity(cast.project, by=cast.alice, name="Marrowgate", type="ORG")
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    a_mention(article, by=cast.mo, entity=ilsa.pk)
    screen = Screen(page, cast.mo, article)
    screen.press_at("Ilsa Marrow")

    screen.drag("Marrowgate")
    screen.keys("a")

    expect(page.get_by_role("form", name="Every mention of Marrowgate")).to_be_visible()


def test_names_are_found_however_their_accents_are_written(page: Page) -> None:
    cast = a_cast()
    noel = an_entity(cast.project, by=cast.alice, name="No\u00ebl Z\u00fcrich")
    text = "Noe\u0308l Zu\u0308rich spoke. Then No\u00ebl Z\u00fcrich left."
    screen = Screen(page, cast.mo, an_article(cast.project, by=cast.alice, text=text))

    screen.drag("Noe\u0308l Zu\u0308rich")
    screen.keys("e", "Enter")
    screen.saved()
    assert Mention.objects.get().entity == noel
    screen.keys("a")
    page.get_by_role("button", name="Tag 1 mention").click()
    screen.saved()
    assert (
        sorted(text[mention.first : mention.last] for mention in Mention.objects.all())
        == [
            "No\u00ebl Z\u00fcrich",
            "Noe\u0308l Zu\u0308rich",
        ][::-1]
    )

    screen.keys("f")
    page.keyboard.type("no\u00ebl")
    expect(page.get_by_role("list", name="Found").get_by_role("listitem")).to_have_count(2)
