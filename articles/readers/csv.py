"""CSV: one article a row; the first row declares the columns, and by them the separator is known."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from articles.readers.encoding import decoded
from articles.readers.file import LONGEST_WHOLE, File
from articles.readers.jsonl import FIELDS
from articles.readers.lines import BEGINNING, LONGEST_LINE, Start, lines_of
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
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
_LONGEST_HEAD = 256 * 1024  # of a table, within which the row that names the columns ends
# The library's own bound is 128 KiB a field, and is one for the whole process.
csv.field_size_limit(MAX_LENGTH + 1)


def rows(name: str, raw: bytes, start: Start = BEGINNING) -> Iterator[Row]:
    """The rows of a table in any encoding; ``start`` counts characters."""
    try:
        found = decoded(raw)
        table = _header(found.text[:_LONGEST_HEAD])
    except Unreadable as error:
        yield Row(name, problem=f"{name}: {error}")
        return
    yield from _rows(name, table, _Lines(_lines_in(found.text, start)), start, found.note)


def rows_of(file: File, start: Start = BEGINNING) -> Iterator[Row]:
    """The rows of a table that comes in pieces; a long one is UTF-8."""
    if file.size <= LONGEST_WHOLE:
        yield from rows(file.name, file.whole(), start)
        return
    try:
        table = _header(_head(file).removeprefix(codecs.BOM_UTF8).decode(errors="ignore"))
    except Unreadable as error:
        yield Row(file.name, problem=f"{file.name}: {error}")
        return
    yield from _rows(file.name, table, _Lines(_lines_of(file, start)), start)


def _head(file: File) -> bytes:
    head = b""
    for piece in file.pieces(0):
        head += piece
        if len(head) >= _LONGEST_HEAD:
            break
    return head


def _rows(name: str, table: "_Table", lines: "_Lines", start: Start, note: str = "") -> Iterator[Row]:
    notes = [each for each in (note, table.note) if each]
    reading = csv.reader(lines, delimiter=table.separator, strict=True)
    if start.at == 0:
        next(reading)
    while True:
        lines.begin_row()
        try:
            cells = next(reading)
        except StopIteration:
            return
        except csv.Error as error:
            row = Row("", problem=f"the row cannot be read ({error}).")
        except Unreadable as error:
            row = Row("", problem=str(error))
        else:
            if not any(cell.strip() for cell in cells):
                continue
            row = _row(cells, table.columns, notes)
        row.at, row.line = lines.begun
        row.source = f"{name}, line {row.line}"
        row.problem = row.problem and f"{row.source}: {row.problem}"
        yield row


def _row(cells: list[str], columns: list[str], notes: list[str]) -> Row:
    if len(cells) != len(columns):
        return Row("", problem=f"the row has {len(cells)} cells, and there are {len(columns)} columns.")
    fields = {field: cell for field, cell in zip(columns, cells, strict=True) if field and cell}
    return Row("", fields=fields, notes=list(notes))


class _Lines:
    """The lines of a table, and where the row that is being read has ``begun``. A row of very many is told."""

    def __init__(self, lines: Iterator[tuple[int, int, str | Unreadable]]) -> None:
        self._lines = lines
        self.begin_row()

    def begin_row(self) -> None:
        self.begun, self._size = (0, 0), 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        at, number, text = next(self._lines)
        if not self._size:
            self.begun = at, number
        if isinstance(text, Unreadable):
            raise text
        self._size += len(text)
        if self._size > LONGEST_LINE:
            raise csv.Error(f"it has more than {LONGEST_LINE:,} characters")
        return text


def _lines_in(text: str, start: Start) -> Iterator[tuple[int, int, str]]:
    for number, found in enumerate(_LINE.finditer(text, start.at), start=start.line):
        yield found.start(), number, found.group()


def _lines_of(file: File, start: Start) -> Iterator[tuple[int, int, str | Unreadable]]:
    """The lines of a table in UTF-8, up to the first that is none."""
    for at, number, raw in lines_of(file.pieces(start.at), start):
        whole = raw.removeprefix(codecs.BOM_UTF8) if at == 0 else raw
        try:
            text = whole.decode(errors="ignore" if len(raw) > LONGEST_LINE else "strict")
        except UnicodeDecodeError as error:
            where = f"byte 0x{whole[error.start]:02X} at position {at + error.start:,}"
            told = f"so long a table is UTF-8 ({where} is not), and the rest of it is not read. Save it as UTF-8."
            yield at, number, Unreadable(told)
            return
        yield at, number, f"{text}\n"


@dataclass(frozen=True)
class _Table:
    """How a table is read: ``columns`` have the field of each ("" where it is none of an article)."""

    separator: str
    columns: list[str]
    note: str


def _header(text: str) -> _Table:
    """What the first row of a table says of it. Raises Unreadable."""
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
    return _Table(separator, columns, f"{'; '.join(said)}.")


def _field(name: str) -> str:
    plain = name.strip().lower().replace(" ", "_")
    return plain if plain in FIELDS else _OTHER_NAMES.get(plain, "")


def _is_other(name: str) -> bool:
    return name.strip().lower().replace(" ", "_") in _OTHER_NAMES
