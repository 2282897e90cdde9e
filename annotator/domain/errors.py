"""Everything that can be wrong with a request, as exceptions that name the thing, the value and the bound.

The edges (api, pages) turn them into answers; nothing inside knows status codes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


def printable(text: str) -> str:
    """The text as it can be shown and sent: half of a surrogate pair, which UTF-8 cannot hold, is written out."""
    return text.encode(errors="backslashreplace").decode()


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: the field as it is called on the wire, the value given, and a sentence."""

    field: str
    value: Any
    message: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "field", printable(self.field))
        object.__setattr__(self, "message", printable(self.message))


class AnnotatorError(Exception):
    """The base of all errors that a user is told about."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = printable(message)


class Refused(AnnotatorError):
    """The request says something that the scheme does not allow."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(" ".join(problem.message for problem in problems))
        self.problems = problems

    @classmethod
    def field(cls, field: str, value: Any, message: str) -> "Refused":
        return cls(Problem(field, value, message))


class WordsDiffer(AnnotatorError):
    """``exact`` is not what stands in the text at those offsets."""

    def __init__(self, *, field: str, given: Iterable[str], found: list[str]) -> None:
        given = list(given)
        super().__init__(f"`{field}`: the text has {found!r:.200} there, not {given!r:.200}.")
        self.field = field
        self.given = given
        self.found = found


class Stale(AnnotatorError):
    """The version that the writer had is no longer current. ``current`` is the row's wire form now."""

    def __init__(self, message: str, *, current: dict[str, Any]) -> None:
        super().__init__(message)
        self.current = current


class RevisionSuperseded(AnnotatorError):
    """The write names a revision of the article that is no longer its current one."""

    def __init__(self, *, given: int, current: int) -> None:
        super().__init__(f"Revision {given} is no longer current; the article is at revision {current}. Reload it.")
        self.given = given
        self.current = current


class NotNow(AnnotatorError):
    """Allowed in principle, but not in the present state (in use, done, in the bin, already there).

    ``found`` is the id of what stands in the way, where there is one.
    """

    def __init__(self, message: str, *, found: Any = None) -> None:
        super().__init__(message)
        self.found = found


class AlreadyThere(NotNow):
    """A row with this id, or this text, exists. ``found`` is its id."""


class Gone(AnnotatorError):
    """What is asked for is in the bin. ``current`` is its wire form there."""

    def __init__(self, message: str, *, current: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.current = current


class Forbidden(AnnotatorError):
    """The asker sees the thing but may not do this to it."""


class TooMany(AnnotatorError):
    """So many do at the moment what takes long that one more would stall the others. ``wait`` is in seconds."""

    def __init__(self, message: str, *, wait: int) -> None:
        super().__init__(message)
        self.wait = wait


class OneFailed(Exception):
    """One of many writes failed, and with it all: the ``cause``, and the ``place`` among those called ``noun``."""

    def __init__(self, noun: str, place: int, cause: Exception) -> None:
        super().__init__(str(cause))
        self.noun = noun
        self.place = place
        self.cause = cause
