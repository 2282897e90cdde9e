"""Own keys: what is stored, and where the bounds are."""

import pytest

from annotator.domain.errors import Refused
from annotator.domain.keys import own_keys


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"stance": ["t"]},
        {"word": ["Ctrl+ArrowLeft", ""]},
        {f"act{number}": [] for number in range(100)},
        {"a" * 40: ["k" * 40] * 4},
        {"stance": ["ф"]},
    ],
)
def test_what_fits_is_kept_as_it_is(given):
    assert own_keys(given) == given


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([], "`keys`: an object of acts and their keys is expected, not list."),
        (None, "`keys`: an object of acts and their keys is expected, not NoneType."),
        ({f"act{number}": [] for number in range(101)}, "`keys`: there are 101 acts; the most is 100."),
        ({"": ["t"]}, "`keys`: an act’s name has 1 to 40 characters; '' has not."),
        ({"a" * 41: ["t"]}, f"`keys`: an act’s name has 1 to 40 characters; '{'a' * 41}' has not."),
        ({"stance": "t"}, "`keys`: “stance” takes a list of at most 4 keys, not 't'."),
        (
            {"stance": ["1", "2", "3", "4", "5"]},
            "`keys`: “stance” takes a list of at most 4 keys, not ['1', '2', '3', '4', '5'].",
        ),
        ({"stance": [1]}, "`keys`: a key of “stance” is a text of at most 40 characters; 1 is not."),
        ({"stance": ["\x00"]}, "`keys`: a key of “stance” is a text of at most 40 characters; '\\x00' is not."),
        ({"stance": ["\ud800"]}, "`keys`: a key of “stance” is a text of at most 40 characters; '\\ud800' is not."),
    ],
)
def test_what_does_not_is_refused_with_the_bound(given, told):
    with pytest.raises(Refused) as refused:
        own_keys(given)

    assert refused.value.message == told
