"""What published assessments rest on: claims whose words, or whose article, are not as they were then."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Greatest

from annotator.access.visibility import visible_codings
from annotator.domain.register import SourceChange
from annotator.models import Assessment, Place
from articles.models import Revision
from articles.offsets import words


@dataclass(frozen=True)
class ChangedSource:
    """A claim that a published assessment rests on, and what became of it since the assessment was last looked at."""

    assessment: uuid.UUID
    proposition: uuid.UUID
    claim: uuid.UUID
    coding: uuid.UUID
    article: uuid.UUID
    change: SourceChange


def changed_sources(user: Any, **of: Any) -> list[ChangedSource]:
    """Of the published assessments ``of`` the given columns, in the layers that the user may read."""
    return changed_among(Place.objects.filter(claim__coding__in=visible_codings(user)), **of)


def changed_among(places: QuerySet[Place], **of: Any) -> list[ChangedSource]:
    """Of the published assessments ``of`` the given columns: their claims that stood elsewhere by ``places``."""
    assessed = "claim__proposition__assessments"
    # When the claim and the assessment came together, or the assessment was last looked at after that.
    seen_at = Greatest(F("claim__created_at"), F("claim__link_confirmed_at"), F(f"{assessed}__checked_at"))
    # The text that was the current one then: it was there, and was replaced since.
    stood = places.filter(
        **{f"{assessed}__{name}": value for name, value in of.items()},
        **{f"{assessed}__in": Assessment.objects.published()},
        claim__deleted_at=None,
        claim__coding__article__deleted_at=None,
        revision__created_at__lte=seen_at,
        recorded_at__gt=seen_at,
    ).exclude(revision__sha256=F("claim__coding__article__sha256"))
    rows = list(
        stood.values_list(
            f"{assessed}__id",
            "claim__proposition_id",
            "claim_id",
            "claim__coding_id",
            "claim__coding__article_id",
            "claim__anchoring",
            "claim__segments",
            "claim__revision__number",
            "wire",
        )
    )
    texts = _texts(rows)
    return [
        ChangedSource(*ids, article, _change(waits, segments, texts[article, number], then, texts))
        for *ids, article, waits, segments, number, then in rows
    ]


def gravest(changes: Iterable[SourceChange]) -> SourceChange | None:
    return min(changes, key=list(SourceChange).index, default=None)


def _change(waits: str, segments: Any, text: str, then: dict[str, Any], texts: dict[Any, str]) -> SourceChange:
    if waits and not then["anchoring"]:
        return SourceChange.WORDS_WAITING
    former = texts[uuid.UUID(then["article"]), then["revision"]]
    if _said(segments, text) != _said(then["segments"], former):
        return SourceChange.WORDS_CHANGED
    return SourceChange.ARTICLE_CHANGED


def _said(segments: Any, text: str) -> list[list[str]]:
    """The words of each segment; white space between them is none of them."""
    return [each.split() for each in words(segments, text)]


def _texts(rows: list[Any]) -> dict[tuple[uuid.UUID, int], str]:
    numbers = {row[-2] for row in rows} | {row[-1]["revision"] for row in rows}
    found = Revision.objects.filter(article__in={row[4] for row in rows}, number__in=numbers)
    return {(article, number): text for article, number, text in found.values_list("article_id", "number", "text")}
