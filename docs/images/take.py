"""`make pictures`: take the pictures of docs/images of the running site with its sample project (on PORT)."""

import os
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests import chromium

FOLDER = Path(__file__).parent
SITE = f"http://localhost:{os.environ.get('PORT') or 8000}"
PASSWORD = "harbour-demo-2031"  # the demo's own, printed by `make run`
TITLE = "Valley mayors vow to stop the last train from being the last"
SIZES = {"": (1440, 900), "-1024": (1024, 768), "-390": (390, 844)}


def main() -> int:
    program = chromium.find()
    if program is None:
        sys.stderr.write(f"{chromium.HELP}\n")
        return 2
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(chromium.FLAGS))
        for scheme in ("light", "dark"):
            for suffix, (width, height) in SIZES.items():
                page = browser.new_page(base_url=SITE, viewport={"width": width, "height": height}, color_scheme=scheme)
                sign_in(page)
                page.goto("/p/harbour-desk/articles/")
                page.get_by_role("link", name=TITLE).first.click()
                page.wait_for_selector("mark")
                page.screenshot(path=FOLDER / f"annotate-{scheme}{suffix}.png")
                if not suffix:
                    page.goto("/p/harbour-desk/issues/")
                    page.get_by_role("link", name="Commercial ships pay higher harbour fees").first.click()
                    page.screenshot(path=FOLDER / f"issue-{scheme}.png")
                page.close()
        browser.close()
    return 0


def sign_in(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill("rita")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)


if __name__ == "__main__":
    sys.exit(main())
