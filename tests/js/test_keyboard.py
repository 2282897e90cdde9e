"""docs/keyboard.md says what the key map does."""

import re
from pathlib import Path

from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

ROOT = Path(__file__).parents[2]
PLACES = {"text": "text", "text, rail": "reading", "composer": "composer", "everywhere": "everywhere"}
READ = """async () => {
    const { KEYMAP, written } = await import("/modules/keymap.js");
    return KEYMAP.map(({ keys, where, group, label }) => [group, keys.map(written), label, where]);
}"""


def test_the_document_has_every_key_and_no_other(page: Page, live_server: LiveServer) -> None:
    modules = ROOT / "static" / "js"
    page.route(
        "**/blank", lambda route: route.fulfill(body="<!doctype html><title>Keys</title>", content_type="text/html")
    )
    page.route(
        "**/modules/**",
        lambda route: route.fulfill(
            body=(modules / route.request.url.rpartition("/modules/")[2]).read_text(encoding="utf-8"),
            content_type="text/javascript; charset=utf-8",
        ),
    )
    page.goto("/blank")

    assert _documented() == page.evaluate(READ)


def _documented() -> list[list[object]]:
    rows: list[list[object]] = []
    group = ""
    for line in (ROOT / "docs" / "keyboard.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            group = line.removeprefix("## ")
        elif line.startswith(("| `", "| –")):
            keys, label, place = (cell.strip() for cell in line.strip("|").split("|"))
            rows.append([group, re.findall(r"`([^`]+)`", keys), label, PLACES[place]])
    return rows
