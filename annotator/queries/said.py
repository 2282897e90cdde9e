"""What annotations in articles say, for the counts beside a list: which things, in which of the articles."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import Q, UUIDField, Value

from annotator.domain.annotation import Origin
from annotator.models import ANNOTATIONS
from annotator.models.prepared import among
from annotator.queries.tagged import ENTITY_SECTIONS

# What is chosen of one and the same annotation: facet → column.
_TOGETHER = {
    "stance": [("issue", "target_issue_id"), ("position", "position")],
    "claim": [("claim_kind", "claim_kind"), ("proposition", "proposition_id")],
}
# What annotations of each kind say: facet → columns.
_COLUMNS: dict[str, list[tuple[str, str]]] = {
    kind: [("coder", "created_by_id")]
    + [("entity", f"{column}_id") for of_kind, column in ENTITY_SECTIONS.values() if of_kind == kind]
    + _TOGETHER.get(kind, [])
    for kind in ANNOTATIONS
}

# What the values of a facet are, where they are no text.
_VALUES = {"coder": int, "entity": uuid.UUID, "issue": uuid.UUID, "proposition": uuid.UUID}

Said = Mapping[Any, Collection[int]]  # what is said → the numbers of the articles in which it is


def said(numbers: dict[uuid.UUID, int]) -> dict[str, Said]:
    """For each facet what is said in which articles, by the number of the article of each layer.

    One pass over the annotations of each kind.
    """
    columns = {facet for of_kind in _COLUMNS.values() for facet, _ in of_kind}
    # What stands in it are names of tables and columns.
    statement = f"""
        WITH c AS MATERIALIZED (SELECT * FROM unnest(%s::uuid[], %s::int[]) AS given (id, article)),
        {", ".join(map(_of_kind, _COLUMNS))}
        {" UNION ALL ".join(map(_of_facet, sorted(columns)))}
    """  # noqa: S608
    found: dict[str, Any] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(numbers), list(numbers.values())])
        for facet, value, articles in cursor.fetchall():
            found[facet][_VALUES.get(facet, str)(value)] = articles
    return found


def said_by_those(kind: str, condition: Q, numbers: dict[uuid.UUID, int]) -> dict[str, Said]:
    """The same of those annotations of a kind alone of which the condition holds: what is chosen together with it."""
    columns = _TOGETHER[kind]
    layers = Value(list(numbers), ArrayField(UUIDField()))
    rows = ANNOTATIONS[kind].objects.kept().taken().filter(condition, among("coding_id", layers)).order_by()
    found: dict[str, dict[Any, set[int]]] = {facet: defaultdict(set) for facet, _ in columns}
    for layer, *values in rows.values_list("coding_id", *(column for _, column in columns)).distinct():
        for (facet, _), value in zip(columns, values, strict=True):
            if value is not None:
                found[facet][value].add(numbers[layer])
    return dict(found)


def _of_kind(kind: str) -> str:
    """Each thing that annotations of a kind say, once an article: few rows of many."""
    columns = ", ".join(f"t.{column}" for _, column in _COLUMNS[kind])
    return f"""{kind} AS MATERIALIZED (
        SELECT DISTINCT c.article, {columns} FROM c JOIN {ANNOTATIONS[kind]._meta.db_table} t
        ON t.coding_id = c.id AND t.deleted_at IS NULL AND t.origin <> '{Origin.SUGGESTED}')
    """  # noqa: S608


def _of_facet(facet: str) -> str:
    said = " UNION ALL ".join(
        f"SELECT article, {column} FROM {kind}"  # noqa: S608
        for kind, columns in _COLUMNS.items()
        for of_facet, column in columns
        if of_facet == facet
    )
    return f"""
        SELECT '{facet}', value::text, array_agg(DISTINCT article) FROM ({said}) AS said (article, value)
        WHERE value IS NOT NULL GROUP BY value
    """  # noqa: S608
