"""Annotations follow their words: a corpus of revisions, and random edits that know where each word went."""

import json
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from annotator.domain.spans import SPAN_FIELDS
from articles.offsets import checked, words
from articles.reanchoring import carry
from tests.articles.annotated import placed, spans_at_random, true_places
from tests.articles.edits import POOR, RICH, SMALL, Edited, an_article, edited, text_of

CORPUS = json.loads((Path(__file__).parent.parent / "data" / "revisions" / "pairs.json").read_text())
CASES = [
    pytest.param(pair, annotation, id=f"{pair['name']} - {annotation['spans']['segments'][0]}")
    for pair in CORPUS["pairs"]
    for annotation in pair["annotations"]
]


KINDS_OF_REVISIONS = [
    "typo",
    "paragraph inserted",
    "paragraph moved",
    "paragraph deleted",
    "paragraph split",
    "sentence doubled",
    "quote re-attributed",
    "headline changed",
    "a correction",
    "whole rewrite",
    "emoji before everything",
    "the same sentence twice",
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

    names = " · ".join(pair["name"] for pair in CORPUS["pairs"])
    spans = {name for pair in CORPUS["pairs"] for annotation in pair["annotations"] for name in annotation["spans"]}

    assert len(CORPUS["pairs"]) >= 60
    assert [kind for kind in KINDS_OF_REVISIONS if kind not in names] == []
    assert spans == {*SPAN_FIELDS, "quantities.0", "quantities.1"}
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


def test_of_a_paragraph_that_was_doubled_and_edited_a_person_says_which_it_is():
    old = "The council met. It kept the ferry, by one vote.\n\nNobody else spoke."
    doubled = "The council met. It kept bridges and barges alike.\n\n" + old

    [carried] = carry(old, doubled, [{"segments": [(29, 47)]}])

    assert (old[29:47], carried.state) == ("ferry, by one vote", "changed")
    assert [words(place, doubled) for place in carried.elsewhere] == [["ferry, by one vote"]]


# --- Random edits ---

KINDS = {
    "some edits": (RICH, RICH, 12, 6),
    "an edit in every second sentence": (RICH, RICH, 8, 10),
    "a text that repeats itself": (POOR, RICH, 8, 6),
    "a text that repeats itself, edited in every second sentence": (POOR, RICH, 6, 8),
    "a few dozen small words, edited among themselves": (SMALL, SMALL, 8, 6),
    "the same, edited in every second sentence": (POOR, POOR, 4, 5),
}


@dataclass
class Told:
    """What was said of random annotations: how many were carried, and the wrong ones, by their words.

    ``in_untouched`` counts those that lie in one untouched sentence, ``needing_nobody`` the carried ones of them.
    """

    carried: int = 0
    wrong: list[str] = field(default_factory=list)
    in_untouched: int = 0
    needing_nobody: int = 0

    def count(self, article: Edited, rng: random.Random, annotations: int) -> None:
        old, places_before = text_of(article.before)
        new, places_after = text_of(article.after)
        sentences = [sentence for paragraph in article.before for sentence in paragraph]
        sentence_of = {word: id(sentence) for sentence in sentences for word in sentence}
        chosen = [spans_at_random(rng, list(sentence_of)) for _ in range(annotations)]
        results = carry(old, new, [placed(spans, places_before) for spans in chosen])
        for spans, result in zip(chosen, results, strict=True):
            is_carried = result.state in ("kept", "moved")
            within = {sentence_of[word] for runs in spans.values() for run in runs for word in run}
            is_untouched = len(within) == 1 and not within & article.touched
            self.carried += is_carried
            self.in_untouched += is_untouched
            self.needing_nobody += is_untouched and is_carried
            if is_carried and result.spans != true_places(spans, article.after, places_after):
                self.wrong += [" ".join(word.text for run in spans["segments"] for word in run)]


@pytest.mark.parametrize("kind", KINDS)
def test_ten_thousand_that_are_kept_or_moved_stand_where_the_edits_put_them(kind: str):
    vocabulary, put_in, paragraphs, edits = KINDS[kind]
    told = Told()

    seed = 0
    while told.carried * len(KINDS) < 10_000:
        rng = random.Random(f"{seed} {kind}")
        article = an_article(rng, vocabulary, paragraphs=paragraphs)
        told.count(edited(rng, article, put_in, edits=edits), rng, 60)
        seed += 1

    assert told.wrong == []
    assert seed < 60  # most are carried


def test_what_was_not_touched_needs_nobody_when_one_paragraph_in_ten_was_edited():
    told = Told()
    for seed in range(40):
        rng = random.Random(f"{seed} tenth")
        article = an_article(rng, RICH, paragraphs=30)
        told.count(edited(rng, article, RICH, edits=6, within=rng.sample(range(30), 3)), rng, 60)

    assert told.wrong == []
    assert told.in_untouched > 500
    assert told.needing_nobody / told.in_untouched >= 0.95
