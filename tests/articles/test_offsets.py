"""The offset rule, on texts as they really come and on whatever Hypothesis thinks of."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.offsets import MAX_SEGMENTS, WHITE_SPACE, SpanError, Units, checked, covers, trimmed, words

GOLDEN = json.loads((Path(__file__).parent.parent / "data" / "offsets.json").read_text())

# What is likely to break a count: astral characters, joiners, combining marks, both directions, every white space.
CHUNKS = [
    *("a", "Z", "9", ".", "“", "”", "’", "é", "e\u0301", "ß", "م", "\u0644\u064a\u0644\u0649", "דנה", "野家", "𝒜"),
    *(
        "🎉",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "\U0001f469\U0001f3fd\u200d\U0001f692",
        "🇸🇪",
        "1\ufe0f\u20e3",
    ),
    *("\u200d", "\u200b", "\u202e", "\u2066", "\U0010ffff", "\n", "\r\n"),
    *sorted(WHITE_SPACE),
]
TEXTS = st.one_of(
    st.lists(st.sampled_from(CHUNKS), min_size=1, max_size=40).map("".join),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60),
)


@st.composite
def texts_and_segments(draw: st.DrawFn) -> tuple[str, list[list[int]]]:
    """A text and a list of pairs, about as often legal as not."""
    text = draw(TEXTS)
    edge = st.integers(-2, len(text) + 2)
    loose = st.lists(st.tuples(edge, edge).map(list), min_size=1, max_size=4)
    cuts = st.lists(st.integers(0, len(text)), min_size=2, max_size=6, unique=True).map(sorted)
    ordered = cuts.map(lambda at: [list(pair) for pair in zip(at[::2], at[1::2], strict=False)])
    return text, draw(st.one_of(loose, ordered) if len(text) > 1 else loose)


def is_legal(segments: list[list[int]], text: str) -> bool:
    """The rule once more, as docs/offsets.md numbers it."""
    within = all(0 <= start < end <= len(text) for start, end in segments)
    apart = all(before[1] < after[0] for before, after in pairwise(segments))
    return within and apart and all({text[s], text[e - 1]}.isdisjoint(WHITE_SPACE) for s, e in segments)


@given(texts_and_segments())
def test_exactly_the_legal_spans_are_accepted(case):
    text, segments = case

    try:
        accepted = checked(segments, text) == [tuple(pair) for pair in segments]
    except SpanError:
        accepted = False

    assert accepted == is_legal(segments, text)


@given(TEXTS, st.data())
def test_what_is_accepted_says_the_words_that_it_stands_on(text, data):
    start = data.draw(st.integers(0, len(text)))
    span = trimmed(start, data.draw(st.integers(start, len(text))), text)

    if span is not None:
        assert checked([list(span)], text) == [span]
        assert words([span], text) == [text[span[0] : span[1]].strip("".join(WHITE_SPACE))]


@given(TEXTS, st.sampled_from([("utf16", "utf-16-le", 2), ("utf8", "utf-8", 1)]))
def test_every_offset_goes_out_and_comes_back(text, unit):
    name, encoding, width = unit
    units = Units(text, name)

    outside = [units.outward(offset) for offset in range(len(text) + 1)]

    assert outside == [len(text[:offset].encode(encoding)) // width for offset in range(len(text) + 1)]
    assert [units.inward(offset) for offset in outside] == list(range(len(text) + 1))


@given(TEXTS, st.sampled_from(["utf16", "utf8"]), st.integers(-5, 400))
def test_an_offset_inside_a_character_or_outside_the_text_is_refused(text, unit, offset):
    units = Units(text, unit)
    edges = {units.outward(position) for position in range(len(text) + 1)}

    if offset in edges:
        assert units.outward(units.inward(offset)) == offset
    else:
        with pytest.raises(SpanError) as refused:
            units.inward(offset)
        where = (
            "inside a character" if 0 <= offset <= max(edges) else f"outside the text, which has {max(edges):,} units"
        )
        assert refused.value.message == f"The {unit} offset {offset} falls {where}."


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["name"])
def test_the_golden_cases_that_the_browser_is_held_to(case):
    units = Units(case["text"], "utf16")

    assert len(case["text"]) == case["length"]
    assert [units.outward(offset) for offset in range(case["length"] + 1)] == case["utf16"]
    for start, end, expected in case["trimmed"]:
        assert trimmed(start, end, case["text"]) == (tuple(expected) if expected else None)
    for inside, _before in case["inside"]:
        with pytest.raises(SpanError):
            units.inward(inside)


def test_white_space_is_what_unicode_says_and_five_more():
    by_python = {chr(point) for point in range(0x110000) if chr(point).isspace()}

    assert WHITE_SPACE - by_python == {"\ufeff"}
    assert by_python - WHITE_SPACE == set()
    assert len(WHITE_SPACE) == 30


@pytest.mark.parametrize("white", sorted(WHITE_SPACE), ids=lambda white: f"U+{ord(white):04X}")
def test_no_span_begins_or_ends_in_any_white_space(white):
    text = f"a{white}b"

    for segment in ([0, 2], [1, 3], [1, 2]):
        with pytest.raises(SpanError, match="begins or ends in white space"):
            checked([segment], text)
    assert checked([[0, 3]], text) == [(0, 3)]


TEXT = "Mayors vowed to fight. “Never,” she said."


@pytest.mark.parametrize(
    ("segments", "message", "value"),
    [
        (None, "A span is a list of at least one [start, end] pair.", None),
        ([], "A span is a list of at least one [start, end] pair.", []),
        ("[[0, 6]]", "A span is a list of at least one [start, end] pair.", "[[0, 6]]"),
        ({"start": 0}, "A span is a list of at least one [start, end] pair.", {"start": 0}),
        ([0, 6], "Each segment is a pair of whole numbers, [start, end].", 0),
        ([[0, 6, 9]], "Each segment is a pair of whole numbers, [start, end].", [0, 6, 9]),
        ([[0, 6.0]], "Each segment is a pair of whole numbers, [start, end].", [0, 6.0]),
        ([[False, True]], "Each segment is a pair of whole numbers, [start, end].", [False, True]),
        ([["0", "6"]], "Each segment is a pair of whole numbers, [start, end].", ["0", "6"]),
        (["06"], "Each segment is a pair of whole numbers, [start, end].", "06"),
        ([[-1, 6]], "Span [-1, 6) begins before the text, whose first character is 0.", [-1, 6]),
        ([[0, 42]], "Span [0, 42) ends after the text, which has 41 characters.", [0, 42]),
        ([[0, 10**30]], f"Span [0, {10**30}) ends after the text, which has 41 characters.", [0, 10**30]),
        ([[6, 6]], "Span [6, 6) is empty: its end must be greater than its start.", [6, 6]),
        ([[6, 0]], "Span [6, 0) is empty: its end must be greater than its start.", [6, 0]),
        (
            [[0, 6], [3, 12]],
            "Span [3, 12) overlaps or precedes the segment before it, which ends at 6.",
            [3, 12],
        ),
        (
            [[7, 12], [0, 6]],
            "Span [0, 6) overlaps or precedes the segment before it, which ends at 12.",
            [0, 6],
        ),
        ([[0, 3], [3, 6]], "Span [3, 6) touches the segment before it: give the two as one.", [3, 6]),
        ([[6, 12]], "Span [6, 12) begins or ends in white space: “ vowed”.", [6, 12]),
    ],
)
def test_a_refused_span_names_the_segment_and_the_bound(segments, message, value):
    with pytest.raises(SpanError) as refused:
        checked(segments, TEXT)

    assert (refused.value.message, refused.value.value) == (message, value)


def test_a_span_of_too_many_segments_is_refused():
    text = "a " * (MAX_SEGMENTS + 1)
    segments = [[at * 2, at * 2 + 1] for at in range(MAX_SEGMENTS + 1)]

    assert len(checked(segments[:-1], text)) == MAX_SEGMENTS
    with pytest.raises(SpanError, match="A span has at most 200 segments; this one has 201."):
        checked(segments, text)


def test_a_span_may_begin_and_end_inside_a_word():
    assert checked([[3, 9]], TEXT) == [(3, 9)]


def test_what_lies_over_a_gap_of_the_outer_is_covered():
    outer = [[0, 5], [20, 25]]

    assert covers(outer, [[0, 25]])
    assert covers(outer, [[6, 19]])
    assert not covers(outer, [[0, 26]])
    assert not covers([[1, 5]], [[0, 5]])
