"""Annotations with their words as they stand in the article: what the pages of entities and issues list.

They stand in the order of the newest articles, which has an index: where many are about one thing, PostgreSQL walks
along the articles until a page is full, instead of sorting all of them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, IntegerField, QuerySet, Value
from django.db.models.functions import Greatest, Substr

from annotator.models import Annotation
from annotator.queries.keyset import Key, Order, ordered
from articles.models import dated_last_down

_AROUND = 110  # code points on either side
_LONGEST = 900  # code points of the annotation itself; what is longer is cut, and says so
_CUT = " […]"

# That of the newest articles (queries/articles.py), and within one that of the text.
BY_ARTICLE: Order = (
    Key("dated_down", descends=True),
    Key("coding__article__created_at", descends=True),
    Key("coding__article_id"),
    Key("first"),
    Key("last"),
    Key("id"),
)

_RELATED = {
    "mention": ("entity",),
    "attribution": ("source_entity",),
    "stance": ("holder_entity", "target_issue", "target_entity", "target_proposition", "affiliation"),
    "claim": ("claimant_entity", "proposition"),
}


@dataclass(frozen=True)
class Part:
    """Words of a piece. ``change`` is "", gone or new."""

    text: str
    change: str


@dataclass(frozen=True)
class Piece:
    """A stretch of the text, ``marked`` where it belongs to the annotation.

    It has ``parts`` where it was compared with what stood there before, or stands there now.
    """

    text: str
    marked: bool
    parts: tuple[Part, ...] = ()

    @property
    def is_cut(self) -> bool:
        return self.text.endswith(_CUT)


def orderable(annotations: QuerySet[Annotation]) -> QuerySet[Annotation]:
    """Those in articles that are kept, with what ``BY_ARTICLE`` is by."""
    dated_down = dated_last_down("coding__article__")
    return annotations.filter(coding__article__deleted_at=None).annotate(dated_down=dated_down)


def with_context(annotations: QuerySet[Annotation]) -> QuerySet[Annotation]:
    """The same with what a line about one needs, newest article first, then in text order.

    Each has ``context``, the text from ``context_start`` on; ``pieces`` cuts it.
    """
    start = Greatest(F("first") - _AROUND, Value(0), output_field=IntegerField())
    related = ("coding__article__outlet", *_RELATED[str(annotations.model.KIND)])
    found = (
        orderable(annotations)
        .select_related(*related)
        .annotate(context_start=start, context=Substr("revision__text", start + 1, F("last") + _AROUND - start))
    )
    return ordered(found, BY_ARTICLE)


def told_with_context(page: QuerySet[Annotation]) -> list[Annotation]:
    """The same of a page, in its order. Its ids are read first: of all that are sorted, words would be cut else."""
    ids = list(page.values_list("pk", flat=True))
    found = {row.pk: row for row in with_context(page.model.objects.filter(pk__in=ids))}
    return [found[id] for id in ids]


def pieces(context: str, context_start: int, segments: Sequence[Sequence[int]]) -> list[Piece]:
    """The context cut at the segments' edges.

    What stands around is of the same paragraph; where it is cut, it is cut between words, and an ellipsis says so.
    """
    found, at = [], context_start
    for start, end in segments:
        found.append(Piece(context[at - context_start : start - context_start], marked=False))
        found.append(Piece(_shortened(context[start - context_start : end - context_start]), marked=True))
        at = end
    before, *between = found
    after = context[at - context_start :]
    return [
        piece
        for piece in (
            Piece(_last_of_paragraph(before.text, is_cut=context_start > 0), marked=False),
            *between,
            Piece(_first_of_paragraph(after, is_cut=len(after) >= _AROUND), marked=False),
        )
        if piece.text
    ]


def around(text: str, segments: Sequence[Sequence[int]]) -> list[Piece]:
    """Segments of a text, marked, in what stands around them."""
    start = max(segments[0][0] - _AROUND, 0)
    return pieces(text[start : segments[-1][1] + _AROUND], start, segments)


def _last_of_paragraph(text: str, *, is_cut: bool) -> str:
    _, line_end, words = text.rpartition("\n")
    return words if line_end or not is_cut else "…" + re.sub(r"^\S*\s", "", words, count=1)


def _first_of_paragraph(text: str, *, is_cut: bool) -> str:
    words, line_end, _ = text.partition("\n")
    return words if line_end or not is_cut else re.sub(r"\s\S*$", "", words) + "…"


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST].rsplit(maxsplit=1)[0] + _CUT
