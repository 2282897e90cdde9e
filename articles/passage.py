"""The way of each word from one text to the next, with how sure it is. ``articles.reanchoring`` carries spans along it.

The texts are aligned from the coarse to the fine: paragraphs, then sentences, then the words of edited sentences.
Curly and straight quotation marks, kinds of dashes and of white space make no difference here: they do to the spans.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from enum import IntEnum
from functools import cached_property
from itertools import pairwise

from articles.alignment import anchors, proven, unique_pairs
from articles.lookalikes import Sentences, are_alike
from articles.text import paragraphs

# One character for one, so that offsets stay what they are.
_FOLDED = str.maketrans("‘’‚‛′“”„‟″«»–—‐‑−", "'''''" + '"""""""' + "-----")
# A word, a number with its points, or one other character that is not white space.
_WORD = re.compile(r"\w+(?:['-]\w+|(?<=\d)[.,](?=\d)\w+)*|[^\w\s]")
_SENTENCE_END = re.compile(r"[.!?…]+[\"')\]]*\s+")

# Of an edited sentence, and of the one that it became, at least this part of the words has been matched.
COVERED = 0.5

Words = range  # of the words of a text, by their number


class Way(IntEnum):
    """How surely a word went where it seems to have gone."""

    NONE = 0  # it is gone
    DISPUTED = 1  # it is there more than once, or less often than it was
    LIKELY = 2  # in a sentence that was rewritten: good enough to propose
    EDITED = 3  # in a sentence that was edited around it
    KEPT = 4
    MOVED = 5


class Text:
    """A text as the words that it consists of. ``starts`` and ``ends`` are their offsets in code points."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._folded = text.translate(_FOLDED)
        matches = list(_WORD.finditer(self._folded))
        self.words = [match.group() for match in matches]
        self.starts = [match.start() for match in matches]
        self.ends = [match.end() for match in matches]
        self.paragraphs = list(self._cut(paragraphs(text)))

    def sentences(self, paragraph: Words) -> list[Words]:
        """Where one ends need only be the same in both texts, not right."""
        start, end = self.starts[paragraph.start], self.ends[paragraph.stop - 1]
        ends = [match.end() for match in _SENTENCE_END.finditer(self._folded, start, end)]
        return list(self._cut(list(pairwise([start, *ends, end])), first=paragraph.start))

    def key(self, words: Words) -> tuple[str, ...]:
        return tuple(self.words[words.start : words.stop])

    def _cut(self, segments: Iterable[tuple[int, int]], first: int = 0) -> Iterator[Words]:
        """The words of each segment; segments without any are left out."""
        at = first
        for _, end in segments:
            start = at
            while at < len(self.starts) and self.starts[at] < end:
                at += 1
            if at > start:
                yield Words(start, at)


class Edit:
    """A part of a text that was edited: its words before, and what stands there now."""

    def __init__(self, before: list[str], after: list[str]) -> None:
        self.before, self.after = before, after

    def has_twice(self, words: list[str]) -> bool:
        """Whether ``words`` stand side by side more than once before or after."""
        return any(self._count(words, in_which) > 1 for in_which in (0, 1))

    def _count(self, words: list[str], in_which: int) -> int:
        stream, places = (self.before, self.after)[in_which], self._places[in_which]
        at, rarest = min(enumerate(words), key=lambda pair: len(places.get(pair[1], ())))
        starts = [place - at for place in places.get(rarest, ())]
        return sum(start >= 0 and stream[start : start + len(words)] == words for start in starts)

    @cached_property
    def _places(self) -> tuple[dict[str, list[int]], ...]:
        """Where each word stands before and after."""
        found: tuple[dict[str, list[int]], ...] = ({}, {})
        for places, stream in zip(found, (self.before, self.after), strict=True):
            for at, word in enumerate(stream):
                places.setdefault(word, []).append(at)
        return found


