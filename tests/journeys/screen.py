"""The annotation screen as a test's hands and eyes: open it, select words, read what is marked and what is stored."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import ConsoleMessage, Locator, Page, expect

from annotator.models import User
from articles.models import Article

# The rectangles of words in the text, whatever marks cut them up.
_RECTANGLES = """([words, nth]) => {
    const paragraphs = [...document.querySelectorAll("[data-text] p")];
    for (const paragraph of paragraphs) {
        let at = -1;
        while ((at = paragraph.textContent.indexOf(words, at + 1)) >= 0) {
            if (--nth > 0) continue;
            paragraph.scrollIntoView({ block: "center", behavior: "instant" });
            const point = (offset, after) => {
                const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
                for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                    if (after ? offset < node.length : offset <= node.length) return [node, offset];
                    offset -= node.length;
                }
            };
            const range = document.createRange();
            range.setStart(...point(at, true));
            range.setEnd(...point(at + words.length, false));
            return [...range.getClientRects()].map(({ left, top, right, bottom }) => ({ left, top, right, bottom }));
        }
    }
}"""


# Each text of the status line, from the first moment of a page on.
_TELL_STATUS = """new MutationObserver(() => {
    const text = document.querySelector("[data-status]")?.textContent;
    if (text && text !== window.status_told) console.debug(`status: ${window.status_told = text}`);
}).observe(document, { subtree: true, childList: true, characterData: true })"""


def sign_in(page: Page, user: User) -> None:
    """Give the browser a session of the user."""
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": _origin(page)}])


def _origin(page: Page) -> str:
    page.goto("/accounts/login/")
    return page.url.split("/accounts/")[0]


class Screen:
    def __init__(self, page: Page, user: User, article: Article, *, hands: bool = True) -> None:
        self.page = page
        self.hands = hands
        self.user = user
        self.article = article
        # What the status said, in order.
        self.told: list[str] = []
        page.add_init_script(_TELL_STATUS)
        page.on("console", self._hear)
        sign_in(page, user)
        self.load()

    def load(self, fragment: str = "") -> None:
        self.page.goto(f"/p/{self.article.project.slug}/articles/{self.article.pk}/{fragment}")
        self.page.wait_for_selector("html[data-ready]")
        if self.hands:
            # What annotating needs is loaded with the first press.
            self.page.keyboard.press("Shift")
            self.page.wait_for_selector("html[data-ready='to annotate']")

    def _hear(self, message: ConsoleMessage) -> None:
        if message.text.startswith("status: "):
            self.told.append(message.text.removeprefix("status: "))

    @contextmanager
    def unsaved(self) -> Iterator[None]:
        """For as long as something is not stored: the status never said that it is, not for a moment."""
        self.page.evaluate("0")  # what was said before has been heard
        self.told.clear()
        yield
        self.page.evaluate("0")
        if not self.told:
            self.page.wait_for_event("console", lambda message: message.text.startswith("status: "))
        assert self.told != []
        assert [text for text in self.told if text.startswith("Saved")] == []

    def alone(self) -> None:
        """Hear nothing of colleagues from here on, as a page in the background."""
        self.page.evaluate(
            """() => {
                Object.defineProperty(document, "visibilityState", { value: "hidden" });
                document.dispatchEvent(new Event("visibilitychange"));
            }"""
        )

    # --- hands ---

    def drag(self, words: str, nth: int = 1, *, shorter: int = 0, to: tuple[float, float] | None = None) -> None:
        """Select words with the mouse; ``shorter`` pixels are left out at both ends; ``to``: and drag on to there."""
        rectangles = self.page.evaluate(_RECTANGLES, [words, nth])
        first, last = rectangles[0], rectangles[-1]
        self.page.mouse.move(first["left"] + 1 + shorter, (first["top"] + first["bottom"]) / 2)
        self.page.mouse.down()
        self.page.mouse.move(last["right"] - 1 - shorter, (last["top"] + last["bottom"]) / 2, steps=4)
        if to:
            self.page.mouse.move(*to, steps=4)
        self.page.mouse.up()

    def box(self, words: str, nth: int = 1) -> tuple[float, float, float, float]:
        """Left, right, top and bottom of the first line of words."""
        first = self.page.evaluate(_RECTANGLES, [words, nth])[0]
        return first["left"], first["right"], first["top"], first["bottom"]

    def select_by_touch(self, words: str, *, shorter: int = 0) -> None:
        """Select words as a long press and the handles do, of which a page hears no more than this.

        ``shorter`` characters are left out at both ends.
        """
        self.page.evaluate(
            """() => {
                const how = { bubbles: true, pointerType: "touch", isPrimary: true };
                for (const type of ["pointerdown", "pointercancel"])
                    document.querySelector("[data-text] p").dispatchEvent(new PointerEvent(type, how));
            }"""
        )
        self.extend_by_touch(words, shorter=shorter)

    def extend_by_touch(self, words: str, *, shorter: int = 0) -> None:
        """Move the handles of a selection to the ends of words."""
        self.page.evaluate(
            """([words, shorter]) => {
                const walker = document.createTreeWalker(document.querySelector("[data-text]"), NodeFilter.SHOW_TEXT);
                for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                    const at = node.data.indexOf(words);
                    if (at < 0) continue;
                    const [start, end] = [at + shorter, at + words.length - shorter];
                    document.getSelection().setBaseAndExtent(node, start, node, end);
                    return;
                }
            }""",
            [words, shorter],
        )

    def press_at(self, words: str, nth: int = 1) -> None:
        """Press the mouse in the middle of the first line of words."""
        first = self.page.evaluate(_RECTANGLES, [words, nth])[0]
        self.page.mouse.click((first["left"] + first["right"]) / 2, (first["top"] + first["bottom"]) / 2)

    def caret_to(self, words: str, nth: int = 1) -> None:
        """Put the caret before words, as the arrow keys would; nothing is selected."""
        first = self.page.evaluate(_RECTANGLES, [words, nth])[0]
        self.page.mouse.click(first["left"] + 1, (first["top"] + first["bottom"]) / 2)
        self.page.keyboard.press("Escape")

    def keys(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    # --- eyes ---

    def saved(self, seconds: float | None = None) -> None:
        expect(self.page.locator("[data-status]")).to_have_text("Saved", timeout=seconds and seconds * 1_000)

    def card(self, text: str | re.Pattern[str]) -> Locator:
        return self.page.locator(".note").filter(has_text=text)

    @property
    def composer(self) -> Locator:
        return self.page.locator("[data-composer]")

    @property
    def focused(self) -> str:
        """What has the focus: the name of a control, or "text"."""
        return self.page.evaluate(
            """() => {
                const focused = document.activeElement;
                if (focused.matches("[data-text]")) return "text";
                return (focused.getAttribute("aria-label") || focused.value || focused.textContent).trim();
            }"""
        )

    @property
    def selection(self) -> str:
        return self.page.evaluate("document.getSelection().toString()")

    def shapes(self, *kinds: str) -> list[str]:
        """The styles of the lines above and below the words of each kind."""
        return self.page.evaluate(
            """kinds => kinds.map(kind => {
                const style = getComputedStyle(document.querySelector(`.lane.${kind}`));
                return `${style.borderTopStyle} ${style.borderBottomStyle}`;
            })""",
            list(kinds),
        )

    def marked(self, id: Any) -> str:
        """The words that are drawn with the annotation's own line, in text order."""
        return self.page.evaluate(
            """id => [...document.querySelectorAll("mark")].filter(mark => mark.dataset.ids.split(" ").includes(id))
                .map(mark => mark.textContent).join("")""",
            str(id),
        )
