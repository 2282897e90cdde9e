"""All annotations of a layer at once: what is given is what shall stand there, and the difference is written."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from annotator.actions.annotations import annotate, delete_annotation, revise_annotation, says_the_same
from annotator.actions.nesting import ORDER, LocalNames, id_in, in_order, kind_in
from annotator.actions.trace import told_together
from annotator.domain.annotation import Kind
from annotator.domain.errors import OneFailed, Refused
from annotator.models import ANNOTATIONS, Annotation, Coding, User

MOST = 5_000


@dataclass(frozen=True)
class Difference:
    """What became of one annotation: ``outcome`` is created, changed, same or deleted.

    ``place`` is its index among those given; a deleted one was not among them.
    """

    outcome: str
    annotation: Annotation
    place: int | None = None


@transaction.atomic
def write_annotations(
    coding: Coding, given: Sequence[Mapping[str, Any]], *, revision: int, by: User
) -> list[Difference]:
    """Let the given annotations, in the wire form, be those of a layer on the article's text of number ``revision``.

    One that says the id or the ``external_id`` of what is there changes it, any other is new, and what nobody names is
    put in the bin. Those whose words a revision changed wait for a person and are left alone. All or nothing: raises
    OneFailed with the first that fails, else as ``annotate``, ``revise_annotation`` and ``delete_annotation``.
    """
    if len(given) > MOST:
        raise Refused.field("annotations", len(given), f"`annotations`: at most {MOST:,} at once, not {len(given):,}.")
    there = _there(coding)
    left = {row.pk: row for row in there}
    by_external_id = {(row.KIND, row.external_id): row for row in there if row.external_id}
    names = LocalNames()
    found = []
    with told_together():
        for place in in_order(given):
            try:
                fields = names.with_ids(given[place])
                kind, id = kind_in(fields), id_in(fields)
                fields.setdefault("revision", revision)
                row = left.get(id) if id else by_external_id.get((kind, str(fields.get("external_id"))))
                if row is not None and row.pk not in left:
                    raise Refused.field("external_id", row.external_id, "`external_id`: two of these have it.")
                outcome, row = _write(kind, fields, row, coding=coding, id=id, by=by)
            except Exception as error:
                raise OneFailed("annotation", place, error) from error
            left.pop(row.pk, None)
            if kind == Kind.ATTRIBUTION:
                names.name(row.external_id, row.pk)
            found.append(Difference(outcome, row, place))
        found.sort(key=lambda difference: difference.place or 0)
        for row in _last_first(left):
            found.append(Difference("deleted", delete_annotation(row, by=by, version=row.version)))
    return found


def _write(
    kind: Kind, fields: dict[str, Any], row: Annotation | None, *, coding: Coding, id: uuid.UUID | None, by: User
) -> tuple[str, Annotation]:
    if row is None:
        return "created", annotate(kind, fields, coding=coding, by=by, id=id)
    if kind != row.KIND:
        raise Refused.field("kind", str(kind), f"`kind`: {row.pk} is a {row.KIND}.")
    if says_the_same(row, fields, by=by):
        return "same", row
    return "changed", revise_annotation(row, fields, by=by, version=row.version, whole=True)


def _there(coding: Coding) -> list[Annotation]:
    return [
        row
        for kind in ORDER
        for row in ANNOTATIONS[kind]
        .objects.kept()
        .filter(coding=coding, anchoring="")
        .select_related("coding__article__project", "revision")
    ]


def _last_first(rows: Mapping[uuid.UUID, Annotation]) -> list[Annotation]:
    """What rests on others before these: attributions last, inner ones before outer ones."""
    attributions = [row for row in rows.values() if row.KIND == Kind.ATTRIBUTION]
    others = [row for row in rows.values() if row.KIND != Kind.ATTRIBUTION]
    as_given = [{"kind": "attribution", "id": str(row.pk), "parent": row.parent_id} for row in attributions]
    return others + [attributions[place] for place in reversed(in_order(as_given))]
