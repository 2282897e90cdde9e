"""How alike two texts are, and what may not belong to one."""

import pytest

from articles.likeness import IN_A_SKETCH, resemblance, sequences, sketch
from articles.remnants import remnants
from tests.factories import TEXT


def alike(one, other):
    return resemblance(sequences(one), sequences(other))


def test_the_figure_is_the_share_of_five_word_sequences():
    assert alike("a b c d e f", "A, b c “d” e f!") == 1
    assert alike("a b c d e f", "a b c d e g") == pytest.approx(1 / 3)
    assert alike("a b c d e", "v w x y z") == 0
    assert alike("a b", "a b") == 1
    assert alike("", "") == 0
    assert alike("…", "a b") == 0


def test_a_sketch_is_part_of_the_sequences_and_bounded():
    long = " ".join(str(number) for number in range(2_000))

    assert len(sketch(long)) == IN_A_SKETCH
    assert set(sketch(long)) <= sequences(long)
    assert sketch(TEXT) == sorted(sequences(TEXT))[:IN_A_SKETCH]
    assert all(-(2**63) <= digest < 2**63 for digest in sketch(long))


def found(text):
    return [(text[one.start : one.end], one.kind.value) for one in remnants(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“It is right to live.”ferry1 She left.", [("ferry1", "glued")]),
        ("They left.mayor-2 He said.", [("mayor-2", "glued")]),
        ("The mayor IMG_2031.jpg spoke.", [("IMG_2031.jpg", "glued")]),
        ("Mayor Marrow speaks. (Photo: Ana Lee)", [("(Photo: Ana Lee)", "caption")]),
        ("Photo by Ana Lee\n\nThey left.", [("Photo by Ana Lee", "caption")]),
        ("She spoke. Getty Images / AFP", [("Getty Images / AFP", "caption")]),
        ("They left.\n\nSign up for our newsletter!\n\nThey came.", [("Sign up for our newsletter!", "boilerplate")]),
        (
            "They left.\n\n© 2031 The Courier. All rights reserved.",
            [("© 2031 The Courier. All rights reserved.", "boilerplate")],
        ),
        ("Advertisement\n\nThey left.", [("Advertisement", "boilerplate")]),
        (TEXT, []),
        ("The U.S. and the E.U. met.”", []),
        ("“We will fight,” she said.\n\n“No.” He left. It cost 3.5 million.", []),
        ("Members may subscribe to the fund, the photo agency said.", []),
        ("“Ende.“ Er ging.", []),
    ],
)
def test_remnants_and_boilerplate_are_found_and_nothing_else(text, expected):
    assert found(text) == expected
