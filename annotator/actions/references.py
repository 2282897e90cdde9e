"""What an annotation may point to: records of its own project and attributions of its own layer."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from annotator.actions.known import RECORDS, Known, Outer
from annotator.domain.annotation import Kind, Voice
from annotator.domain.errors import Problem
from annotator.domain.fields import FIELDS
from annotator.models import Annotation, Coding
from annotator.models.record import Record

# Kind → its fields that point to records, and the table of each; a target's is in `target_kind`.
_POINTERS = {
    kind: {
        name: field.refers_to or "entity"
        for name, field in fields.items()
        if field.type == "party" or (field.type == "reference" and field.refers_to != "attribution")
    }
    for kind, fields in FIELDS.items()
}

_VOICES = frozenset(str(voice) for voice in Voice)


def expect(known: Known, several: Iterable[tuple[Kind, Mapping[str, Any]]]) -> None:
    """Read all records that annotations point to, one query a table. Values may be unread: what is no id is nothing."""
    wanted: dict[str, set[Any]] = {}
    for kind, values in several:
        for name, table in _POINTERS[kind].items():
            value = values.get(name)
            if isinstance(value, str | uuid.UUID) and value not in _VOICES:
                wanted.setdefault(str(values.get("target_kind")) if table == "target" else table, set()).add(value)
    for table in RECORDS.keys() & wanted.keys():
        known.expect(table, {id for value in wanted[table] if (id := _id(value))})


def _id(value: str | uuid.UUID) -> uuid.UUID | None:
    try:
        return value if isinstance(value, uuid.UUID) else uuid.UUID(value)
    except ValueError:
        return None


def resolved(record: Record) -> Record:
    """The record, or what it was merged into."""
    while record.merged_into is not None:
        record = record.merged_into
    return record


class References:
    """Finds what the fields of one annotation point to, and collects what is wrong.

    Another project's id is answered like one that does not exist. A record that was merged is replaced by what stands
    for it, but where ``present``, the row that is changed, has it already: undoing the merge finds it again.
    """

    def __init__(
        self, kind: Kind, values: dict[str, Any], *, coding: Coding, known: Known, present: Annotation | None = None
    ) -> None:
        expect(known, [(kind, values)])
        self.coding = coding
        self.known = known
        self.present = present
        self.problems: list[Problem] = []
        self._values = values

    def record(self, name: str, table: str, column: str) -> uuid.UUID | None:
        """The id of the record that field ``name``, stored in ``column``, points to; None with a problem noted."""
        value = self._values.get(name)
        if not isinstance(value, uuid.UUID):
            return None
        stands = self.known.record(table, value)
        if stands is None:
            self._note(name, value, f"there is no {table} {value} in this project.")
        return value if getattr(self.present, column, None) == value else stands

    def attribution(self, name: str) -> Outer | None:
        """The attribution that field ``name`` points to, or None with a problem noted."""
        value = self._values.get(name)
        if not isinstance(value, uuid.UUID):
            return None
        found = self.known.attribution(self.coding.pk, value)
        if found is None:
            self._note(name, value, f"there is no attribution {value} in this layer.")
        return found

    def party(self, name: str) -> dict[str, Any]:
        """The two columns of a party."""
        value = self._values[name]
        if isinstance(value, uuid.UUID):
            entity_id = self.record(name, "entity", f"{name}_entity_id")
            return {f"{name}_voice": Voice.ENTITY.value, f"{name}_entity_id": entity_id}
        return {f"{name}_voice": value, f"{name}_entity_id": None}

    def _note(self, name: str, value: uuid.UUID, said: str) -> None:
        self.problems.append(Problem(name, str(value), f"`{name}`: {said}"))
