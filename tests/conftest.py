"""What every test can ask for: the database server, a served site, a browser."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import transaction
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from annotator.embedded import Server
from annotator.static_files import collect
from tests import chromium

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
def django_db_modify_db_settings(database_server: None) -> None:
    """Have the server up before pytest-django makes the session's database on it."""


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A transaction around a module's tests: what stands there before the first is made once, and undone at the end.

    Each test, marked with `django_db`, has its own writes undone as ever.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


# --- Static files ---


@pytest.fixture(scope="session", autouse=True)
def static_files() -> None:
    """Every static file under the name that carries its digest, as the templates write it."""
    collect()


# --- The served site ---


@pytest.fixture(scope="session")
def live_server() -> Iterator[LiveServer]:
    """The site on a free port, static files served by the middleware as in production."""
    server = LiveServer("127.0.0.1", start=False)
    # Django's own handler would look the files up by their plain names, which the pages do not use.
    server.thread.static_handler = lambda application: application
    server.start()
    yield server
    server.stop()


# --- The browser ---


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
def context(browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    """A fresh browser session whose relative addresses are the served site's."""
    made = browser.new_context(base_url=live_server.url, viewport={"width": 1440, "height": 900})
    made.set_default_timeout(10_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page that fails its test for an error in the console: an exception, a refused script or style, a 404.

    A test that provokes an error says so: `@pytest.mark.expects_console_error("status of 412")`, a pattern that
    must then have been met.
    """
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(f"{message.text} ({message.location['url']})")

    def watch(opened: Page) -> None:
        opened.on("console", listen)
        opened.on("pageerror", lambda error: complaints.append(str(error)))

    context.on("page", watch)
    yield context.new_page()
    expected = [mark.args[0] for mark in request.node.iter_markers("expects_console_error")]
    assert [said for said in complaints if not any(re.search(pattern, said) for pattern in expected)] == []
    assert [pattern for pattern in expected if not any(re.search(pattern, said) for said in complaints)] == []
