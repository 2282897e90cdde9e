"""Many articles at once, with their annotations: good rows are kept, and each refused row is told with its reason."""

import uuid
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
from annotator.domain.layers import Layers
from annotator.models import ANNOTATIONS, Annotation, Coding, User
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
            yield import_row(project, row, by=by)
        except AnnotatorError as error:
            yield Outcome(row.source, "refused", reason=f"{row.source}: {error.message}")


@transaction.atomic
def import_row(project: Project, row: Row, *, by: User, id: uuid.UUID | None = None) -> Outcome:
    """Store an article with its annotations, or neither. One event for all of it: version 1 is its own “before”.

    The event is for all members: in an independent project it does not say how many annotations came along.
    """
    require(by, "article.add", project)
    arrival = store(project, draft(row.fields), id=id)
    if not arrival.is_new:
        return Outcome(row.source, "same", article=arrival.article)
    annotations = _annotations(arrival.article, row.annotations, by=by) if row.annotations else []
    shared = project.layers == Layers.SHARED
    trace(
        "article.imported",
        by=by,
        project_id=project.pk,
        article_id=arrival.article.pk,
        thing="article",
        thing_id=arrival.article.pk,
        version=1,
        after={**wire.article(arrival.article), **({"annotations": len(annotations)} if shared else {})},
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
    for index in _in_order(given):
        fields = {"origin": Origin.IMPORTED.value, **given[index]}
        for name in ("attribution", "parent"):
            if isinstance(fields.get(name), str):
                fields[name] = local_ids.get(fields[name], fields[name])
        try:
            annotation = _store(fields, coding=coding, article=article, by=by)
        except AnnotatorError as error:
            raise Refused.field(f"annotations.{index}", None, f"annotation {index}: {error.message}") from error
        if annotation.KIND == Kind.ATTRIBUTION and annotation.external_id:
            local_ids[annotation.external_id] = str(annotation.pk)
        stored.append(annotation)
    return stored


def _store(fields: dict[str, Any], *, coding: Coding, article: Article, by: User) -> Annotation:
    """Store one annotation of a new article; an id that it brings along is kept."""
    kind = fields.get("kind")
    if kind not in list(Kind):
        raise Refused.field("kind", kind, f"`kind`: {kind!r:.60} is unknown; use one of {', '.join(Kind)}.")
    written = columns(Kind(kind), fields, coding=coding, text=article.current.text, by=by)
    annotation = ANNOTATIONS[kind](
        pk=_id(fields.get("id")), coding=coding, revision=article.current, created_by=by, changed_by=by, **written
    )
    with explained(fields):
        annotation.save(force_insert=True)
    return annotation


def _id(given: Any) -> uuid.UUID:
    if given is None:
        return uuid.uuid4()
    try:
        return uuid.UUID(str(given))
    except ValueError:
        raise Refused.field("id", given, f"`id`: {given!r:.60} is no id (a UUID).") from None


def _in_order(given: list[dict[str, Any]]) -> list[int]:
    """The places of the annotations, each after those that it may point to."""
    outer = {
        str(entry[name]): entry.get("parent") for entry in given for name in ("external_id", "id") if entry.get(name)
    }
    depths: dict[str, int] = {}

    def depth(name: str) -> int:
        """How many attributions lie around the one of this name; a ring, which is refused later, ends somewhere."""
        around: list[str] = []
        while name in outer and name not in depths and outer[name] is not None:
            depths[name] = 0
            around.append(name)
            name = str(outer[name])
        below = depths.get(name, 0)
        for steps, inner in enumerate(reversed(around), start=1):
            depths[inner] = below + steps
        return depths[around[0]] if around else below

    def order(index: int) -> tuple[int, int]:
        kind, parent = given[index].get("kind"), given[index].get("parent")
        return _ORDER.index(kind) if kind in _ORDER else 0, 0 if parent is None else 1 + depth(str(parent))

    return sorted(range(len(given)), key=order)
