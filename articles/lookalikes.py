"""Which sentences are like another: by the pairs of words that they have in common. Made for texts that change.

The time for a list of alike sentences grows as the list: where many are alike, nobody needs to know which.
"""

from collections import Counter
from collections.abc import Iterable
from itertools import chain, pairwise
from math import ceil

# Two sentences are alike when this part of their pairs of neighbouring and next but one words is the same (Dice).
ALIKE = 0.35
# Of a short one a single edit leaves less.
SHORT = 8
SHORT_ALIKE = 0.15
# Where more sentences than this are like one, nobody needs to know which: it is in dispute.
MANY = 24
# So is one whose parts occur more often than this, each, in others: the time stays linear in the words.
MOST_OFTEN = 100


def are_alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether ``other`` is like ``one``; a short one is like more."""
    parts, others = _parts(one), _parts(other)
    return 2 * len(parts & others) >= _share_of(one) * (len(parts) + len(others))


class Sentences:
    """Sentences, or paragraphs, that can be asked which of them are like another: by their pairs of words."""

    def __init__(self, sentences: Iterable[tuple[str, ...]]) -> None:
        self.known = [_parts(sentence) for sentence in sentences]
        self._with: dict[object, list[int]] = {}
        for number, parts in enumerate(self.known):
            for part in parts:
                self._with.setdefault(part, []).append(number)
        self._answers: dict[tuple[str, ...], frozenset[int] | None] = {}

    def __len__(self) -> int:
        return len(self.known)

    def like(self, sentence: tuple[str, ...]) -> frozenset[int] | None:
        """The numbers of those that are like ``sentence``: None for more than MANY, or where telling takes too long."""
        if sentence not in self._answers:
            self._answers[sentence] = self._find_like(sentence)
        return self._answers[sentence]

    def has_two_like(self, sentence: tuple[str, ...], *, among: frozenset[int]) -> bool:
        """Whether ``sentence`` is like two of them, or may be."""
        if len(among) < 2:
            return False
        alike = self.like(sentence)
        return alike is None or len(alike & among) > 1

    def _find_like(self, sentence: tuple[str, ...]) -> frozenset[int] | None:
        parts = _parts(sentence)
        alike = _share_of(sentence)
        # What is alike has at least so many parts in common, and so one of those that are left without as many.
        at_least = ceil(alike * len(parts) / (2 - alike))
        with_each = sorted((self._with[part] for part in parts if part in self._with), key=len)
        with_rare = with_each[: max(len(with_each) - at_least + 1, 0)]
        if sum(map(len, with_rare)) > MOST_OFTEN * len(parts):
            return None
        found = set()
        for number, rare in Counter(chain.from_iterable(with_rare)).items():
            other = self.known[number]
            needed = alike * (len(parts) + len(other))
            if 2 * (rare + at_least - 1) >= needed and 2 * len(parts & other) >= needed:
                found.add(number)
                if len(found) > MANY:
                    return None
        return frozenset(found)


def _share_of(sentence: tuple[str, ...]) -> float:
    return ALIKE if len(sentence) > SHORT else SHORT_ALIKE


def _parts(words: tuple[str, ...]) -> frozenset[object]:
    return frozenset(pairwise(words)) | frozenset(zip(words, words[2:], strict=False)) or frozenset(words)
