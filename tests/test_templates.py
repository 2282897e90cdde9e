"""Every template compiles, whichever page it belongs to and whether a test opens that page or not."""

from pathlib import Path

import pytest
from django.template.loader import get_template

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"


@pytest.mark.parametrize(
    "name", sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*") if path.is_file())
)
def test_it_compiles(name):
    assert get_template(name).template.name == name
