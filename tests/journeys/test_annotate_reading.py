"""What is on the screen for whom: roles, states, odd texts, many annotations, the worked article."""

import pytest
from playwright.sync_api import Page, expect

from annotator.actions.projects import add_member
from annotator.models import Coding
from tests.api.conftest import WORKED_ARTICLE
from tests.factories import (
    a_cast,
    a_claim,
    a_mention,
    a_project,
    a_stance,
    an_article,
    an_attribution,
    an_entity,
    an_issue,
)
from tests.journeys.screen import Screen


def test_a_reader_sees_all_and_can_change_nothing(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    stance = a_stance(article, by=cast.mo)
    screen = Screen(page, cast.sam, article)

    assert screen.marked(stance.pk) == "vowed on Friday to fight"
    screen.press_at("Friday")
    expect(page.locator(".note[aria-current]")).to_be_visible()
    expect(page.get_by_role("button", name="Change")).to_have_count(0)
    screen.drag("Ilsa Marrow")
    expect(page.get_by_role("toolbar")).to_have_count(0)
    screen.keys("e", "Delete")
    expect(screen.composer).to_be_hidden()
    expect(page.locator(".note")).to_have_count(1)
    expect(page.locator("[data-status]")).to_have_text("Read only")


def test_a_coder_cannot_change_what_a_colleague_made(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    a_stance(article, by=cast.rita)
    screen = Screen(page, cast.mo, article)

    screen.press_at("Friday")
    screen.keys("Enter")

    expect(screen.composer).to_be_hidden()
    expect(page.get_by_role("button", name="Delete")).to_have_count(0)


def test_where_each_coder_has_a_layer_a_card_says_whose_it_is(page: Page) -> None:
    cast = a_cast()
    blind = a_project(cast.alice, slug="blind", layers="independent")
    for user, role in ((cast.rita, "editor"), (cast.mo, "coder"), (cast.sam, "coder")):
        add_member(blind, user, role, by=cast.alice)
    article = an_article(blind, by=cast.alice)
    a_stance(article, by=cast.mo)
    a_stance(article, by=cast.sam, position="support")
    Screen(page, cast.rita, article, hands=False)

    expect(page.locator(".note.oppose .meta")).to_have_text("mo · explicit")
    expect(page.locator(".note.support .meta")).to_have_text("sam · explicit")
    Screen(page, cast.mo, article, hands=False)
    expect(page.locator(".note .meta")).to_have_text("explicit")


def test_marking_as_done_and_reopening(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    a_mention(article, by=cast.mo, no_entity_reason="unknown")
    screen = Screen(page, cast.mo, article)

    page.get_by_role("button", name="Mark as done").click()
    expect(page.get_by_text("This coding is done.")).to_be_visible()
    assert Coding.objects.get().state == "done"
    screen.drag("Tomas Quill")
    screen.keys("e")
    expect(screen.composer).to_be_hidden()

    page.get_by_role("button", name="Reopen").click()
    expect(page.get_by_text("This coding is done.")).to_be_hidden()
    assert Coding.objects.get().state == "open"


def test_a_claim_without_wording_keeps_the_coding_open_and_is_shown(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    claim = a_claim(article, by=cast.mo, wording="")
    Screen(page, cast.mo, article)

    page.get_by_role("button", name="Mark as done").click()

    expect(page.locator(f"#a-{claim.pk}")).to_have_attribute("aria-current", "true")
    assert Coding.objects.get().state == "open"


def test_on_to_the_next_article_of_the_list_as_filtered(page: Page) -> None:
    cast = a_cast()
    first = an_article(cast.project, by=cast.alice, title="A", author="Ada", published_on="2031-03-02")
    an_article(cast.project, by=cast.alice, title="Left out", author="Mo", published_on="2031-03-01")
    third = an_article(cast.project, by=cast.alice, title="A too", author="Ada", published_on="2031-02-01")
    screen = Screen(page, cast.mo, first)
    screen.load("?author=Ada&order=newest")

    page.get_by_role("link", name="Next article").click()

    expect(page).to_have_url(f"/p/desk/articles/{third.pk}/?author=Ada&order=newest")


def test_the_address_of_an_annotation_selects_it(page: Page) -> None:
    cast = a_cast()
    text = "\n\n".join(f"Paragraph {number} stands here." for number in range(80))
    article = an_article(cast.project, by=cast.alice, text=text)
    mention = a_mention(article, by=cast.mo, words="Paragraph 70", no_entity_reason="unknown")
    screen = Screen(page, cast.mo, article)
    page.goto("/")

    screen.load(f"#a-{mention.pk}")

    expect(page.locator(f"#a-{mention.pk}")).to_have_attribute("aria-current", "true")
    expect(page.locator("mark", has_text="Paragraph 70")).to_be_in_viewport()


def test_markup_is_text_wherever_it_comes_from(page: Page) -> None:
    cast = a_cast()
    evil = "<script>document.title='owned'</script><img src=x onerror=alert(1)>"
    entity = an_entity(cast.project, by=cast.alice, name=evil)
    issue = an_issue(cast.project, by=cast.alice, wording=f"{evil} is law")
    article = an_article(
        cast.project, by=cast.alice, title=evil, outlet=evil, text=f"He said {evil} and left. </script>"
    )
    a_mention(article, by=cast.mo, words="He", entity=entity.pk)
    a_stance(article, by=cast.mo, words="left", target_kind="issue", target=issue.pk, comment=evil)
    screen = Screen(page, cast.mo, article)

    expect(page.get_by_role("heading", level=1)).to_have_text(evil)
    expect(page.locator("[data-text] p")).to_have_text(f"He said {evil} and left. </script>")
    screen.press_at("left")
    expect(page.locator(".note[aria-current]")).to_contain_text(f"{evil} is law")
    assert page.evaluate("document.querySelectorAll('main script, main img, aside img, aside script').length") == 0


def test_overlapping_and_identical_spans_stay_distinct(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    words = "vowed on Friday to fight the plan"
    stances = [
        a_stance(article, by=cast.mo, words=words, position=position)
        for position in ("support", "oppose", "mixed", "neutral", "unclear")
    ]
    quotation = an_attribution(article, by=cast.mo, words="to fight the plan")
    mention = a_mention(article, by=cast.mo, words="Friday", no_entity_reason="unknown")
    screen = Screen(page, cast.mo, article)

    assert [screen.marked(stance.pk) for stance in stances] == [words] * 5
    assert (screen.marked(quotation.pk), screen.marked(mention.pk)) == ("to fight the plan", "Friday")
    drawn = page.evaluate(
        "[...document.querySelectorAll('mark')].map(mark => [mark.textContent, mark.dataset.more ?? ''])"
    )
    assert drawn == [["vowed on ", "+2"], ["Friday", ""], [" ", ""], ["to fight the plan", ""]]
    assert page.locator("mark mark").count() == 0


@pytest.mark.skipif(not WORKED_ARTICLE.exists(), reason="The worked article lies beside the project, not in it.")
def test_every_annotation_of_the_worked_article_is_in_the_rail_and_on_its_words(page: Page) -> None:
    from tests.api.clients import client_with_token
    from tests.api.test_worked_article import PATHS, WORKED, Register, in_order

    cast = a_cast()
    article = an_article(cast.project, by=cast.alice, text=WORKED_ARTICLE.read_text(encoding="utf-8"))
    register = Register(client_with_token(cast.mo, scope="annotate"), cast.project.slug)
    register.store_records()
    for annotation in in_order(WORKED["annotations"]):
        body = {**register.on_the_wire(annotation), "article": str(article.pk), "revision": 1}
        register.ids[annotation["external_id"]] = register.post(PATHS[annotation["kind"]], body)["id"]
    screen = Screen(page, cast.alice, article)

    page.evaluate("void dispatchEvent(new Event('beforeprint'))")  # all cards, also those that are not near
    expect(page.locator(".note")).to_have_count(82)
    for annotation in WORKED["annotations"]:
        id = register.ids[annotation["external_id"]]
        assert screen.marked(id) == "".join(annotation["exact"]), annotation["external_id"]
        expect(page.locator(f"#a-{id}")).to_have_count(1)
