"""Two editors at one article, two hundred operations in random order: one screen, one database."""

import json
import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Count, Max
from playwright.sync_api import BrowserContext, Page

from annotator.actions.projects import change_role
from annotator.domain.encoding import write
from annotator.models import Event, Membership, User
from annotator.queries.annotations import of_article
from articles.models import Article
from tests.factories import a_cast, an_article, an_entity, an_issue
from tests.journeys.screen import Screen
from tests.journeys.test_together import drawn, followed

HERE = Path(__file__).parent
TEXT = "\n\n".join(
    f"Ilsa Marrow opposes plan {n}, and Tomas Quill supports it. “We want {n} trains,” said Marrow. Quill said that "
    f"the council of Bergen would vote in {n} weeks."
    for n in range(1, 7)
)
KINDS = ("mention", "attribution", "stance", "claim")
ROUNDS = 10
BY_HOOK = 8  # operations of each editor in a round
LEFT = "() => { const { entries, conflicts, refused } = standing(); return [entries, conflicts, refused]; }"
PATIENCE = 60  # seconds: a bound for a machine under load, no measure
# What two who do not wait for each other hear from the server, and what is heard without a network.
pytestmark = pytest.mark.expects_console_error("ERR_INTERNET_DISCONNECTED|status of 4(00|04|09|10|12|22)")

# Two operations each, by keys alone.
BY_KEYS = [
    lambda paragraph: [
        "Control+Home",
        *["Control+ArrowDown"] * paragraph,
        "e",
        "Enter",
        "Control+ArrowRight",
        "e",
        "Enter",
    ],
    lambda paragraph: ["Control+Home", *["]"] * (paragraph + 1), "Enter", "2", "Control+Enter", "Control+z"],
    lambda paragraph: ["Control+Home", *["]"] * (paragraph + 1), "Alt+Shift+ArrowRight", "Delete"],
    lambda paragraph: ["Control+z", "Control+Shift+Z"],
]


def _operating(page: Page, seed: int) -> None:
    page.route(
        "**/cases/harness.js",
        lambda route: route.fulfill(body=(HERE.parent / "js/harness.js").read_text(), content_type="text/javascript"),
    )
    page.evaluate((HERE / "operations.js").read_text(), seed)


def _by_keys(screen: Screen, number: random.Random) -> None:
    screen.keys(*number.choice(BY_KEYS)(number.randrange(6)), "Escape", "Escape", "Escape")


def _settled(editors: list[Screen]) -> None:
    """Until nothing waits with either: what was decided goes to the other, who may have to decide again."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for screen in editors:
            screen.page.evaluate("settle()")
            screen.page.wait_for_function(
                "() => { const { waiting, sending } = standing(); return !waiting && !sending; }"
            )
        last = Event.objects.order_by("-id").values_list("id", flat=True)[0]
        for screen in editors:
            screen.page.wait_for_function("last => standing().heard >= last", arg=last)
        if all(screen.page.evaluate(LEFT) == [0, 0, 0] for screen in editors):
            return
    raise AssertionError([screen.page.evaluate("standing()") for screen in editors])


def _projection(article: Article, user: User) -> dict[str, Any]:
    """What the database has, as it goes to a page."""
    return {row["id"]: row for row in json.loads(write(of_article(user, article)))}


def _differing(here: dict[str, Any], there: dict[str, Any]) -> dict[str, Any]:
    """By id: what only one of them has, or the fields in which they differ, as they are here and there."""
    found: dict[str, Any] = dict.fromkeys(here.keys() - there, "only here")
    found |= dict.fromkeys(there.keys() - here, "missing")
    for id in here.keys() & there:
        fields = {name: (here[id].get(name), value) for name, value in there[id].items() if here[id].get(name) != value}
        if fields:
            found[id] = fields
    return found


@pytest.fixture
def second(sessions: Callable[..., BrowserContext]) -> Page:
    return sessions().new_page()


@pytest.mark.parametrize("seed", [int(os.environ.get("SEED", "1"))])
def test_two_hundred_operations_of_two_editors_end_with_one_screen_and_one_database(
    page: Page, second: Page, seed: int
) -> None:
    number = random.Random(seed)
    cast = a_cast()
    change_role(Membership.objects.get(user=cast.mo, project=cast.project), "editor", by=cast.alice)
    for name in ("Ilsa Marrow", "Tomas Quill"):
        an_entity(cast.project, by=cast.alice, name=name)
    for wording in ("Plans", "Trains"):
        an_issue(cast.project, by=cast.alice, wording=wording)
    article = an_article(cast.project, by=cast.alice, text=TEXT)
    mo, rita = editors = [followed(page, cast.mo, article), followed(second, cast.rita, article)]
    for index, screen in enumerate(editors):
        _operating(screen.page, 2 * seed + index)
    without = {mo: number.randrange(2, 5), rita: number.randrange(5, 9)}

    for turn in range(ROUNDS):
        for screen in editors:
            screen.page.context.set_offline(without[screen] == turn)
            _by_keys(screen, number)
            screen.page.evaluate(f"void (window.operating = operate({BY_HOOK}))")
        for screen in editors:
            screen.page.evaluate("operating.then(settle)")
    _settled(editors)

    there = _projection(article, cast.mo)
    for screen in editors:
        here = {row["id"]: row for row in screen.page.evaluate("held()")}
        assert _differing(here, there) == {}
        assert screen.page.evaluate(LEFT) == [0, 0, 0]
    assert drawn(mo) == drawn(rita)
    counted = (
        Event.objects.filter(thing__in=KINDS).values("thing_id").annotate(events=Count("id"), version=Max("version"))
    )
    assert [row for row in counted if row["events"] != row["version"]] == []
    assert {str(row["thing_id"]): row["version"] for row in counted}.items() >= {
        id: row["version"] for id, row in there.items()
    }.items()
    as_they_stand = drawn(mo)
    mo.load()
    assert drawn(mo) == as_they_stand
