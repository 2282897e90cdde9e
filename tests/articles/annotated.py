"""Random annotations of the texts of ``edits``: all their spans, each segment as the words that it consists of."""

import random
from itertools import pairwise

from articles.offsets import Segment
from tests.articles.edits import Article, Word, true_place

Run = list[Word]
Spans = dict[str, list[Run]]
# Spans beside the main one: of how many segments at most.
OTHERS = {"source_span": 2, "cue_span": 1, "target_span": 1, "hedge_spans": 3, "quantities.0": 1, "quantities.1": 1}


def spans_at_random(rng: random.Random, stream: list[Word]) -> Spans:
    """The main span of one segment to three, and in every other annotation some of the others near it."""
    length = min(rng.choice([1, 1, 2, 3, 5, 9, 20]), len(stream))
    start = rng.randrange(len(stream) - length + 1)
    spans = {"segments": _parted(rng, stream[start : start + length], rng.choice([1, 1, 1, 2, 3]))}
    if rng.random() < 0.5:
        near = stream[max(0, start - 20) : start + length + 20]
        for name in rng.sample(list(OTHERS), rng.randint(1, 3)):
            at = rng.randrange(len(near))
            words = near[at : at + rng.randint(1, 3 * OTHERS[name])]
            spans[name] = _parted(rng, words, rng.randint(1, OTHERS[name]))
    return spans


def placed(spans: Spans, places: dict[Word, Segment]) -> dict[str, list[Segment]]:
    """The spans as offsets of the text in which words stand at ``places``."""
    return {name: [(places[run[0]][0], places[run[-1]][1]) for run in runs] for name, runs in spans.items()}


def true_places(spans: Spans, after: Article, places: dict[Word, Segment]) -> dict[str, list[Segment | None]]:
    """Where the edits put the spans: None for a segment whose words are not all there, side by side."""
    return {name: [true_place(run, after, places) for run in runs] for name, runs in spans.items()}


def _parted(rng: random.Random, words: Run, segments: int) -> list[Run]:
    """Cut into ``segments`` at most, with a word left out between any two of them."""
    segments = min(segments, (len(words) + 1) // 2)
    left_out = sorted(rng.sample(range(1, len(words) - 1), segments - 1)) if segments > 1 else []
    if any(later - earlier < 2 for earlier, later in pairwise(left_out)):
        left_out = left_out[:1]
    starts, ends = [0, *(at + 1 for at in left_out)], [*left_out, len(words)]
    return [words[start:end] for start, end in zip(starts, ends, strict=True)]
