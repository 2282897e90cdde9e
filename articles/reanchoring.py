"""Carrying annotations from one revision of a text to the next, without ever guessing.

The two texts are aligned from the coarse to the fine: paragraphs, then sentences, then the words of sentences that
were edited. Only what the alignment proves is carried over by itself (``kept``, ``moved``); the rest waits for a
person, with a proposal where there is one (``changed``, ``orphaned``). Look-alikes are proposed, never taken.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from articles.alignment import in_order, proven, unique_pairs
from articles.offsets import Segment, trimmed
from articles.text import paragraphs

# A word, a number with its points, or one other character that is not white space.
_TOKEN = re.compile(r"\w+(?:[.,’'-]\w+)*|[^\w\s]")
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’»)\]]*\s+")

# Of the words of an edited sentence and its successor, at least this part must be the same for it to be the same one.
SAME_SENTENCE = 0.5
MAX_PROPOSALS = 5

Span = Sequence[Sequence[int]]


class State(StrEnum):
    """How an annotation came through a revision. The words are those of docs/revisions.md."""

    KEPT = "kept"
    MOVED = "moved"
    CHANGED = "changed"
    ORPHANED = "orphaned"


@dataclass(frozen=True)
class Carried:
    """One annotation after the revision.

    ``spans`` has the new place of every span when the state is kept or moved, and the proposed one, with None for
    what is gone, when it is changed; it is empty when it is orphaned. ``elsewhere`` are places where the very words
    of its main span stand now, for a person to choose from.
    """

    state: State
    spans: dict[str, list[Segment] | None] = field(default_factory=dict)
    elsewhere: list[list[Segment]] = field(default_factory=list)


def carry(old: str, new: str, annotations: Sequence[Mapping[str, Span | None]]) -> list[Carried]:
    """Carry each annotation, given as its spans by name (main one first), from ``old`` to ``new``."""
    if old == new:
        return [Carried(State.KEPT, {name: _listed(span) for name, span in spans.items()}) for spans in annotations]
    passage = _Passage(old, new)
    return [_carried(passage, spans) for spans in annotations]


def _carried(passage: "_Passage", spans: Mapping[str, Span | None]) -> Carried:
    given = {name: span for name, span in spans.items() if span}
    places = {name: [passage.place(start, end) for start, end in span] for name, span in given.items()}
    found = [place for segments in places.values() for place in segments]
    # A span that moved away from the others of its annotation is for a person to look at.
    states = {place.state for place in found}
    carried = {name: _joined(segments) if segments else None for name, segments in places.items()}
    whole = all(carried[name] is not None and len(carried[name] or []) == len(given[name]) for name in given)
    nothing = dict.fromkeys(spans)
    if whole and len(states) == 1 and states <= {State.KEPT, State.MOVED}:
        return Carried(states.pop(), nothing | carried)
    main = next(iter(given))
    elsewhere = passage.occurrences(given[main])
    if all(place.segment is None for place in places[main]):
        return Carried(State.ORPHANED, {}, elsewhere)
    return Carried(State.CHANGED, nothing | carried, elsewhere)


@dataclass(frozen=True)
class _Place:
    """Where one segment went; ``segment`` is None when its words are gone."""

    state: State
    segment: Segment | None


@dataclass(frozen=True)
class _Unit:
    """A paragraph or a sentence."""

    start: int
    end: int
    text: str


class _Passage:
    """The way from one text to the next, worked out once for all annotations."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new
        # Stretches of the old text that stand in the new one to the letter: (start, end, shift, state), by start.
        self._same: list[tuple[int, int, int, State]] = []
        self._sentences: list[_Sentence] = []
        self._align_paragraphs()
        self._join()

    def place(self, start: int, end: int) -> _Place:
        """Where ``[start, end)`` of the old text stands in the new one."""
        for from_, to, shift, state in self._around(start, end):
            if from_ <= start and end <= to:
                return _Place(state, (start + shift, end + shift))
        return self._edited(start, end)

    def occurrences(self, span: Span) -> list[list[Segment]]:
        """Where the words of a span stand in the new text to the letter, the first few; one segment only."""
        if len(span) != 1:
            return []
        words = self.old[span[0][0] : span[0][1]]
        found: list[list[Segment]] = []
        at = self.new.find(words)
        while at >= 0 and len(found) < MAX_PROPOSALS:
            found.append([(at, at + len(words))])
            at = self.new.find(words, at + 1)
        return found

    def _around(self, start: int, end: int) -> list[tuple[int, int, int, State]]:
        return [same for same in self._same if same[0] < end and same[1] > start]

    # --- From the coarse to the fine ---

    def _align_paragraphs(self) -> None:
        old, new = _units(self.old, paragraphs(self.old)), _units(self.new, paragraphs(self.new))
        pairs = unique_pairs([unit.text for unit in old], [unit.text for unit in new])
        kept = in_order(pairs)
        for i, j in pairs.items():
            self._take(old[i], new[j], State.KEPT if i in kept else State.MOVED)
        gaps = []
        at_old = at_new = 0
        for i, j in [*kept.items(), (len(old), len(new))]:
            gone = [old[k] for k in range(at_old, i) if k not in pairs]
            come = [new[k] for k in range(at_new, j) if k not in pairs.values()]
            if gone:
                gaps.append((_sentences(self.old, gone), _sentences(self.new, come)))
            elif come:
                gaps.append(([], _sentences(self.new, come)))
            at_old, at_new = i + 1, j + 1
        self._align_sentences(gaps)

    def _align_sentences(self, gaps: list[tuple[list[_Unit], list[_Unit]]]) -> None:
        kept = [proven([unit.text for unit in old], [unit.text for unit in new]) for old, new in gaps]
        gone = [(g, i) for g, (old, _) in enumerate(gaps) for i in range(len(old)) if i not in kept[g]]
        come = [(g, j) for g, (_, new) in enumerate(gaps) for j in range(len(new)) if j not in kept[g].values()]
        moved = unique_pairs([gaps[g][0][i].text for g, i in gone], [gaps[g][1][j].text for g, j in come])
        moved_from, moved_to = {gone[k] for k in moved}, {come[k] for k in moved.values()}
        for k, m in moved.items():
            (g, i), (h, j) = gone[k], come[m]
            self._take(gaps[g][0][i], gaps[h][1][j], State.MOVED)
        for g, (old, new) in enumerate(gaps):
            at_old = at_new = 0
            for i, j in [*sorted(kept[g].items()), (len(old), len(new))]:
                if i < len(old):
                    self._take(old[i], new[j], State.KEPT)
                self._align_words(
                    [old[k] for k in range(at_old, i) if (g, k) not in moved_from],
                    [new[k] for k in range(at_new, j) if (g, k) not in moved_to],
                )
                at_old, at_new = i + 1, j + 1

    def _align_words(self, old: list[_Unit], new: list[_Unit]) -> None:
        """Align the words of sentences that were edited with those of what stands in their place."""
        tokens_old = [token for unit in old for token in _tokens(unit)]
        tokens_new = [token for unit in new for token in _tokens(unit)]
        pairs = proven([token.text for token in tokens_old], [token.text for token in tokens_new])
        sentence_of_new = [s for s, unit in enumerate(new) for _ in _tokens(unit)]
        at = 0
        for unit in old:
            count = len(_tokens(unit))
            matched = {i: pairs[i] for i in range(at, at + count) if i in pairs}
            most = Counter(sentence_of_new[j] for j in matched.values()).most_common(1)
            successor = most[0][0] if most else None
            if successor is not None:
                matched = {i: j for i, j in matched.items() if sentence_of_new[j] == successor}
                length = count + len(_tokens(new[successor]))
                same = 2 * len(matched) / length >= SAME_SENTENCE
            else:
                same = False
            self._sentences.append(
                _Sentence(
                    unit,
                    [tokens_old[i] for i in range(at, at + count)],
                    {i - at: tokens_new[j] for i, j in matched.items()},
                    {i - at: j for i, j in matched.items()},
                    same,
                )
            )
            at += count

    def _take(self, old: _Unit, new: _Unit, state: State) -> None:
        self._same.append((old.start, old.end, new.start - old.start, state))

    def _join(self) -> None:
        """Make one stretch of neighbours that went the same way with what stands between them."""
        joined: list[tuple[int, int, int, State]] = []
        for start, end, shift, state in sorted(self._same):
            if joined:
                from_, to, shift_before, state_before = joined[-1]
                between = self.old[to:start] == self.new[to + shift : start + shift] and not self.old[to:start].strip()
                if (shift_before, state_before) == (shift, state) and between:
                    joined[-1] = (from_, end, shift, state)
                    continue
            joined.append((start, end, shift, state))
        self._same = joined

    # --- In an edited sentence ---

    def _edited(self, start: int, end: int) -> _Place:
        """A segment that does not lie in one untouched stretch."""
        touched = [sentence for sentence in self._sentences if sentence.unit.start < end and sentence.unit.end > start]
        if len(touched) == 1 and touched[0].unit.start <= start and end <= touched[0].unit.end:
            place = touched[0].place(start, end, self.old, self.new)
            if place is not None:
                return place
        ends = [end_ for sentence in touched for end_ in sentence.images(start, end)]
        for from_, to, shift, _ in self._around(start, end):
            ends += [(max(start, from_) + shift, min(end, to) + shift)]
        if not ends:
            return _Place(State.ORPHANED, None)
        proposed = trimmed(min(first for first, _ in ends), max(last for _, last in ends), self.new)
        return _Place(State.CHANGED, proposed)


