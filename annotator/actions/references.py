"""What an annotation may point to: records of its own project and attributions of its own layer."""

import uuid
from typing import Any

from annotator.domain.annotation import Kind, Voice
from annotator.domain.errors import Problem
from annotator.domain.fields import FIELDS
from annotator.models import Annotation, Attribution, Coding, Entity, Issue, Proposition
from annotator.models.record import Record

RECORDS: dict[str, type[Record]] = {"entity": Entity, "issue": Issue, "proposition": Proposition}


def resolved(record: Record) -> Record:
    """The record, or what it was merged into."""
    while record.merged_into is not None:
        record = record.merged_into
    return record


class References:
    """Finds what the fields of one annotation point to, one query a table, and collects what is wrong.

    Another project's id is answered like one that does not exist. A record that was merged is replaced by what stands
    for it, but where ``present``, the row that is changed, has it already: undoing the merge finds it again.
    """

    def __init__(self, coding: Coding, kind: Kind, values: dict[str, Any], present: Annotation | None = None) -> None:
        self.coding = coding
        self.present = present
        self.problems: list[Problem] = []
        self._values = values
        self._wanted: dict[str, set[uuid.UUID]] = {}
        for name, field in FIELDS[kind].items():
            value = values.get(name)
            if isinstance(value, uuid.UUID) and (table := self._table(name, field.refers_to)):
                self._wanted.setdefault(table, set()).add(value)
        self._found: dict[str, dict[uuid.UUID, Any]] = {table: self._find(table) for table in self._wanted}

    def _table(self, name: str, refers_to: str) -> str:
        if refers_to == "target":
            return str(self._values.get("target_kind", ""))
        return refers_to or "entity"  # a party

    def _find(self, table: str) -> dict[uuid.UUID, Any]:
        wanted = self._wanted[table]
        if table == "attribution":
            return {
                found.pk: found
                for found in Attribution.objects.kept()
                .filter(pk__in=wanted, coding=self.coding)
                .select_related("coding")
            }
        model = RECORDS.get(table)
        if model is None:
            return {}
        rows = model.objects.filter(pk__in=wanted, project=self.coding.article.project_id, deleted_at=None)
        return {row.pk: row for row in rows.select_related("merged_into")}

    def get(self, name: str, table: str, column: str) -> Any:
        """What field ``name``, stored in ``column``, points to; or None with a problem noted."""
        value = self._values.get(name)
        if not isinstance(value, uuid.UUID):
            return None
        found = self._found.get(table, {}).get(value)
        if found is None:
            where = "in this layer" if table == "attribution" else "in this project"
            self.problems.append(Problem(name, str(value), f"`{name}`: there is no {table} {value} {where}."))
        if isinstance(found, Record) and getattr(self.present, f"{column}_id", None) != value:
            return resolved(found)
        return found

    def party(self, name: str) -> dict[str, Any]:
        """The two columns of a party."""
        value = self._values[name]
        if isinstance(value, uuid.UUID):
            entity = self.get(name, "entity", f"{name}_entity")
            return {f"{name}_voice": Voice.ENTITY.value, f"{name}_entity": entity}
        return {f"{name}_voice": value, f"{name}_entity": None}
