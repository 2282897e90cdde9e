"""A file's bytes → the articles in it. One file a format, one line in ``READERS``."""

from collections.abc import Callable, Iterator
from pathlib import PurePath

from articles.readers import jsonl, plain
from articles.readers.row import Row

Reader = Callable[[str, bytes], Iterator[Row]]

READERS: dict[str, Reader] = {".txt": plain.rows, ".jsonl": jsonl.rows}


def rows(name: str, raw: bytes) -> Iterator[Row]:
    """The rows of a file called ``name``, read by its ending; one row that says so when no reader knows it."""
    reader = READERS.get(PurePath(name).suffix.lower())
    if reader is None:
        known = ", ".join(sorted(READERS))
        yield Row(source=name, problem=f"{name}: no reader for this kind of file; known are {known}.")
        return
    yield from reader(name, raw)
