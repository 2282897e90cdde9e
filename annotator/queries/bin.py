"""What is in the bin of a project: articles, records, assessments, searches, annotations, comments; the last first."""

from typing import Any

from django.db.models import QuerySet, Value

from annotator.access.visibility import (
    visible_annotations,
    visible_articles,
    visible_assessments,
    visible_comments,
    visible_entities,
    visible_issues,
    visible_propositions,
    visible_searches,
)
from annotator.models import ANNOTATIONS, Annotation, Assessment, Comment, SavedSearch
from annotator.models.place import on_any
from annotator.models.record import Record
from annotator.queries.contexts import with_context
from articles.models import Article, Project


def deleted_articles(user: Any, project: Project) -> QuerySet[Article]:
    deleted = visible_articles(user).filter(project=project, deleted_at__isnull=False)
    return deleted.select_related("outlet").order_by("-deleted_at", "id")


def deleted_records(user: Any, project: Project) -> list[Record]:
    registers = (visible_entities(user), visible_issues(user), visible_propositions(user))
    found = [
        record
        for records in registers
        for record in records.filter(project=project, deleted_at__isnull=False).select_related("changed_by")
    ]
    return sorted(found, key=lambda record: record.deleted_at, reverse=True)


def deleted_assessments(user: Any, project: Project) -> QuerySet[Assessment]:
    deleted = visible_assessments(user).filter(proposition__project=project, deleted_at__isnull=False)
    return deleted.select_related("proposition").order_by("-deleted_at", "id")


def deleted_searches(user: Any, project: Project) -> QuerySet[SavedSearch]:
    deleted = visible_searches(user).filter(project=project, deleted_at__isnull=False)
    return deleted.select_related("changed_by").order_by("-deleted_at", "id")


def deleted_comments(user: Any, project: Project) -> QuerySet[Comment]:
    """Those that were taken back, of articles that are kept."""
    of_kept = on_any(coding__article__project=project, coding__article__deleted_at=None)
    deleted = visible_comments(user).filter(of_kept, deleted_at__isnull=False)
    related = (f"{kind}__coding__article" for kind in ANNOTATIONS)
    return deleted.select_related("created_by", *related).order_by("-deleted_at", "id")


def deleted_annotations(user: Any, project: Project) -> QuerySet[Annotation]:
    """(kind, id) of every deleted annotation whose article is kept; ``told_of`` turns a page of them into rows."""
    listed = [
        visible_annotations(user, kind)
        .filter(coding__article__project=project, coding__article__deleted_at=None, deleted_at__isnull=False)
        .annotate(of_kind=Value(kind))
        .values_list("of_kind", "id", "deleted_at")
        .order_by()
        for kind in ANNOTATIONS
    ]
    return listed[0].union(*listed[1:], all=True).order_by("-deleted_at", "id")


def told_of(user: Any, listed: list[tuple[str, Any, Any]]) -> list[Annotation]:
    """The annotations of a page of ``deleted_annotations``, with their words, in its order."""
    found: dict[Any, Annotation] = {}
    for kind in ANNOTATIONS:
        ids = [key for of_kind, key, _deleted_at in listed if of_kind == kind]
        rows = with_context(visible_annotations(user, kind).filter(pk__in=ids))
        found |= {row.pk: row for row in rows.select_related("changed_by")}
    return [found[key] for _kind, key, _deleted_at in listed if key in found]
