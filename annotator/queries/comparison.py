"""Two revisions side by side: paragraph beside paragraph, what went and what came, and who had annotated what."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any

from annotator.domain.spans import spans_of
from annotator.queries.contexts import Part, Piece
from articles.alignment import anchors
from articles.passage import Passage, Text, Way

_CHANGES = {Way.MOVED: "moved", Way.DISPUTED: "unsure"}
_ROLES = {
    "source_span": "source",
    "cue_span": "cue",
    "target_span": "target",
    "hedge_spans": "hedge",
    "quantities": "quantity",
}
_OF_NO_ANNOTATION: dict[str, Any] = {}


@dataclass(frozen=True)
class Stretch:
    """A part of a paragraph. ``change`` is "", gone, new, moved or unsure; ``annotation`` the innermost one there.

    ``role`` says that the words are the source, the cue or the target of one, or a hedge or a quantity of it.
    """

    text: str
    change: str
    annotation: dict[str, Any]
    role: str = ""
    is_first: bool = False  # of the stretches of its annotation


@dataclass(frozen=True)
class Row:
    """A paragraph of either text, or of both where one became the other."""

    old: list[Stretch]
    new: list[Stretch]

    @property
    def is_same(self) -> bool:
        return self.old == self.new


def compared(
    old: str, new: str, annotations_old: Sequence[dict[str, Any]], annotations_new: Sequence[dict[str, Any]]
) -> list[Row]:
    """The rows of two texts, or of one alone. ``annotations_…`` are wire forms that stand on each of them."""
    if old == new:
        text = Text(new)
        whole = [_stretches(text, words, [""] * len(text.words), annotations_new) for words in text.paragraphs]
        return [Row(each, each) for each in whole]
    passage = Passage(old, new)
    to = _as_read(passage)
    changes_old = ["gone" if to[k] < 0 and not way else _CHANGES.get(way, "") for k, way in enumerate(passage.way)]
    changes_new = ["new"] * len(passage.new.words)
    for k, there in enumerate(to):
        if there >= 0:
            changes_new[there] = changes_old[k]
    left = [_stretches(passage.old, words, changes_old, annotations_old) for words in passage.old.paragraphs]
    right = [_stretches(passage.new, words, changes_new, annotations_new) for words in passage.new.paragraphs]
    return list(_rows(left, right, _beside(passage)))


def told_apart(before: Sequence[Piece], after: Sequence[Piece]) -> tuple[list[Piece], list[Piece]]:
    """An annotation before and after, in parts: which of its words went, and which came.

    To be looked at, and not to carry anything along. Of words that are not shown whole nothing is said.
    """
    gone: set[tuple[int, int]] = set()
    new: set[tuple[int, int]] = set()
    if not any(piece.is_cut for piece in (*before, *after)):
        left, right = _marked_words(before), _marked_words(after)
        before_places, after_places = list(left), list(right)
        matcher = SequenceMatcher(None, list(left.values()), list(right.values()), autojunk=False)
        for change, i, i_end, j, j_end in matcher.get_opcodes():
            if change != "equal":
                gone.update(before_places[i:i_end])
                new.update(after_places[j:j_end])
    return _in_parts(before, gone, "gone"), _in_parts(after, new, "new")


def _marked_words(pieces: Sequence[Piece]) -> dict[tuple[int, int], str]:
    """The words of an annotation as they are written, by the number of the piece, and of the word in it."""
    return {
        (number, k): piece.text[start:end]
        for number, piece in enumerate(pieces)
        if piece.marked
        for k, (start, end) in enumerate(_places_of_words(piece))
    }


def _in_parts(pieces: Sequence[Piece], edited: set[tuple[int, int]], change: str) -> list[Piece]:
    """Each piece, cut where edited words begin and end; what stands between two of them belongs to them."""
    found = []
    for number, piece in enumerate(pieces):
        parts, at = [], 0
        words = [((number, k) in edited, place) for k, place in enumerate(_places_of_words(piece))]
        for is_edited, run in groupby(words, itemgetter(0)):
            places = [place for _, place in run]
            if is_edited:
                start, end = places[0][0], places[-1][1]
                parts += [Part(piece.text[at:start], ""), Part(piece.text[start:end], change)]
                at = end
        parts.append(Part(piece.text[at:], ""))
        found.append(replace(piece, parts=tuple(part for part in parts if part.text)))
    return found


def _places_of_words(piece: Piece) -> list[tuple[int, int]]:
    text = Text(piece.text)
    return list(zip(text.starts, text.ends, strict=True))


def _as_read(passage: Passage) -> list[int]:
    """Where each old word went, as a reader would say: a full stop that nobody can prove to be the same one, too.

    To be looked at, and not to carry anything along.
    """
    to, taken = list(passage.to), set(passage.to)
    for order, step in ((range(1, len(to)), 1), (range(len(to) - 2, -1, -1), -1)):
        for k in order:
            beside = to[k - step] + step
            if to[k] >= 0 or to[k - step] < 0 or not 0 <= beside < len(passage.new.words) or beside in taken:
                continue
            if passage.new.words[beside] == passage.old.words[k]:
                to[k] = beside
                taken.add(beside)
    return to


def _beside(passage: Passage) -> dict[int, int]:
    """The number of each old paragraph → that of the new one which most of its words went to, in order."""
    paragraph_of = {k: j for j, words in enumerate(passage.new.paragraphs) for k in words}
    pairs: dict[int, int] = {}
    for i, words in enumerate(passage.old.paragraphs):
        went = Counter(paragraph_of[passage.to[k]] for k in words if passage.way[k] in (Way.EDITED, Way.KEPT))
        for j, _ in went.most_common():
            if j not in pairs.values():
                pairs[i] = j
                break
    return anchors(pairs)


def _rows(left: list[list[Stretch]], right: list[list[Stretch]], beside: dict[int, int]) -> Iterator[Row]:
    at_old = at_new = 0
    for i, j in [*beside.items(), (len(left), len(right))]:
        yield from (Row(left[k], []) for k in range(at_old, i))
        yield from (Row([], right[k]) for k in range(at_new, j))
        if i < len(left):
            yield Row(left[i], right[j])
        at_old, at_new = i + 1, j + 1


def _stretches(text: Text, words: range, changes: list[str], annotations: Sequence[dict[str, Any]]) -> list[Stretch]:
    """A paragraph, cut where a change or an annotation begins or ends."""
    start, end = text.starts[words.start], text.ends[words.stop - 1]
    inside = [
        (segment[0], segment[1], annotation)
        for annotation in annotations
        for segment in annotation["segments"]
        if segment[0] < end and segment[1] > start
    ]
    roles = [
        (segment[0], segment[1], _ROLES[name.partition(".")[0]])
        for annotation in annotations
        for name, span in spans_of(annotation).items()
        if name != "segments"
        for segment in span or ()
        if segment[0] < end and segment[1] > start
    ]
    edges = {edge for from_, to, _ in [*inside, *roles] for edge in (from_, to)}
    cuts = {start, end, *(edge for edge in edges if start < edge < end)}
    runs: list[tuple[int, int, str]] = []
    for k in words:
        if runs and runs[-1][2] == changes[k]:
            runs[-1] = (runs[-1][0], text.ends[k], changes[k])
        else:
            runs.append((text.starts[k], text.ends[k], changes[k]))
    cuts |= {edge for a, b, _ in runs for edge in (a, b)}
    found = []
    for a, b in pairwise(sorted(cuts)):
        covering = [(to - from_, annotation) for from_, to, annotation in inside if from_ <= a and b <= to]
        innermost = min(covering, key=lambda pair: pair[0], default=(0, _OF_NO_ANNOTATION))[1]
        change = next((change for from_, to, change in runs if from_ <= a and b <= to), "")
        role = next((role for from_, to, role in roles if from_ <= a and b <= to), "")
        is_first = bool(innermost) and a == max(innermost["segments"][0][0], start)
        found.append(Stretch(text.text[a:b], change, innermost, role, is_first))
    return found
