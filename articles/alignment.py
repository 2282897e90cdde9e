"""Which elements of two sequences are the same ones: only what every best alignment agrees on.

A longest common subsequence is seldom the only one. In ``X`` → ``X X`` either X may be the old one, and an alignment
that picks the first has guessed. ``proven`` answers with the pairs that stand in *all* longest common subsequences.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Sequence

# A table of this many cells takes some 50 ms; what is larger is answered with the unique elements alone.
MAX_CELLS = 200_000


def proven(old: Sequence[Hashable], new: Sequence[Hashable]) -> dict[int, int]:
    """Index in ``old`` → index in ``new``, for the elements that every longest common subsequence pairs so.

    O(len(old) · len(new)) up to MAX_CELLS; beyond that, the in-order elements that occur once on either side.
    """
    if not old or not new:
        return {}
    if len(old) * len(new) > MAX_CELLS:
        return in_order(unique_pairs(old, new))
    ahead = _lengths(old, new)
    behind = [row[::-1] for row in _lengths(old[::-1], new[::-1])][::-1]
    best = ahead[-1][-1]
    candidates: dict[int, int] = {}
    taken: Counter[int] = Counter()
    for i, element in enumerate(old):
        row, below = ahead[i], behind[i + 1]
        if any(row[k] + below[k] == best for k in range(len(new) + 1)):
            continue  # a best alignment leaves it out
        partners = [j for j in range(len(new)) if new[j] == element and row[j] + 1 + below[j + 1] == best]
        taken.update(partners)
        if len(partners) == 1:
            candidates[i] = partners[0]
    return {
        i: j
        for i, j in candidates.items()
        if taken[j] == 1 and not any(ahead[k][j] + behind[k][j + 1] == best for k in range(len(old) + 1))
    }


def _lengths(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[list[int]]:
    """``table[i][j]``: the length of the longest common subsequence of ``old[:i]`` and ``new[:j]``."""
    table = [[0] * (len(new) + 1)]
    for element in old:
        above, row, left = table[-1], [0], 0
        for j, other in enumerate(new):
            if element == other:
                left = above[j] + 1
            elif above[j + 1] > left:
                left = above[j + 1]
            row.append(left)
        table.append(row)
    return table


def unique_pairs(old: Sequence[Hashable], new: Sequence[Hashable]) -> dict[int, int]:
    """Index in ``old`` → index in ``new``, for the elements that occur exactly once in each."""
    count_old, count_new = Counter(old), Counter(new)
    place = {element: j for j, element in enumerate(new)}
    return {i: place[element] for i, element in enumerate(old) if count_old[element] == 1 and count_new[element] == 1}


def in_order(pairs: dict[int, int]) -> dict[int, int]:
    """The most of ``pairs`` that do not cross (a longest increasing subsequence)."""
    tails: list[int] = []
    tail_at: list[int] = []
    before: dict[int, int | None] = {}
    for i in sorted(pairs):
        k = bisect_left(tails, pairs[i])
        before[i] = tail_at[k - 1] if k else None
        tails[k : k + 1], tail_at[k : k + 1] = [pairs[i]], [i]
    kept: dict[int, int] = {}
    at = tail_at[-1] if tail_at else None
    while at is not None:
        kept[at] = pairs[at]
        at = before[at]
    return dict(sorted(kept.items()))
