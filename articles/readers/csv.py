"""CSV: one article a row; the first row declares the columns, and by them the separator is known."""

import csv
import io
from collections.abc import Iterator

from articles.readers.encoding import decoded
from articles.readers.jsonl import FIELDS
from articles.readers.row import Row, Unreadable
from articles.text import MAX_LENGTH

_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
# What other programs call them.
_OTHER_NAMES = {
    "headline": "title",
    "body": "text",
    "content": "text",
    "source": "outlet",
    "publication": "outlet",
    "byline": "author",
    "date": "published_on",
    "published": "published_on",
    "link": "url",
    "lang": "language",
}
# The library's own bound is 128 KiB a field, and is one for the whole process.
csv.field_size_limit(MAX_LENGTH + 1)


def rows(name: str, raw: bytes) -> Iterator[Row]:
    try:
        found = decoded(raw)
        separator, columns, told = _header(found.text)
    except Unreadable as error:
        yield Row(name, problem=f"{name}: {error}")
        return
    notes = [note for note in (found.note, told) if note]
    reading = csv.reader(io.StringIO(found.text, newline=""), delimiter=separator, strict=True)
    next(reading)
    while True:
        source = f"{name}, line {reading.line_num + 1}"
        try:
            cells = next(reading)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(source, problem=f"{source}: the row cannot be read ({error}).")
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(columns):
            told = f"the row has {len(cells)} cells, and there are {len(columns)} columns."
            yield Row(source, problem=f"{source}: {told}")
            continue
        fields = {field: cell for field, cell in zip(columns, cells, strict=True) if field and cell}
        yield Row(source, fields=fields, notes=list(notes))


def _header(text: str) -> tuple[str, list[str], str]:
    """The separator, the field of each column ("" where it is none of an article), and what to tell of them."""
    first = text.partition("\n")[0]
    for separator in _SEPARATORS:
        try:
            names = next(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True), [])
        except csv.Error:
            continue
        columns = [_field(name) for name in names]
        if "text" in columns:
            break
    else:
        raise Unreadable(
            f"Its first row, “{first[:80].strip()}”, does not name a column “text”: "
            f"it is to have {', '.join(FIELDS)}, as far as they are there."
        )
    if twice := next((field for field in columns if field and columns.count(field) > 1), None):
        raise Unreadable(f"Two of its columns are “{twice}”.")
    left_out = [name.strip() for name, field in zip(names, columns, strict=True) if not field]
    renamed = [f"“{name.strip()}” as {field}" for name, field in zip(names, columns, strict=True) if _is_other(name)]
    said = [f"Columns are parted by {_SEPARATORS[separator]}"]
    said += [f"read were {', '.join(renamed)}"] if renamed else []
    said += [f"left out were {', '.join(left_out)[:200]}"] if left_out else []
    return separator, columns, f"{'; '.join(said)}."


def _field(name: str) -> str:
    plain = name.strip().lower().replace(" ", "_")
    return plain if plain in FIELDS else _OTHER_NAMES.get(plain, "")


def _is_other(name: str) -> bool:
    return name.strip().lower().replace(" ", "_") in _OTHER_NAMES
