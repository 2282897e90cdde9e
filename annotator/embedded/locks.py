"""The files by which starters, users and the keeper of one server agree."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO


@dataclass(frozen=True)
class Locks:
    data_dir: Path

    @property
    def starters(self) -> Path:
        """Held whole while a server is started or stopped: one at a time."""
        return self.data_dir / "postgresql.start"

    @property
    def users(self) -> Path:
        """Shared by everyone who uses the server; held whole by the keeper while it stops an unused one."""
        return self.data_dir / "postgresql.users"

    @property
    def keeper(self) -> Path:
        """Held by the keeper as long as it lives; holds its process id."""
        return self.data_dir / "postgresql.keeper"

    @property
    def pin(self) -> Path:
        """There when the server is to stay up though nobody uses it."""
        return self.data_dir / "postgresql.pinned"

    @contextmanager
    def starting(self) -> Iterator[None]:
        with self.starters.open("a") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield

    def become_keeper(self, held: TextIO) -> bool:
        """Lock the opened keeper's file for good and write this process's id into it; False where another has it."""
        for _ in range(20):
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                # Somebody who only looks holds it for a moment.
                time.sleep(0.05)
                continue
            held.truncate(0)
            held.write(str(os.getpid()))
            held.flush()
            return True
        return False

    def keeper_pid(self) -> int | None:
        """The living keeper's process id, or None; None as well in the moment before it has written it."""
        if not self.keeper.exists():
            return None
        with self.keeper.open("r") as looked_at:
            try:
                fcntl.flock(looked_at, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(looked_at.read() or 0) or None
            return None
