"""The process that keeps one server up: starts it again when it dies, stops it when its last user has left.

It holds the keeper's lock as long as it lives, so that whether it lives is never a guess about a process id.
Every user of the server holds a share of the users' lock; the kernel takes that back even from a killed process,
so the keeper knows that all have left once the whole lock can be had.
"""

import fcntl
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from .cluster import Cluster
from .locks import Locks

LOOK_EVERY = 0.2  # seconds
# A server that dies this often within so many seconds of its start is not started again.
FAILURES, SOON = 10, 2.0


class Keeper:
    def __init__(self, cluster: Cluster, locks: Locks) -> None:
        self.cluster = cluster
        self.locks = locks
        self.told_to_stop = False

    def obey(self, number: int, frame: FrameType | None) -> None:
        self.told_to_stop = True

    def keep(self) -> int:
        """Run until told to stop or unused; the exit status says whether the server ended as it should."""
        signal.signal(signal.SIGTERM, self.obey)
        signal.signal(signal.SIGINT, self.obey)
        with self.locks.users.open("a") as users:
            failures = 0
            while True:
                started = time.monotonic()
                server = self.cluster.launch()
                while server.poll() is None:
                    time.sleep(LOOK_EVERY)
                    if self.told_to_stop or self.unused(users.fileno()):
                        return self.stop(server)
                if self.told_to_stop:
                    return 0
                # The backends of a killed server need a moment to notice; until then a new one is refused.
                failures = failures + 1 if time.monotonic() - started < SOON else 1
                if failures > FAILURES:
                    return 1
                time.sleep(LOOK_EVERY)

    def unused(self, users: int) -> bool:
        """Whether nobody uses the server and nobody asked to leave it up; if so, nobody can begin to any more."""
        if self.locks.pin.exists():
            return False
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def stop(self, server: "subprocess.Popen[bytes]") -> int:
        """A fast shutdown: open transactions are rolled back, what was committed is on disk."""
        server.send_signal(signal.SIGINT)
        return 0 if server.wait() == 0 else 1


def main(data_dir: Path) -> int:
    """Become the keeper of `data_dir`, whose starter waits for it; 2 when there is one already."""
    locks = Locks(data_dir)
    with locks.keeper.open("a+") as held:
        if not locks.become_keeper(held):
            return 2
        cluster = Cluster.prepare(data_dir)
        cluster.clear_orphan()
        return Keeper(cluster, locks).keep()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
