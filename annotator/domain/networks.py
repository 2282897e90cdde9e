"""Who stands where, as networks: of holders and what they take positions on, and of holders who agree or do not.

After discourse network analysis (Leifeld 2017, “Discourse Network Analysis”, in The Oxford Handbook of Political
Networks): an affiliation network ties actors to concepts, a congruence network ties actors who say the same of a
concept, a conflict network those who say the opposite. Here concepts are issues.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from annotator.domain.stance import Position


class Network(StrEnum):
    AFFILIATION = "affiliation"
    CONGRUENCE = "congruence"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class Stand:
    """How many stances of a holder on an issue take a position."""

    holder: str
    issue: str
    position: str
    stances: int


@dataclass(frozen=True)
class Tie:
    """``weight``: of a holder and an issue the stances, of two holders the issues that they meet ``on``."""

    source: str
    target: str
    weight: int
    positions: dict[str, int]
    on: tuple[str, ...] = ()


_SIDES = (Position.SUPPORT.value, Position.OPPOSE.value)


def ties(network: Network, stands: Iterable[Stand]) -> list[Tie]:
    """The ties of a network, the strongest first. What is unclear is in none; only clear sides make holders meet."""
    stands = [stand for stand in stands if stand.position != Position.UNCLEAR]
    found = _affiliations(stands) if network == Network.AFFILIATION else _meetings(network, stands)
    return sorted(found, key=lambda tie: (-tie.weight, tie.source, tie.target))


def _affiliations(stands: Iterable[Stand]) -> Iterator[Tie]:
    positions: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for stand in stands:
        positions[stand.holder, stand.issue][stand.position] += stand.stances
    for (holder, issue), counts in positions.items():
        yield Tie(holder, issue, counts.total(), dict(sorted(counts.items())))


def _meetings(network: Network, stands: Iterable[Stand]) -> Iterator[Tie]:
    """Who supports here and opposes there meets others on both sides: each side of an issue counts once."""
    sides: dict[str, dict[str, set[str]]] = defaultdict(lambda: {side: set() for side in _SIDES})
    for stand in stands:
        if stand.position in _SIDES:
            sides[stand.issue][stand.position].add(stand.holder)
    met: dict[tuple[str, str], dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for issue, holders in sides.items():
        support, oppose = (holders[side] for side in _SIDES)
        if network == Network.CONGRUENCE:
            for side in _SIDES:
                for pair in combinations(sorted(holders[side]), 2):
                    met[pair][issue][side] += 1
        else:
            for one in support:
                for other in oppose - {one}:
                    met[min(one, other), max(one, other)][issue]["support"] += 1
    for (one, other), issues in met.items():
        counts = sum((each for each in issues.values()), Counter())
        of_sides = dict(sorted(counts.items())) if network == Network.CONGRUENCE else {}
        yield Tie(one, other, len(issues), of_sides, tuple(sorted(issues)))
