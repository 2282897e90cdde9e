"""Plain text: one article a file, titled by its first line when that is short and stands alone, else by its name."""

from collections.abc import Iterator
from pathlib import PurePath

from articles import text as texts
from articles.readers.row import Row

LONGEST_TITLE = 150


def rows(name: str, raw: bytes) -> Iterator[Row]:
    try:
        text = texts.received(texts.decoded(raw))
    except texts.TextError as error:
        yield Row(source=name, problem=f"{name}: {error}")
        return
    yield Row(source=name, fields={"title": _title(name, text), "text": text})


def _title(name: str, text: str) -> str:
    first, _, rest = text.lstrip("\n").partition("\n")
    stands_alone = rest.startswith("\n") and rest.strip()
    if stands_alone and len(first) <= LONGEST_TITLE and not first.rstrip().endswith((".", "”", '"', ":")):
        return first.strip()
    return PurePath(name).stem.replace("_", " ").replace("-", " ").strip() or name
