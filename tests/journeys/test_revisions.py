"""A corrected text after the annotations: what it would do, the review by keyboard, both texts, undo."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotator.actions.register import assess
from annotator.actions.revisions import revise_article
from annotator.models import Attribution, Claim, Mention
from articles.models import Article, Project
from tests.factories import (
    Cast,
    a_cast,
    a_claim,
    a_mention,
    a_proposition,
    a_stance,
    an_article,
    an_attribution,
    an_entity,
    an_issue,
    at,
)
from tests.journeys.test_pages import sign_in

PRINTED = (
    "The harbour council of Port Aldis voted on Monday to keep its night ferry.\n\n"
    "“We will to leave nobody in the dark,” mayor Ilsa Marrow said. “They were left alone before.”ferry1 She declined "
    "to comment on the cost.\n\n"
    "Tomas Quill he The Courier that the crossing loses 40,000 crowns a month.\n\n"
    "The council meets again in March."
)
CORRECTED = (
    "The harbour council of Port Aldis voted on Monday to keep its night ferry.\n\n"
    "“We will do everything to leave nobody in the dark,” mayor Ilsa Marrow said. “They were left alone before.” She "
    "declined to comment on the cost.\n\n"
    "The council meets again in March.\n\n"
    "Tomas Quill told The Courier that the crossing loses 42,000 crowns a month."
)


@pytest.fixture
def cast(live_server) -> Cast:
    return a_cast()


def annotated(article: Article, cast: Cast) -> None:
    rita = cast.rita
    marrow = an_entity(cast.project, by=rita, name="Ilsa Marrow")
    ferry = an_issue(cast.project, by=rita, wording="Port Aldis keeps its night ferry")
    quotation = an_attribution(
        article,
        by=rita,
        words="“We will to leave nobody in the dark,”",
        source=str(marrow.pk),
        source_span=at(article, "mayor Ilsa Marrow"),
        cue_span=at(article, "said"),
        mode="direct",
    )
    a_mention(article, by=rita, words="Ilsa Marrow", entity=str(marrow.pk))
    a_stance(
        article,
        by=rita,
        words="“They were left alone before.”",
        holder=str(marrow.pk),
        target_kind="issue",
        target=str(ferry.pk),
        position="support",
        attribution=None,
    )
    a_claim(article, by=rita, words="the crossing loses 40,000 crowns a month", wording="The crossing loses 40,000.")
    a_mention(article, by=rita, words="ferry1", type="WORK", level="NOM")
    assert quotation.anchoring == ""


def test_a_corrected_text_is_brought_in_reviewed_compared_and_undone(page: Page, cast: Cast):
    sign_in(page, "rita")
    page.goto("/p/desk/articles/new/")
    page.get_by_label("Title").fill("Night ferry stays")
    page.get_by_label("Text").fill(PRINTED)
    page.get_by_role("button", name="Bring in", exact=True).click()
    # It is shown first: what is glued to a quotation may not belong to it.
    expect(page.locator("mark").filter(has_text="ferry1")).to_be_visible()
    page.get_by_role("button", name="Bring in as chosen").click()
    page.get_by_role("region", name="Brought in").get_by_role("link").click()
    page.wait_for_url(re.compile("/articles/[0-9a-f-]{36}/$"))
    article = Article.objects.select_related("project", "current").get()
    annotated(article, cast)
    own = reverse("annotate", args=["desk", article.pk])

    # What the text would do is told before anything is stored.
    page.goto(f"{own}details/")
    page.get_by_role("link", name="Bring in a corrected text").click()
    page.get_by_label("The whole new text").fill(CORRECTED)
    page.get_by_role("button", name="Show what it would do").click()
    told = page.locator("dl.outcomes dd:not(.quietly)")
    expect(told).to_have_text(["2", "0", "2", "1"])
    assert Article.objects.get().current_id == article.current_id
    page.get_by_role("button", name="Store the new text").click()
    expect(page).to_have_url(re.compile("/review/$"))
    assert Article.objects.get().current.text == CORRECTED

    # The review list, by keyboard: take the quotation, take the claim, delete the remnant of the caption.
    cards = page.locator("[data-review] > li")
    expect(cards).to_have_count(3)
    expect(cards.first).to_be_focused()
    expect(cards.nth(0).locator("mark")).to_have_text(
        ["“We will to leave nobody in the dark,”", "“We will do everything to leave nobody in the dark,”"]
    )
    page.keyboard.press("y")
    expect(cards).to_have_count(2)
    quotation = Attribution.objects.select_related("revision").get()
    assert (quotation.anchoring, quotation.revision.number) == ("", 2)
    page.keyboard.press("]")
    page.keyboard.press("y")
    expect(cards).to_have_count(1)
    assert Claim.objects.get().anchoring == ""
    page.keyboard.press("Delete")
    page.wait_for_url(re.compile(f"{own}$"))
    assert Mention.objects.kept().count() == 1

    # Both texts stand side by side, each with its annotations.
    page.goto(f"{own}revisions/")
    expect(page.get_by_role("heading", name="Revision 1 beside revision 2")).to_be_visible()
    old, new = page.locator(".versions td:first-child"), page.locator(".versions td:last-child")
    expect(old.filter(has_text="“We will").locator("mark[data-kind=attribution]").first).to_be_visible()
    assert "".join(old.locator("del").all_inner_texts()).startswith("ferry1")
    assert "do everything" in "".join(new.locator("ins").all_inner_texts())

    # Undo puts everything back.
    page.get_by_role("button", name="Undo revision 2").click()
    expect(page.get_by_role("status").first).to_contain_text("Revision 2 is undone")
    assert Article.objects.get().current_id == article.current_id
    assert Attribution.objects.get().segments == at(article, "“We will to leave nobody in the dark,”")
    assert Claim.objects.get().segments == at(article, "the crossing loses 40,000 crowns a month")
    expect(page.get_by_text("undone", exact=True)).to_be_visible()


def test_a_key_that_comes_before_the_page_is_whole_is_heard(page: Page, cast: Cast):
    article = an_article(cast.project, by=cast.rita, text=PRINTED, title="Night ferry")
    a_claim(article, by=cast.rita, words="the crossing loses 40,000 crowns", wording="It loses 40,000.")
    revise_article(article, CORRECTED, by=cast.rita, version=1)
    sign_in(page, "rita")
    page.add_init_script(
        """document.addEventListener("DOMContentLoaded", () =>
            document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "y", bubbles: true, cancelable: true })))"""
    )

    page.goto(reverse("article_review", args=["desk", article.pk]), wait_until="commit")

    page.wait_for_url(re.compile(f"/{article.pk}/$"))
    assert Claim.objects.get().anchoring == ""


def test_another_place_is_picked_by_its_words(page: Page, cast: Cast):
    article = revised_article(cast.project, cast)
    claim = Claim.objects.get()
    sign_in(page, "rita")
    page.goto(reverse("article_review", args=["desk", article.pk]) + f"#w-{claim.pk}")
    card = page.locator(f"#w-{claim.pk}")
    expect(card).to_be_focused()

    page.keyboard.press("p")
    card.get_by_label("Words of the current text").fill("42,000 crowns")
    page.keyboard.press("Enter")
    expect(card.get_by_role("radio")).to_be_focused()
    card.get_by_role("button", name="Put it there").click()

    expect(page.locator("[data-review] > li")).to_have_count(2)
    assert Claim.objects.get().segments == at(Article.objects.get(), "42,000 crowns")


def test_a_claim_says_that_its_source_changed_since_it_was_assessed(page: Page, cast: Cast):
    article = an_article(cast.project, by=cast.rita, text=PRINTED)
    evidence = [{"url": "https://example.org", "bearing": "supports"}]
    for words in ("The council meets again in March", "the crossing loses 40,000 crowns a month"):
        proposition = a_proposition(cast.project, by=cast.rita)
        a_claim(article, by=cast.rita, words=words, wording=words, proposition=str(proposition.pk))
        verdict = {"scale": "facts", "rating": "true", "state": "published", "evidence": evidence}
        assess(proposition, verdict, by=cast.rita)
    revise_article(article, PRINTED.replace("40,000", "42,000"), by=cast.rita, version=1)

    sign_in(page, "rita")
    page.goto(reverse("annotate", args=["desk", article.pk]))

    in_place, waiting = page.locator(".note.claim:not(.lost)"), page.locator(".note.claim.lost")
    expect(in_place).to_contain_text("the article has changed since it was assessed")
    expect(waiting).to_contain_text("assessed by words that have changed")


def revised_article(project: Project, cast: Cast) -> Article:
    article = an_article(project, by=cast.rita, text=PRINTED, title="Night ferry stays", outlet="The Courier")
    annotated(article, cast)
    return revise_article(article, CORRECTED, by=cast.rita, version=1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_have_no_finding_of_axe_and_fit_every_width(page: Page, cast: Cast, scheme):
    article = revised_article(cast.project, cast)
    sign_in(page, "rita")
    page.emulate_media(color_scheme=scheme)
    findings = {}
    for name in ("revisions", "article_review", "article_revise", "to_review"):
        address = reverse(name, args=["desk"] if name == "to_review" else ["desk", article.pk])
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(address)
            if name == "article_revise":
                page.get_by_label("The whole new text").fill(f"{CORRECTED} In April.".replace("42,000", "43,000"))
                page.get_by_role("button", name="Show what it would do").click()
            beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            found = [violation["id"] for violation in Axe().run(page).response["violations"]]
            if found or beyond > 0:
                findings[name, width] = (found, beyond)

    assert findings == {}
