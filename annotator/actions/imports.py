"""Many articles at once, with their annotations: good rows are kept, and each refused row is told with its reason."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from annotator.access.rules import require
from annotator.actions.articles import draft, store
from annotator.actions.codings import open_coding
from annotator.actions.columns import columns
from annotator.actions.saving import explained
from annotator.actions.trace import trace
from annotator.domain.annotation import Kind, Origin
from annotator.domain.errors import AnnotatorError, Refused
from annotator.models import ANNOTATIONS, Annotation, User
from annotator.queries import wire
from articles.models import Article, Project
from articles.readers.row import Row

# Attributions come first: the others point to them, and an outer one before its inner ones.
_ORDER = [Kind.ATTRIBUTION, Kind.MENTION, Kind.STANCE, Kind.CLAIM]


@dataclass
class Outcome:
    """What became of one row: ``state`` is new, same or refused."""

    source: str
    state: str
    article: Article | None = None
    annotations: int = 0
    reason: str = ""


def import_rows(project: Project, rows: Iterable[Row], *, by: User) -> Iterator[Outcome]:
    """Bring in each row in a transaction of its own, and say what became of it."""
    require(by, "article.add", project)
    for row in rows:
        if row.problem:
            yield Outcome(row.source, "refused", reason=row.problem)
            continue
        try:
            yield _import_row(project, row, by=by)
        except AnnotatorError as error:
            yield Outcome(row.source, "refused", reason=f"{row.source}: {error.message}")


@transaction.atomic
def _import_row(project: Project, row: Row, *, by: User) -> Outcome:
    """Store an article with its annotations, or neither. One event for all of it: version 1 is its own “before”."""
    arrival = store(project, draft(row.fields))
    if not arrival.is_new:
        return Outcome(row.source, "same", article=arrival.article)
    annotations = _annotations(arrival.article, row.annotations, by=by) if row.annotations else []
    trace(
        "article.imported",
        by=by,
        project_id=project.pk,
        article_id=arrival.article.pk,
        thing="article",
        thing_id=arrival.article.pk,
        version=1,
        after={**wire.article(arrival.article), "annotations": len(annotations)},
    )
    return Outcome(row.source, "new", article=arrival.article, annotations=len(annotations))


def _annotations(article: Article, given: list[dict[str, Any]], *, by: User) -> list[Annotation]:
    """Store annotations in the wire form, in the layer that ``by`` writes to.

    Where another tool made them, ``external_id`` may stand for an attribution's id in ``attribution`` and ``parent``.
    """
    coding = open_coding(article, by=by)
    require(by, "annotation.add", coding)
    stored: list[Annotation] = []
    local_ids: dict[str, str] = {}
    for index, fields in sorted(enumerate(given), key=lambda entry: _order(entry[1], given)):
        fields = {"origin": Origin.IMPORTED.value, **fields}
        for name in ("attribution", "parent"):
            fields[name] = local_ids.get(str(fields.get(name)), fields.get(name))
            if fields[name] is None:
                del fields[name]
        try:
            kind = Kind(fields.pop("kind", ""))
            written = columns(kind, fields, coding=coding, text=article.current.text, by=by)
            annotation = ANNOTATIONS[kind](
                coding=coding, revision=article.current, created_by=by, changed_by=by, **written
            )
            with explained(fields):
                annotation.save(force_insert=True)
        except ValueError as error:
            raise Refused.field(f"annotations.{index}", None, f"annotation {index}: {error}") from error
        except AnnotatorError as error:
            raise Refused.field(f"annotations.{index}", None, f"annotation {index}: {error.message}") from error
        if kind == Kind.ATTRIBUTION and annotation.external_id:
            local_ids[annotation.external_id] = str(annotation.pk)
        stored.append(annotation)
    return stored


def _order(fields: dict[str, Any], given: list[dict[str, Any]]) -> tuple[int, int]:
    kind = fields.get("kind")
    depth, parents = 0, {entry.get("external_id"): entry.get("parent") for entry in given if entry.get("external_id")}
    parent = fields.get("parent")
    while parent in parents and parent is not None and depth < len(given):
        depth, parent = depth + 1, parents[parent]
    return (_ORDER.index(Kind(kind)) if kind in set(Kind) else 0, depth)
