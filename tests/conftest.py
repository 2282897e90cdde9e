"""What every test can ask for: the database server, a served site, a browser."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright
from pytest_django import DjangoDbBlocker

from annotator.embedded import Server
from annotator.queries.bounded import TURNS
from annotator.queries.facets import ALL_AT_ONCE
from annotator.static_files import collect
from tests import chromium
from tests.served import ServedSite

LONGEST = "test_drills.py"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest file first: where several processes share the files, it would be the last on one of them."""
    items.sort(key=lambda item: item.path.name != LONGEST)


# --- The database ---


@pytest.fixture(scope="session")
def database_server() -> Iterator[None]:
    """The server of DATABASE_URL where one is given, else an embedded one of the tests' own."""
    if settings.DATABASE_URL_GIVEN:
        yield
        return
    with Server(settings.DATA_DIR).used():
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(database_server: None, django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Have the server up before pytest-django makes the session's database on it: one for each process of the run."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The session's database, which nobody holds when it is to go: not a thread either that a test had and left."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            # PostgreSQL's own workers give way by themselves, and are not ours to end.
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A transaction around a module's tests: what stands there before the first is made once, and undone at the end.

    Each test, marked with `django_db`, has its own writes undone as ever.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def queue(request: pytest.FixtureRequest) -> Iterator[None]:
    """Work that a test left in the queue goes with its other rows: the queue's tables are not Django's to empty."""
    mark = request.node.get_closest_marker("django_db")
    commits = bool(mark and mark.kwargs.get("transaction")) or bool(
        {"transactional_db", "live_server"} & set(request.fixturenames)
    )
    if commits:
        request.getfixturevalue("transactional_db")
    yield
    if commits:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs")


@pytest.fixture
def others_count(db: None) -> Iterator[list[BaseDatabaseWrapper]]:
    """As many as may have all facets counted at once are at it, each in a transaction of a connection of its own."""
    others = [connection.copy() for _ in range(ALL_AT_ONCE)]
    for turn, other in enumerate(others):
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [TURNS, turn])
    yield others
    for other in others:
        other.close()


# --- Static files ---


@pytest.fixture(scope="session", autouse=True)
def static_files() -> None:
    """Every static file under the name that carries its digest, as the templates write it."""
    collect()


# --- The served site ---


@pytest.fixture(scope="session")
def live_server(django_db_setup: None, static_files: None) -> Iterator[ServedSite]:
    """The site on a free port, as in production; pytest-django knows by the name that rows must be committed."""
    site = ServedSite()
    site.start()
    yield site
    site.stop()


# --- The browser ---

# Milliseconds for what a test waits for in a browser: a bound for a machine under load, no measure.
_PATIENCE = 30_000
expect.set_options(timeout=_PATIENCE)

# What the policy refuses is an event in the page, also where the console stays silent of it.
_TELL_REFUSALS = """document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sample }) =>
    console.error(`Refused by the policy: ${violatedDirective} ${blockedURI} ${sample}`))"""


class Watch:
    """Hears what browser sessions complain of: an exception, a refused script, style or markup, a 404."""

    def __init__(self) -> None:
        self.complaints: list[str] = []

    def over(self, context: BrowserContext) -> BrowserContext:
        context.add_init_script(_TELL_REFUSALS)
        context.on("page", self._watch)
        return context

    def _watch(self, page: Page) -> None:
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.text} ({message.location['url']})")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. Once for a module and no longer: as long as it runs, no test can have an event loop of its own."""
    program = chromium.find()
    if program is None:
        pytest.exit(chromium.HELP, returncode=2)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=list(chromium.FLAGS))
        yield launched
        launched.close()


@pytest.fixture
def watch(request: pytest.FixtureRequest) -> Iterator[Watch]:
    """Fails its test for what a watched browser session complains of.

    A test that provokes an error says so: `@pytest.mark.expects_console_error("status of 412")`, a pattern that
    must then have been met.
    """
    watch = Watch()
    yield watch
    expected = [mark.args[0] for mark in request.node.iter_markers("expects_console_error")]
    assert [said for said in watch.complaints if not any(re.search(pattern, said) for pattern in expected)] == []
    assert [pattern for pattern in expected if not any(re.search(pattern, said) for said in watch.complaints)] == []


@pytest.fixture
def sessions(browser: Browser, live_server: ServedSite, watch: Watch) -> Iterator[Callable[..., BrowserContext]]:
    """Makes fresh browser sessions whose relative addresses are the served site's; all are watched."""
    made: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(
            **{"base_url": live_server.url, "viewport": {"width": 1440, "height": 900}, **options}
        )
        context.set_default_timeout(_PATIENCE)
        made.append(context)
        return watch.over(context)

    yield make
    for context in made:
        context.close()
    # Else it meets the emptying of the tables, and writes into the next test.
    live_server.settle()


@pytest.fixture
def context(sessions: Callable[..., BrowserContext]) -> BrowserContext:
    return sessions()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()
