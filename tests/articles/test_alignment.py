"""Only what every longest common subsequence agrees on is paired."""

import random
from itertools import combinations

import pytest

from articles.alignment import anchors, proven, unique_pairs


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("abc", "abc", {0: 0, 1: 1, 2: 2}),
        ("abc", "xabc", {0: 1, 1: 2, 2: 3}),
        ("a", "aa", {}),
        ("aa", "a", {}),
        ("ab", "ba", {}),
        ("abca", "abcxa", {0: 0, 1: 1, 2: 2, 3: 4}),
        ("xay", "xaay", {0: 0, 2: 3}),
        ("", "a", {}),
        ("abc", "xyz", {}),
    ],
)
def test_only_undisputed_pairs_are_proven(old: str, new: str, expected: dict[int, int]):
    assert proven(old, new) == expected


def test_proven_pairs_are_those_of_every_longest_common_subsequence():
    rng = random.Random(5)
    for _ in range(300):
        old = [rng.choice("abc") for _ in range(rng.randint(0, 6))]
        new = [rng.choice("abc") for _ in range(rng.randint(0, 6))]

        assert proven(old, new) == in_every_longest(old, new)


def in_every_longest(old: list[str], new: list[str]) -> dict[int, int]:
    """By trying every subsequence."""
    for length in range(min(len(old), len(new)), 0, -1):
        alignments = [
            set(zip(left, right, strict=True))
            for left in combinations(range(len(old)), length)
            for right in combinations(range(len(new)), length)
            if all(old[i] == new[j] for i, j in zip(left, right, strict=True))
        ]
        if alignments:
            return dict(sorted(set.intersection(*alignments)))
    return {}


def test_a_long_sequence_is_cut_at_what_occurs_once():
    old = [f"word {k}" for k in range(400)] + ["the", "the"]
    new = ["new", *old[:200], "put in", *old[200:]]

    found = proven(old, new)

    assert found[0] == 1 and found[199] == 200 and found[200] == 202
    assert found[400] == 402 and found[401] == 403


def test_of_two_that_changed_places_neither_is_an_anchor():
    assert anchors({0: 0, 1: 2, 2: 1, 3: 3}) == {0: 0, 3: 3}
    assert anchors({0: 3, 1: 0, 2: 1, 3: 2}) == {1: 0, 2: 1, 3: 2}
    assert anchors({}) == {}


def test_pairs_of_what_occurs_once_on_either_side():
    assert unique_pairs("abcb", "cabd") == {0: 1, 2: 0}
