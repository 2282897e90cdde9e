"""A file's bytes → the articles in it. One file a format, one line in ``READERS``."""

from collections.abc import Callable, Iterator
from pathlib import PurePath

from articles.readers import csv, docx, eml, feed, html, jsonl, plain, zip
from articles.readers.file import File
from articles.readers.lines import BEGINNING, Start
from articles.readers.row import Row, Unreadable

Reader = Callable[[str, bytes], Iterator[Row]]
Resumed = Callable[[File, Start], Iterator[Row]]


def rows(name: str, raw: bytes) -> Iterator[Row]:
    """The rows of a file called ``name``, read by its ending; one row that says so when no reader knows it."""
    reader = READERS.get(PurePath(name).suffix.lower())
    if reader is None:
        known = ", ".join(sorted(READERS))
        yield Row(source=name, problem=f"{name}: no reader for this kind of file; known are {known}.")
        return
    yield from reader(name, raw)


def rows_of(file: File, start: Start = BEGINNING) -> Iterator[Row]:
    """The rows of a file that is not in memory, from where an earlier one stood; never is much more of it in memory."""
    ending = PurePath(file.name).suffix.lower()
    try:
        if resumed := RESUMED.get(ending):
            yield from resumed(file, start)
        else:
            yield from rows(file.name, file.whole() if ending in READERS else b"")
    except Unreadable as error:
        yield Row(file.name, problem=f"{file.name}: {error}")


def _lines(file: File, start: Start) -> Iterator[Row]:
    return jsonl.rows_of(file.name, file.pieces(start.at), start)


def _zip(file: File, start: Start) -> Iterator[Row]:
    return READ_ZIP(file.name, file.whole(), start)


READ_ZIP = zip.rows_by(rows)
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
    ".zip": READ_ZIP,
}
# Those that go on in the middle: of the others a file is an article, or few.
RESUMED: dict[str, Resumed] = {
    ".jsonl": _lines,
    ".ndjson": _lines,
    ".csv": csv.rows_of,
    ".tsv": csv.rows_of,
    ".zip": _zip,
}
# Of how many articles they have, nothing is known before they are read.
UNCOUNTED = (".csv", ".tsv", ".rss", ".atom", ".xml", ".zip")
