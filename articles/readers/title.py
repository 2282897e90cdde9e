"""The title of an article that has none of its own: its first line when that stands alone, else the file's name."""

from pathlib import PurePath

LONGEST = 150  # characters


def title_of(text: str, *, name: str) -> str:
    first, _, rest = text.lstrip("\n").partition("\n")
    stands_alone = rest.startswith("\n") and rest.strip()
    if stands_alone and len(first) <= LONGEST and not first.rstrip().endswith((".", "”", '"', ":")):
        return first.strip()
    return of_file(name)


def of_file(name: str) -> str:
    """What an article is called that only its file names: no headline, and none that corrects another."""
    return PurePath(name).stem.replace("_", " ").replace("-", " ").strip() or name
