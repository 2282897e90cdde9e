"""The server dies in the middle of a save, for real: a process of its own is killed and started again."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from urllib.parse import urlencode

import pytest
from django.db import connection
from playwright.sync_api import BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from annotator.models import Mention
from tests.factories import a_cast, an_article
from tests.journeys.screen import Screen

PATIENCE = 60  # seconds: a bound for a machine under load, no measure


class ServerProcess:
    """The site as it is served in production, on a port that stays its own over deaths."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        there = connection.settings_dict
        place = urlencode({"host": there["HOST"], "port": there["PORT"] or 5432, "user": there["USER"]})
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "granian", "annotator.asgi:application", "--interface", "asgi", "--no-ws"),
                *("--host", "127.0.0.1", "--port", str(self.port), "--workers", "1", "--log-level", "error"),
            ],
            env=os.environ | {"DATABASE_URL": f"postgresql:///{there['NAME']}?{place}"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            asking = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            try:
                asking.request("GET", "/accounts/login/")
                assert asking.getresponse().status == 200
                return
            except OSError:
                time.sleep(0.1)
            finally:
                asking.close()
        raise AssertionError("The server does not answer.")

    def kill(self) -> None:
        """End it and its workers as a power cut would."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


@pytest.fixture
def server(live_server: LiveServer) -> Iterator[ServerProcess]:
    """`live_server` makes what is stored visible to other processes."""
    process = ServerProcess()
    process.start()
    yield process
    process.kill()


@pytest.mark.expects_console_error("ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|ERR_INCOMPLETE")
def test_killed_in_the_middle_of_a_save_and_started_again(
    sessions: Callable[..., BrowserContext], server: ServerProcess
) -> None:
    cast = a_cast()
    words = [f"Person{number}" for number in range(12)]
    article = an_article(cast.project, by=cast.alice, text=" ".join(words))
    page = sessions(base_url=server.url).new_page()
    screen = Screen(page, cast.mo, article)
    screen.keys("Control+Home")
    fault = ExitStack()

    for number in range(len(words)):
        screen.keys("e", "Enter", "Control+ArrowRight")
        if number in (3, 8):
            # With a request under way, in whichever moment of it.
            server.kill()
            expect(page.locator("[data-status]")).to_contain_text("waiting")
            fault.enter_context(screen.unsaved())
        if number in (6, 10):
            fault.close()
            server.start()

    screen.saved()
    text = article.current.text
    tagged = sorted(mention.segments[0] for mention in Mention.objects.all())
    assert [text[start:end] for start, end in tagged] == words
    assert [mention.version for mention in Mention.objects.all()] == [1] * len(words)
