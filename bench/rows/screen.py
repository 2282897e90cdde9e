"""The annotation screen in Chromium: CPU time of drawing and changing, how soon an article is there, its weight.

What counts of an act is all that the page's main thread does from the key or the press until the frame is painted that
shows what it did: handlers, style, layout, paint. A key that does nothing costs some of that too; its row says how
much. The row below each act counts along with it what follows when the editor has seen it, until all is saved or drawn:
writing into the outbox, sending, the answer, what stands below a card's sentence; of a filter, marks off the screen.
Of the first render counts what is drawn until the frame that shows all that is on the screen: marks, cards, counts of
the filters. Marks and cards off the screen come later, while the browser is idle; the row below says what it costs with
them. Each act is checked to have had an effect.
"""

import statistics
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import cycle

from django.conf import settings
from django.test import Client
from django.urls import reverse

from annotator.actions.imports import import_rows
from bench import corpus
from bench.browser import TIMES, Tab, Visitor, median, visiting
from bench.run import Run
from bench.table import Line, budget, row

# Words, annotations: milliseconds for the first render, an added or a changed one, a filter.
BUDGETS = {(2_000, 200): (25, 8, 8), (20_000, 2_000): (60, 10, 15), (20_000, 10_000): (150, 10, 20)}
VISIBLE = {(500, 30): 0.4, (10_000, 500): 0.6}  # seconds; the peers take 2.1 to 5.7
LIGHT = 150  # kB as they come over the wire
REQUESTS = 30


def measure(run: Run) -> Iterator[Line]:
    addresses = dict(_articles(run))
    client = Client()
    client.force_login(run.user)
    name = settings.SESSION_COOKIE_NAME
    with visiting(run.port, {"name": name, "value": client.cookies[name].value}) as visitor:
        yield from _weights(visitor, addresses[500, 30])
        for (words, spans), most in VISIBLE.items():
            seconds = median(partial(_visible, visitor, addresses[words, spans]))
            yield budget(f"article visible, {words:,} words, {spans:,} spans, s", seconds, most, ".2f")
        for size, budgets in BUDGETS.items():
            yield from _work(visitor, addresses[size], "{:,} words, {:,} spans: ".format(*size), *budgets)


def _articles(run: Run) -> Iterator[tuple[tuple[int, int], str]]:
    """The address of an article of each size."""
    project = run.new_project("screen")
    register = run.new_register(project)
    for size in (*VISIBLE, *BUDGETS):
        [outcome] = import_rows(project, [corpus.row(*size, register)], by=run.user)
        if outcome.article is None:
            raise RuntimeError(outcome.reason)
        yield size, reverse("annotate", args=[project.slug, outcome.article.pk])


def _weights(visitor: Visitor, address: str) -> Iterator[Line]:
    """What a first visit brings until the article can be read, until it follows colleagues, and with the first key."""
    with visitor.tab() as tab:
        tab.page.goto(address)
        for when, state in (
            ("readable", "html[data-ready]"),
            ("it is followed", "html[data-stream=streaming]"),
        ):
            tab.page.wait_for_selector(state)
            yield budget(f"first visit until {when}, requests", len(tab.wire.requests), REQUESTS, "d")
            yield budget(f"first visit until {when}, kB compressed", tab.wire.kilobytes, LIGHT, ".0f")
        tab.page.keyboard.press("Shift")
        tab.page.wait_for_selector("html[data-ready='to annotate']")
        tab.settle()
        yield row("first visit and the first key, requests", len(tab.wire.requests), None, "d")
        yield row("first visit and the first key, kB compressed", tab.wire.kilobytes, None, ".0f")
        origins = {"/".join(url.split("/")[:3]) for url in tab.wire.requests.values()}
        if origins != {visitor.origin}:
            raise RuntimeError(f"Asked of others than {visitor.origin}: {origins}")


def _visible(visitor: Visitor, address: str) -> float:
    """Seconds from asking for the page to its first paint, which has the words."""
    with visitor.tab() as tab:
        tab.page.goto(address)
        tab.page.wait_for_selector("html[data-ready]")
        paints = "performance.getEntriesByName('first-contentful-paint').map(({ startTime }) => startTime)"
        [painted] = tab.page.evaluate(paints)
        return float(painted) / 1_000


