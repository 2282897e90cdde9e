"""Saved searches: what somebody looks for again, for themselves or for all members."""

import uuid
from typing import Any

from django.db.models import Q, QuerySet
from django_filters import CharFilter, FilterSet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotator.access.visibility import visible_searches
from annotator.actions.searches import FIELDS, change_search, delete_search, restore_search, save_search
from annotator.api.article_filters import ArticleFilter
from annotator.api.contracts import IN_A_PROJECT
from annotator.api.fields import (
    BinFilter,
    FlagFilter,
    LineField,
    ProjectFilter,
    StrictBooleanField,
    StrictSerializer,
    described,
    project_called,
    read_by,
)
from annotator.api.operations import Asked
from annotator.api.upserts import UpsertViewSet
from annotator.domain.errors import Refused
from annotator.models import SavedSearch
from annotator.queries import wire
from annotator.queries.articles import Order
from annotator.queries.keyset import Key
from annotator.queries.saved_query import NARROWING, saved_query

_NOTHING = {"type": "string", "enum": [""]}
_PARAMETERS: dict[str, Any] = {
    **{name: {"type": "string"} for name in NARROWING},
    **{name: described(by)["schema"] for name, by in ArticleFilter.base_filters.items() if name in NARROWING},
    "case": {"type": "string", "enum": ["true"]},
    "ordering": {"type": "string", "enum": [str(order) for order in Order]},
}


@extend_schema_field(
    {
        "type": "object",
        "properties": {name: {"anyOf": [schema, _NOTHING]} for name, schema in _PARAMETERS.items()},
        "additionalProperties": False,
        "description": "Parameters of `articles/` and `searches/hits/`, as they stand in an address.",
        "examples": [{"q": "rail -strike", "language": "en", "state": "begun"}],
    }
)
class QueryField(serializers.JSONField):
    """What a search asks for. It is read by the action, which names what is wrong in it."""


class SearchSerializer(StrictSerializer):
    id = serializers.UUIDField(required=False)
    project = serializers.CharField(help_text="The project's slug.", required=False)
    external_id = LineField(max_length=200, allow_blank=True, default="")
    name = LineField(max_length=100)
    query = QueryField()
    shared = StrictBooleanField(default=False, help_text="Whether all members see it; once shared, it stays so.")
    version = serializers.IntegerField(read_only=True, min_value=1)
    created_at = serializers.DateTimeField(read_only=True)
    created_by = serializers.CharField(read_only=True)
    changed_at = serializers.DateTimeField(read_only=True)
    changed_by = serializers.CharField(read_only=True)
    deleted_at = serializers.DateTimeField(read_only=True, allow_null=True)


class SearchFilter(FilterSet):
    project = ProjectFilter("project")
    external_id = CharFilter("external_id")
    created_by = CharFilter("created_by__username")
    shared = FlagFilter(method="of_all")
    deleted = BinFilter()

    def of_all(self, searches: QuerySet, name: str, shared: bool) -> QuerySet:
        return searches.filter(Q(shared=shared))


class SearchViewSet(UpsertViewSet):
    noun = "search"
    filters = SearchFilter
    serializer_class = SearchSerializer
    orders = {"": (Key("name"), Key("id"))}
    contracts = IN_A_PROJECT

    def visible(self, user: Any) -> QuerySet:
        return visible_searches(user).select_related("project", "created_by", "changed_by")

    def wires(self, user: Any, rows: list[Any]) -> list[dict[str, Any]]:
        return [wire.search(row) for row in rows]

    def scope(self, asked: Asked) -> tuple[Any, dict[str, Any]]:
        """An external id is one's own: of what others keep for themselves it tells nothing."""
        project = project_called(asked.user, asked.given.get("project"))
        return f"{project.pk} {asked.user.pk}", {"project": project.pk, "created_by": asked.user.pk}

    def make(self, asked: Asked, id: Any) -> uuid.UUID:
        given = read_by(SearchSerializer, asked.given)
        project = project_called(asked.user, given.pop("project", None))
        return save_search(project, _fields(given), by=asked.user, id=id).pk

    def replace(self, row: SavedSearch, asked: Asked, version: int) -> None:
        change_search(row, self._given(row, asked), by=asked.user, version=version)

    def change(self, row: SavedSearch, asked: Asked, version: int) -> None:
        change_search(row, self._given(row, asked, partial=True), by=asked.user, version=version)

    def put_in_bin(self, row: SavedSearch, asked: Asked, version: int) -> None:
        delete_search(row, by=asked.user, version=version)

    def bring_back(self, row: SavedSearch, asked: Asked) -> None:
        restore_search(row, by=asked.user)

    def says_the_same(self, row: SavedSearch, asked: Asked) -> bool:
        given = self._given(row, asked)
        return {**given, "query": saved_query(given["query"])} == {name: getattr(row, name) for name in given}

    def _given(self, row: SavedSearch, asked: Asked, *, partial: bool = False) -> dict[str, Any]:
        given = read_by(SearchSerializer, asked.given, partial=partial)
        project = given.pop("project", row.project.slug)
        if project != row.project.slug:
            raise Refused.field("project", project, f"`project`: a search stays in its project, {row.project.slug}.")
        return _fields(given)


def _fields(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name in FIELDS}
