"""Files that are read line by line, however large they are: what is in memory is a line, and what begins here again."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

LONGEST_LINE = 8 * 1024 * 1024  # bytes


class Line(NamedTuple):
    """``at`` is the byte at which it begins, ``number`` counts from 1; its end is left out, its length bounded."""

    at: int
    number: int
    raw: bytes


class Start(NamedTuple):
    """Where reading begins: at a byte of a file, where a line of this number begins."""

    at: int = 0
    line: int = 1


BEGINNING = Start()


def lines_of(pieces: Iterable[bytes], start: Start = BEGINNING) -> Iterator[Line]:
    """The lines of a file that comes in pieces. Of one that is too long no more is kept than tells so."""
    at, number = start
    begun, length = b"", 0  # of the line that is being read: what is kept of it, and how long it is
    for piece in pieces:
        *whole, rest = piece.split(b"\n")
        for part in whole:
            yield Line(at, number, (begun + part)[: LONGEST_LINE + 1])
            at, number = at + length + len(part) + 1, number + 1
            begun, length = b"", 0
        begun = (begun + rest)[: LONGEST_LINE + 1] if len(begun) <= LONGEST_LINE else begun
        length += len(rest)
    if begun:
        yield Line(at, number, begun)
