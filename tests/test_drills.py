"""The drills, in small: killed at work, the site has exactly what it acknowledged. `make drill` does them whole."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 1_200  # seconds: a bound for a machine under load, no measure


@pytest.mark.parametrize("drills", [["server", "postgresql", "twice"], ["consumer"], ["schema"]], ids="_".join)
def test_a_small_drill_is_exact(drills):
    done = subprocess.run(
        [sys.executable, "-m", "drills", "--small", *drills],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    told = [line.split()[:2] for line in done.stdout.splitlines()]
    assert told == [[name, "exact"] for name in drills], done.stdout + done.stderr
    assert done.returncode == 0
