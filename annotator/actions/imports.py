"""Many articles at once, with their annotations: good rows are kept, and each refused row is told with its reason."""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from django.db import transaction
from django.utils import timezone

from annotator.access.rules import require, role_in
from annotator.actions.arrivals import Arrival, meet, put
from annotator.actions.articles import draft
from annotator.actions.codings import opening
from annotator.actions.columns import columns
from annotator.actions.copying import RowRefused, copy, settle
from annotator.actions.known import Known, Outer
from annotator.actions.nesting import ORDER, LocalNames, id_in, in_order, is_kind, kind_in
from annotator.actions.references import expect
from annotator.actions.trace import event, trace_all
from annotator.domain.annotation import Kind, Origin
from annotator.domain.errors import AnnotatorError, Refused
from annotator.domain.layers import Layers
from annotator.domain.roles import Role
from annotator.models import ANNOTATIONS, Coding, User
from annotator.queries import wire
from annotator.queries.codings import own_layer
from articles.drafts import Draft, in_language_of
from articles.models import Article, Project
from articles.readers.row import Row

# What one transaction takes at the most: with more, the memory grows and nothing gets faster.
CHUNK_ROWS = 100
CHUNK_CHARACTERS = 2_000_000
CHUNK_ANNOTATIONS = 10_000


@dataclass
class Outcome:
    """What became of one row: ``state`` is new, same or refused, with the ``error`` that refused it.

    Where people choose it is also revised or left; of a row that is only looked at it is a ``State`` of it, and the
    ``title`` is told by which people know it.
    """

    source: str
    state: str
    article: Article | None = None
    annotations: int = 0
    reason: str = ""
    error: AnnotatorError | None = None
    likeness: float | None = None
    title: str = ""


@dataclass
class _Arriving:
    """A row on its way in: its place among the rows, and the rows of its annotations in the order of the wire."""

    place: int
    row: Row
    draft: Draft
    id: uuid.UUID | None
    article: Article = field(init=False)
    coding: Coding | None = None
    annotations: list[tuple[int, Kind, dict[str, Any]]] = field(default_factory=list)


def import_rows(project: Project, rows: Iterable[Row], *, by: User) -> Iterator[Outcome]:
    """Bring rows in, many in a transaction, and say in their order what became of each."""
    require(by, "article.add", project)
    return (outcome for chunk in chunks(rows) for outcome in import_chunk(project, chunk, by=by))


def chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows in such numbers as go into one transaction."""
    chunk: list[Row] = []
    characters = annotations = 0
    for row in rows:
        chunk.append(row)
        text = row.fields.get("text")
        characters += len(text) if isinstance(text, str) else 0
        annotations += len(row.annotations)
        if len(chunk) >= CHUNK_ROWS or characters >= CHUNK_CHARACTERS or annotations >= CHUNK_ANNOTATIONS:
            yield chunk
            chunk, characters, annotations = [], 0, 0
    if chunk:
        yield chunk


@transaction.atomic
def import_chunk(
    project: Project, rows: Sequence[Row], *, by: User, ids: Mapping[int, uuid.UUID] | None = None
) -> list[Outcome]:
    """Store articles with their annotations, each with all of its own or not at all, and say what became of each row.

    One event for each article: version 1 is its own “before”. It is for all members: in an independent project it does
    not say how many annotations came along, and who sees the new layer is told of that by another.
    ``ids`` are those that rows, by their place, bring along.
    """
    require(by, "article.add", project)
    outcomes: dict[int, Outcome] = {}
    waiting = []
    for place, row in enumerate(rows):
        if row.problem:
            outcomes[place] = Outcome(row.source, "refused", reason=row.problem)
            continue
        try:
            waiting.append(_Arriving(place, row, draft(in_language_of(project, row.fields)), (ids or {}).get(place)))
        except AnnotatorError as error:
            outcomes[place] = _refused(row, error)
    while waiting:
        # Of a text that stands there twice, the second looks at what has become of the first.
        first = {arriving.draft.sha256: arriving for arriving in reversed(waiting)}
        at_once = [arriving for arriving in waiting if first[arriving.draft.sha256] is arriving]
        outcomes |= _bring_in(project, at_once, by=by)
        waiting = [arriving for arriving in waiting if first[arriving.draft.sha256] is not arriving]
    return [outcomes[place] for place in range(len(rows))]


def import_row(project: Project, row: Row, *, by: User, id: uuid.UUID | None = None) -> Arrival:
    """Store one article with its annotations; raises what would refuse it."""
    [outcome] = import_chunk(project, [row], by=by, ids={0: id} if id else None)
    if outcome.error is not None:
        raise outcome.error
    return Arrival(cast(Article, outcome.article), is_new=outcome.state == "new")


def _bring_in(project: Project, several: list[_Arriving], *, by: User) -> dict[int, Outcome]:
    outcomes: dict[int, Outcome] = {}
    new = []
    met = meet(project, [(arriving.draft, arriving.id) for arriving in several])
    for arriving, arrival in zip(several, met, strict=True):
        arriving.article = arrival.article
        if arrival.is_new:
            new.append(arriving)
        else:
            outcomes[arriving.place] = Outcome(arriving.row.source, "same", article=arrival.article)
    known, role = Known(project.pk), role_in(by, project.pk)
    expect(known, ((Kind(entry["kind"]), entry) for each in new for entry in each.row.annotations if is_kind(entry)))
    ready = []
    for arriving in new:
        try:
            _read_annotations(arriving, known, by=by, role=role)
            ready.append(arriving)
        except AnnotatorError as error:
            outcomes[arriving.place] = _refused(arriving.row, error)
    # In one order, whoever brings them in: two that have the same external ids do not deadlock.
    stored, refused = _store(sorted(ready, key=lambda arriving: arriving.draft.external_id))
    for arriving, error in refused:
        outcomes[arriving.place] = _refused(arriving.row, error)
    stored.sort(key=lambda arriving: arriving.place)
    shared = project.layers == Layers.SHARED
    events = []
    for arriving in stored:
        article, count = arriving.article, len(arriving.annotations)
        outcomes[arriving.place] = Outcome(arriving.row.source, "new", article=article, annotations=count)
        events.append(
            event(
                "article.imported",
                by=by,
                project_id=project.pk,
                article_id=article.pk,
                thing="article",
                thing_id=article.pk,
                version=1,
                after={**wire.article(article), **({"annotations": count} if shared else {})},
            )
        )
        if arriving.coding and not shared:
            events.append(opening(arriving.coding, by=by))
    if events:
        trace_all(events)
    return outcomes


def _read_annotations(arriving: _Arriving, known: Known, *, by: User, role: Role | None) -> None:
    """Check annotations in the wire form, for the layer that ``by`` writes to.

    Where another tool made them, ``external_id`` may stand for an attribution's id in ``attribution`` and ``parent``.
    """
    given, article = arriving.row.annotations, arriving.article
    if not given:
        return
    arriving.coding = coding = own_layer(article, by)
    require(by, "annotation.add", coding, role=role)
    if coding.coder_id is not None:
        coding.coder = by
    coding.created_at = coding.changed_at = now = timezone.now()
    whose = {"created_by_id": by.pk, "changed_by_id": by.pk, "created_at": now, "changed_at": now}
    base = {"coding_id": coding.pk, "revision_id": article.current.pk, **_AT_FIRST, **whose}
    names = LocalNames()
    for index in in_order(given):
        fields = {"origin": Origin.IMPORTED.value, **names.with_ids(given[index])}
        try:
            kind, id = kind_in(fields), id_in(fields) or uuid.uuid4()
            written = columns(kind, fields, coding=coding, text=article.current.text, by=by, known=known)
        except AnnotatorError as error:
            raise _in_annotation(index, error) from error
        if kind == Kind.ATTRIBUTION:
            standing = {name: written[name] for name in ("source_voice", "source_entity_id", "segments", "parent_id")}
            known.add(coding.pk, Outer(id=id, **standing))
            names.name(written["external_id"], id)
        arriving.annotations.append((index, kind, {"id": id, **base, **written}))


# What a new annotation is whose fields do not say it.
_AT_FIRST = {
    "anchoring": "", "version": 1, "deleted_at": None, "link_confirmed_by_id": None, "link_confirmed_at": None,
}  # fmt: skip


def _store(several: list[_Arriving]) -> tuple[list[_Arriving], list[tuple[_Arriving, AnnotatorError]]]:
    """Store what the database does not refuse: those that came in, and the others with the reason.

    All at once, or without the one that the database names, in halves: a few bad rows among many cost little.
    """
    if not several:
        return [], []
    try:
        with transaction.atomic():
            _copy(several)
    except _Refusal as refusal:
        found = [(refusal.arriving, refusal.error)] if refusal.arriving else []
        left = [arriving for arriving in several if arriving is not refusal.arriving]
        if not found and len(several) == 1:
            return [], [(several[0], refusal.error)]
        halves = [_store(left[: len(left) // 2]), _store(left[len(left) // 2 :])]
        return [one for stored, _ in halves for one in stored], found + [
            one for _, refused in halves for one in refused
        ]
    return several, []


class _Refusal(Exception):
    """What the database refused of many: which, where it says so, and why."""

    def __init__(self, arriving: _Arriving | None, error: AnnotatorError) -> None:
        super().__init__(error.message)
        self.arriving = arriving
        self.error = error


def _copy(several: list[_Arriving]) -> None:
    try:
        put([arriving.article for arriving in several])
    except RowRefused as refused:
        arriving = several[refused.place] if refused.place is not None else None
        given = {"external_id": arriving.draft.external_id} if arriving else None
        raise _Refusal(arriving, refused.explained(given)) from refused
    copy(Coding, [vars(arriving.coding) for arriving in several if arriving.coding])
    for kind in ORDER:
        rows = [
            (arriving, index, row)
            for arriving in several
            for index, own_kind, row in arriving.annotations
            if own_kind == kind
        ]
        try:
            copy(ANNOTATIONS[kind], [row for _, _, row in rows])
        except RowRefused as refused:
            if refused.place is None:
                raise _Refusal(None, refused.explained()) from refused
            arriving, index, _ = rows[refused.place]
            error = refused.explained(arriving.row.annotations[index])
            raise _Refusal(arriving, _in_annotation(index, error)) from refused
    try:
        settle()
    except RowRefused as refused:
        raise _Refusal(None, refused.explained()) from refused


def _refused(row: Row, error: AnnotatorError) -> Outcome:
    return Outcome(row.source, "refused", reason=f"{row.source}: {error.message}", error=error)


def _in_annotation(index: int, error: AnnotatorError) -> Refused:
    return Refused.field(f"annotations.{index}", None, f"annotation {index}: {error.message}")
