"""Published assessments of whose sources a write makes another thing to be said: an event for each, and for each layer.

Whoever may read the layer may read its event; of another coder's blind layer nothing is told.
"""

import uuid
from collections import defaultdict

from annotator.actions.trace import event
from annotator.domain.annotation import Kind
from annotator.domain.register import SourceChange
from annotator.models import Annotation, Assessment, Event, Place, User
from annotator.queries import wire
from annotator.queries.sources import changed_among, gravest
from articles.models import Article

# Published assessment and layer → what befell the claims in it that the assessment rests on.
Assessed = dict[tuple[uuid.UUID, uuid.UUID], SourceChange | None]


def assessed_in(article: Article) -> Assessed:
    """The gravest thing that befell a claim of the article in each layer, by the assessment that rests on it."""
    found: dict[tuple[uuid.UUID, uuid.UUID], list[SourceChange]] = defaultdict(list)
    for each in changed_among(Place.objects.filter(claim__coding__article=article)):
        found[each.assessment, each.coding].append(each.change)
    return {key: gravest(changes) for key, changes in found.items()}


def assessed_by(annotation: Annotation, *, linked_to: uuid.UUID | None = None) -> Assessed | None:
    """The same of the article of an annotation, if it is a claim on which an assessment may rest, else None.

    ``linked_to`` is the proposition that it is about to be linked to.
    """
    if annotation.KIND != Kind.CLAIM or not (annotation.proposition_id or linked_to):
        return None
    return assessed_in(annotation.coding.article)


def told_since(before: Assessed | None, article: Article, *, by: User) -> list[Event]:
    """What followers of the assessments are told that say another thing now than ``before``."""
    if before is None:
        return []
    now = assessed_in(article)
    told_of = sorted(key for key in before.keys() | now.keys() if before.get(key) != now.get(key))
    if not told_of:
        return []
    assessments = Assessment.objects.select_related("reviewer").prefetch_related("evidence")
    by_id = assessments.in_bulk([assessment for assessment, _ in told_of])
    return [
        event(
            "assessment.source_changed",
            by=by,
            project_id=article.project_id,
            article_id=article.pk,
            thing="assessment",
            thing_id=assessment,
            coding_id=coding,
            version=by_id[assessment].version,
            before={"source_changed": before.get((assessment, coding))},
            after={
                **wire.assessment(by_id[assessment]),
                "source_changed": now.get((assessment, coding)),
                "revision": article.current.number,
            },
        )
        for assessment, coding in told_of
    ]
