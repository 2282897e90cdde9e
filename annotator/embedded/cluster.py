"""One server's data: how they are made, and how the server on them is started, asked and stopped."""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .binaries import Binaries, find
from .errors import Unavailable
from .places import Account, account, find_home, make_home, make_socket_folder, own, reachable, socket_folder, user_name

# The owner's role makes databases and tables and is no superuser; the site is served under one that owns nothing.
ROLE = DATABASE = "annotator"
SERVING_ROLE = "annotator_web"
SUPERUSER = "postgres"
LOG_BYTES = 10_000_000
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Cluster:
    """A data folder with everything that is needed to run a server on it."""

    home: Path
    runs_as: Account
    sockets: Path
    binaries: Binaries

    @classmethod
    def prepare(cls, data_dir: Path) -> "Cluster":
        """The cluster of `data_dir`, made where there is none yet. The caller holds the starters' lock."""
        home, runs_as = make_home(data_dir)
        version = home / "data" / "PG_VERSION"
        binaries = find(int(version.read_text()) if version.is_file() else None)
        sockets = make_socket_folder(home, runs_as)
        cluster = cls(home, runs_as, sockets, reachable(binaries, home, runs_as))
        if not version.is_file():
            cluster.initialise()
        cluster.make_serving_role()
        cluster.write_access_rules()
        cluster.trim_log()
        return cluster

    @classmethod
    def find(cls, data_dir: Path) -> "Cluster":
        """The cluster of `data_dir` as it was prepared; makes and changes nothing."""
        home = find_home(data_dir)
        return cls(home, account(home), socket_folder(home), find(int((home / "data" / "PG_VERSION").read_text())))

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "log"

    def initialise(self) -> None:
        """Make the data beside their place and move them there when whole: a killed initdb leaves half a folder."""
        half = self.home / "data.tmp"
        shutil.rmtree(half, ignore_errors=True)
        # One sort order on every machine, by code point: an operating system's update cannot spoil an index.
        locale = ["--locale-provider=builtin"] if self.binaries.major >= 17 else []
        self.run(
            "initdb",
            *(f"--pgdata={half}", f"--username={SUPERUSER}", "--encoding=UTF8", *locale, "--locale=C.UTF-8"),
            *("--data-checksums", "--auth=peer", "--no-instructions"),
        )
        self.run(
            "postgres",
            *("--single", "-D", str(half), "postgres"),
            sql=f"CREATE ROLE {ROLE} LOGIN CREATEDB;\nCREATE DATABASE {DATABASE} OWNER {ROLE};\n",
        )
        half.rename(self.data)

    def make_serving_role(self) -> None:
        """Make the role that serves, once; the owner may act as it, so that what it may not is tested."""
        made = self.data / "serving_role"
        if not made.is_file():
            unless = f"IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{SERVING_ROLE}')"
            make = f"CREATE ROLE {SERVING_ROLE} LOGIN; GRANT {SERVING_ROLE} TO {ROLE};"
            # The single-user backend takes a line for a command.
            sql = f"DO $$ BEGIN {unless} THEN {make} END IF; END $$;\n"
            self.run("postgres", "--single", "-D", str(self.data), "postgres", sql=sql)
            made.touch()
            own(made, self.runs_as)

    def write_access_rules(self) -> None:
        """Let in who may start the server, by the name that the kernel gives (peer), and nobody else."""
        caller = user_name(os.geteuid())
        rules = {
            "pg_hba.conf": "local all all peer map=annotator\n",
            "pg_ident.conf": "".join(
                f'annotator "{user}" {role}\n'
                for user in sorted({caller, self.runs_as.name})
                for role in (ROLE, SERVING_ROLE, SUPERUSER)
            ),
        }
        for name, text in rules.items():
            path = self.home / name
            path.write_text(text)
            path.chmod(0o600)
            own(path, self.runs_as)

    def trim_log(self) -> None:
        """Keep the log of the last starts only."""
        if self.log.is_file() and self.log.stat().st_size > LOG_BYTES:
            self.log.rename(self.home / "log.former")

    def run(self, program: str, *arguments: str, sql: str | None = None) -> None:
        """Run one of PostgreSQL's programs as the server's user, to its end."""
        done = subprocess.run(
            [self.binaries.program(program), *arguments],
            input=sql,
            capture_output=True,
            text=True,
            check=False,
            cwd=self.home,
            **self.identity(),
        )
        # The single-user backend ends with 0 whatever its commands did.
        if done.returncode or "ERROR:" in done.stderr or "FATAL:" in done.stderr:
            raise Unavailable(f"{program} failed: {done.stderr.strip() or done.stdout.strip()}")

    def identity(self) -> dict[str, Any]:
        """The arguments that make a child process the server's user with nothing of the caller's environment."""
        same = {"env": {"LC_ALL": "C", "PATH": os.defpath, "HOME": str(self.home), "TZ": "UTC"}, "umask": 0o077}
        if not self.runs_as.other:
            return same
        return same | {"user": self.runs_as.uid, "group": self.runs_as.gid, "extra_groups": []}

    def launch(self) -> "subprocess.Popen[bytes]":
        """Start the server as a child that ends (by a fast shutdown) when this process does."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "hba_file": str(self.home / "pg_hba.conf"),
            "ident_file": str(self.home / "pg_ident.conf"),
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_line_prefix": "%m [%p] %d ",
        }
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [
                    self.binaries.program("postgres"),
                    *("-D", str(self.data)),
                    *(f"--{name}={value}" for name, value in settings.items()),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.home,
                preexec_fn=end_with_parent(signal.SIGINT),
                **self.identity(),
            )

    def ready(self) -> bool:
        """Whether the server answers and lets clients in. It is asked by the caller, not by the server's user."""
        asked = subprocess.run(
            [self.binaries.program("pg_isready"), "--quiet", f"--host={self.sockets}", "--timeout=3"], check=False
        )
        return asked.returncode == 0

    def clear_orphan(self, patience: float = 30) -> None:
        """End a server whose keeper is gone, and the claim of one that is dead.

        A process id alone proves nothing: it may be a zombie's, or have been given to another program since.
        """
        claim = self.data / "postmaster.pid"
        deadline = time.monotonic() + patience
        while claim.is_file():
            words = claim.read_text().split()
            pid = int(words[0]) if words and words[0].isdigit() else 0
            if not pid or str(self.data) not in command_of(pid):
                # PostgreSQL checks the shared memory as well, so no living server loses its claim by this.
                claim.unlink(missing_ok=True)
                return
            if time.monotonic() > deadline:
                raise Unavailable(f"A server without keeper (process {pid}) does not stop; end it, then start again.")
            os.kill(pid, signal.SIGINT)
            time.sleep(0.1)

    def last_words(self, lines: int = 5) -> str:
        """The end of the server's log, for an error message."""
        if not self.log.is_file():
            return f"It left no word in {self.log}."
        return f"The end of {self.log}:\n" + "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def command_of(pid: int) -> str:
    """The command line of a living process, empty for a zombie or none."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    shown = subprocess.run(["/bin/ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return shown.stdout


def end_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """What a child runs before its program so that the kernel sends it `number` when its parent dies (Linux).

    The kernel forgets the wish when a process changes its user, so it is uttered after that.
    """
    if sys.platform != "linux":
        return None
    # Looked up here: between fork and exec a child had better not load anything.
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)

    return ask
