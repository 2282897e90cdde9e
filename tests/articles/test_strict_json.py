"""JSON of strangers."""

import pytest

from articles.strict_json import NotJSON, read


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b'{"a": 1, "b": {"c": 1, "c": 2}}', "“c” stands twice in one object"),
        (b'{"a": NaN}', "unexpected"),
        (b"[1e999]", "1e999 is too large a number"),
        (b'["\\ud800"]', "no low surrogate in string"),
        (b"[" * 30 + b"]" * 30, "it is nested deeper than 20 levels"),
        (b"[" * 100_000, "it is nested deeper than 20 levels"),
    ],
    ids=lambda value: None if isinstance(value, bytes) else value[:20],
)
def test_what_json_leaves_open_is_refused(raw, said):
    with pytest.raises(NotJSON, match=said):
        read(raw)


def test_a_number_without_a_fraction_is_whole_however_it_is_written():
    found = read(b"[3.0, 3, 3e2, 3.5, -0.0, 1e300]")

    assert found == [3, 3, 300, 3.5, 0, 1e300]
    assert [type(number) for number in found] == [int, int, int, float, int, float]


def test_of_very_many_names_the_one_that_stands_twice_is_told():
    """Each name is looked at once: were each compared with all others, this would take the better part of an hour."""
    names = [f'"{number}": 0' for number in range(300_000)]

    with pytest.raises(NotJSON, match="“299999” stands twice"):
        read(f"{{{', '.join([*names, names[-1]])}}}".encode())
