"""JSON lines: one article a line, its fields under the names of the REST interface, optionally its annotations."""

from collections.abc import Iterable, Iterator

from articles import strict_json
from articles import text as texts
from articles.readers.lines import BEGINNING, LONGEST_LINE, Line, Start, lines_of
from articles.readers.row import Row

FIELDS = ("title", "text", "outlet", "author", "published_on", "url", "language", "external_id")


def rows(name: str, raw: bytes) -> Iterator[Row]:
    yield from rows_of(name, [raw])


def rows_of(name: str, pieces: Iterable[bytes], start: Start = BEGINNING) -> Iterator[Row]:
    """The rows of a file that comes in pieces, from ``start`` on."""
    for line in lines_of(pieces, start):
        if line.raw.strip():
            row = _row(f"{name}, line {line.number}", line)
            row.at, row.line = line.at, line.number
            yield row


def _row(source: str, line: Line) -> Row:
    if len(line.raw) > LONGEST_LINE:
        return Row(source, problem=f"{source}: the line has more than {LONGEST_LINE:,} bytes.")
    try:
        found = strict_json.read(texts.decoded(line.raw))
    except (texts.TextError, strict_json.NotJSON) as error:
        return Row(source, problem=f"{source}: not JSON ({error}).")
    if not isinstance(found, dict):
        return Row(source, problem=f"{source}: each line is an object with `title` and `text`.")
    annotations = found.pop("annotations", [])
    unknown = sorted(set(found) - set(FIELDS))
    if unknown:
        return Row(
            source, problem=f"{source}: unknown field {unknown[0]!r:.60}; known are {', '.join(FIELDS)}, annotations."
        )
    if not isinstance(annotations, list) or not all(isinstance(entry, dict) for entry in annotations):
        return Row(source, problem=f"{source}: `annotations` is a list of objects.")
    return Row(source, fields=found, annotations=annotations)
