"""Using a server together: whoever comes first starts it, whoever leaves last has it stopped."""

import fcntl
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from .cluster import DATABASE, ROLE, Cluster
from .errors import Unavailable
from .keeper import LOOK_EVERY
from .locks import Locks
from .places import find_home, socket_folder

# Where the package `annotator` stands, for the keeper to be found from.
SOURCE = Path(__file__).resolve().parents[2]
START_SECONDS, STOP_SECONDS = 60, 60


def url(data_dir: Path, database: str = DATABASE, role: str = ROLE) -> str:
    """The address of the server of `data_dir`, up or not; it holds no password, since the kernel says who asks."""
    place = urlencode({"host": socket_folder(find_home(data_dir)), "user": role}, safe="/")
    return f"postgresql:///{database}?{place}"


class Server:
    """The server of one data folder, as one of its users sees it."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir.absolute()
        self.locks = Locks(self.data_dir)

    @contextmanager
    def used(self) -> Iterator[str]:
        """Have the server up for the length of the block; gives its address.

        Any number of processes may do this at once. When the last one leaves, killed or not, the server is stopped.
        """
        self.make_data_dir()
        with self.locks.users.open("a") as mine:
            # Waits while an unused server is being stopped.
            fcntl.flock(mine, fcntl.LOCK_SH)
            self.ensure_up()
            try:
                yield url(self.data_dir)
            finally:
                self.leave(mine.fileno())

    def start(self) -> str:
        """Have the server up until `stop`, whether anyone uses it or not; gives its address."""
        self.make_data_dir()
        self.locks.pin.touch()
        with self.locks.users.open("a") as mine:
            fcntl.flock(mine, fcntl.LOCK_SH)
            self.ensure_up()
        return url(self.data_dir)

    def stop(self) -> bool:
        """Stop the server, used or not; False when there was none."""
        if not self.data_dir.is_dir():
            return False
        with self.locks.starting():
            self.locks.pin.unlink(missing_ok=True)
            return self.end_keeper()

    def remove(self) -> None:
        """Stop the server and delete its files, with everything in its databases."""
        self.stop()
        home = find_home(self.data_dir)
        if home.is_dir():
            shutil.rmtree(home)
        (self.data_dir / "postgresql").unlink(missing_ok=True)

    def running(self) -> bool:
        """Whether the server is up and lets clients in."""
        with_data = (find_home(self.data_dir) / "data").is_dir()
        return with_data and self.locks.keeper_pid() is not None and Cluster.find(self.data_dir).ready()

    def ensure_up(self) -> None:
        """Start the server unless it is up; the caller is counted among its users already."""
        with self.locks.starting():
            if self.locks.keeper_pid() is not None and Cluster.find(self.data_dir).ready():
                return
            cluster = Cluster.prepare(self.data_dir)
            keeper = None
            deadline = time.monotonic() + START_SECONDS
            while not (self.locks.keeper_pid() is not None and cluster.ready()):
                if time.monotonic() > deadline:
                    raise Unavailable(f"PostgreSQL is not ready after {START_SECONDS} s. {cluster.last_words()}")
                if keeper is not None and ended(keeper):
                    raise Unavailable(f"PostgreSQL did not start. {cluster.last_words()}")
                if keeper is None and self.locks.keeper_pid() is None:
                    keeper = self.spawn_keeper(cluster)
                time.sleep(0.02)

    def spawn_keeper(self, cluster: Cluster) -> int:
        """Start the keeper, which outlives this process while others use the server; gives its process id."""
        return os.posix_spawn(
            sys.executable,
            [sys.executable, "-m", "annotator.embedded.keeper", str(self.data_dir)],
            os.environ | {"PYTHONPATH": str(SOURCE)},
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, str(cluster.log), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600),
                (os.POSIX_SPAWN_DUP2, 1, 2),
            ],
            # Ctrl-C in the starter's terminal is meant for the starter.
            setsid=True,
        )

    def leave(self, mine: int) -> None:
        """Give up the caller's share; as the last user, wait until the server is gone."""
        if self.locks.pin.exists():
            return
        try:
            fcntl.flock(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        self.end_keeper()

    def end_keeper(self) -> bool:
        """End the keeper and with it the server; False when there was none."""
        pid = self.locks.keeper_pid()
        if pid is None:
            return False
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while self.locks.keeper_pid() == pid:
            if time.monotonic() > deadline:
                raise Unavailable(f"PostgreSQL does not stop within {STOP_SECONDS} s (its keeper is process {pid}).")
            time.sleep(LOOK_EVERY / 4)
        ended(pid)
        return True

    def make_data_dir(self) -> None:
        # Root lets the server's user pass through, to its own folder only; an ordinary user lets nobody.
        mode = 0o711 if os.geteuid() == 0 else 0o700
        try:
            self.data_dir.mkdir(mode=mode, parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable(f"{self.data_dir} cannot be made: {error.strerror}. Set DATA_DIR to another.") from None
        if not os.access(self.data_dir, os.W_OK | os.X_OK):
            raise Unavailable(f"{self.data_dir} belongs to another user of this machine. Set DATA_DIR to another.")


def ended(child: int) -> bool:
    """Whether a child of this process is over, leaving no zombie of it; False for another's child."""
    try:
        return os.waitpid(child, os.WNOHANG)[0] == child
    except ChildProcessError:
        return False
