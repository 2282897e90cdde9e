"""Texts in which characters are not what they seem: every mark lies on the words that the server returns."""

import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from annotator.models import Mention
from articles.models import Article
from tests.api.clients import API, client_of
from tests.factories import Cast, a_cast, an_article, an_entity
from tests.journeys.screen import Screen

pytestmark = pytest.mark.django_db(transaction=True)

# Paragraphs, and the words in each that are tagged.
ODD = {
    "Vote 🗳️ now, said Ana 🎉 Sol.": ["🗳️", "Ana 🎉 Sol"],
    "The 👨‍👩‍👧‍👦 family of Bo Lind came.": ["👨‍👩‍👧‍👦", "Bo Lind"],
    "Zu\u0308rich and Noe\u0308l met.": ["Zu\u0308rich", "Noe\u0308l"],
    "قالت ليلى حداد إن الميناء مغلق. Then Cy Dunn spoke.": ["ليلى حداد", "Cy Dunn"],
    "It cost 40\u00a0million crowns, said Di\u00a0Eck.": ["40\u00a0million crowns", "Di\u00a0Eck"],
}
TEXT = "\n\n".join(ODD)
WORDS = [words for each in ODD.values() for words in each]

# Where an annotation's mark is drawn, and where its words stand by the server's offsets: [left, right] by line.
LINES = """([id, start, end]) => {
    const lines = boxes => [...boxes].filter(box => box.width > 0.5).map(({ left, right }) => [left, right]);
    const marks = [...document.querySelectorAll("mark")].filter(mark => mark.dataset.ids.split(" ").includes(id));
    const paragraph = [...document.querySelectorAll("[data-text] p")].find(each =>
        Number(each.dataset.start) <= start && end <= Number(each.dataset.end));
    const characters = [...paragraph.textContent];
    const unit = position => characters.slice(0, position - Number(paragraph.dataset.start)).join("").length;
    const point = (offset, after) => {
        const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            if (after ? offset < node.length : offset <= node.length) return [node, offset];
            offset -= node.length;
        }
    };
    const range = document.createRange();
    range.setStart(...point(unit(start), true));
    range.setEnd(...point(unit(end), false));
    return [marks.flatMap(mark => lines(mark.getClientRects())), lines(range.getClientRects())];
}"""


@pytest.fixture
def cast(live_server) -> Cast:
    return a_cast()


def by_mouse(screen: Screen, words: str) -> None:
    screen.drag(words)
    screen.page.locator("[data-tag=mention]").click()
    screen.composer.get_by_role("button", name="Save").click()


def by_keyboard(screen: Screen, words: str) -> None:
    """As many presses as the words have characters, each of which may be many code points."""
    paragraph = next(index for index, text in enumerate(ODD) if words in text)
    before, within = screen.page.evaluate(
        """texts => texts.map(text => [...new Intl.Segmenter("en").segment(text)].length)""",
        [list(ODD)[paragraph].partition(words)[0], words],
    )
    on = "ArrowLeft" if list(ODD)[paragraph].startswith("قالت") else "ArrowRight"
    screen.keys("Control+Home", *["Control+ArrowDown"] * paragraph, *[on] * before, *[f"Shift+{on}"] * within)
    screen.keys("e", "Enter")


def by_finding(screen: Screen, words: str) -> None:
    screen.keys("f")
    screen.page.keyboard.type(words)
    screen.keys("Enter", "e", "Enter")


@pytest.mark.parametrize("tag", [by_mouse, by_keyboard, by_finding])
def test_one_after_the_other(cast: Cast, page: Page, tag: Callable[[Screen, str], None]) -> None:
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    screen = Screen(page, cast.mo, article)

    for number, words in enumerate(WORDS):
        tag(screen, words)
        expect(page.locator(".note")).to_have_count(number + 1)

    screen.saved()
    assert _tagged(screen, article) == sorted(WORDS)


def test_every_mention_at_once(cast: Cast, page: Page) -> None:
    article = an_article(cast.project, by=cast.alice, text=f"{TEXT}\n\n{TEXT}")
    for words in WORDS:
        # Registers have names in one form, whatever the texts have.
        an_entity(cast.project, by=cast.alice, name=words)
    screen = Screen(page, cast.mo, article)
    batches: list[str] = []
    page.on("request", lambda request: request.url.endswith("/batch/") and batches.append(request.method))

    for number, words in enumerate(WORDS):
        screen.drag(words)
        screen.keys("a")
        page.get_by_role("button", name="Tag 2 mentions").click()
        expect(page.locator(".note")).to_have_count(2 * number + 2)
        screen.saved()

    assert batches == ["POST"] * len(WORDS)
    assert _tagged(screen, article) == sorted(WORDS * 2)


def test_sent_by_another_program(cast: Cast, page: Page) -> None:
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    operations = [
        {
            "method": "PUT",
            "path": f"/mentions/{uuid.uuid4()}/",
            "if_none_match": True,
            "body": {
                "article": str(article.pk),
                "revision": 1,
                "segments": [[TEXT.index(words), TEXT.index(words) + len(words)]],
                "exact": [words],
                "type": "PER",
                "no_entity_reason": "unknown",
            },
        }
        for words in WORDS
    ]

    assert client_of(cast.mo).post(f"{API}/batch/", {"operations": operations}).status_code == 200

    assert _tagged(Screen(page, cast.mo, article), article) == sorted(WORDS)


def _tagged(screen: Screen, article: Article) -> list[str]:
    """The words of all mentions as the server returns them, after a look whether each mark lies on them."""
    listed = client_of(screen.user).get(f"{API}/mentions/?article={article.pk}&page_size=100").json()["results"]
    assert len(listed) == Mention.objects.count()
    for mention in listed:
        ((start, end),), (words,) = mention["segments"], mention["exact"]
        assert article.current.text[start:end] == words
        assert screen.marked(mention["id"]) == words
        drawn, standing = screen.page.evaluate(LINES, [mention["id"], start, end])
        assert min(left for left, _ in drawn) == pytest.approx(min(left for left, _ in standing), abs=1.5), words
        assert max(right for _, right in drawn) == pytest.approx(max(right for _, right in standing), abs=1.5), words
    return sorted(mention["exact"][0] for mention in listed)
