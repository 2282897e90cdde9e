"""Annotations follow their words: a corpus of revisions, and random edits that know where each word went."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from articles.offsets import checked, words
from articles.reanchoring import carry
from tests.articles.edits import POOR, RICH, Edited, Word, an_article, edited, text_of, true_place

CORPUS = json.loads((Path(__file__).parent.parent / "data" / "revisions" / "pairs.json").read_text())
CASES = [
    pytest.param(pair, annotation, id=f"{pair['name']} - {annotation['spans']['segments'][0]}")
    for pair in CORPUS["pairs"]
    for annotation in pair["annotations"]
]


def texts(pair: dict[str, Any]) -> tuple[str, str]:
    old = pair.get("old", CORPUS["base"])
    new = pair.get("new", old)
    for before, after in pair.get("edits", []):
        assert new.count(before) == 1, before
        new = new.replace(before, after)
    return old, new


def span(told: list[Any] | None, text: str) -> list[tuple[int, int]] | None:
    """The segments that the corpus tells by their words, or by their words and which occurrence of them."""
    if told is None:
        return None
    found = []
    for segment in told:
        sought, nth = (segment, 1) if isinstance(segment, str) else segment
        at = -1
        for _ in range(nth):
            at = text.index(sought, at + 1)
        found.append((at, at + len(sought)))
    return found


def test_the_corpus_is_large_enough_and_has_every_state():
    states = {annotation["state"] for pair in CORPUS["pairs"] for annotation in pair["annotations"]}

    assert len(CORPUS["pairs"]) >= 60
    assert states == {"kept", "moved", "changed", "orphaned"}


@pytest.mark.parametrize(("pair", "annotation"), CASES)
def test_an_annotation_of_the_corpus_is_carried_as_expected(pair: dict[str, Any], annotation: dict[str, Any]):
    old, new = texts(pair)
    given = {name: span(told, old) for name, told in annotation["spans"].items()}

    [carried] = carry(old, new, [given])

    assert carried.state == annotation["state"]
    if carried.state in ("kept", "moved"):
        expected = annotation["now"] | {name: t for name, t in annotation["spans"].items() if name != "segments"}
        assert carried.spans == {name: span(told, new) for name, told in expected.items()}
    elif "now" in annotation:
        proposed = {name: carried.spans[name] for name in annotation["now"]}
        assert proposed == {name: span(told, new) for name, told in annotation["now"].items()}


@pytest.mark.parametrize(("pair", "annotation"), CASES)
def test_whatever_is_carried_or_proposed_is_a_legal_span(pair: dict[str, Any], annotation: dict[str, Any]):
    old, new = texts(pair)

    [carried] = carry(old, new, [{name: span(told, old) for name, told in annotation["spans"].items()}])

    places = [place for place in [*carried.spans.values(), *carried.elsewhere] if place]
    assert [checked(place, new) for place in places] == places


def test_an_orphan_is_shown_where_its_very_words_stand_elsewhere():
    old = "The mayor spoke. Quill left early.\n\nNobody saw it."
    new = "Nobody saw it. In another town, they say, it was at ten that the mayor spoke of a ferry."

    [carried] = carry(old, new, [{"segments": [(4, 15)]}])

    assert carried.state == "orphaned"
    assert [words(place, new) for place in carried.elsewhere] == [["mayor spoke"]]


# --- Random edits ---


def carried_at_random(article: Edited, rng: random.Random, count: int) -> dict[str, list[str]]:
    """Of random annotations the wrongly carried, and of those in untouched sentences the carried and the lost."""
    old, places_before = text_of(article.before)
    new, places_after = text_of(article.after)
    stream = [word for paragraph in article.before for sentence in paragraph for word in sentence]
    sentence_of = {word: id(sentence) for paragraph in article.before for sentence in paragraph for word in sentence}
    chosen: list[list[Word]] = []
    for _ in range(count):
        length = min(rng.choice([1, 1, 2, 3, 5, 9, 20]), len(stream))
        start = rng.randrange(len(stream) - length + 1)
        chosen.append(stream[start : start + length])
    spans = [[(places_before[found[0]][0], places_before[found[-1]][1])] for found in chosen]

    results = carry(old, new, [{"segments": one} for one in spans])

    told: dict[str, list[str]] = {"wrong": [], "untouched": [], "lost": []}
    for found, one, result in zip(chosen, spans, results, strict=True):
        is_carried = result.state in ("kept", "moved")
        if is_carried and result.spans["segments"] != [true_place(found, article.after, places_after)]:
            told["wrong"].append(words(one, old)[0])
        sentences = {sentence_of[word] for word in found}
        if len(sentences) == 1 and not sentences & article.touched:
            told["untouched" if is_carried else "lost"].append(words(one, old)[0])
    return told


@pytest.mark.parametrize(
    ("vocabulary", "paragraphs", "edits"),
    [
        pytest.param(RICH, 12, 6, id="some edits"),
        pytest.param(RICH, 8, 10, id="an edit in every second sentence"),
        pytest.param(POOR, 8, 6, id="a text that repeats itself"),
        pytest.param(POOR, 6, 8, id="a text that repeats itself, edited in every second sentence"),
    ],
)
def test_what_is_kept_or_moved_stands_where_the_edits_put_it(vocabulary: list[str], paragraphs: int, edits: int):
    wrong, carried = [], 0
    for seed in range(65):
        rng = random.Random(f"{seed} {paragraphs} {edits}")
        article = an_article(rng, vocabulary, paragraphs=paragraphs)
        told = carried_at_random(edited(rng, article, RICH, edits=edits), rng, 40)
        wrong += told["wrong"]
        carried += len(told["untouched"])

    assert wrong == []
    assert carried > 400


def test_what_was_not_touched_needs_nobody_when_one_paragraph_in_ten_was_edited():
    kept, lost = 0, []
    for seed in range(40):
        rng = random.Random(f"{seed} tenth")
        article = an_article(rng, RICH, paragraphs=30)
        told = carried_at_random(edited(rng, article, RICH, edits=6, within=rng.sample(range(30), 3)), rng, 60)
        assert told["wrong"] == []
        kept, lost = kept + len(told["untouched"]), lost + told["lost"]

    assert kept / (kept + len(lost)) >= 0.95
