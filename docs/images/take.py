"""`make pictures`: take the pictures of docs/images, of the sample project on a site of its own."""

import socket
import sys
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from drills.site import running
from tests import chromium

FOLDER = Path(__file__).parent
PASSWORD = "harbour-demo-2031"  # the demo's own, printed by `make run`
TITLE = "Valley mayors vow to stop the last train from being the last"
SIZES = {"": (1440, 900), "-1024": (1024, 768), "-390": (390, 844)}


def main() -> int:
    program = chromium.find()
    if program is None:
        sys.stderr.write(f"{chromium.HELP}\n")
        return 2
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with running(port), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(chromium.FLAGS))
        for scheme in ("light", "dark"):
            for suffix, (width, height) in SIZES.items():
                page = browser.new_page(
                    base_url=f"http://127.0.0.1:{port}",
                    viewport={"width": width, "height": height},
                    color_scheme=scheme,
                    reduced_motion="reduce",
                )
                sign_in(page)
                take(page, scheme, suffix)
                page.close()
        browser.close()
    return 0


def sign_in(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill("rita")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)


def take(page: Page, scheme: str, suffix: str) -> None:
    page.goto("/p/harbour-desk/articles/")
    page.get_by_role("link", name=TITLE).first.click()
    page.wait_for_selector("html[data-ready]")
    reopen = page.get_by_role("button", name="Reopen")
    if reopen.count():
        reopen.click()
        expect(page.get_by_role("button", name="Mark as done")).to_be_visible()
        # Anew, since a reload goes back to the end of the article, where the button is.
        page.goto(page.url)
        page.wait_for_selector("html[data-ready]")
    if not suffix:
        page.locator(".note.stance .say").first.click()
        expect(page.locator(".note[aria-current] .relation")).to_be_visible()
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=FOLDER / f"annotate-{scheme}{suffix}.png")
    if not suffix:
        page.keyboard.press("Enter")
        expect(page.locator("[data-composer]")).to_be_visible()
        page.screenshot(path=FOLDER / f"compose-{scheme}.png")
        page.goto("/p/harbour-desk/issues/")
        page.get_by_role("link", name="Commercial ships pay higher harbour fees").first.click()
        page.screenshot(path=FOLDER / f"issue-{scheme}.png")


if __name__ == "__main__":
    sys.exit(main())
