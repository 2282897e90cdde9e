"""No cell of a table is taken for a formula."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.formats.cells import formula_safe


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "－1", "＠A1"])
def test_what_begins_like_a_formula_gets_an_apostrophe(text):
    assert formula_safe(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "plain", "1-1", "a=b", "“=1”", "’tis"])
def test_other_text_stays_as_it_is(text):
    assert formula_safe(text) == text


@given(st.text())
def test_no_answer_begins_like_a_formula_and_no_word_is_lost(text):
    safe = formula_safe(text)

    assert safe.removeprefix("'") == text.removeprefix("'")
    assert not safe.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
