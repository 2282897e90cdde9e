"""How alike two texts are: the share of five-word sequences that both have; and a sketch by which such are found.

The figure is the resemblance of Broder (1997, "On the resemblance and containment of documents"): of all sequences of
five words that stand in either text, the share that stands in both. The sketch is the smallest of their digests: two
texts that are much alike have some of these in common, and an index of digests finds the one by the other.
"""

import hashlib
import heapq
from array import array

from articles.words import words_of

IN_A_SEQUENCE = 5  # words
IN_A_SKETCH = 32  # digests: of two texts that share three sequences in ten, one in 90,000 pairs is missed


def sequences(text: str) -> set[int]:
    """Digests of all sequences of five words, case folded; of a shorter text, the one of all its words."""
    words = [word.casefold() for word in words_of(text)]
    ends = range(IN_A_SEQUENCE, len(words) + 1) if len(words) > IN_A_SEQUENCE else [len(words)]
    return {_digest(" ".join(words[max(0, end - IN_A_SEQUENCE) : end])) for end in ends} if words else set()


def sketch(text: str) -> list[int]:
    """The smallest digests of the text's sequences, as signed 64-bit numbers, in order."""
    return sketch_of(sequences(text))


def sketch_of(said: set[int]) -> list[int]:
    return heapq.nsmallest(IN_A_SKETCH, said)


def packed(said: set[int]) -> bytes:
    """The sequences of a text in four bytes each, to be kept beside it for a while."""
    return array("I", (digest & 0xFFFFFFFF for digest in said)).tobytes()


def unpacked(kept: bytes) -> set[int]:
    """They can be compared with others that were packed."""
    return set(array("I", bytes(kept)))


def resemblance(one: set[int], other: set[int]) -> float:
    """From 0 to 1: the share of the sequences of either text that both have."""
    return len(one & other) / len(one | other) if one or other else 0.0


def _digest(words: str) -> int:
    return int.from_bytes(hashlib.blake2b(words.encode(), digest_size=8).digest(), "big", signed=True)