def _first_render(visitor: Visitor, address: str) -> list[float]:
    """Until all that is on the screen is seen, and until the last mark is drawn."""
    with visitor.tab() as tab:

        def load() -> None:
            tab.page.goto(address)
            tab.page.wait_for_selector("html[data-ready]")
            tab.settle()

        return tab.cpu(load, "draw", "seen", "drawn")


def _work(visitor: Visitor, address: str, of: str, first: float, one: float, filtering: float) -> Iterator[Line]:
    seen, drawn = _medians(_first_render(visitor, address) for _ in range(TIMES))
    yield budget(f"{of}first render, ms", seen, first, ".1f")
    yield row(f"{of}with what is off the screen, ms", drawn, None, ".1f")
    with visitor.tab() as tab:
        tab.page.goto(address)
        tab.page.keyboard.press("Shift")
        tab.page.wait_for_selector("html[data-ready='to annotate']")
        # One to be repeated.
        _press(tab, "w", "e", "1", "Enter")
        yield row(f"{of}a key that does nothing, ms", median(partial(_nothing, tab)), None, ".1f")
        # There and back, so that there is always room.
        keys = cycle(("Alt+Shift+ArrowRight", "Alt+Shift+ArrowLeft"))
        for act, measured, most, follows in (
            ("add one", partial(_add, tab), one, "what follows"),
            ("change one", lambda: _act(tab, next(keys)), one, "what follows"),
            ("filter", partial(_filter, tab), filtering, "what is off the screen"),
        ):
            seen, followed = _medians(measured() for _ in range(TIMES))
            yield budget(f"{of}{act}, ms", seen, most, ".1f")
            yield row(f"{of}{act}, with {follows}, ms", followed, None, ".1f")


def _medians(measured: Iterable[list[float]]) -> Iterator[float]:
    return (statistics.median(spent) for spent in zip(*measured, strict=True))


def _nothing(tab: Tab) -> float:
    [spent] = tab.cpu(lambda: tab.page.keyboard.press("Shift"), "bench: act", "bench: act")
    tab.settle()
    return spent


def _add(tab: Tab) -> list[float]:
    _press(tab, "Control+ArrowRight", "Control+ArrowRight", "w")
    return _act(tab, "r")


def _act(tab: Tab, key: str) -> list[float]:
    *held, last = key.split("+")

    def act() -> None:
        with tab.page.expect_response(lambda response: response.request.method == "PUT"):
            tab.page.keyboard.press(last)
        # Who asks the page costs it something: not before it is likely to be over.
        tab.page.wait_for_timeout(100)
        tab.page.wait_for_selector("[data-status][data-state=saved]")

    # A modifier is a key of its own, and no part of the act.
    for modifier in held:
        tab.page.keyboard.down(modifier)
    tab.settle()
    spent = tab.cpu(act, "bench: act", "bench: act", "bench: saved")
    for modifier in held:
        tab.page.keyboard.up(modifier)
    tab.settle()
    return spent


def _filter(tab: Tab) -> list[float]:
    """One click, until all marks and cards that can be seen are as it says."""
    button = tab.page.locator("[data-filters] [data-group=kind]").first
    before = button.get_attribute("aria-pressed")
    # Pressed as by a hand that is there already: Playwright's `click` looks for the button in the page.
    button.hover()
    tab.settle()

    def act() -> None:
        tab.page.mouse.down()
        tab.page.mouse.up()
        # Marks off the screen come when the browser is idle, within a second each time.
        tab.page.wait_for_timeout(400)

    spent = tab.cpu(act, "bench: act", "bench: act", "drawn")
    if button.get_attribute("aria-pressed") == before:
        raise RuntimeError("The filter was not turned.")
    tab.settle()
    return spent


def _press(tab: Tab, *keys: str) -> None:
    for key in keys:
        tab.page.keyboard.press(key)
    tab.page.wait_for_selector("[data-status][data-state=saved]")
    tab.settle()
