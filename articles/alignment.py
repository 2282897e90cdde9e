"""Which elements of two sequences are the same ones: only what every best alignment agrees on.

A longest common subsequence is seldom the only one. In ``X`` → ``X X`` either X may be the old one, and an alignment
that picks the first has guessed. ``proven`` answers with the pairs that stand in *all* longest common subsequences.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from operator import add

# A table of this many cells takes some 10 ms; longer sequences are first cut at the elements that occur once.
MAX_CELLS = 40_000


def proven(old: Sequence[Hashable], new: Sequence[Hashable]) -> dict[int, int]:
    """Index in ``old`` → index in ``new``, for the elements that every longest common subsequence pairs so.

    O(len(old) · len(new)) up to MAX_CELLS. What is longer is cut at its ``anchors``, and answered piece by piece.
    """
    if not old or not new:
        return {}
    if len(old) * len(new) <= MAX_CELLS:
        return _in_all_subsequences(old, new)
    pairs = anchors(unique_pairs(old, new))
    found: dict[int, int] = {}
    if pairs:
        at_old = at_new = 0
        for i, j in [*pairs.items(), (len(old), len(new))]:
            piece = proven(old[at_old:i], new[at_new:j])
            found |= {at_old + k: at_new + m for k, m in piece.items()}
            at_old, at_new = i + 1, j + 1
    return dict(sorted((found | pairs).items()))


def unique_pairs(old: Sequence[Hashable], new: Sequence[Hashable]) -> dict[int, int]:
    """Index in ``old`` → index in ``new``, for the elements that occur exactly once in each."""
    count_old, count_new = Counter(old), Counter(new)
    place = {element: j for j, element in enumerate(new)}
    return {i: place[element] for i, element in enumerate(old) if count_old[element] == 1 and count_new[element] == 1}


def anchors(pairs: dict[int, int]) -> dict[int, int]:
    """Those of ``pairs`` that stand in every largest set of them that do not cross: what surely kept its order.

    Of two neighbours that changed places neither does. O(n log n).
    """
    starts = sorted(pairs)
    ahead = _ranks([pairs[i] for i in starts])
    behind = _ranks([-pairs[i] for i in reversed(starts)])[::-1]
    longest = max(ahead, default=0)
    ranks = [rank for rank, back in zip(ahead, behind, strict=True) if rank + back - 1 == longest]
    alone = {rank for rank, count in Counter(ranks).items() if count == 1}
    return {
        i: pairs[i]
        for i, rank, back in zip(starts, ahead, behind, strict=True)
        if rank + back - 1 == longest and rank in alone
    }


def _ranks(values: list[int]) -> list[int]:
    """For each value, how long the longest increasing subsequence is that ends with it. Values differ."""
    tails: list[int] = []
    ranks = []
    for value in values:
        rank = bisect_left(tails, value)
        tails[rank : rank + 1] = [value]
        ranks.append(rank + 1)
    return ranks


def _in_all_subsequences(old: Sequence[Hashable], new: Sequence[Hashable]) -> dict[int, int]:
    ahead = _lengths(old, new)
    behind = [row[::-1] for row in _lengths(old[::-1], new[::-1])][::-1]
    best = ahead[-1][-1]
    in_new: dict[Hashable, list[int]] = defaultdict(list)
    for j, element in enumerate(new):
        in_new[element].append(j)
    candidates: dict[int, int] = {}
    taken: Counter[int] = Counter()
    for i, element in enumerate(old):
        row, below = ahead[i], behind[i + 1]
        if element not in in_new or best in map(add, row, below):
            continue  # a best alignment leaves it out
        partners = [j for j in in_new[element] if row[j] + 1 + below[j + 1] == best]
        taken.update(partners)
        if len(partners) == 1:
            candidates[i] = partners[0]
    columns_ahead, columns_behind = list(zip(*ahead, strict=True)), list(zip(*behind, strict=True))
    return {
        i: j
        for i, j in candidates.items()
        if taken[j] == 1 and best not in map(add, columns_ahead[j], columns_behind[j + 1])
    }


def _lengths(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[list[int]]:
    """``table[i][j]``: the length of the longest common subsequence of ``old[:i]`` and ``new[:j]``."""
    above = [0] * (len(new) + 1)
    table = [above]
    for element in old:
        row, left, diagonal = [0], 0, 0
        for other, over in zip(new, above[1:], strict=True):
            if element == other:
                left = diagonal + 1
            elif over > left:
                left = over
            row.append(left)
            diagonal = over
        table.append(row)
        above = row
    return table
