"""What checks ask of a project, read once and remembered: its codebook, its records, the attributions of a layer."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db.models import BigIntegerField, CharField, UUIDField

from annotator.domain.annotation import Kind
from annotator.models import Attribution, CodebookValue, Entity, Issue, Proposition, User
from annotator.models.prepared import Given, Prepared, run_together
from annotator.models.record import Record
from annotator.queries.desks import Desk, hold_desk

RECORDS: dict[str, type[Record]] = {"entity": Entity, "issue": Issue, "proposition": Proposition}

_FEW = 5  # records that are read by a prepared statement each, in one round trip

_CODEBOOK = Prepared(
    lambda: (
        CodebookValue.objects.current()
        .filter(project=Given("project", BigIntegerField()), field=Given("field", CharField()))
        .order_by()
        .values_list("value", "parent")
    )
)


def _prepared(model: type[Record]) -> Prepared:
    project, id = Given("project", BigIntegerField()), Given("id", UUIDField())
    return Prepared(
        lambda: (
            model.objects.filter(pk=id, project=project, deleted_at=None).order_by().values_list("pk", "merged_into")
        )
    )


_RECORD = {table: _prepared(model) for table, model in RECORDS.items()}
_STANDING = ("id", "source_voice", "source_entity_id", "segments", "anchoring", "parent_id")


@dataclass(frozen=True, slots=True)
class Outer:
    """What others that point to an attribution ask of it."""

    id: uuid.UUID
    source_voice: str
    source_entity_id: uuid.UUID | None
    segments: list[list[int]]
    anchoring: str = ""
    parent_id: uuid.UUID | None = None


class Known:
    """One project's. What was not there is asked for again: it may have come since."""

    def __init__(self, project_id: int) -> None:
        self.project_id = project_id
        self._codebook: dict[str, set[tuple[str, str]]] = {}
        # Record → what it was merged into, or itself: chains are followed when they are asked for.
        self._records: dict[str, dict[uuid.UUID, uuid.UUID | None]] = {table: {} for table in RECORDS}
        self._attributions: dict[uuid.UUID, dict[uuid.UUID, Outer]] = defaultdict(dict)

    def codebook(self, fields: Iterable[str]) -> dict[str, set[tuple[str, str]]]:
        """Field → its current values, each with the value that it is of: a subtype's type, or nothing."""
        missing = [field for field in fields if field not in self._codebook]
        if missing:
            rows = run_together([(_CODEBOOK, {"project": self.project_id, "field": field}) for field in missing])
            self._codebook |= {field: set(found) for field, found in zip(missing, rows, strict=True)}
        return self._codebook

    def expect(self, table: str, ids: Collection[uuid.UUID]) -> None:
        """Read the records of these ids, one query; those that others were merged into as well."""
        known = self._records[table]
        wanted = {id for id in ids if id not in known}
        while wanted:
            given = [{"project": self.project_id, "id": id} for id in wanted]
            if len(given) <= _FEW:
                found = dict(row for rows in run_together([(_RECORD[table], each) for each in given]) for row in rows)
            else:
                rows = RECORDS[table].objects.filter(pk__in=wanted, project=self.project_id, deleted_at=None)
                found = dict(rows.values_list("pk", "merged_into"))
            known |= found
            wanted = {into for into in found.values() if into is not None and into not in known}

    def record(self, table: str, id: uuid.UUID) -> uuid.UUID | None:
        """What stands for a record that was expected: itself, or what it was merged into; None where there is none."""
        known = self._records[table]
        if id not in known:
            return None
        while (into := known.get(id)) is not None:
            id = into
        return id

    def attribution(self, coding_id: uuid.UUID, id: uuid.UUID) -> Outer | None:
        """A kept attribution of a layer."""
        known = self._attributions[coding_id]
        if id not in known:
            row = Attribution.objects.kept().filter(pk=id, coding=coding_id).values_list(*_STANDING).first()
            if row is None:
                return None
            known[id] = Outer(*row)
        return known[id]

    def add(self, coding_id: uuid.UUID, attribution: Outer) -> None:
        """Take note of an attribution that has just been made, or is about to be."""
        self._attributions[coding_id][attribution.id] = attribution


@dataclass
class _Memory:
    projects: dict[int, Known] = field(default_factory=dict)
    desks: dict[tuple[int, uuid.UUID], Desk] = field(default_factory=dict)


_remembered: ContextVar[_Memory | None] = ContextVar("remembered", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Within, all actions of one transaction share what they know."""
    token = _remembered.set(_Memory())
    try:
        yield
    finally:
        _remembered.reset(token)


def known_of(project_id: int) -> Known:
    remembered = _remembered.get()
    if remembered is None:
        return Known(project_id)
    return remembered.projects.setdefault(project_id, Known(project_id))


def desk_of(user: User, article_id: uuid.UUID) -> Desk | None:
    """The article that ``user`` writes to, held; None for who does not see it."""
    remembered = _remembered.get()
    desks = remembered.desks if remembered is not None else {}
    desk = desks.get((user.pk, article_id)) or hold_desk(user, article_id)
    if desk is not None:
        desks[user.pk, article_id] = desk
    return desk


def forget_after(act: str, thing: str) -> None:
    """Forget what an act may have made untrue: all but new things and the annotations that nothing points to."""
    remembered = _remembered.get()
    if remembered is None:
        return
    is_new = act.endswith(".added") and thing in (Kind.ATTRIBUTION, *RECORDS)
    if not is_new and thing not in (Kind.MENTION, Kind.STANCE, Kind.CLAIM):
        remembered.projects.clear()
        remembered.desks.clear()
