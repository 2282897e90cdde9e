"""Carrying annotations from one revision of a text to the next, without ever guessing.

Only what the alignment of the two texts proves is carried over by itself (``kept``, ``moved``); the rest waits for a
person, with a proposal where there is one (``changed``, ``orphaned``). Look-alikes are proposed, never taken.
docs/revisions.md tells it with an example.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from articles.offsets import Segment
from articles.passage import Passage, Way

MAX_PROPOSALS = 5
# Of the words of a span, at least this part must still be there for a place to be proposed.
STILL_THERE = 0.5
# A place that is proposed has at most this many words more than the span had.
MOST_PUT_IN = 12

Span = Sequence[Sequence[int]]


class State(StrEnum):
    """How an annotation came through a revision."""

    KEPT = "kept"
    MOVED = "moved"
    CHANGED = "changed"
    ORPHANED = "orphaned"


@dataclass(frozen=True)
class Carried:
    """One annotation after the revision.

    ``spans`` has the new place of every span when the state is kept or moved, and the proposed one, with None for
    what is gone, when it is changed; so it has when it is orphaned, and the main one is gone. ``elsewhere`` are places
    where the very words of its main span stand now, for a person to choose from.
    """

    state: State
    spans: dict[str, list[Segment] | None] = field(default_factory=dict)
    elsewhere: list[list[Segment]] = field(default_factory=list)


def carry(old: str, new: str, annotations: Sequence[Mapping[str, Span | None]]) -> list[Carried]:
    """Carry each annotation, given as its spans by name (main one first), from ``old`` to ``new``."""
    if old == new:
        return [Carried(State.KEPT, {name: _listed(span) for name, span in spans.items()}) for spans in annotations]
    passage = Passage(old, new)
    return [_carried(passage, spans) for spans in annotations]


def _carried(passage: Passage, spans: Mapping[str, Span | None]) -> Carried:
    given = {name: span for name, span in spans.items() if span}
    nothing: dict[str, list[Segment] | None] = dict.fromkeys(spans)
    places = {name: [_place(passage, start, end) for start, end in span] for name, span in given.items()}
    ways = {(place.state, place.distance) for found in places.values() for place in found}
    states = {state for state, _ in ways}
    carried = {name: _in_order([place.segment for place in found]) for name, found in places.items()}
    # What moved must have moved as one: its source may not have stayed behind.
    together = states == {State.KEPT} or (states == {State.MOVED} and len(ways) == 1)
    if together and None not in carried.values():
        return Carried(State(states.pop()), nothing | carried)
    main = next(iter(given))
    elsewhere = _occurrences(passage, given[main])
    proposed = {
        name: _in_order([_proposed(passage, start, end) for start, end in span]) for name, span in given.items()
    }
    if proposed[main] or any(_is_disputed(passage, start, end) for start, end in given[main]):
        return Carried(State.CHANGED, nothing | proposed, elsewhere)
    return Carried(State.ORPHANED, nothing | proposed, elsewhere)


@dataclass(frozen=True)
class _Place:
    """Where one segment went: ``state`` and ``segment`` are None where that is not proven.

    ``distance`` is how many words further on it stands when it moved.
    """

    state: State | None = None
    segment: Segment | None = None
    distance: int = 0


def _place(passage: Passage, start: int, end: int) -> _Place:
    inside = _words_in(passage, start, end)
    first, last = inside[0], inside[-1]
    ways = {passage.way[k] for k in inside}
    distances = {passage.to[k] - k for k in inside}
    if min(ways) < Way.EDITED or len(distances) > 1 or (Way.MOVED in ways and len(ways) > 1):
        return _Place()
    if Way.EDITED in ways and not _is_held(passage, inside):
        return _Place()
    old, new = passage.old, passage.new
    to_start = new.starts[passage.to[first]] + start - old.starts[first]
    to_end = new.ends[passage.to[last]] - (old.ends[last] - end)
    # White space between words may differ; the words may not.
    if old.text[start:end].split() != new.text[to_start:to_end].split():
        return _Place()
    if Way.MOVED in ways:
        return _Place(State.MOVED, (to_start, to_end), distances.pop())
    return _Place(State.KEPT, (to_start, to_end))


def _is_held(passage: Passage, inside: range) -> bool:
    """Whether what stands beside words in an edited sentence tells that they are the same ones.

    On one side at the least must stand what stood there; on both where the word at the other edge occurs twice in what
    was edited: of “the it plan” there is “the plan” left, but that may be the “it” that is a “the” now.
    """
    first, last = inside[0], inside[-1]
    before = _stays_beside(passage, first, -1)
    after = _stays_beside(passage, last, +1)
    if before and after:
        return True
    words = [k for k in inside if passage.old.words[k][0].isalnum()] or [first if before else last]
    edge = range(words[-1], last + 1) if before else range(first, words[0] + 1)
    return (before or after) and not _occurs_twice(passage, edge)


def _stays_beside(passage: Passage, k: int, step: int) -> bool:
    neighbour, to = k + step, passage.to[k] + step
    is_last_of_old, is_last_of_new = not 0 <= neighbour < len(passage.to), not 0 <= to < len(passage.new.words)
    if is_last_of_old or is_last_of_new:
        return is_last_of_old and is_last_of_new
    return passage.way[neighbour] >= Way.EDITED and passage.to[neighbour] == to


def _occurs_twice(passage: Passage, inside: range) -> bool:
    words = [passage.old.words[k] for k in inside]
    return any(edit.has_twice(words) for edit in {passage.edit_of[k] for k in inside if k in passage.edit_of})


def _proposed(passage: Passage, start: int, end: int) -> Segment | None:
    """The words that stand in the place of a segment's: those still there, and what replaced those that are not."""
    inside = _words_in(passage, start, end)
    there = [passage.to[k] for k in inside if passage.to[k] >= 0]
    before, after = _neighbour(passage, inside[0] - 1), _neighbour(passage, inside[-1] + 1)
    at_most = len(inside) + MOST_PUT_IN
    if there and len(there) >= STILL_THERE * len(inside):
        first, last = min(there), max(there)
        if before is not None and passage.to[inside[0]] < 0 and 0 < first - before <= at_most:
            first = before + 1
        if after is not None and passage.to[inside[-1]] < 0 and 0 < after - last <= at_most:
            last = after - 1
    elif before is not None and after is not None:
        first, last = before + 1, after - 1
    else:
        return None
    if not 0 <= last - first < at_most:
        return None
    return passage.new.starts[first], passage.new.ends[last]


