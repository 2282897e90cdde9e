"""A project's codebook as people read it."""

from typing import Any

from django.db.models import QuerySet
from django.utils.functional import SimpleLazyObject

from annotator.access.visibility import visible_codebook_fields, visible_codebook_values
from annotator.models import CodebookField, CodebookValue
from annotator.queries import wire
from articles.models import Project


def labels(user: Any, project: Project) -> dict[str, dict[str, str]]:
    """Field → value → label, archived values included. Asked for at the first use, so that it costs nothing unused."""

    def found() -> dict[str, dict[str, str]]:
        by_field: dict[str, dict[str, str]] = {}
        rows = visible_codebook_values(user).filter(project=project).values_list("field", "value", "label")
        for field, value, label in rows:
            by_field.setdefault(field, {})[value] = label
        return by_field

    return SimpleLazyObject(found)


def codebook_values(user: Any, project: Project) -> QuerySet[CodebookValue]:
    return visible_codebook_values(user).filter(project=project).order_by("field", "parent", "position", "id")


def codebook_fields(user: Any, project: Project) -> QuerySet[CodebookField]:
    return visible_codebook_fields(user).filter(project=project).order_by("id")


def codebook(user: Any, project: Project) -> dict[str, list[dict[str, Any]]]:
    """The whole of it, as it goes over the wire."""
    return {
        "fields": [wire.codebook_field(row) for row in codebook_fields(user, project)],
        "values": [wire.codebook_value(row) for row in codebook_values(user, project)],
    }
