"""Networks of who stands where."""

from annotator.domain.networks import Network, Stand, Tie, ties

STANDS = [
    Stand("ann", "rail", "oppose", 2),
    Stand("ann", "rail", "unclear", 5),
    Stand("ann", "fees", "support", 1),
    Stand("ben", "rail", "oppose", 1),
    Stand("ben", "fees", "oppose", 1),
    Stand("ben", "fees", "mixed", 3),
    Stand("cat", "rail", "support", 4),
    Stand("cat", "fees", "neutral", 1),
]


def test_holders_are_tied_to_what_they_take_positions_on():
    assert ties(Network.AFFILIATION, STANDS) == [
        Tie("ben", "fees", 4, {"mixed": 3, "oppose": 1}),
        Tie("cat", "rail", 4, {"support": 4}),
        Tie("ann", "rail", 2, {"oppose": 2}),
        Tie("ann", "fees", 1, {"support": 1}),
        Tie("ben", "rail", 1, {"oppose": 1}),
        Tie("cat", "fees", 1, {"neutral": 1}),
    ]


def test_who_takes_the_same_side_is_congruent():
    assert ties(Network.CONGRUENCE, STANDS) == [Tie("ann", "ben", 1, {"oppose": 1}, ("rail",))]


def test_who_takes_opposite_sides_is_in_conflict():
    assert ties(Network.CONFLICT, STANDS) == [
        Tie("ann", "ben", 1, {}, ("fees",)),
        Tie("ann", "cat", 1, {}, ("rail",)),
        Tie("ben", "cat", 1, {}, ("rail",)),
    ]


def test_who_takes_both_sides_meets_others_on_both():
    both = [Stand("ann", "rail", side, 1) for side in ("support", "oppose")]

    assert [tie.weight for tie in ties(Network.CONFLICT, [*both, *STANDS[3:4]])] == [1]
    assert [tie.positions for tie in ties(Network.CONGRUENCE, [*both, *STANDS[3:4]])] == [{"oppose": 1}]
