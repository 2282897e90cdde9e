"""`make run` from nothing to an address and back to nothing, with real processes."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import psycopg
import pytest

from annotator.embedded import SERVING_ROLE, Server, url

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 90  # seconds: a bound for a machine under load, no measure


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """A site's folder, used by one test after the other as by one start after the other."""
    folder = Path(tempfile.mkdtemp(prefix="annotator-test-"))
    folder.chmod(0o711)
    yield folder / "site"
    Server(folder / "site").remove()
    shutil.rmtree(folder)


class Site:
    """A started `make run`, and what it has printed."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.said = ""

    def wait_for_address(self) -> int:
        """The port that it says it serves on."""
        while not (found := re.search(r"http://localhost:(\d+)/", self.said)):
            line = self.process.stdout.readline()
            assert line, self.process.stderr.read()
            self.said += line
        return int(found[1])

    def end(self, number: signal.Signals) -> int:
        """Its exit status after that signal."""
        self.process.send_signal(number)
        self.process.communicate(timeout=PATIENCE)
        return self.process.returncode

    def complaint(self) -> str:
        """What it says when it ends of itself."""
        return self.process.communicate(timeout=PATIENCE)[1]


@contextmanager
def started(data_dir: Path, **environment: str) -> Iterator[Site]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "PG_BIN", "LANG")}
    with subprocess.Popen(
        [sys.executable, "-m", "annotator.launch"],
        cwd=ROOT,
        env=kept | {"DATA_DIR": str(data_dir)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield Site(process)
        finally:
            process.terminate()


def get(port: int, path: str, **headers: str) -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, body


def left_behind(data_dir: Path) -> list[str]:
    """The living processes that were started for this site."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment, command = ((process / name).read_bytes() for name in ("environ", "cmdline"))
        except OSError:
            continue
        if str(data_dir).encode() in environment + command and process.name != str(os.getpid()):
            found.append(command.decode().replace("\0", " "))
    return found


def nothing_stays(data_dir: Path) -> None:
    """Who lost what it belongs to ends by itself, in a moment."""
    deadline = time.monotonic() + PATIENCE
    while left := left_behind(data_dir):
        assert time.monotonic() < deadline, left
        time.sleep(0.1)


def roles_at_work(data_dir: Path) -> set[str]:
    """Under which roles the site's processes are connected to its database."""
    with psycopg.connect(url(data_dir)) as connection:
        asked = "SELECT usename FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        return {name for (name,) in connection.execute(asked)}


def test_serves_the_samples_and_leaves_nothing_behind(data_dir):
    with started(data_dir) as site:
        port = site.wait_for_address()
        status, body = get(port, "/accounts/login/")
        style = re.search(rb'href="(/static/css/[^"]+\.css)"', body)

        assert status == 200
        assert get(port, style[1].decode())[0] == 200
        assert {"alice", "rita", "mo", "sam"} <= set(re.findall(r"\w+", site.said))
        assert (data_dir / "secret_key").stat().st_mode & 0o777 == 0o600
        assert get(port, "/", Cookie=f"sessionid={'x' * 32}")[0] == 302  # asks the database whose session it is
        assert roles_at_work(data_dir) == {SERVING_ROLE}
        assert site.end(signal.SIGINT) == 0

    assert left_behind(data_dir) == []


def test_a_killed_launcher_takes_everything_with_it(data_dir):
    with started(data_dir) as site:
        port = site.wait_for_address()
        site.end(signal.SIGKILL)

    nothing_stays(data_dir)
    with pytest.raises(ConnectionRefusedError):
        get(port, "/")


def test_a_killed_web_server_takes_everything_with_it(data_dir):
    with started(data_dir) as site:
        site.wait_for_address()
        children = Path(f"/proc/{site.process.pid}/task/{site.process.pid}/children").read_text().split()
        [server] = [child for child in children if b"granian" in Path(f"/proc/{child}/cmdline").read_bytes()]
        os.kill(int(server), signal.SIGKILL)

        assert "The web server ended with status -9; the reason stands above." in site.complaint().splitlines()

    nothing_stays(data_dir)


def test_a_killed_database_is_back_without_hands(data_dir):
    with started(data_dir) as site:
        port = site.wait_for_address()
        home = (data_dir / "postgresql").resolve()
        os.kill(int((home / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)

        deadline = time.monotonic() + PATIENCE
        # The session that a cookie names is asked of the database; unknown, it is sent to sign in.
        while get(port, "/", Cookie=f"sessionid={'x' * 32}")[0] != 302:
            assert time.monotonic() < deadline, "the site did not come back"
            time.sleep(0.1)
        assert site.end(signal.SIGTERM) == 0


def test_a_taken_port_is_said_when_it_was_asked_for(data_dir):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with started(data_dir, PORT=str(port)) as site:
            assert site.complaint() == (
                f"Port {port} is taken by another program: end that, or choose another with PORT.\n"
            )
            assert site.process.returncode == 1


def test_a_database_that_is_not_there_is_said_with_the_reason(data_dir):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"postgresql://mo:secret@127.0.0.1:{closed.getsockname()[1]}/news"

        with started(data_dir, DATABASE_URL=address) as site:
            complaint = site.complaint()

    assert complaint.startswith("The database of DATABASE_URL cannot be reached: ")
    assert "Connection refused" in complaint
    assert "secret" not in complaint


@pytest.mark.parametrize("port", ["0", "eighty", "65536"])
def test_a_port_that_is_none_is_refused(data_dir, port):
    with started(data_dir, PORT=port) as site:
        assert site.complaint() == f"PORT={port}: use a whole number from 1 to 65535.\n"