@dataclass(frozen=True)
class _Sentence:
    """An edited sentence of the old text, and which of its words stand in the sentence that succeeds it."""

    unit: _Unit
    tokens: list[_Unit]
    matched: dict[int, _Unit]
    order: dict[int, int]
    same: bool

    def place(self, start: int, end: int, old: str, new: str) -> _Place | None:
        """The place of a segment whose words are all there, one beside the other, in their surroundings."""
        inside = [k for k, token in enumerate(self.tokens) if token.start < end and token.end > start]
        if not self.same or not inside or any(k not in self.order for k in inside):
            return None
        first, last = inside[0], inside[-1]
        if self.order[last] - self.order[first] != last - first:
            return None
        # Beside it stands what stood beside it, on one side at the least: else it is a word like it.
        before = first > 0 and self.order.get(first - 1) == self.order[first] - 1
        after = last + 1 < len(self.tokens) and self.order.get(last + 1) == self.order[last] + 1
        if not (before or after or (first == 0 and last == len(self.tokens) - 1)):
            return None
        shift = self.matched[first].start - self.tokens[first].start
        if old[start:end] != new[start + shift : end + shift]:
            return None
        return _Place(State.KEPT, (start + shift, end + shift))

    def images(self, start: int, end: int) -> list[Segment]:
        """Where those words of ``[start, end)`` stand that are still there."""
        return [
            (self.matched[k].start, self.matched[k].end)
            for k, token in enumerate(self.tokens)
            if k in self.matched and token.start < end and token.end > start
        ]


def _units(text: str, segments: list[Segment]) -> list[_Unit]:
    return [_Unit(start, end, text[start:end]) for start, end in segments]


def _sentences(text: str, within: list[_Unit]) -> list[_Unit]:
    """The sentences of paragraphs. Where one ends need only be the same on both sides, not right."""
    found = []
    for unit in within:
        start = unit.start
        for match in _SENTENCE_END.finditer(text, unit.start, unit.end):
            found.append((start, match.end()))
            start = match.end()
        found.append((start, unit.end))
    return _units(text, [segment for start, end in found if (segment := trimmed(start, end, text))])


def _tokens(unit: _Unit) -> list[_Unit]:
    return [
        _Unit(unit.start + match.start(), unit.start + match.end(), match.group())
        for match in _TOKEN.finditer(unit.text)
    ]


def _joined(places: list[_Place]) -> list[Segment] | None:
    """The segments of one span in the new text; None unless they are there, in order and apart."""
    segments = [place.segment for place in places if place.segment is not None]
    in_place = all(before[1] < after[0] for before, after in pairwise(segments))
    return segments if segments and in_place else None


def _listed(span: Span | None) -> list[Segment] | None:
    return [(start, end) for start, end in span] if span else None
