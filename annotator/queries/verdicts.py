"""Published assessments with the claims that they rest on, and what befell those since."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from annotator.access.visibility import visible_annotations, visible_assessments
from annotator.domain.annotation import Kind
from annotator.domain.register import SourceChange
from annotator.models import Assessment, Claim
from annotator.queries.contexts import with_context
from annotator.queries.sources import ChangedSource, changed_sources, gravest
from articles.models import Project

_SHOWN = 3  # claims of an assessment, and all of those to which something happened


@dataclass
class Verdict:
    """A published assessment, claims that it rests on, each with what befell it, and how many there are in all."""

    assessment: Assessment
    change: SourceChange | None
    claims: list[tuple[Claim, SourceChange | None]] = field(default_factory=list)
    rests_on: int = 0


def published_in(user: Any, project: Project) -> QuerySet[Assessment]:
    """The newest first."""
    found = visible_assessments(user).filter(proposition__project=project, proposition__deleted_at=None)
    rows = found.filter(pk__in=Assessment.objects.published()).select_related("proposition", "reviewer")
    return rows.prefetch_related("evidence").order_by("-as_of", "-published_at", "id")


def changed_in(user: Any, project: Project) -> list[ChangedSource]:
    """What befell the claims that they rest on, in the layers that the user may read."""
    return changed_sources(user, proposition__project=project.pk)


def verdicts_of(user: Any, assessments: Sequence[Assessment], changed: Sequence[ChangedSource]) -> list[Verdict]:
    """With their claims, in a number of queries that does not depend on how many they are."""
    changes: dict[uuid.UUID, dict[uuid.UUID, SourceChange]] = defaultdict(dict)
    for each in changed:
        found = changes[each.assessment]
        found[each.claim] = gravest([each.change, found.get(each.claim, each.change)]) or each.change
    claims = visible_annotations(user, Kind.CLAIM).kept()
    claims = claims.filter(
        proposition__in={each.proposition_id for each in assessments}, coding__article__deleted_at=None
    )
    placed = claims.order_by().annotate(
        place=Window(
            RowNumber(),
            partition_by=[F("proposition")],
            order_by=[F("coding__article__published_on").desc(nulls_last=True), F("id").asc()],
        )
    )
    first = list(placed.filter(place__lte=_SHOWN).values_list("pk", flat=True))
    shown = with_context(claims.filter(Q(pk__in=first) | Q(pk__in=[each.claim for each in changed])))
    by_proposition: dict[uuid.UUID, list[Claim]] = defaultdict(list)
    for claim in shown:
        by_proposition[claim.proposition_id].append(claim)
    counts = dict(claims.order_by().values_list("proposition").annotate(Count("id")))
    return [
        Verdict(
            each,
            gravest(changes[each.pk].values()),
            [(claim, changes[each.pk].get(claim.pk)) for claim in by_proposition[each.proposition_id]],
            counts.get(each.proposition_id, 0),
        )
        for each in assessments
    ]
