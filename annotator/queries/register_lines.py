"""What a project has beside its articles, line by line, in an order in which it can be written again."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from annotator.access.visibility import (
    visible_assessments,
    visible_codings,
    visible_comments,
    visible_proposition_links,
)
from annotator.models.place import on_any
from annotator.queries import keyset, wire
from annotator.queries.codebook import codebook
from annotator.queries.keyset import Key
from annotator.queries.records import detailed
from articles.models import Project

_AT_ONCE = 500
_ORDER = (Key("id"),)  # what never changes: a row that is renamed meanwhile is told once

Line = tuple[str, dict[str, Any]]


def before_articles(user: Any, project: Project) -> Iterator[Line]:
    """(address of its noun, wire form) of the codebook, the registers and the assessments.

    A line names what stands before it: an entity with affiliations and an issue that lies below another are told
    twice, first by themselves and, when all are told, whole.
    """
    yield "codebook", codebook(user, project)
    entities = detailed(user, "entity").filter(project=project, deleted_at=None)
    for row in _paged(entities):
        yield "entities", {**wire.record(row), "affiliations": []}
    for row in _paged(entities.filter(affiliations__isnull=False).distinct()):
        yield "entities", wire.record(row)
    issues = detailed(user, "issue").filter(project=project, deleted_at=None)
    for row in _paged(issues):
        yield "issues", {**wire.record(row), "parent": None}
    for row in _paged(issues.filter(parent__isnull=False)):
        yield "issues", wire.record(row)
    for row in _paged(detailed(user, "proposition").filter(project=project, deleted_at=None)):
        yield "propositions", wire.record(row)
    links = visible_proposition_links(user).filter(
        from_proposition__project=project, from_proposition__deleted_at=None, to_proposition__deleted_at=None
    )
    for row in _paged(links):
        yield "proposition-links", wire.proposition_link(row)
    assessments = visible_assessments(user).filter(
        proposition__project=project, proposition__deleted_at=None, deleted_at=None
    )
    for row in _paged(assessments.select_related("reviewer").prefetch_related("evidence")):
        yield "assessments", wire.assessment(row)


def after_articles(user: Any, project: Project) -> Iterator[Line]:
    """The layers, with how far they are, and what is said about annotations; both as far as ``user`` may read them."""
    codings = visible_codings(user).filter(article__project=project, article__deleted_at=None)
    for row in _paged(codings.select_related("coder")):
        yield "codings", wire.coding(row)
    of_kept = on_any(coding__article__project=project, coding__article__deleted_at=None, deleted_at=None)
    for row in _paged(visible_comments(user).filter(of_kept, deleted_at=None).select_related("created_by")):
        yield "comments", wire.comment(row)


def _paged(rows: QuerySet) -> Iterator[Any]:
    """The rows in pages by key: no statement lasts longer than its page."""
    beyond = None
    while True:
        page = keyset.page(rows, _ORDER, size=_AT_ONCE, beyond=beyond)
        yield from page.rows
        if not page.has_next:
            return
        beyond = keyset.keys_of(page.rows[-1], _ORDER)
