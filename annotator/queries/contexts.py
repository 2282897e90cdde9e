"""Annotations with their words as they stand in the article: what the pages of entities and issues list."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, IntegerField, QuerySet, Value
from django.db.models.functions import Greatest, Substr

from annotator.models import Annotation

_AROUND = 110  # code points on either side
_LONGEST = 900  # code points of the annotation itself; what is longer is cut, and says so

_RELATED = {
    "mention": ("entity",),
    "attribution": ("source_entity",),
    "stance": ("holder_entity", "target_issue", "target_entity", "target_proposition", "affiliation"),
    "claim": ("claimant_entity", "proposition"),
}


@dataclass(frozen=True)
class Piece:
    """A stretch of the text, ``marked`` where it belongs to the annotation."""

    text: str
    marked: bool


def with_context(annotations: QuerySet[Annotation]) -> QuerySet[Annotation]:
    """Those in articles that are kept, with what a line about one needs, newest article first, then in text order.

    Each has ``context``, the text from ``context_start`` on; ``pieces`` cuts it.
    """
    start = Greatest(F("first") - _AROUND, Value(0), output_field=IntegerField())
    return (
        annotations.filter(coding__article__deleted_at=None)
        .select_related("coding__article__outlet", *_RELATED[str(annotations.model.KIND)])
        .annotate(
            context_start=start,
            context=Substr("revision__text", start + 1, F("last") + _AROUND - start),
        )
        .order_by(F("coding__article__published_on").desc(nulls_last=True), "coding__article_id", "first", "last", "id")
    )


def pieces(context: str, context_start: int, segments: Sequence[Sequence[int]]) -> list[Piece]:
    """The context cut at the segments' edges; what stands around begins and ends with a whole word and an ellipsis."""
    found, at = [], context_start
    for start, end in segments:
        found.append(Piece(context[at - context_start : start - context_start], marked=False))
        found.append(Piece(_cut(context[start - context_start : end - context_start]), marked=True))
        at = end
    found.append(Piece(context[at - context_start :], marked=False))
    before, after = found[0].text, found[-1].text
    if context_start > 0:
        found[0] = Piece("…" + re.sub(r"^\S*\s", "", before, count=1), marked=False)
    if len(after) >= _AROUND:
        found[-1] = Piece(re.sub(r"\s\S*$", "", after) + "…", marked=False)
    return [piece for piece in found if piece.text]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST].rsplit(maxsplit=1)[0] + " […]"
