"""Drills: the site is killed at work, and what it acknowledged is counted; it is questioned; its guards are taken away.

The tests do a small one of each, but of the last.
"""

import sys
from pathlib import Path

# The client and the mirror of the documentation are what the drills ask with.
sys.path.append(str(Path(__file__).resolve().parent.parent / "docs" / "examples"))
