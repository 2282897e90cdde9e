"""An article’s life: brought in from a file, annotated, corrected, compared, undone; from a feed; found by words."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from annotator.actions.following import look_at_feed
from annotator.models import Claim, Feed, Mention
from annotator.queries import facets
from articles.models import Article
from tests.actions.test_following import FIRST, publish
from tests.api.conftest import WORKED_ARTICLE
from tests.factories import Cast, a_cast, a_mention, an_article, an_entity, at
from tests.journeys.screen import Screen, sign_in
from tests.web import served


@dataclass(frozen=True)
class Printed:
    """A text as it was printed, with what is annotated in it and how it is corrected."""

    text: str
    name: str
    claim: str
    remnant: str
    mends: tuple[tuple[str, str], ...]

    @property
    def corrected(self) -> str:
        corrected = self.text
        for printed, meant in self.mends:
            assert corrected.count(printed) == 1
            corrected = corrected.replace(printed, meant)
        return corrected


OWN = Printed(
    text=(
        "Ilsa Marrow told hundreds on Saturday that “we will to leave nobody in the dark.”\n\n"
        "“They were left alone before.”ferry1\n\n"
        "The crossing loses 40,000 crowns a month, he The Courier on Sunday. The council meets in March.\n"
    ),
    name="Ilsa Marrow",
    claim="The crossing loses 40,000 crowns a month",
    remnant="ferry1",
    mends=(
        ("we will to leave", "we will to the last leave"),
        ("ferry1", ""),
        ("he The Courier", "he told The Courier"),
    ),
)
PRINTED = {"own": OWN}
if WORKED_ARTICLE.exists():
    PRINTED["worked"] = Printed(
        text=WORKED_ARTICLE.read_text(encoding="utf-8"),
        name="Jorge Elorza",
        claim="Providence police also do not inquire about immigration status",
        remnant="trump1",
        mends=(
            ("that we will to sacrifice", "that we refuse to sacrifice"),
            ("persecuted.”trump1", "persecuted.”"),
            ("he The Providence Journal", "he told The Providence Journal"),
            ("police also do not inquire", "police never inquire"),
        ),
    )


@pytest.fixture
def cast(live_server) -> Cast:
    return a_cast()


@pytest.mark.parametrize("printed", PRINTED.values(), ids=PRINTED)
def test_a_printed_article_comes_in_is_annotated_corrected_compared_and_undone(
    page: Page, cast: Cast, tmp_path: Path, printed: Printed
) -> None:
    file = tmp_path / "printed.txt"
    file.write_text(printed.text, encoding="utf-8")

    # The file is looked at first; the remnant of a caption is marked, and stays.
    sign_in(page, cast.rita)
    page.goto(reverse("article_new", args=["desk"]))
    page.get_by_label("Files", exact=True).set_input_files(file)
    page.get_by_role("button", name="Look at the files").click()
    expect(page.locator("mark").filter(has_text=printed.remnant)).to_be_visible()
    assert Article.objects.count() == 0
    page.get_by_role("button", name="Bring in as chosen").click()
    page.get_by_role("region", name="Brought in").get_by_role("link").click()
    page.wait_for_url(re.compile("/articles/[0-9a-f-]{36}/$"))
    article = Article.objects.select_related("project", "current").get()
    assert printed.remnant in article.current.text

    # Annotated on the screen.
    screen = Screen(page, cast.rita, article)
    screen.drag(printed.name)
    screen.keys("e", "Enter")
    screen.drag(printed.claim)
    screen.keys("c", "2")
    page.keyboard.type("It is said in one sentence of its own.")
    screen.keys("Enter")
    expect(page.locator(".note")).to_have_count(2)
    screen.saved()
    mention, claim = Mention.objects.get(), Claim.objects.get()
    assert mention.segments == at(article, printed.name)
    assert claim.segments == at(article, printed.claim)

    # The corrected text comes in.
    page.goto(reverse("article_revise", args=["desk", article.pk]))
    page.get_by_label("The whole new text").fill(printed.corrected)
    page.get_by_role("button", name="Show what it would do").click()
    page.get_by_role("button", name="Store the new text").click()
    page.wait_for_url(lambda url: not url.endswith("/revise/"))
    corrected = Article.objects.select_related("current").get()
    assert (corrected.current.number, corrected.current.text) == (2, printed.corrected)
    assert Mention.objects.get().segments == at(corrected, printed.name)

    # What the new text changed is walked through by keyboard.
    page.goto(reverse("article_review", args=["desk", article.pk]))
    cards = page.locator("[data-review] > li")
    for left in range(cards.count(), 0, -1):
        expect(cards).to_have_count(left)
        page.keyboard.press("y")
    page.wait_for_url(re.compile(f"/{article.pk}/$"))
    assert [each.get().anchoring for each in (Mention.objects, Claim.objects)] == ["", ""]

    # Both texts stand side by side.
    page.goto(reverse("revisions", args=["desk", article.pk]))
    gone = page.locator(".versions td:first-child del").all_inner_texts()
    come = page.locator(".versions td:last-child ins").all_inner_texts()
    assert printed.remnant in "".join(gone)
    assert "told" in "".join(come)

    # Undo gives back what was there.
    page.get_by_role("button", name="Undo revision 2").click()
    expect(page.get_by_role("status").first).to_contain_text("Revision 2 is undone")
    assert Article.objects.get().current_id == article.current_id
    assert (Mention.objects.get().segments, Claim.objects.get().segments) == (mention.segments, claim.segments)


def test_a_feed_is_followed_and_what_it_changes_becomes_a_revision(page: Page, cast: Cast) -> None:
    with served() as web:
        publish(web, FIRST)
        sign_in(page, cast.rita)
        page.goto(reverse("feeds", args=["desk"]))
        page.get_by_label("Address of the feed").fill("http://courier.example/feed.rss")
        page.get_by_role("button", name="Follow", exact=True).click()
        expect(page.get_by_role("status").first).to_contain_text("The feed is followed")
        feed = Feed.objects.get()
        followed = page.url.partition("#")[0]

        assert look_at_feed(str(feed.pk), network=web.network) == {"new": 1}
        page.goto(followed)
        page.get_by_role("link", name="Ferry stays").click()
        article = Article.objects.select_related("current").get()
        screen = Screen(page, cast.rita, article)
        screen.drag("40,000 crowns")
        screen.keys("c", "1")
        page.keyboard.type("The ferry costs 40,000 crowns.")
        screen.keys("Enter")
        expect(page.locator(".note")).to_have_count(1)
        screen.saved()

        publish(web, {**FIRST, "text": FIRST["text"].replace("40,000", "42,000")})
        Feed.objects.update(next_at=timezone.now())
        assert look_at_feed(str(feed.pk), network=web.network) == {"revised": 1}

    page.goto(followed)
    expect(page.get_by_role("row").filter(has_text="Ferry stays")).to_contain_text("revised")
    page.goto(reverse("to_review", args=["desk"]))
    page.get_by_role("link", name="Ferry stays").click()
    card = page.locator("[data-review] > li")
    expect(card.locator("mark")).to_have_text(["40,000 crowns", "42,000 crowns"])
    expect(page.locator("[data-keys]")).to_be_visible()
    page.keyboard.press("y")
    page.wait_for_url(re.compile(f"/{article.pk}/$"))
    assert Claim.objects.get().segments == at(Article.objects.select_related("current").get(), "42,000 crowns")


def test_a_hit_opens_its_article_at_the_words_and_all_hits_are_tagged_and_taken_back(page: Page, cast: Cast) -> None:
    ferry = an_entity(cast.project, by=cast.rita, name="The night ferry", type="FAC")
    texts = ["👩‍👩‍👧 They kept it.\n\nThe crossing of the Café Ferry stays.", "A ferry left. No ferry came."]
    articles = [an_article(cast.project, by=cast.rita, title=text[:12], text=text) for text in texts]
    a_mention(articles[1], by=cast.rita, words="ferry", entity=str(ferry.pk))
    sign_in(page, cast.rita)
    page.goto(reverse("search", args=["desk"]))
    page.get_by_label("Words", exact=True).fill('"cafe ferry"')
    page.keyboard.press("Enter")

    page.locator(".lines a").first.click()
    page.wait_for_selector("html[data-ready]")
    expect(page.locator("[data-text]")).to_be_focused()
    assert page.evaluate("document.getSelection().toString()") == "Café Ferry"

    page.goto(reverse("search", args=["desk"]) + "?q=ferry")
    page.get_by_role("link", name="Tag Ferry", exact=True).click()
    expect(page.get_by_role("checkbox")).to_have_count(1)
    page.go_back()
    page.get_by_role("link", name="Tag the hits").click()
    page.get_by_label("Tag as").fill("The night ferry")
    page.get_by_role("button", name=re.compile("^Tag")).click()
    expect(page.get_by_role("button", name="Take back")).to_be_visible()
    tagged = sorted(Mention.objects.kept().values_list("segments", flat=True))
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_role("button", name="Take back")).to_have_count(0)

    assert tagged == sorted([at(articles[0], "Ferry"), at(articles[1], "ferry"), at(articles[1], "ferry", nth=2)])
    assert Mention.objects.kept().count() == 1


def test_figures_of_a_sample_say_so_and_one_press_has_all_counted(page: Page, cast: Cast, monkeypatch) -> None:
    monkeypatch.setattr(facets, "MOST_COUNTED", 2)
    monkeypatch.setattr(facets, "MOST_READ", 1)
    for outlet, language in (("Courier", "en"), ("Courier", "en-GB"), ("Courier", "de"), ("Herald", "en")):
        an_article(cast.project, by=cast.rita, outlet=outlet, language=language)
    sign_in(page, cast.rita)
    page.goto(reverse("articles", args=["desk"]))
    told, counts = page.locator(".above .number"), page.locator(".facets")
    expect(told).to_contain_text("The figures are of 2 articles, which stand for all")

    page.get_by_role("link", name="Count all").click()
    expect(told).to_have_text("4 articles")
    expect(counts).to_contain_text("Courier 3 Herald 1")
    expect(counts).to_contain_text("en 3 de 1 en-GB 1")
    page.get_by_role("link", name="Courier 3").click()

    expect(page.get_by_role("row")).to_have_count(1 + 3)
    expect(page.get_by_label("Outlet", exact=True).locator("option:checked")).to_have_text("Courier")
