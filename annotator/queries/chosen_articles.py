"""Which articles: by what is said about them, by their words, and by what annotations in them say.

Annotations count in the layers that the asker may read and no others, whichever way they are asked about.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.lookups import IsNull

from annotator.access.visibility import visible_annotations, visible_assessments, visible_codings
from annotator.domain.annotation import Voice
from annotator.domain.layers import CodingState
from annotator.domain.register import AssessmentState
from annotator.models import ANNOTATIONS, Entity, Issue, Proposition, User
from annotator.models.prepared import among
from annotator.models.record import Record
from annotator.queries.searching import few_of, languages, read, saying
from annotator.queries.tagged import ENTITY_SECTIONS
from articles.models import Article, ArticleQuerySet

# Annotations of one kind. Up to here, all of them are collected in about the time in which a page is found otherwise.
FREQUENT = 15_000
# So few that to collect them first costs little where they turn out to be more.
FEW = 200


class Progress(StrEnum):
    """How far an article is, over all layers that the asker may read."""

    NEW = "new"
    BEGUN = "begun"
    DONE = "done"
    ADJUDICATED = "adjudicated"


# Choices that are made or not.
FLAGS = ("no_outlet", "undated", "unassessed")


@dataclass(frozen=True)
class Chosen:
    """What the articles have in common. What is left at its default does not narrow.

    ``q`` is in the search language. ``language`` stands for its varieties as well. ``holder``, ``position`` and
    ``target`` are those of one stance; ``claim_kind``, ``rating`` and ``unassessed`` of one claim. ``entity`` is named,
    holds, is held of, claims or is quoted. An entity, issue or proposition that others were merged into stands for them
    as well.
    """

    q: str = ""
    outlet: int | None = None
    no_outlet: bool = False
    author: str = ""
    language: str = ""
    progress: str = ""
    since: date | None = None
    until: date | None = None
    undated: bool = False
    coder: str = ""
    entity: uuid.UUID | None = None
    holder: uuid.UUID | str | None = None
    position: str = ""
    target: uuid.UUID | None = None
    claim_kind: str = ""
    rating: str = ""
    unassessed: bool = False


def narrowed(user: Any, articles: ArticleQuerySet, chosen: Chosen, *, projects: Iterable[int]) -> QuerySet[Article]:
    """Those of the articles, which the user sees and which are of ``projects``, that are as chosen."""
    if chosen.outlet:
        articles = articles.filter(outlet=chosen.outlet)
    if chosen.no_outlet:
        articles = articles.filter(outlet=None)
    if chosen.undated:
        articles = articles.undated()
    if chosen.author:
        articles = articles.worded("author", chosen.author)
    if chosen.language:
        articles = articles.filter(language__in=_varieties(chosen.language, projects))
    if chosen.since or chosen.until:
        articles = articles.published(chosen.since, chosen.until)
    if chosen.progress:
        articles = _of_progress(user, articles, Progress(chosen.progress))
    if chosen.coder:
        coder = User.objects.filter(username=chosen.coder).first()
        articles = (
            articles.filter(_in_any(user, dict.fromkeys(ANNOTATIONS, Q(created_by=coder))))
            if coder
            else articles.none()
        )
    if chosen.entity:
        articles = articles.filter(_about(user, chosen.entity))
    # That nobody assessed a claim no index tells: one cannot know that they are few without reading all.
    only_unassessed = chosen.unassessed and not (chosen.claim_kind or chosen.rating)
    for kind, condition in together(user, chosen).items():
        may_be_few = kind != "claim" or not only_unassessed
        articles = articles.filter(_in_any(user, {kind: condition}, may_be_few=may_be_few))
    if chosen.q:
        articles = saying(articles, read(chosen.q), projects=projects)
    return articles


def together(user: Any, chosen: Chosen) -> dict[str, Q]:
    """By kind, what is chosen of one and the same annotation: the condition that one has to meet."""
    found: dict[str, Q] = {}
    if chosen.holder or chosen.position or chosen.target:
        found["stance"] = _stance(chosen)
    if chosen.claim_kind or chosen.rating or chosen.unassessed:
        found["claim"] = _claim(user, chosen)
    return found


def progress_of(states: Iterable[str]) -> Progress:
    """How far an article is whose visible layers have these states."""
    states = set(states)
    if CodingState.ADJUDICATED in states:
        return Progress.ADJUDICATED
    if not states:
        return Progress.NEW
    return Progress.BEGUN if CodingState.OPEN in states else Progress.DONE


def progress(user: Any) -> Case:
    """The same, as an expression over articles: for counts of many."""
    codings = visible_codings(user).filter(article=OuterRef("pk"))
    return Case(
        When(Exists(codings.filter(state=CodingState.ADJUDICATED)), then=Value(Progress.ADJUDICATED.value)),
        When(~Exists(codings), then=Value(Progress.NEW.value)),
        When(Exists(codings.filter(state=CodingState.OPEN)), then=Value(Progress.BEGUN.value)),
        default=Value(Progress.DONE.value),
    )


def _varieties(language: str, projects: Iterable[int]) -> list[str]:
    """The languages of the projects that are this one: “en” is also what is tagged “en-GB”."""
    asked = language.lower()
    return [tag for tag in languages(projects) if f"{tag.lower()}-".startswith(f"{asked}-")]


def _of_progress(user: Any, articles: QuerySet[Article], wanted: Progress) -> QuerySet[Article]:
    """By layers that there are and others that there are not, which PostgreSQL looks for from either side."""
    codings = visible_codings(user).filter(article=OuterRef("pk"))
    adjudicated, still_open = (codings.filter(state=state) for state in (CodingState.ADJUDICATED, CodingState.OPEN))
    match wanted:
        case Progress.NEW:
            return articles.filter(~Exists(codings))
        case Progress.BEGUN:
            return articles.filter(Exists(still_open), ~Exists(adjudicated))
        case Progress.DONE:
            return articles.filter(
                Exists(codings.filter(state=CodingState.DONE)), ~Exists(adjudicated), ~Exists(still_open)
            )
        case Progress.ADJUDICATED:
            return articles.filter(Exists(adjudicated))


def _in_any(user: Any, conditions: dict[str, Q], *, may_be_few: bool = True) -> Q:
    """Articles with an annotation, of one of these kinds, of which the condition for its kind holds.

    Where they ``may_be_few`` and are, their articles are given one by one: of several columns together PostgreSQL
    guesses badly how seldom they are. Of several kinds it collects all such annotations before it looks at the first
    article. So where they are frequent each article is asked for them, in the order of the list: a page of those that
    have one is soon full.
    """
    found = [visible_annotations(user, kind).kept().taken().filter(condition) for kind, condition in conditions.items()]
    if len(found) == 1 and may_be_few:
        few = few_of(found[0], "coding__article", FEW)
        if few is not None:
            return Q(among("pk", few))
    if len(found) > 1 and any(_is_frequent(kind, condition) for kind, condition in conditions.items()):
        # Not EXISTS: for several of those PostgreSQL would collect all again.
        first = (Subquery(rows.filter(coding__article=OuterRef("pk")).order_by().values("pk")[:1]) for rows in found)
        return reduce(or_, (Q(IsNull(each, False)) for each in first))
    articles = (rows.order_by().values("coding__article") for rows in found)
    return Q(pk__in=reduce(lambda one, other: one.union(other), articles))


def _is_frequent(kind: str, condition: Q) -> bool:
    """Whether so many annotations are so that a page of articles is found sooner by looking at one after the other."""
    rows = ANNOTATIONS[kind].objects.filter(condition).order_by().values_list(Value(1))
    return rows[FREQUENT : FREQUENT + 1].exists()


def _about(user: Any, entity: uuid.UUID) -> Q:
    standing = _with_merged(Entity, entity)
    conditions: dict[str, Q] = {}
    for kind, column in ENTITY_SECTIONS.values():
        conditions[kind] = conditions.get(kind, Q()) | Q(**{f"{column}__in": standing})
    return _in_any(user, conditions)


def _stance(chosen: Chosen) -> Q:
    condition = Q(position=chosen.position) if chosen.position else Q()
    if isinstance(chosen.holder, uuid.UUID):
        condition &= Q(holder_entity__in=_with_merged(Entity, chosen.holder))
    elif chosen.holder:
        condition &= Q(holder_voice=Voice(chosen.holder))
    if chosen.target:
        condition &= (
            Q(target_issue__in=_with_merged(Issue, chosen.target))
            | Q(target_entity__in=_with_merged(Entity, chosen.target))
            | Q(target_proposition__in=_with_merged(Proposition, chosen.target))
        )
    return condition


def _claim(user: Any, chosen: Chosen) -> Q:
    """An assessment that the asker may not see does not count, whether asked for or asked to be missing."""
    condition = Q(claim_kind=chosen.claim_kind) if chosen.claim_kind else Q()
    assessments = visible_assessments(user).filter(deleted_at=None).exclude(state=AssessmentState.WITHDRAWN)
    if chosen.rating:
        condition &= Q(proposition__in=assessments.filter(rating=chosen.rating).order_by().values("proposition"))
    if chosen.unassessed:
        condition &= ~Q(Exists(assessments.filter(proposition=OuterRef("proposition"))))
    return condition


def _with_merged(model: type[Record], id: uuid.UUID) -> set[uuid.UUID]:
    """An id and those of all that was merged into its record."""
    found = newest = {id}
    while newest:
        newest = set(model.objects.filter(merged_into__in=newest).values_list("pk", flat=True)) - found
        found = found | newest
    return found
