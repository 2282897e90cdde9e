"""What checks ask of a project, read once and remembered: its codebook, its records, the attributions of a layer."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from annotator.domain.annotation import Kind
from annotator.models import Attribution, CodebookValue, Entity, Issue, Proposition
from annotator.models.record import Record

RECORDS: dict[str, type[Record]] = {"entity": Entity, "issue": Issue, "proposition": Proposition}

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
            rows = CodebookValue.objects.current().filter(project=self.project_id, field__in=missing)
            self._codebook |= {field: set() for field in missing}
            for field, value, parent in rows.values_list("field", "value", "parent"):
                self._codebook[field].add((value, parent))
        return self._codebook

    def expect(self, table: str, ids: Collection[uuid.UUID]) -> None:
        """Read the records of these ids, one query; those that others were merged into as well."""
        known = self._records[table]
        wanted = {id for id in ids if id not in known}
        while wanted:
            rows = RECORDS[table].objects.filter(pk__in=wanted, project=self.project_id)
            found = dict(rows.filter(deleted_at=None).values_list("pk", "merged_into"))
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


_remembered: ContextVar[dict[int, Known] | None] = ContextVar("remembered", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Within, all actions of one transaction share what they know."""
    token = _remembered.set({})
    try:
        yield
    finally:
        _remembered.reset(token)


def known_of(project_id: int) -> Known:
    remembered = _remembered.get()
    if remembered is None:
        return Known(project_id)
    return remembered.setdefault(project_id, Known(project_id))


def forget_after(act: str, thing: str) -> None:
    """Forget what an act may have made untrue: all but new things and the annotations that nothing points to."""
    remembered = _remembered.get()
    if remembered is None:
        return
    is_new = act.endswith(".added") and thing in (Kind.ATTRIBUTION, *RECORDS)
    if not is_new and thing not in (Kind.MENTION, Kind.STANCE, Kind.CLAIM):
        remembered.clear()
