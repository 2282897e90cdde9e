"""THE OFFSET RULE: what a span is, and how its offsets are counted.

A span is one or more segments ``[start, end)`` in Unicode code points of one immutable text. Segments are ordered,
disjoint and do not touch; none is empty, and none begins or ends in white space. UTF-16 and UTF-8 offsets exist only
at the edges and are converted here.
"""

from collections.abc import Sequence

Segment = tuple[int, int]

MAX_SEGMENTS = 200

# Unicode White_Space, and U+001C-001F and U+FEFF. Written out because str.isspace() and JavaScript's \s each leave
# some of these out; static/js/offsets.js has the same list and tests/data/offsets.json checks both.
WHITE_SPACE = frozenset(
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680"
    "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
)


class SpanError(ValueError):
    """A span that breaks the rule. ``value`` is the offending segment or list, as it was given."""

    def __init__(self, message: str, value: object) -> None:
        super().__init__(message)
        self.message = message
        self.value = value


def checked(segments: object, text: str) -> list[Segment]:
    """Return ``segments`` as a list of pairs, or raise SpanError naming the first thing that is wrong with them."""
    pairs = _pairs(segments)
    length = len(text)
    end_before = -1
    for start, end in pairs:
        name = f"[{start}, {end})"
        if start < 0:
            raise SpanError(f"Span {name} begins before the text, whose first character is 0.", [start, end])
        if end > length:
            raise SpanError(f"Span {name} ends after the text, which has {length:,} characters.", [start, end])
        if start >= end:
            raise SpanError(f"Span {name} is empty: its end must be greater than its start.", [start, end])
        if start < end_before:
            raise SpanError(
                f"Span {name} overlaps or precedes the segment before it, which ends at {end_before}.", [start, end]
            )
        if start == end_before:
            raise SpanError(f"Span {name} touches the segment before it: give the two as one.", [start, end])
        if text[start] in WHITE_SPACE or text[end - 1] in WHITE_SPACE:
            raise SpanError(f"Span {name} begins or ends in white space: “{text[start:end][:40]}”.", [start, end])
        end_before = end
    return pairs


def _pairs(segments: object) -> list[Segment]:
    if not isinstance(segments, Sequence) or isinstance(segments, str | bytes) or not segments:
        raise SpanError("A span is a list of at least one [start, end] pair.", segments)
    if len(segments) > MAX_SEGMENTS:
        raise SpanError(f"A span has at most {MAX_SEGMENTS} segments; this one has {len(segments):,}.", len(segments))
    pairs = []
    for pair in segments:
        if (
            not isinstance(pair, Sequence)
            or isinstance(pair, str | bytes)
            or len(pair) != 2
            or not all(type(offset) is int for offset in pair)
        ):
            raise SpanError("Each segment is a pair of whole numbers, [start, end].", pair)
        pairs.append((pair[0], pair[1]))
    return pairs


def words(segments: Sequence[Sequence[int]], text: str) -> list[str]:
    """The words on which each segment stands."""
    return [text[start:end] for start, end in segments]


def covers(outer: Sequence[Sequence[int]], inner: Sequence[Sequence[int]]) -> bool:
    """Whether ``inner`` lies between the first and the last character of ``outer``.

    A quotation that goes on after its speaker was named has a gap, and what it reports may run over that gap.
    """
    return outer[0][0] <= inner[0][0] and inner[-1][1] <= outer[-1][1]


def trimmed(start: int, end: int, text: str) -> Segment | None:
    """``[start, end)`` without the white space at its edges, or None when nothing is left."""
    while start < end and text[start] in WHITE_SPACE:
        start += 1
    while end > start and text[end - 1] in WHITE_SPACE:
        end -= 1
    return (start, end) if start < end else None


class Units:
    """Converts code-point offsets of one text to another unit and back.

    ``unit`` is "utf16" (JavaScript, Java, C#) or "utf8" (Go, Rust, bytes). Raises SpanError for an offset that
    falls inside a character or outside the text. O(length) to build, O(1) to convert.
    """

    def __init__(self, text: str, unit: str) -> None:
        width = {"utf16": _utf16_width, "utf8": _utf8_width}[unit]
        self.unit = unit
        self._outside = [0]
        for character in text:
            self._outside.append(self._outside[-1] + width(character))
        self._inside = {offset: position for position, offset in enumerate(self._outside)}

    def outward(self, offset: int) -> int:
        """Code points to the other unit."""
        return self._outside[offset]

    def inward(self, offset: int) -> int:
        """The other unit to code points."""
        try:
            return self._inside[offset]
        except KeyError:
            bound = self._outside[-1]
            where = "inside a character" if 0 <= offset <= bound else f"outside the text, which has {bound:,} units"
            raise SpanError(f"The {self.unit} offset {offset} falls {where}.", offset) from None


def _utf16_width(character: str) -> int:
    return 2 if ord(character) > 0xFFFF else 1


def _utf8_width(character: str) -> int:
    point = ord(character)
    return 1 if point < 0x80 else 2 if point < 0x800 else 3 if point < 0x10000 else 4
