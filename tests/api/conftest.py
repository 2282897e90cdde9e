import os
from pathlib import Path

import pytest

from tests.factories import Cast, a_cast

_FOLDER = os.environ.get("SHARED_ARTICLES") or Path(__file__).resolve().parents[3] / "shared" / "articles"
WORKED_ARTICLE = Path(_FOLDER) / "sanctuary-cities-2016.txt"

collect_ignore = [] if WORKED_ARTICLE.exists() else ["test_worked_article.py"]


@pytest.fixture
def cast(db: None) -> Cast:
    return a_cast()
