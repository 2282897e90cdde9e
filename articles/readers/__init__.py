"""A file's bytes → the articles in it. One file a format, one line in ``READERS``."""

from collections.abc import Callable, Iterator
from pathlib import PurePath

from articles.readers import csv, docx, eml, feed, html, jsonl, plain, zip
from articles.readers.row import Row

Reader = Callable[[str, bytes], Iterator[Row]]


def rows(name: str, raw: bytes) -> Iterator[Row]:
    """The rows of a file called ``name``, read by its ending; one row that says so when no reader knows it."""
    reader = READERS.get(PurePath(name).suffix.lower())
    if reader is None:
        known = ", ".join(sorted(READERS))
        yield Row(source=name, problem=f"{name}: no reader for this kind of file; known are {known}.")
        return
    yield from reader(name, raw)


READERS: dict[str, Reader] = {
    ".txt": plain.rows,
    ".jsonl": jsonl.rows,
    ".ndjson": jsonl.rows,
    ".csv": csv.rows,
    ".tsv": csv.rows,
    ".html": html.rows,
    ".htm": html.rows,
    ".xhtml": html.rows,
    ".mhtml": eml.saved_page_rows,
    ".mht": eml.saved_page_rows,
    ".eml": eml.rows,
    ".docx": docx.rows,
    ".rss": feed.rows,
    ".atom": feed.rows,
    ".xml": feed.rows,
    ".zip": zip.rows_by(rows),
}
