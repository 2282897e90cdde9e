"""A file that is not in memory: what it is called, how long it is, and how its bytes are had."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from articles.readers.row import Unreadable

LONGEST_WHOLE = 32 * 1024 * 1024  # bytes of a file that is read at once, as most formats want it


@dataclass(frozen=True)
class File:
    """``pieces`` gives the bytes from one on, in pieces of any size."""

    name: str
    size: int
    pieces: Callable[[int], Iterator[bytes]]

    def whole(self) -> bytes:
        """All its bytes; Unreadable, before any is had, where they are too many."""
        if self.size > LONGEST_WHOLE:
            raise Unreadable(
                f"It has {self.size:,} bytes; the most is {LONGEST_WHOLE:,}, but for JSON lines, and for CSV in UTF-8."
            )
        return b"".join(self.pieces(0))
