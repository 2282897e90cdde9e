"""`python -m annotator.launch`, what `make run` does: the whole site on this machine, from nothing to an address.

Starts the embedded server (unless DATABASE_URL names another), brings the database and the static files up to date,
loads the sample project into an empty database, and serves until Ctrl-C, after which nothing of it is left running.
"""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType
from typing import NoReturn

from annotator.embedded import SERVING_ROLE, Server, Unavailable, url
from annotator.embedded.cluster import end_with_parent

SOURCE = Path(__file__).resolve().parent.parent
FIRST_PORT, PORTS = 8000, 50
WORKERS = 2
ANSWER_SECONDS = 30
LOOK_EVERY = 0.5  # seconds
WORKER_SECONDS = 10  # that a worker has for coming to an end
AGAIN_AFTER = 5  # seconds between two starts of a worker that ends by itself


class Refused(Exception):
    """The site cannot be started; the message says why and what to do."""


def main() -> int:
    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGHUP, leave)
    data_dir = Path(os.environ.get("DATA_DIR") or SOURCE / ".data").absolute()
    host = os.environ.get("HOST", "127.0.0.1")
    try:
        port = choose_port(host)
        with database(data_dir) as server:
            # Django is loaded by the processes that need it, not by this one, which stays small beside them.
            notes = prepare()
            if server is not None:
                # From here on nobody owns the tables: history cannot be changed, whatever the site is made to do.
                os.environ["DATABASE_URL"] = url(data_dir, role=SERVING_ROLE)
            with web_server(host, port) as serving, Worker() as worker:
                wait_for_answer(serving, host, port)
                name = "localhost" if host == "127.0.0.1" else host
                say(f"\n{notes}\n  http://{name}:{port}/\n\n  Ctrl-C stops it.\n")
                return watch(serving, server, worker)
    except (Refused, Unavailable) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        say("\nStopped.")
        return 0


def leave(number: int, frame: FrameType | None) -> NoReturn:
    """End as on Ctrl-C."""
    raise KeyboardInterrupt


@contextmanager
def database(data_dir: Path) -> Iterator[Server | None]:
    """Settings for the processes to come, and the embedded server as long as they run; None with DATABASE_URL."""
    os.environ.setdefault("DATA_DIR", str(data_dir))
    # Plain http, on this machine only.
    os.environ.setdefault("HTTPS", "False")
    if os.environ.get("DATABASE_URL"):
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        keep_secret_key(data_dir)
        yield None
        return
    server = Server(data_dir)
    with server.used() as address:
        keep_secret_key(data_dir)
        os.environ["DATABASE_URL"], os.environ["SERVING_ROLE"] = address, SERVING_ROLE
        yield server


def keep_secret_key(data_dir: Path) -> None:
    """Make the secret key once, readable by its owner alone; settings read it when SECRET_KEY is not set."""
    try:
        kept = os.open(data_dir / "secret_key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(kept, "w") as file:
        file.write(secrets.token_urlsafe(48))


def choose_port(host: str) -> int:
    """PORT where it is set and free, else the first free one from 8000 on."""
    if asked := os.environ.get("PORT"):
        if not asked.isascii() or not asked.isdigit() or not 1 <= int(asked) <= 65535:
            raise Refused(f"PORT={asked}: use a whole number from 1 to 65535.")
        if not is_free(host, int(asked)):
            raise Refused(f"Port {asked} is taken by another program: end that, or choose another with PORT.")
        return int(asked)
    for port in range(FIRST_PORT, FIRST_PORT + PORTS):
        if is_free(host, port):
            return port
    raise Refused(f"The ports {FIRST_PORT} to {FIRST_PORT + PORTS - 1} are all taken: choose a free one with PORT.")


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there; raises Refused where the address itself is not this machine's."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise Refused(f"Port {port} is for root alone: choose one from 1024 on with PORT.") from None
        except socket.gaierror:
            raise Refused(f"HOST={host}: that is no address of this machine.") from None
        except OSError:
            return False
    return True


def prepare() -> str:
    """Bring database, static files and samples up to date; gives what there is to know, such as the demo logins."""
    done = subprocess.run(
        [sys.executable, SOURCE / "manage.py", "prepare", "--samples"],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        start_new_session=True,
    )
    if done.returncode:
        raise Refused("The database could not be prepared; the reason stands above.")
    return done.stdout


@contextmanager
def web_server(host: str, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    serving = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "annotator.asgi:application"),
            *("--interface", "asgi", "--host", host, "--port", str(port), "--no-ws"),
            *("--workers", str(WORKERS), "--respawn-failed-workers"),
            # An open stream of events would hold a worker for ever.
            *("--workers-kill-timeout", "10", "--log-level", "warning"),
        ],
        cwd=SOURCE,
        stdin=subprocess.DEVNULL,
        # Ctrl-C reaches this process alone, which then ends the server before the database under it.
        start_new_session=True,
        preexec_fn=end_with_parent(signal.SIGTERM),
    )
    try:
        yield serving
    finally:
        serving.terminate()
        serving.wait()
        # Killed, it has told its workers nothing; they share its group and would keep the port.
        with suppress(ProcessLookupError):
            os.killpg(serving.pid, signal.SIGKILL)


def wait_for_answer(serving: "subprocess.Popen[bytes]", host: str, port: int) -> None:
    """Return once the sign-in page has come whole."""
    deadline = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < deadline:
        if serving.poll() is not None:
            raise Refused("The web server ended at once; the reason stands above.")
        connection = HTTPConnection("127.0.0.1" if host == "0.0.0.0" else host, port, timeout=5)  # noqa: S104
        try:
            connection.request("GET", "/accounts/login/", headers={"Host": f"localhost:{port}"})
            if (status := connection.getresponse().status) == 200:
                return
        except (OSError, HTTPException):
            pass
        else:
            raise Refused(f"The sign-in page answers with status {status}; the reason stands above.")
        finally:
            connection.close()
        time.sleep(0.05)
    raise Refused(f"The web server does not answer within {ANSWER_SECONDS} s.")


class Worker:
    """The process that does what waits in the background: started again, after a while, whenever it ends."""

    def __enter__(self) -> "Worker":
        self._start()
        return self

    def __exit__(self, *raised: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(WORKER_SECONDS)
        except subprocess.TimeoutExpired:
            # Its jobs go on where they are at the next start.
            self.process.kill()
            self.process.wait()

    def keep_up(self) -> None:
        if self.process.poll() is not None and time.monotonic() - self.started > AGAIN_AFTER:
            self._start()

    def _start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, SOURCE / "manage.py", "worker"],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=end_with_parent(signal.SIGTERM),
        )


def watch(serving: "subprocess.Popen[bytes]", server: Server | None, worker: Worker) -> int:
    """Stay until the web server ends; meanwhile see that the database has its keeper, and that there is a worker."""
    while serving.poll() is None:
        time.sleep(LOOK_EVERY)
        worker.keep_up()
        if server is not None and server.locks.keeper_pid() is None:
            server.ensure_up()
    raise Refused(f"The web server ended with status {serving.returncode}; the reason stands above.")


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
