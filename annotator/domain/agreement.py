"""How far coders agree who coded the same texts without seeing each other's work."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from collections.abc import Set as AbstractSet


def nominal_alpha(units: Iterable[Sequence[Hashable]]) -> float | None:
    """Krippendorff's alpha for nominal values, 1 for perfect agreement and 0 for what chance gives.

    A unit has the values that the coders who saw it gave it; one with a single value tells nothing. None where
    nothing could disagree: no unit with two values, or the same value everywhere. (Krippendorff 2011, “Computing
    Krippendorff's Alpha-Reliability”, part C.)
    """
    pairs: dict[tuple[Hashable, Hashable], float] = defaultdict(float)
    for values in units:
        if len(values) < 2:
            continue
        counts = Counter(values)
        for one, of_one in counts.items():
            for other, of_other in counts.items():
                pairs[one, other] += of_one * (of_other - (one == other)) / (len(values) - 1)
    totals: dict[Hashable, float] = defaultdict(float)
    for (one, _), weight in pairs.items():
        totals[one] += weight
    all_values = sum(totals.values())
    expected = sum(of_one * (all_values - of_one) for of_one in totals.values())
    if not expected:
        return None
    observed = sum(weight for (one, other), weight in pairs.items() if one != other)
    return 1 - (all_values - 1) * observed / expected


def shared(pairs: Iterable[tuple[AbstractSet[Hashable], AbstractSet[Hashable]]]) -> float | None:
    """How far pairs of coders marked the same: the F1 of the one measured by the other, over all pairs together.

    It is symmetric, and takes no negative cases, of which texts have no number (Hripcsak & Rothschild 2005). None
    where nobody marked anything.
    """
    both = marked = 0
    for one, other in pairs:
        both += len(one & other)
        marked += len(one) + len(other)
    return 2 * both / marked if marked else None