class Passage:
    """From ``old`` to ``new``: ``to`` has the new number of each old word (-1 for none), ``way`` how it went there."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = Text(old), Text(new)
        self.to = [-1] * len(self.old.words)
        self.way = [Way.NONE] * len(self.old.words)
        # The edited part of the text that a word lies in.
        self.edit_of: dict[int, Edit] = {}
        self._edited_old: list[Words] = []
        self._edited_new: list[Words] = []
        # Sentences in them that are not like what became of them, or what they were; of the others the runs of words
        # that have not been matched. And sentences of which less than COVERED has been.
        self._strange_old: list[Words] = []
        self._strange_new: list[Words] = []
        self._gone: list[Words] = []
        self._come: list[Words] = []
        self._align_sentences(self._align_paragraphs())
        self._doubt_look_alikes()
        self._propose_rewritten()

    # --- From the coarse to the fine ---

    def _align_paragraphs(self) -> list[tuple[list[Words], list[Words]]]:
        """Pair the paragraphs that occur once; returns the sentences that are left between those that kept order."""
        old, new = self.old.paragraphs, self.new.paragraphs
        pairs = unique_pairs([self.old.key(unit) for unit in old], [self.new.key(unit) for unit in new])
        # What was edited tells too which of the others kept their order.
        edited = self._like_each_other(pairs)
        ordered = anchors(pairs | edited)
        in_order, taken = {i: j for i, j in pairs.items() if i in ordered}, set(pairs.values())
        known = taken | set(edited.values())
        self._strange_paragraphs = [new[j] for j in range(len(new)) if j not in known]
        for i, j in pairs.items():
            self._pair(old[i], new[j], Way.KEPT if i in in_order else Way.MOVED)
        self._whole = {old[i].start for i in pairs}
        gaps = []
        at_old = at_new = 0
        for i, j in [*in_order.items(), (len(old), len(new))]:
            gone = [s for k in range(at_old, i) if k not in pairs for s in self.old.sentences(old[k])]
            come = [s for k in range(at_new, j) if k not in taken for s in self.new.sentences(new[k])]
            if gone or come:
                gaps.append((gone, come))
            at_old, at_new = i + 1, j + 1
        return gaps

    def _like_each_other(self, pairs: dict[int, int]) -> dict[int, int]:
        """Paragraphs outside ``pairs``, by their numbers, of which each is like the other and like no third."""
        left_old = [i for i in range(len(self.old.paragraphs)) if i not in pairs]
        taken = set(pairs.values())
        left_new = [j for j in range(len(self.new.paragraphs)) if j not in taken]
        old = Sentences([self.old.key(self.old.paragraphs[i]) for i in left_old])
        new = Sentences([self.new.key(self.new.paragraphs[j]) for j in left_new])
        found = {}
        for k, i in enumerate(left_old):
            heirs = new.like(self.old.key(self.old.paragraphs[i]))
            if heirs is not None and len(heirs) == 1:
                j = left_new[min(heirs)]
                if old.like(self.new.key(self.new.paragraphs[j])) == {k}:
                    found[i] = j
        return found

    def _align_sentences(self, gaps: list[tuple[list[Words], list[Words]]]) -> None:
        keys = [([self.old.key(s) for s in gone], [self.new.key(s) for s in come]) for gone, come in gaps]
        # One that occurs more or less often than before: nobody can tell which of them is which.
        before = Counter(key for gone, _ in keys for key in gone)
        after = Counter(key for _, come in keys for key in come)
        disputed = {key for key in before.keys() & after.keys() if before[key] != after[key]}
        matched = [{i: j for i, j in proven(gone, come).items() if gone[i] not in disputed} for gone, come in keys]
        left_old = [(g, i) for g, (gone, _) in enumerate(keys) for i in range(len(gone)) if i not in matched[g]]
        met = [set(pairs.values()) for pairs in matched]
        left_new = [(g, j) for g, (_, come) in enumerate(keys) for j in range(len(come)) if j not in met[g]]
        moves = unique_pairs([keys[g][0][i] for g, i in left_old], [keys[g][1][j] for g, j in left_new])
        moved = {left_old[k]: left_new[m] for k, m in moves.items()}
        for (g, i), (h, j) in moved.items():
            self._pair(gaps[g][0][i], gaps[h][1][j], Way.MOVED)
        arrived = set(moved.values())
        for g, (gone, come) in enumerate(gaps):
            at_old = at_new = 0
            for i, j in [*sorted(matched[g].items()), (len(gone), len(come))]:
                if i < len(gone):
                    self._pair(gone[i], come[j], Way.KEPT)
                before_edit = [gone[k] for k in range(at_old, i) if (g, k) not in moved]
                for sentence in before_edit:
                    if self.old.key(sentence) in disputed:
                        self._mark(sentence, Way.DISPUTED)
                self._align_words(
                    [sentence for sentence in before_edit if self.old.key(sentence) not in disputed],
                    [come[k] for k in range(at_new, j) if (g, k) not in arrived and keys[g][1][k] not in disputed],
                )
                at_old, at_new = i + 1, j + 1

    def _align_words(self, old: list[Words], new: list[Words]) -> None:
        """Pair the words of sentences that were edited with those of what stands in their place."""
        words_old, words_new = [k for unit in old for k in unit], [k for unit in new for k in unit]
        edit = Edit([self.old.words[k] for k in words_old], [self.new.words[k] for k in words_new])
        pairs = {words_old[i]: words_new[j] for i, j in proven(edit.before, edit.after).items()}
        there = {j: i for i, j in pairs.items()}
        poor_new = {k for unit in new if not _covered(unit, there) for k in unit}
        for unit in old:
            well = _covered(unit, pairs)
            if not well:
                self._gone.append(unit)
            for k in unit:
                self.edit_of[k] = edit
                if k in pairs:
                    self.to[k] = pairs[k]
                    self.way[k] = Way.EDITED if well and pairs[k] not in poor_new else Way.LIKELY
        self._edited_old += old
        self._edited_new += new
        self._strange_old += _strange(self.old, old, pairs, self.new, new)
        self._strange_new += _strange(self.new, new, there, self.old, old)
        self._come += [unit for unit in new if not _covered(unit, there)]

    def _pair(self, old: Words, new: Words, way: Way) -> None:
        self.to[old.start : old.stop] = new
        self._mark(old, way)

    def _mark(self, words: Words, way: Way) -> None:
        self.way[words.start : words.stop] = [way] * len(words)

    # --- Look-alikes ---

    def _doubt_look_alikes(self) -> None:
        """A sentence beside whose like something new came, or something like it went, may be either of the two.

        Somebody may have doubled it and edited the first, or edited its neighbour until it read the same.
        """
        come = Sentences(map(self.new.key, self._strange_new))
        gone = Sentences(map(self.old.key, self._strange_old))
        paragraphs_come = Sentences(map(self.new.key, self._strange_paragraphs))
        if come or gone or paragraphs_come:
            for paragraph in self.old.paragraphs:
                sentences = self.old.sentences(paragraph)
                is_whole = paragraph.start in self._whole
                doubled = {sentence for sentence in sentences if come.like(self.old.key(sentence)) != set()}
                doubted = doubled | {sentence for sentence in sentences if gone.like(self.old.key(sentence)) != set()}
                # A paragraph that is there as a whole vouches that no sentence of it was made from its neighbour.
                if is_whole and 2 * len(doubted) <= len(sentences):
                    doubted = doubled
                # It is there, and so is something new that is like the whole of it: that may be what became of it.
                if is_whole and paragraphs_come.like(self.old.key(paragraph)) != set():
                    doubted = set(sentences)
                for sentence in doubted:
                    if self.way[sentence.start] >= Way.EDITED:
                        self._mark(sentence, Way.DISPUTED)
        self._doubt_twins()

    def _doubt_twins(self) -> None:
        """Of two edited sentences that are like each other, either may be the one that both are like."""
        before = Sentences(map(self.old.key, self._edited_old))
        after = Sentences(map(self.new.key, self._edited_new))
        for unit in self._edited_old:
            key = self.old.key(unit)
            heirs, kin = after.like(key), before.like(key)
            keys_of_heirs = [self.new.key(self._edited_new[n]) for n in heirs or ()]
            if (
                heirs is None
                or kin is None
                or any(after.has_two_like(heir, among=heirs) for heir in keys_of_heirs)
                or any(before.has_two_like(heir, among=kin) for heir in keys_of_heirs)
            ):
                self._mark(unit, Way.DISPUTED)

    def _propose_rewritten(self) -> None:
        """Where a sentence was moved and edited as well, its words are proposed there."""
        come = Sentences(map(self.new.key, self._come))
        for gone in self._gone:
            alike = come.like(self.old.key(gone))
            if alike is None or len(alike) != 1:
                continue
            unit = self._come[min(alike)]
            for i, j in proven(self.old.key(gone), self.new.key(unit)).items():
                self.to[gone[i]], self.way[gone[i]] = unit[j], Way.LIKELY


def _covered(unit: Words, matched: Iterable[int]) -> bool:
    return sum(k in matched for k in unit) >= COVERED * len(unit)


def _strange(text: Text, units: list[Words], to: dict[int, int], other: Text, others: list[Words]) -> Iterator[Words]:
    """The sentences that are not like the one with most of the words that theirs are paired with.

    Of one that is, the runs of words that have no pair.
    """
    unit_of = {k: unit for unit in others for k in unit}
    for unit in units:
        most = Counter(unit_of[to[k]] for k in unit if k in to).most_common(1)
        if most and are_alike(text.key(unit), other.key(most[0][0])):
            yield from _runs_without(unit, to)
        else:
            yield unit


def _runs_without(unit: Words, matched: Iterable[int]) -> Iterator[Words]:
    """The runs of three or more words of a sentence that are not ``matched``."""
    start = unit.start
    for k in (*unit, unit.stop):
        if k == unit.stop or k in matched:
            if k - start >= 3:
                yield Words(start, k)
            start = k + 1
