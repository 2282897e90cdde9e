"""Bytes → text: which encoding they are in, by a rule that is told, and refused where it cannot be known.

In this order: a byte-order mark; UTF-8 that holds; UTF-16 without a mark, by its white space; what the file declares;
Windows-1252, where every byte beyond ASCII is a letter or a mark of Western prose. See docs/readers.md.
"""

import codecs
import re
import unicodedata
from dataclasses import dataclass

from articles.readers.row import Unreadable

_MARKS = [
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like UTF-16, so it comes first
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
]
# What pages call Latin-1 and ASCII is Windows-1252 everywhere (WHATWG, Encoding Standard, section 4.2).
_CALLED = {"iso8859-1": "cp1252", "ascii": "cp1252", "latin-1": "cp1252"}
_SINGLE_BYTES = re.compile(r"^(cp125\d|iso8859-\d+|koi8-[rut]|mac-\w+|cp874|tis-620)$")
# Beyond letters, what Western prose has of Windows-1252.
_MARKS_OF_PROSE = frozenset("€‚„…†‡‰‹›‘’“”•–—™¡¢£§©«®°±·»¼½¾¿×\xa0\xad")
_LETTERS = frozenset("ŠŒŽšœžŸªº") | {chr(code) for code in range(0xC0, 0x100)} - {"×", "÷"}
_MOST_BEYOND_ASCII = 0.3  # of all letters; in a language of another script nearly all are
_WITHIN_UTF8 = re.compile(rb"[\xc3-\xf4][\x80-\xbf]+")
# A capital within a word is how the letters of MacRoman and of Central Europe come out.
_BROKEN_WORD = re.compile(r"[a-zß-öø-ÿ][À-ÖØ-ÞŠŒŽŸ]|[A-Z][À-ÖØ-ÞŠŒŽŸ][a-z]")
_CONTROL = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f]")  # but for line ends and tabs
_SHOWN = 12  # characters


@dataclass(frozen=True)
class Decoded:
    """A text, and what to tell about its encoding where that was no plain matter."""

    text: str
    note: str = ""


def decoded(raw: bytes, *, declared: str = "") -> Decoded:
    """The text of a file's bytes; ``declared`` is the encoding that it names. Raises Unreadable when in doubt."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return Decoded(_strictly(raw[len(mark) :], encoding, f"It begins with the mark of {encoding.upper()}"))
    codec = _codec(declared)
    utf8 = _utf8(raw)
    if utf8 is not None and "\x00" not in utf8:
        if codec is None or codec == "utf-8" or (not utf8.isascii() and _SINGLE_BYTES.match(codec)):
            return Decoded(utf8)
        if utf8.isascii() and _SINGLE_BYTES.match(codec):
            return Decoded(utf8)
    elif not _is_spoilt(utf8) and (utf16 := _utf16(raw)) is not None:
        return utf16
    if codec is not None and codec != "utf-8":
        return Decoded(_strictly(raw, codec, f"It declares itself {declared}"))
    if utf8 is not None:
        return Decoded(utf8)
    return _windows_1252(raw)


def _codec(declared: str) -> str | None:
    if not declared:
        return None
    try:
        found = codecs.lookup(declared.strip())
    except (LookupError, ValueError):
        raise Unreadable(f"It declares the encoding “{declared[:40]}”, which is unknown.") from None
    if not getattr(found, "_is_text_encoding", True) or found.name in ("utf-7", "idna", "punycode"):
        raise Unreadable(f"It declares the encoding “{declared[:40]}”, which is none of texts.")
    return _CALLED.get(found.name, found.name)


def _strictly(raw: bytes, encoding: str, because: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(f"{because}, but byte 0x{raw[error.start]:02X} at position {error.start:,} is not.") from error


def _utf8(raw: bytes) -> str | None:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return None


def _is_spoilt(utf8: str | None) -> bool:
    """Whether a few NULs have come into a text: UTF-16 would have many in it, or other control characters."""
    return utf8 is not None and 10 * utf8.count("\x00") < len(utf8) and not _CONTROL.search(utf8)


def _utf16(raw: bytes) -> Decoded | None:
    """The text as UTF-16 without a mark where one byte order, and one only, gives words with blanks between them."""
    if len(raw) % 2:
        return None
    found = [order for order in ("utf-16-le", "utf-16-be") if _is_prose(raw, order)]
    if len(found) == 2:
        raise Unreadable("It may be UTF-16 in either byte order: save it as UTF-8.")
    if not found:
        return None
    return Decoded(raw.decode(found[0]), f"It has no mark of its encoding; it was read as {found[0].upper()}.")


def _is_prose(raw: bytes, encoding: str) -> bool:
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    sample = text[:20_000]
    if any(unicodedata.category(one) in ("Cn", "Co", "Cc") and one not in "\t\n\r" for one in sample):
        return False
    return sum(one in " \n" for one in sample) * 50 >= len(sample)


def _windows_1252(raw: bytes) -> Decoded:
    """The text as Windows-1252, which Western text of before UTF-8 nearly always is; Unreadable where it may not be."""
    bad = _first_bad(raw)
    told = f"Not UTF-8: byte 0x{raw[bad]:02X} at position {bad:,} cannot be read"
    if _WITHIN_UTF8.search(raw) and any(_is_letter_or_mark(each) for each in _WITHIN_UTF8.findall(raw)):
        raise Unreadable(f"{told}, though other parts are UTF-8: two encodings are mixed. Save it as UTF-8.")
    try:
        text = raw.decode("cp1252")
    except UnicodeDecodeError:
        raise Unreadable(f"{told}, and it is not Windows-1252 either. Save it as UTF-8.") from None
    beyond = [one for one in text if not one.isascii()]
    letters = sum(one.isalpha() for one in text)
    unlikely = next((one for one in beyond if one not in _LETTERS and one not in _MARKS_OF_PROSE), "")
    if broken := _BROKEN_WORD.search(text):
        unlikely = broken.group()
    if unlikely or sum(one in _LETTERS for one in beyond) > _MOST_BEYOND_ASCII * max(letters, 1):
        because = f"would have “{unlikely}” in it" if unlikely else "would be of few plain letters"
        raise Unreadable(f"{told}. As Windows-1252 it {because}, so it is in doubt. Save it as UTF-8.")
    shown = " ".join(list(dict.fromkeys(one for one in beyond if one.isprintable()))[:_SHOWN])
    return Decoded(text, f"Not UTF-8; it was read as Windows-1252, with {shown}: see whether they are right.")


def _first_bad(raw: bytes) -> int:
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        return error.start
    raise AssertionError("asked of bytes that are UTF-8")


def _is_letter_or_mark(sequence: bytes) -> bool:
    """Whether bytes that look like UTF-8 give a letter of a script, or punctuation."""
    try:
        return unicodedata.category(sequence.decode()[0])[0] in "LP"
    except UnicodeDecodeError:
        return False
