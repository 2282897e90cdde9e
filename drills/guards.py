"""Each guard against what must not happen is taken away, and its test has to fail.

In a copy of the source, one guard after the other. A test that passes without its guard tests nothing.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from drills.must_not import GUARDS, Guard

SOURCE = Path(__file__).resolve().parent.parent
PATIENCE = 240  # seconds for one test: where a guard is against stalling, without it the test does not end
_NOT_COPIED = (".git", ".venv", ".data*", "__pycache__", ".*_cache")


def guards() -> tuple[bool, str]:
    """Each guard taken away in turn: which tests pass all the same, or cannot be run."""
    wrong = []
    with copied() as copy:
        for guard in GUARDS:
            outcome, why = without(copy, guard)
            print(f"  {outcome:7} without the guard against {guard.rule}: {why}", flush=True)
            if outcome not in ("fails", "stalls"):
                wrong.append(f"{guard.rule}: {guard.test} {outcome}")
    told = f"{len(GUARDS)} guards, {len(wrong)} tests that do not fail without theirs"
    return not wrong, told + "".join(f"\n{each}" for each in wrong)


def without(copy: Path, guard: Guard) -> tuple[str, str]:
    """“fails”, “stalls”, “passes” or “breaks”: what becomes of the test without its guard, and the complaint."""
    file = copy / guard.file
    source = file.read_text(encoding="utf-8")
    file.write_text(source.replace(guard.guard, guard.without), encoding="utf-8")
    testing = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", "-x", "--reuse-db", "-p", "no:cacheprovider", guard.test],
        cwd=copy,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        told, _ = testing.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        # With the servers that the test has started.
        os.killpg(testing.pid, signal.SIGKILL)
        testing.communicate()
        return "stalls", f"{PATIENCE} seconds"
    finally:
        file.write_text(source, encoding="utf-8")
    complaints = [line.removeprefix("E").strip() for line in told.decode().splitlines() if line[:3] == "E  "]
    # 1: a test failed. All else (2 to 5) says that none was run.
    outcome = {0: "passes", 1: "fails"}.get(testing.returncode, "breaks")
    return outcome, complaints[0][:160] if complaints else ""


@contextmanager
def copied() -> Iterator[Path]:
    """The source in a folder of its own, gone afterwards."""
    folder = Path(mkdtemp(prefix="annotator-guards-"))
    folder.chmod(0o711)  # the database's user passes through
    copy = folder / "source"
    try:
        shutil.copytree(SOURCE, copy, symlinks=True, ignore=shutil.ignore_patterns(*_NOT_COPIED))
        yield copy
    finally:
        shutil.rmtree(folder)
