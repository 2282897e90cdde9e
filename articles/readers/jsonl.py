"""JSON lines: one article a line, its fields under the names of the REST interface, optionally its annotations."""

from collections.abc import Iterable, Iterator

from articles import strict_json
from articles import text as texts
from articles.readers.row import Row

FIELDS = ("title", "text", "outlet", "author", "published_on", "url", "language", "external_id")
LONGEST_LINE = 8 * 1024 * 1024  # bytes


def rows(name: str, raw: bytes) -> Iterator[Row]:
    yield from rows_of(name, raw.split(b"\n"))


def rows_of(name: str, lines: Iterable[bytes]) -> Iterator[Row]:
    """The rows of a file that comes line by line, however large it is."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _row(f"{name}, line {number}", line)


def lines_of(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a file that comes in pieces. Of one that is too long no more is kept than tells so."""
    begun = b""
    for piece in pieces:
        *whole, rest = piece.split(b"\n")
        for line in whole:
            yield begun + line
            begun = b""
        if len(begun) <= LONGEST_LINE:
            begun = (begun + rest)[: LONGEST_LINE + 1]
    if begun:
        yield begun


def _row(source: str, line: bytes) -> Row:
    if len(line) > LONGEST_LINE:
        return Row(source, problem=f"{source}: the line has more than {LONGEST_LINE:,} bytes.")
    try:
        found = strict_json.read(texts.decoded(line))
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
