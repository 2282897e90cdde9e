"""The table of what must not happen names guards and tests that there are; `make drill ARGS=guards` takes each away."""

import re
from pathlib import Path

import pytest

from drills.must_not import GUARDS

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.rule.replace(" ", "_"))
def test_the_guard_stands_once_in_the_source_and_its_test_is_there(guard):
    source = (ROOT / guard.file).read_text(encoding="utf-8")
    file, _, name = guard.test.partition("::")
    tests = (ROOT / file).read_text(encoding="utf-8")

    assert source.count(guard.guard) == 1
    assert re.search(rf"^(async )?def {name}\(", tests, re.MULTILINE)
