"""What a word is where texts are searched: a run of characters between separators, of whatever script.

The database cuts texts at the same characters (``articles_words``, made by a migration); a test holds the two together
over all of Unicode. Offsets count code points.
"""

import re
from collections.abc import Iterator

# First and last code point of each range: white space, punctuation, symbols and pictures. Fixed for ever, and not asked
# of Python's or PostgreSQL's Unicode tables: they differ by version, and what is stored was cut by those of its day.
SEPARATORS = (
    (0x0, 0x2F), (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0xA9), (0xAB, 0xAC), (0xAE, 0xB4), (0xB6, 0xB9), (0xBB, 0xBF),
    (0xD7, 0xD7), (0xF7, 0xF7), (0x37E, 0x37E), (0x387, 0x387), (0x55A, 0x55F), (0x589, 0x58A), (0x5BE, 0x5BE),
    (0x5C0, 0x5C0), (0x5C3, 0x5C3), (0x5C6, 0x5C6), (0x5F3, 0x5F4), (0x606, 0x60F), (0x61B, 0x61F), (0x66A, 0x66D),
    (0x6D4, 0x6D4), (0x964, 0x965), (0xE4F, 0xE4F), (0xE5A, 0xE5B), (0x10FB, 0x10FB), (0x1360, 0x1368),
    (0x1680, 0x1680), (0x17D4, 0x17DA), (0x1800, 0x180A), (0x2000, 0x200B), (0x200E, 0x205F), (0x2061, 0x206F),
    (0x20A0, 0x20CF), (0x2100, 0x2BFF), (0x2E00, 0x2E7F), (0x3000, 0x3004), (0x3008, 0x3020), (0x3030, 0x3030),
    (0x303D, 0x303F), (0x30FB, 0x30FB), (0xE000, 0xF8FF), (0xFD3E, 0xFD3F), (0xFDFC, 0xFDFF), (0xFE10, 0xFE19),
    (0xFE30, 0xFE6B), (0xFF01, 0xFF0F), (0xFF1A, 0xFF20), (0xFF3B, 0xFF40), (0xFF5B, 0xFF65), (0xFFE0, 0xFFFF),
    (0x1F000, 0x1FAFF), (0xE0000, 0xE0FFF),
)  # fmt: skip
# They stand within words and are not seen: soft hyphen, zero-width joiners, word joiner, byte order mark; the points of
# Hebrew, the vowels of Arabic and its stretched line.
_POINTS = ((0x591, 0x5BD), (0x5BF, 0x5BF), (0x5C1, 0x5C2), (0x5C4, 0x5C5), (0x5C7, 0x5C7), (0x610, 0x61A),
    (0x640, 0x640), (0x64B, 0x652), (0x670, 0x670), (0x6D6, 0x6DC))  # fmt: skip
UNSEEN = "\u00ad\u200c\u200d\u2060\ufeff" + "".join(chr(code) for a, b in _POINTS for code in range(a, b + 1))

_WORD = re.compile("[^" + "".join(f"{re.escape(chr(a))}-{re.escape(chr(b))}" for a, b in SEPARATORS) + "]+")


def words_of(text: str) -> list[str]:
    """The words as they are written, in order."""
    return [match.group() for match in _words(text)]


def spans_of_words(text: str) -> list[tuple[int, int]]:
    """``[start, end)`` of each word, in order."""
    return [match.span() for match in _words(text)]


def _words(text: str) -> Iterator[re.Match[str]]:
    return (match for match in _WORD.finditer(text) if match.group().strip(UNSEEN))
