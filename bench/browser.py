"""Chromium at the served site: what a page costs it in CPU time, and what comes over the wire."""

import json
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from tests import chromium

# Marks the beginning of each act of a hand, and when the frame is painted that shows what it did, what a mark of the
# page says it has drawn, or that all is saved.
_MARKS = """
// A task of this urgency comes right after the frame: what others wait for does not count.
const painted = () => requestAnimationFrame(() => {
    scheduler.postTask(() => performance.mark("bench: painted"), { priority: "user-blocking" });
});
for (const press of ["keydown", "click"]) {
    addEventListener(press, ({ isTrusted }) => {
        if (!isTrusted) return;
        performance.mark("bench: act");
        painted();
    }, { capture: true });
}
const mark = performance.mark.bind(performance);
performance.mark = (name, ...more) => {
    const made = mark(name, ...more);
    if (["seen", "drawn", "bench: saved"].includes(name)) painted();
    return made;
};
new MutationObserver((changes) => {
    if (changes.some(({ target }) => target.dataset.state === "saved")) performance.mark("bench: saved");
}).observe(document, { subtree: true, attributeFilter: ["data-state"] });
"""
TIMES = 15


@dataclass
class Visitor:
    """Somebody signed in who comes as often as asked for the first time: nothing is kept from visit to visit."""

    browser: Browser
    origin: str
    cookie: dict[str, str]

    @contextmanager
    def tab(self) -> Iterator["Tab"]:
        context = self.browser.new_context(base_url=self.origin, viewport={"width": 1440, "height": 900})
        context.set_default_timeout(60_000)
        context.add_cookies([{**self.cookie, "url": self.origin}])  # type: ignore[typeddict-item]
        context.add_init_script(_MARKS)
        page = context.new_page()
        try:
            yield Tab(self.browser, page, context.new_cdp_session(page))
        finally:
            context.close()


@dataclass
class Tab:
    """One page, and what is measured of it."""

    browser: Browser
    page: Page
    cdp: CDPSession
    wire: "Wire" = field(init=False)

    def __post_init__(self) -> None:
        self.wire = Wire(self.cdp)

    def cpu(self, act: Callable[[], object], first: str, *lasts: str) -> list[float]:
        """CPU milliseconds of the page's thread, style, layout and paint included.

        They are counted from the first mark of a name to the end of the frame after the next mark of each other name.
        """
        self.cdp.send("HeapProfiler.collectGarbage")
        self.browser.start_tracing(page=self.page, categories=["blink.user_timing"])
        act()
        # The frame that shows it comes by then.
        self.page.wait_for_timeout(100)
        marks = [mark for mark in json.loads(self.browser.stop_tracing())["traceEvents"] if "tts" in mark]
        marks.sort(key=lambda mark: mark["ts"])
        begin = next(mark for mark in marks if mark["name"] == first)
        spent = []
        for last in lasts:
            end = next(mark for mark in marks if mark["name"] == last and mark["ts"] >= begin["ts"])
            shown = next(mark for mark in marks if mark["name"] == "bench: painted" and mark["ts"] > end["ts"])
            spent.append((shown["tts"] - begin["tts"]) / 1_000)
        return spent

    def settle(self) -> None:
        """Wait until the page has nothing left to do."""
        self.cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
        spent = [self._spent()]
        while len(spent) < 4 or any(after - before > 0.004 for before, after in pairwise(spent[-4:])):
            self.page.wait_for_timeout(150)
            spent.append(self._spent())

    def _spent(self) -> float:
        metrics = self.cdp.send("Performance.getMetrics")["metrics"]
        return next(float(metric["value"]) for metric in metrics if metric["name"] == "TaskDuration")


class Wire:
    """Requests of a page, by their ids, and their bytes as they came, headers included."""

    def __init__(self, cdp: CDPSession) -> None:
        self.requests: dict[str, str] = {}
        self.kilobytes = 0.0
        cdp.on("Network.requestWillBeSent", self._sent)
        cdp.on("Network.loadingFinished", self._finished)
        cdp.send("Network.enable")

    def _sent(self, event: dict[str, Any]) -> None:
        self.requests[event["requestId"]] = event["request"]["url"]

    def _finished(self, event: dict[str, Any]) -> None:
        if not event["encodedDataLength"]:
            # An image that stands on the page twice comes once.
            del self.requests[event["requestId"]]
        self.kilobytes += event["encodedDataLength"] / 1_000


@contextmanager
def visiting(port: int, cookie: dict[str, str]) -> Iterator[Visitor]:
    program = chromium.find()
    if program is None:
        raise RuntimeError(chromium.HELP)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(chromium.FLAGS))
        yield Visitor(browser, f"http://localhost:{port}", cookie)
        browser.close()


def median(measure: Callable[[], float]) -> float:
    return statistics.median(measure() for _ in range(TIMES))
