"""Many places tagged as one entity in one step, and taken back in one."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from annotator.access.visibility import visible_annotations, visible_articles, visible_entities
from annotator.actions.annotations import annotate, delete_annotation, restore_annotation
from annotator.actions.codings import open_coding, take_back_codings
from annotator.actions.records import delete_record, restore_record, uses
from annotator.actions.trace import told_together
from annotator.domain.annotation import Kind
from annotator.domain.errors import NotNow, Refused
from annotator.models import Annotation, Entity, Mention, User
from annotator.queries.tagging import closed_to

MOST_AT_ONCE = 500


@dataclass(frozen=True, order=True)
class Place:
    """``[start, end)`` of one revision of an article; ``exact`` are the words there, where they are to be compared."""

    article: uuid.UUID
    revision: int
    start: int
    end: int
    exact: str | None = field(default=None, compare=False)


@transaction.atomic
def tag_places(entity: Entity, places: Sequence[Place], *, by: User) -> list[Annotation]:
    """A mention of the entity at each place, in the layers that ``by`` writes to; all of them, or none.

    Where the very span is tagged as this entity already, it stays the one mention. Raises as ``annotate``.
    """
    if not places:
        raise Refused.field("hit", None, "Tick at least one place.")
    if len(places) > MOST_AT_ONCE:
        raise Refused.field(
            "hit", len(places), f"{len(places):,} places are ticked; the most at once is {MOST_AT_ONCE}."
        )
    articles = visible_articles(by).kept().filter(project=entity.project_id).select_related("project", "current")
    found = articles.in_bulk({place.article for place in places})
    if unknown := {place.article for place in places} - set(found):
        raise Refused.field("hit", str(min(unknown)), f"There is no article {min(unknown)}, or not for you to see.")
    for id, state in closed_to(by, found.values()).items():
        told = f"“{found[id].title}” is {state}: leave its hits out, or open its layer again first."
        raise NotNow(told, found=str(id))
    made: list[Annotation] = []
    # In one order, so that two who tag at once do not wait for each other.
    with told_together():
        for place in sorted(set(places)):
            coding = open_coding(found[place.article], by=by)
            given = {
                "revision": place.revision,
                "segments": [[place.start, place.end]],
                "type": entity.type,
                "entity": str(entity.pk),
                **({"exact": [place.exact]} if place.exact is not None else {}),
            }
            if not _tagged(coding.pk, entity, place):
                made.append(annotate(Kind.MENTION, given, coding=coding, by=by))
    return made


@transaction.atomic
def untag(mentions: Iterable[uuid.UUID], *, by: User, version: int = 1, recorded: uuid.UUID | None = None) -> int:
    """Put mentions that were just made into the bin; how many. Those that somebody has changed since are left.

    With them goes the entity that was ``recorded`` for them, unless something else uses it by now, or it was changed.
    ``version`` is that of all of them: 1 of what was made, more of what was taken back and made again. Articles in
    which nobody did anything else are as little begun as they were before.
    """
    rows = visible_annotations(by, Kind.MENTION).kept().filter(pk__in=list(mentions), version=version, created_by=by)
    rows = list(rows.select_related("coding__article__project", "revision").order_by("coding__article", "first"))
    entities = visible_entities(by).kept().filter(pk=recorded, version=version, created_by=by)
    with told_together():
        for mention in rows:
            delete_annotation(mention, by=by, version=version)
        emptied = {mention.coding_id: mention.coding for mention in rows}
        take_back_codings(emptied.values(), of=[mention.pk for mention in rows], by=by)
        for entity in entities:
            if not uses(entity):
                delete_record(entity, by=by, version=version)
    return len(rows)


@transaction.atomic
def tag_again(mentions: Iterable[uuid.UUID], *, by: User, version: int, recorded: uuid.UUID | None = None) -> int:
    """Bring back what ``untag`` put into the bin, where it is as that left it: in ``version``. How many mentions."""
    there = {"version": version, "changed_by": by, "deleted_at__isnull": False}
    rows = visible_annotations(by, Kind.MENTION).filter(pk__in=list(mentions), **there)
    rows = list(rows.select_related("coding__article__project", "revision").order_by("coding__article", "first"))
    with told_together():
        for entity in visible_entities(by).filter(pk=recorded, **there):
            restore_record(entity, by=by)
        for mention in rows:
            restore_annotation(mention, by=by)
    return len(rows)


def _tagged(coding: uuid.UUID, entity: Entity, place: Place) -> bool:
    there = Mention.objects.kept().filter(coding=coding, entity=entity, anchoring="", revision__number=place.revision)
    return there.filter(segments=[[place.start, place.end]]).exists()
