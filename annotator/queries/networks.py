"""The stances that networks are made of, as the asker sees them."""

import uuid
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, QuerySet

from annotator.access.visibility import visible_annotations
from annotator.domain.networks import Stand
from annotator.models import Entity, Issue
from annotator.models.record import Record
from annotator.queries.tagged import resolved
from articles.models import Article


def stands_in(user: Any, articles: QuerySet[Article]) -> tuple[list[Stand], dict[str, Record]]:
    """Who takes which position on what in these articles, and the entities and issues by their ids.

    What was merged counts for what it was merged into. Authors and unnamed holders are nobody in particular: left out.
    """
    stances = visible_annotations(user, "stance").kept().taken()
    stances = stances.filter(
        coding__article__in=articles.order_by().values("pk"), holder_entity__isnull=False, target_issue__isnull=False
    )
    found = stances.order_by().values_list("holder_entity", "target_issue", "position").annotate(Count("id"))
    rows = list(found)
    holders = resolved(Entity, {holder for holder, _, _, _ in rows})
    issues = resolved(Issue, {issue for _, issue, _, _ in rows})
    counts: Counter[tuple[uuid.UUID, uuid.UUID, str]] = Counter()
    for holder, issue, position, count in rows:
        counts[holders[holder].pk, issues[issue].pk, position] += count
    stands = [Stand(str(holder), str(issue), position, count) for (holder, issue, position), count in counts.items()]
    return stands, _by_id([*holders.values(), *issues.values()])


def _by_id(records: Iterable[Record]) -> dict[str, Record]:
    return {str(record.pk): record for record in records}
