"""What is done to a text at the door."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.offsets import WHITE_SPACE
from articles.text import MAX_LENGTH, MOST_MARKS, TextError, decoded, digest, paragraphs, received

STORABLE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=200)


@pytest.mark.parametrize(
    ("came", "stored"),
    [
        ("One.\r\nTwo.\rThree.\nFour.", "One.\nTwo.\nThree.\nFour."),
        ("\ufeffWith a mark.", "With a mark."),
        ("A mark \ufeff inside stays.", "A mark \ufeff inside stays."),
        ("  Nothing\u00a0is trimmed, “curly” stays.  \n", "  Nothing\u00a0is trimmed, “curly” stays.  \n"),
        ("e\u0301 and é stay two and one", "e\u0301 and é stay two and one"),
    ],
)
def test_a_text_is_stored_as_it_came_but_for_line_ends_and_a_mark(came, stored):
    assert received(came) == stored


@given(STORABLE)
def test_what_is_received_twice_is_received_the_same(text):
    try:
        once = received(text)
    except TextError:
        return

    assert "\r" not in once
    assert received("\ufeff" + once) == once


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The text is empty."),
        ("".join(sorted(WHITE_SPACE)), "The text is empty."),
        ("\ufeff\ufeff", "The text is empty."),
        ("One\x00two", "The text has a NUL character at position 3; remove it."),
        ("One\ud800two", "The text has a lone surrogate (U+D800) at position 3: half of a character."),
        ("a" * (MAX_LENGTH + 1), "The text has 1,000,001 characters; the most is 1,000,000."),
        ("a" * 150 + "\u0301\u0316" * 400_000, "More than 100 marks stand upon one character near position 200."),
    ],
    ids=["empty", "white space", "byte-order marks", "NUL", "surrogate", "too long", "marks"],
)
def test_a_text_that_cannot_be_stored_is_refused_with_its_reason(text, message):
    with pytest.raises(TextError) as refused:
        received(text)

    assert str(refused.value) == message


@given(st.integers(0, 250), st.integers(0, 250), st.sampled_from(["\u0301\u0316", "\u05b0\u0301", "\u0483\U00010efd"]))
def test_marks_are_counted_wherever_they_stand(before, count, marks):
    text = "a" * before + "e" + (marks * count)[:count] + "e"

    if count > MOST_MARKS:
        with pytest.raises(TextError, match="More than 100 marks stand upon one character"):
            received(text)
    else:
        assert received(text) == text


def test_the_longest_text_is_taken():
    assert len(received("🎉" * MAX_LENGTH)) == MAX_LENGTH


def test_bytes_are_utf_8_with_or_without_a_mark():
    assert decoded("\ufeffÉté 🎉".encode()) == "Été 🎉"
    with pytest.raises(TextError, match=r"Not UTF-8: byte 0xE9 at position 3 cannot be read. Save it as UTF-8."):
        decoded("caf\xe9".encode("latin-1"))


def test_the_digest_is_of_the_text_as_utf_8():
    assert digest("Été") == "adca3dd5be16befd9ad096c38b7fff60d79d8b631ce9cfdfe99be518fc565c08"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One.\nTwo.", ["One.", "Two."]),
        ("One.\n\nTwo,\nstill two.\n\n\nThree.", ["One.", "Two,\nstill two.", "Three."]),
        ("\n\nOne.\n \t\nTwo.\n", ["One.", "Two.\n"]),
        ("Alone.", ["Alone."]),
    ],
)
def test_blank_lines_part_paragraphs_and_where_there_are_none_line_ends_do(text, found):
    assert [text[start:end] for start, end in paragraphs(text)] == found


@given(st.lists(st.sampled_from(["a", "🎉", "\n", "\n\n", " ", "\t", "b c"]), max_size=30).map("".join))
def test_nothing_that_can_be_annotated_lies_outside_the_paragraphs(text):
    inside = paragraphs(text)

    assert all(start < end for start, end in inside)
    assert all(before[1] < after[0] for before, after in pairwise(inside))
    outside = set(range(len(text))) - {at for start, end in inside for at in range(start, end)}
    assert {text[at] for at in outside} <= {"\n", " ", "\t"}