def _neighbour(passage: Passage, k: int) -> int | None:
    """Where the word beside a segment went, for certain. The beginning and the end of the text stay what they are."""
    if k < 0 or k == len(passage.to):
        return -1 if k < 0 else len(passage.new.words)
    return passage.to[k] if passage.way[k] >= Way.EDITED else None


def _is_disputed(passage: Passage, start: int, end: int) -> bool:
    return any(passage.way[k] == Way.DISPUTED for k in _words_in(passage, start, end))


def _occurrences(passage: Passage, span: Span) -> list[list[Segment]]:
    """Where the words of a span of one segment stand in the new text to the letter, the first few."""
    if len(span) != 1:
        return []
    words = passage.old.text[span[0][0] : span[0][1]]
    found: list[list[Segment]] = []
    at = passage.new.text.find(words)
    while at >= 0 and len(found) < MAX_PROPOSALS:
        found.append([(at, at + len(words))])
        at = passage.new.text.find(words, at + 1)
    return found


def _words_in(passage: Passage, start: int, end: int) -> range:
    return range(bisect_right(passage.old.ends, start), bisect_left(passage.old.starts, end))


def _in_order(segments: Sequence[Segment | None]) -> list[Segment] | None:
    """The segments of one span in the new text; None unless all are there, in order and apart."""
    whole = [segment for segment in segments if segment is not None]
    if len(whole) < len(segments) or any(before[1] >= after[0] for before, after in pairwise(whole)):
        return None
    return whole


def _listed(span: Span | None) -> list[Segment] | None:
    return [(start, end) for start, end in span] if span else None
