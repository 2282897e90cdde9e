"""The screen's pure modules in the browser that they are made for, each file of cases against the real modules."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route
from pytest_django.live_server_helper import LiveServer

from articles.offsets import SpanError, Units, trimmed
from articles.text import digest

HERE = Path(__file__).parent
DATA = HERE.parent / "data"
FILES = sorted(path.name for path in (HERE / "cases").glob("*.js"))
RUN = """async name => {
    await import(`/cases/${name}`);
    const { run } = await import("/cases/harness.js");
    return run();
}"""


@pytest.mark.parametrize("name", FILES)
def test_cases(page: Page, live_server: LiveServer, name: str) -> None:
    modules = HERE.parent.parent / "static" / "js"
    page.route("**/cases/**", lambda route: _serve(route, HERE / "cases"))
    page.route("**/cases/harness.js", lambda route: _serve(route, HERE))
    page.route("**/data/**", lambda route: _serve(route, DATA))
    page.route("**/modules/**", lambda route: _serve(route, modules))
    page.route(
        "**/blank", lambda route: route.fulfill(body="<!doctype html><title>Cases</title>", content_type="text/html")
    )
    page.goto("/blank")

    outcome = page.evaluate(RUN, name)

    assert outcome["failed"] == []
    assert outcome["run"] > 0


def _serve(route: Route, folder: Path) -> None:
    path = folder / route.request.url.split("/", 4)[4]
    kind = "application/json" if path.suffix == ".json" else "text/javascript"
    route.fulfill(body=path.read_text(encoding="utf-8"), content_type=f"{kind}; charset=utf-8")


@pytest.mark.parametrize(
    "case", json.loads((DATA / "offsets.json").read_text(encoding="utf-8")), ids=lambda case: case["name"]
)
def test_golden_case_in_python(case: dict[str, Any]) -> None:
    text, units = case["text"], Units(case["text"], "utf16")

    assert len(text) == case["length"]
    assert [units.outward(position) for position in range(len(text) + 1)] == case["utf16"]
    assert [units.inward(unit) for unit in case["utf16"]] == list(range(len(text) + 1))
    for unit, _ in case["inside"]:
        with pytest.raises(SpanError, match=f"utf16 offset {unit} falls inside a character"):
            units.inward(unit)
    for start, end, expected in case["trimmed"]:
        assert trimmed(start, end, text) == (tuple(expected) if expected else None)
    assert digest(text) == case["sha256"]
