"""Sentences that are like each other are in dispute, and a list of them takes no longer than its length."""

import random
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from articles.lookalikes import ALIKE, MANY, SHORT, SHORT_ALIKE, Sentences
from articles.passage import Passage, Way


def wards(count: int, *, between: str = " ") -> tuple[str, str]:
    old = between.join(f"Ward {number} voted no." for number in range(count))
    return old, old.replace(" no.", " yes.")


def rewritten(count: int, *, between: str) -> tuple[str, str]:
    """Sentences that have their first words in common, and no more; each has one other word now."""
    old = between.join(f"The council {' '.join(f'w{n}v{k}' for k in range(9))}." for n in range(count))
    return old, old.replace("v4", "v99")


def lines_run(act: Callable[[], Any]) -> int:
    """How many lines of Python the act takes: the work, whatever the machine has to do besides."""
    count = 0

    def seen(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        count += event == "line"
        return seen

    before = sys.gettrace()
    sys.settrace(seen)
    try:
        act()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("texts", [wards, rewritten])
@pytest.mark.parametrize("between", [" ", "\n\n"])
def test_the_work_for_a_list_of_alike_sentences_grows_as_the_list(texts, between: str):
    few, many = (lines_run(lambda count=count: Passage(*texts(count, between=between))) for count in (60, 240))

    assert many < 6 * few


@pytest.mark.parametrize("count", [3, 40, 400])
def test_alike_sentences_that_were_all_edited_are_in_dispute(count: int):
    passage = Passage(*wards(count))

    assert set(passage.way) == {Way.DISPUTED}


def test_a_sentence_beside_a_long_list_is_carried_all_the_same():
    old, new = wards(400)
    before, after = "The harbour council kept its ferry for another", "winter after a debate of six hours."

    passage = Passage(f"{before} {after}\n\n{old}", f"{before} long {after}\n\n{new}")

    assert set(passage.way[: len(before.split())]) == {Way.EDITED}


def test_what_is_like_a_sentence_is_found_as_by_comparing_it_with_each():
    rng = random.Random(7)
    words = "the of and ferry council mayor vote plan budget".split()
    sentences = [tuple(rng.choices(words, k=rng.randint(1, 14))) for _ in range(60)]
    known = Sentences(sentences)

    for sentence in sentences:
        alike = {n for n, other in enumerate(sentences) if is_like(sentence, other)}
        assert known.like(sentence) == (alike if len(alike) <= MANY else None)


def is_like(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    parts, others = (
        {(s[k], s[k + step]) for step in (1, 2) for k in range(len(s) - step)} or set(s) for s in (one, other)
    )
    return 2 * len(parts & others) >= (ALIKE if len(one) > SHORT else SHORT_ALIKE) * (len(parts) + len(others)) > 0
