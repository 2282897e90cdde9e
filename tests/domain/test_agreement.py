"""Agreement between coders, held to the worked example of its source."""

import pytest

from annotator.domain.agreement import nominal_alpha, shared

# Krippendorff 2011, “Computing Krippendorff's Alpha-Reliability”, part C: four observers, twelve units.
EXAMPLE = ["1·11", "2232", "3333", "3333", "2222", "1234", "4444", "1121", "2222", "·555", "··11", "·3··"]


def test_the_worked_example_comes_out():
    units = [[value for value in unit if value != "·"] for unit in EXAMPLE]

    assert round(nominal_alpha(units), 3) == 0.743


@pytest.mark.parametrize(
    ("units", "alpha"),
    [(["ab", "ba"], -0.5), (["aa", "bb"], 1), (["aa", "aa"], None), (["a", "b"], None), ([], None)],
)
def test_alpha_at_its_ends(units, alpha):
    assert nominal_alpha(units) == alpha


def test_what_is_shared_is_of_all_pairs_together():
    assert shared([({1, 2}, {2, 3}), ({4}, {4})]) == 4 / 6
    assert shared([(set(), set())]) is None
