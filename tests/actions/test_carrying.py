"""An attribution in an attribution: after random edits the inner one lies in the outer one, or waits."""

import random
import uuid
from typing import Any

from annotator.actions.carrying import Standing, carry_all
from articles.models import Revision
from articles.offsets import covers
from tests.articles.annotated import placed, spans_at_random, true_places
from tests.articles.edits import RICH, SMALL, an_article, edited, text_of


def attribution(spans: dict[str, Any], *, parent: uuid.UUID | None = None) -> Standing:
    wire = {"id": uuid.uuid4(), "kind": "attribution", "revision": 1, "parent": parent, "anchoring": "", "version": 1}
    return Standing(wire | {"source_span": None, "cue_span": None} | spans, version=1)


def test_an_inner_attribution_that_is_carried_lies_in_its_outer_one_where_the_edits_put_both():
    carried, parted = 0, 0
    for seed in range(60):
        rng = random.Random(f"{seed} nested")
        article = an_article(rng, RICH if seed % 2 else SMALL, paragraphs=8)
        result = edited(rng, article, RICH, edits=8)
        old, before = text_of(result.before)
        new, after = text_of(result.after)
        stream = [word for paragraph in article for sentence in paragraph for word in sentence]
        chosen, annotations = [], []
        for _ in range(15):
            length = rng.randint(4, 25)
            start = rng.randrange(max(len(stream) - length, 1))
            words = stream[start : start + length]
            outer = {"segments": [words], "cue_span": [[rng.choice(stream[max(0, start - 5) : start + length])]]}
            inner = {"segments": spans_at_random(rng, words[1:])["segments"]}
            outermost = attribution(placed(outer, before))
            chosen += [outer, inner]
            annotations += [outermost, attribution(placed(inner, before), parent=outermost.id)]

        carry_all(annotations, texts={1: old}, to=Revision(number=2, text=new))

        for (outer, inner), (holds, lies) in zip(_pairs(chosen), _pairs(annotations), strict=True):
            if holds.state not in ("kept", "moved"):
                parted += lies.state in ("kept", "moved")
                continue
            if lies.state in ("kept", "moved"):
                carried += 1
                assert covers(holds.carried.spans["segments"], lies.carried.spans["segments"])
                assert _spans(lies) == true_places(inner, result.after, after)
            assert _spans(holds) == true_places(outer, result.after, after)

    assert carried > 300
    assert parted > 10  # the outer one was edited beside the inner one, which waits for nobody


def _pairs(alternating: list[Any]) -> list[tuple[Any, Any]]:
    return list(zip(alternating[::2], alternating[1::2], strict=True))


def _spans(standing: Standing) -> dict[str, Any]:
    return {name: span for name, span in standing.carried.spans.items() if span}
