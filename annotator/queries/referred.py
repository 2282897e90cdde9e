"""Records as annotations refer to them, in brief: one that was merged is shown as what stands for it now."""

import uuid
from collections.abc import Iterable
from typing import Any

from annotator.access.visibility import visible_entities, visible_issues, visible_propositions
from annotator.models.record import Record

VISIBLE = {"entity": visible_entities, "issue": visible_issues, "proposition": visible_propositions}

_BRIEF = {
    "entity": ("name", "type", "subtype", "aliases", "description"),
    "issue": ("wording", "definition", "supporting_example", "opposing_example"),
    "proposition": ("wording", "kind"),
}


def brief(record: Record) -> dict[str, Any]:
    """What the annotation screen shows of a record."""
    noun = str(record._meta.model_name)
    shown = {"id": str(record.pk), **{name: getattr(record, name) for name in _BRIEF[noun]}}
    # By these the screen sees whether it is still as its maker left it, who may then take it back.
    shown |= {"version": record.version, "changed_by": record.changed_by.username}
    if noun == "issue":
        shown["parent"] = str(record.parent_id) if record.parent_id else None
    return shown


def referred(table: str, ids: Iterable[str], user: Any) -> dict[str, dict[str, Any]]:
    """Id as it is referred to → the record in brief; one query for each step of merging."""
    visible = VISIBLE[table](user).select_related("changed_by")
    asked_for: dict[uuid.UUID, Record] = {row.pk: row for row in visible.filter(pk__in=ids)}
    known = dict(asked_for)
    while missing := {row.merged_into_id for row in known.values() if row.merged_into_id} - set(known):
        known |= {row.pk: row for row in visible.filter(pk__in=missing)}

    def standing(row: Record) -> Record:
        while row.merged_into_id is not None:
            row = known[row.merged_into_id]
        return row

    return {str(key): brief(standing(row)) for key, row in asked_for.items()}


def records_in(annotations: list[dict[str, Any]], user: Any) -> dict[str, dict[str, dict[str, Any]]]:
    """The records that annotations refer to, by table and by the id under which they are referred to."""
    wanted: dict[str, set[str]] = {"entity": set(), "issue": set(), "proposition": set()}
    for row in annotations:
        for name in ("entity", "source", "holder", "claimant", "affiliation", "voiced_by"):
            if row.get(name) not in (None, "AUTHOR", "UNSPECIFIED"):
                wanted["entity"].add(str(row[name]))
        if row.get("proposition"):
            wanted["proposition"].add(str(row["proposition"]))
        if row.get("target"):
            wanted[row["target_kind"]].add(str(row["target"]))
    return {table: referred(table, ids, user) for table, ids in wanted.items()}
