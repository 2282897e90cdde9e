"""The title of an article that has none of its own: its first line when that stands alone, else the file's name."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

LONGEST = 150  # characters
# Kinds of files that need not say what they are called.
WITHOUT_TITLES = (".txt", ".docx")


def title_of(text: str, *, name: str) -> str:
    first, _, rest = text.lstrip("\n").partition("\n")
    stands_alone = rest.startswith("\n") and rest.strip()
    if stands_alone and len(first) <= LONGEST and not first.rstrip().endswith((".", "”", '"', ":")):
        return first.strip()
    return PurePath(name).stem.replace("_", " ").replace("-", " ").strip() or name


def is_said(fields: Mapping[str, Any], *, source: str) -> bool:
    """Whether somebody says the title of what was read; where nobody does, it corrects no headline."""
    if PurePath(source).suffix.lower() not in WITHOUT_TITLES:
        return True
    return fields.get("title") != title_of(fields["text"], name=source)
