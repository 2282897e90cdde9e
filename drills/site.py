"""A site of the drills' own, with all its processes, each of which can be killed and comes back."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psycopg

from annotator.embedded import SERVING_ROLE, Server

SOURCE = Path(__file__).resolve().parent.parent
PROJECT = "harbour-desk"  # the sample project
PATIENCE = 90.0  # seconds until something that was started answers

_TOKENS = """
from annotator.actions.tokens import make_token
from annotator.models import User
for name in ("alice", "rita", "mo"):
    print(make_token(by=User.objects.get(username=name), name="drill", scope="manage")[1])
stranger = User.objects.create_user("stranger", email="stranger@example.org")
print(make_token(by=stranger, name="drill", scope="manage")[1])
for scope in ("read", "annotate", "manage"):
    print(scope, make_token(by=User.objects.get(username="alice"), name="drill", scope=scope)[1])
"""


class Site:
    """``address`` is that of REST; ``tokens`` are those of a manager, an editor and a coder, for all
    that they may; ``keys`` are the manager's of each scope; ``stranger`` is one of a user who is in no project.
    """

    def __init__(self, folder: Path, database: str, port: int) -> None:
        self.folder = folder
        self.database = database
        self.port = port
        self.address = f"http://127.0.0.1:{port}/api/v1"
        self.environment = os.environ | {
            "DATA_DIR": str(folder),
            "DATABASE_URL": database,
            "SERVING_ROLE": SERVING_ROLE,
            "DJANGO_SETTINGS_MODULE": "annotator.settings",
            "EMAIL_URL": (folder / "mails").as_uri(),
            "HTTPS": "False",
            "LOG_LEVEL": "ERROR",
            "SECRET_KEY": "for the drills alone, and as long as one has to be: 0123456789",
        }
        self.manage("prepare", "--samples")
        *self.tokens, self.stranger, read, annotate, manage = self.manage(
            "shell", "--verbosity", "0", "-c", _TOKENS
        ).splitlines()
        self.keys = dict(line.split() for line in (read, annotate, manage))

    def manage(self, *words: str) -> str:
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=SOURCE,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout

    # --- The web server ---

    def start_web(self) -> None:
        command = "granian annotator.asgi:application --interface asgi --no-ws --workers 2 --log-level critical"
        self.web = subprocess.Popen(
            [sys.executable, "-m", *command.split(), "--port", str(self.port)],
            cwd=SOURCE,
            env=self.environment,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + PATIENCE
        while not self.answers():
            if self.web.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("The web server does not answer.")
            time.sleep(0.05)

    def answers(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/accounts/login/", timeout=5) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def kill_web(self) -> None:
        """All processes of the web server at once, in whatever they are."""
        os.killpg(self.web.pid, signal.SIGKILL)
        self.web.wait()

    # --- PostgreSQL and the worker ---

    def kill_postgresql(self) -> None:
        """Its keeper starts it again."""
        home = (self.folder / "postgresql").resolve()
        os.kill(int((home / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    def start_worker(self) -> None:
        self.worker = subprocess.Popen(
            [sys.executable, "manage.py", "worker"],
            cwd=SOURCE,
            env=self.environment,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def kill_worker(self) -> None:
        os.killpg(self.worker.pid, signal.SIGKILL)
        self.worker.wait()

    def ask(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """The rows of a statement, read from the database itself."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                with psycopg.connect(self.database) as connection:
                    return connection.execute(statement, values).fetchall()  # type: ignore[call-overload, no-any-return]
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def end(self) -> None:
        for process in (self.web, self.worker):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@contextmanager
def running(port: int) -> Iterator[Site]:
    """The site in a folder of its own, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="annotator-drill-"))
    folder.chmod(0o711)  # the database's user passes through
    server = Server(folder / "site")
    try:
        with server.used() as database:
            site = Site(folder / "site", database, port)
            site.start_web()
            site.start_worker()
            try:
                yield site
            finally:
                site.end()
    finally:
        server.remove()
        shutil.rmtree(folder)
