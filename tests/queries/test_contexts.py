"""Words in their context: cut at the annotation's edges, within the paragraph, between words."""

from hypothesis import given
from hypothesis import strategies as st

from annotator.queries.contexts import Piece, pieces


def said(context, start, segments):
    return [(piece.text, piece.marked) for piece in pieces(context, start, segments)]


def test_a_short_text_is_shown_whole():
    assert said("Ilsa Marrow vowed to fight.", 0, [[0, 11]]) == [("Ilsa Marrow", True), (" vowed to fight.", False)]


def test_what_stands_around_is_of_the_same_paragraph():
    context = "The first one.\n\nIlsa Marrow vowed.\n\nThe third."
    start = context.index("vowed")

    assert said(context, 0, [[start, start + 5]]) == [("Ilsa Marrow ", False), ("vowed", True), (".", False)]


def test_a_cut_falls_between_words_and_is_told():
    context = "rue end of a sentence that is long " + "word " * 30
    start = 500 + context.index("sentence")

    assert said(context, 500, [[start, start + 8]]) == [
        ("…end of a ", False),
        ("sentence", True),
        (" that is long " + "word " * 29 + "word…", False),
    ]


def test_each_segment_is_marked_and_what_lies_between_is_not():
    text = "“Not one train,” she said. “Not one stop.”"

    assert said(text, 0, [[0, 16], [27, 42]]) == [
        ("“Not one train,”", True),
        (" she said. ", False),
        ("“Not one stop.”", True),
    ]


def test_a_very_long_annotation_is_shortened_and_says_so():
    text = " ".join(["word"] * 400)

    (marked,) = pieces(text, 0, [[0, len(text)]])

    assert marked == Piece("word " * 179 + "[…]", marked=True)


@given(st.text(alphabet="ab \n👩\u200d́", min_size=1, max_size=80), st.data())
def test_the_words_are_never_changed(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))

    assert [piece.text for piece in pieces(text, 0, [[start, end]]) if piece.marked] == [text[start:end]]
