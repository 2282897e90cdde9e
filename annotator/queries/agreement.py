"""What several coders of a project made of the same articles, side by side."""

import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from django.db.models import Count, QuerySet

from annotator.access.visibility import visible_annotations, visible_codings
from annotator.domain.agreement import nominal_alpha, shared
from annotator.domain.annotation import Kind
from annotator.domain.layers import CodingState, Layer
from articles.models import Article

MOST = 1_000  # articles, the latest: what one answer may take
# What is compared where two coders marked the very same words: kind → field and column.
COMPARED = {
    Kind.MENTION: (("type", "type"), ("entity", "entity")),
    Kind.ATTRIBUTION: (("source", "source_entity"), ("mode", "mode")),
    Kind.STANCE: (("position", "position"), ("target", "target_issue")),
    Kind.CLAIM: (("claim_kind", "claim_kind"),),
}


@dataclass
class OfKind:
    """``spans`` that anybody marked; ``f1`` of exactly the same spans, over all pairs of coders of an article."""

    kind: Kind
    spans: int = 0
    f1: float | None = None
    fields: list[tuple[str, int, float | None]] = field(default_factory=list)


@dataclass
class Agreement:
    articles: int
    left_out: int
    coders: list[str]
    kinds: list[OfKind]


def agreement(user: Any, articles: QuerySet[Article]) -> Agreement:
    """How far the coders agree in those of ``articles`` that several have done, in the layers that the asker sees."""
    done = visible_codings(user).filter(layer=Layer.OWN, article__in=articles.order_by().values("pk"))
    done = done.exclude(state=CodingState.OPEN)
    several = done.values("article").annotate(coders=Count("pk")).filter(coders__gt=1)
    chosen = list(several.order_by("-article__created_at", "article").values_list("article", flat=True)[: MOST + 1])
    left_out = several.count() - MOST if len(chosen) > MOST else 0
    codings = {
        pk: (article, coder)
        for pk, article, coder in done.filter(article__in=chosen[:MOST]).values_list("pk", "article", "coder__username")
    }
    kinds = [_of_kind(user, kind, codings) for kind in Kind]
    coders = sorted({coder for _, coder in codings.values()})
    return Agreement(len(chosen[:MOST]), left_out, coders, kinds)


def _of_kind(user: Any, kind: Kind, codings: dict[uuid.UUID, tuple[uuid.UUID, str]]) -> OfKind:
    columns = [column for _, column in COMPARED[kind]]
    rows = visible_annotations(user, kind).kept().taken().filter(coding__in=codings, anchoring="")
    marked: dict[uuid.UUID, dict[str, set[str]]] = defaultdict(dict)
    for article, coder in codings.values():
        marked[article][coder] = set()
    values: dict[tuple[uuid.UUID, str], dict[str, tuple[Any, ...]]] = defaultdict(dict)
    for coding, segments, *given in rows.order_by("id").values_list("coding", "segments", *columns):
        article, coder = codings[coding]
        span = str(segments)
        marked[article][coder].add(span)
        values[article, span].setdefault(coder, tuple(given))
    pairs = (pair for by_coder in marked.values() for pair in combinations(by_coder.values(), 2))
    of_kind = OfKind(kind, spans=len(values), f1=shared(pairs))
    units = [tuple(by_coder.values()) for by_coder in values.values() if len(by_coder) > 1]
    for place, (name, _) in enumerate(COMPARED[kind]):
        of_kind.fields.append((name, len(units), nominal_alpha([[given[place] for given in unit] for unit in units])))
    return of_kind
