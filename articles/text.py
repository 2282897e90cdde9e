"""What is done to a text at the door, once: decoding, line ends, and what is refused."""

import hashlib
import re
import unicodedata
from itertools import chain, takewhile

from articles.offsets import WHITE_SPACE, Segment

MAX_LENGTH = 1_000_000  # code points; a long book has about as many
MOST_MARKS = 100  # upon one character; what is written by hand has a few

_LINE_END = re.compile(r"\r\n?")
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n)+")


class TextError(ValueError):
    """A text that cannot be stored, with the reason."""


def decoded(raw: bytes) -> str:
    """The text of a file's bytes, which must be UTF-8 (with or without a byte-order mark)."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TextError(
            f"Not UTF-8: byte 0x{raw[error.start]:02X} at position {error.start:,} cannot be read. Save it as UTF-8."
        ) from error


def as_stored(text: str) -> str:
    """The text without a byte-order mark, its line ends LF: what offsets count in. Nothing is refused."""
    return _LINE_END.sub("\n", text.removeprefix("\ufeff"))


def received(text: str) -> str:
    """The text as it is stored: as it came, but for line ends (LF) and a byte-order mark.

    Raises TextError for an empty text, one over MAX_LENGTH, NUL characters, lone surrogates and heaps of marks.
    """
    text = as_stored(text)
    if not text.strip("".join(WHITE_SPACE)):
        raise TextError("The text is empty.")
    if len(text) > MAX_LENGTH:
        raise TextError(f"The text has {len(text):,} characters; the most is {MAX_LENGTH:,}.")
    refuse_unstorable(text)
    refuse_heaps(text)
    return text


def refuse_unstorable(text: str) -> None:
    """Raise TextError where the text holds a character that PostgreSQL or UTF-8 cannot hold."""
    nul = text.find("\x00")
    if nul >= 0:
        raise TextError(f"The text has a NUL character at position {nul:,}; remove it.")
    try:
        text.isascii() or text.encode()
    except UnicodeEncodeError as error:
        half, at = ord(text[error.start]), error.start
        raise TextError(
            f"The text has a lone surrogate (U+{half:04X}) at position {at:,}: half of a character."
        ) from None


def refuse_heaps(text: str) -> None:
    """Raise TextError where more than MOST_MARKS marks stand upon one character.

    Python and PostgreSQL put them in order in a time that grows with the square of their number: 40,000 took ten
    seconds, a million would take hours.
    """
    # So many in a row have one at a place that is looked at.
    for place, character in enumerate(text[::MOST_MARKS]):
        if not _may_be_a_mark(character):
            continue
        at = place * MOST_MARKS
        before = takewhile(_may_be_a_mark, reversed(text[max(at - MOST_MARKS, 0) : at]))
        after = takewhile(_may_be_a_mark, text[at : at + MOST_MARKS + 1])
        if sum(1 for _ in chain(before, after)) > MOST_MARKS:
            raise TextError(f"More than {MOST_MARKS} marks stand upon one character near position {at:,}.")


def _may_be_a_mark(character: str) -> bool:
    """Whether it is put in order among others; of what this Python does not know, PostgreSQL may say so."""
    if character < "\u0300":
        return False
    is_unknown = unicodedata.category(character) == "Cn" and not 0x20000 <= ord(character) < 0x40000
    return is_unknown or unicodedata.combining(character) > 0


def digest(text: str) -> str:
    """SHA-256 of the text as UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def paragraphs(text: str) -> list[Segment]:
    """The paragraphs of a text as ``[start, end)``, in order.

    Blank lines part paragraphs; a text that has none is parted at every line end. Only line ends and blank lines lie
    between two paragraphs, so nothing that can be annotated is outside.
    """
    parting = _BLANK_LINES if _BLANK_LINES.search(text.strip("\n")) else re.compile(r"\n+")
    found, start = [], 0
    for match in parting.finditer(text):
        if match.start() > start:
            found.append((start, match.start()))
        start = match.end()
    if start < len(text):
        found.append((start, len(text)))
    return found
