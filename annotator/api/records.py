"""What entities, issues and propositions have in common: the verbs of the registers, and the type-ahead."""

import uuid
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django_filters import CharFilter, FilterSet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.actions.records import (
    add_record,
    change_record,
    delete_record,
    merge_record,
    restore_record,
    unmerge_record,
)
from annotator.api.contracts import CHANGE, IN_A_PROJECT, Contract
from annotator.api.fields import BinFilter, FlagFilter, ProjectFilter, StrictSerializer, project_called, read_by
from annotator.api.operations import Answer, Asked, operation
from annotator.api.upserts import Upserts, UpsertViewSet
from annotator.domain.errors import Refused
from annotator.domain.search import LONGEST
from annotator.models.record import Record
from annotator.queries import wire
from annotator.queries.keyset import Key, Order
from annotator.queries.records import LABEL, detailed, ranked
from annotator.queries.tagged import merge_candidates
from annotator.queries.wire import RECORD_FIELDS

CANDIDATES = Contract(problems=(400, 401, 404, 406, 410))


class RecordSerializer(StrictSerializer):
    """The fields that every register has."""

    id = serializers.UUIDField(required=False)
    project = serializers.CharField(help_text="The project's slug.", required=False)
    external_id = serializers.CharField(max_length=200, allow_blank=True, default="")
    merged_into = serializers.UUIDField(read_only=True, allow_null=True)
    version = serializers.IntegerField(read_only=True, min_value=1)
    created_at = serializers.DateTimeField(read_only=True)
    created_by = serializers.CharField(read_only=True)
    changed_at = serializers.DateTimeField(read_only=True)
    changed_by = serializers.CharField(read_only=True)
    deleted_at = serializers.DateTimeField(read_only=True, allow_null=True)


class MergeSerializer(StrictSerializer):
    into = serializers.UUIDField(help_text="The record that stands for this one from now on.")


class RecordFilter(FilterSet):
    project = ProjectFilter("project")
    q = CharFilter(
        method="find", help_text="A type-ahead: names and wordings that the words may mean, the likeliest first."
    )
    external_id = CharFilter("external_id")
    merged = FlagFilter("merged_into", help_text="Those merged into others, or not (the default).")
    deleted = BinFilter()

    def find(self, records: QuerySet, name: str, words: str) -> QuerySet:
        return ranked(records, words) if words.strip() else records


class RecordViewSet(UpsertViewSet):
    filters = RecordFilter
    serializer_class = RecordSerializer
    contracts = {
        **IN_A_PROJECT,
        "merge": replace(CHANGE, request=MergeSerializer),
        "unmerge": replace(CHANGE, request=None),
    }
    parameters = {**Upserts.parameters, "candidates": ("q",)}

    def visible(self, user: Any) -> QuerySet:
        return detailed(user, self.noun)

    def listable(self, user: Any) -> QuerySet:
        records = super().listable(user)
        return records if "merged" in self.request.query_params else records.filter(merged_into=None)

    def order(self, request: Request) -> Order:
        by_name = (Key(LABEL[self.noun]), Key("id"))
        return (Key("rank", descends=True), *by_name) if request.query_params.get("q", "").strip() else by_name

    def wires(self, user: Any, rows: list[Any]) -> list[dict[str, Any]]:
        return [wire.record(row) for row in rows]

    def scope(self, asked: Asked) -> tuple[int, dict[str, Any]]:
        project = project_called(asked.user, asked.given.get("project"))
        return project.pk, {"project": project.pk}

    def make(self, asked: Asked, id: Any) -> uuid.UUID:
        given = read_by(self.serializer_class, asked.given)
        project = project_called(asked.user, given.pop("project", None))
        return add_record(self.noun, project, self._written_fields(given), by=asked.user, id=id).pk

    def replace(self, row: Record, asked: Asked, version: int) -> None:
        change_record(row, self._given(row, asked), by=asked.user, version=version)

    def change(self, row: Record, asked: Asked, version: int) -> None:
        change_record(row, self._given(row, asked, partial=True), by=asked.user, version=version)

    def put_in_bin(self, row: Record, asked: Asked, version: int) -> None:
        delete_record(row, by=asked.user, version=version)

    def bring_back(self, row: Record, asked: Asked) -> None:
        restore_record(row, by=asked.user)

    def says_the_same(self, row: Record, asked: Asked) -> bool:
        present = wire.record(row)
        return all(
            self.comparable(name, value) == self.comparable(name, present[name])
            for name, value in self._given(row, asked).items()
        )

    def comparable(self, name: str, value: Any) -> Any:
        """A field's value as it is compared: what goes in and what comes out differ in form for some."""
        return str(value) if isinstance(value, uuid.UUID) else value

    @operation
    def merge(self, asked: Asked, id: Any) -> Answer:
        """Let another record stand for this one everywhere; POST to unmerge/ takes it back."""
        row = self._kept(asked, id)
        into_id = read_by(MergeSerializer, asked.given)["into"]
        into = self.visible(asked.user).filter(pk=into_id, deleted_at=None).first()
        if into is None:
            raise Refused.field(
                "into", str(into_id), f"`into`: there is no {self.noun} {into_id}, or not for you to see."
            )
        version = asked.preconditions.version(row.version, thing=self.noun)
        return self.written(asked.user, lambda: merge_record(row, into, by=asked.user, version=version), id=id)

    @operation
    def unmerge(self, asked: Asked, id: Any) -> Answer:
        """Undo a merge: it stands for itself again."""
        row = self._kept(asked, id)
        version = asked.preconditions.version(row.version, thing=self.noun)
        return self.written(asked.user, lambda: unmerge_record(row, by=asked.user, version=version), id=id)

    def candidates(self, request: Request, id: Any) -> Response:
        """Records of the register that it may be merged into, the most alike first: at most 20, by `q` where given."""
        row = self.kept_row(request.user, id)
        words = request.query_params.get("q", "")
        if len(words) > LONGEST:
            raise Refused.field("q", words[:LONGEST], f"`q` has {len(words):,} characters; the most is {LONGEST}.")
        found = merge_candidates(request.user, row, words)
        ids = [each.pk for each in found]
        rows = self.visible(request.user).in_bulk(ids)
        return Response({"results": self.wires(request.user, [rows[key] for key in ids if key in rows])})

    def kept_row(self, user: Any, id: Any) -> Record:
        """The record of this id, which is not in the bin."""
        row = self.found(user, id=id)
        self.require_kept(user, row)
        return row

    def _given(self, row: Record, asked: Asked, *, partial: bool = False) -> dict[str, Any]:
        given = read_by(self.serializer_class, asked.given, partial=partial)
        project = given.pop("project", row.project.slug)
        if project != row.project.slug:
            raise Refused.field("project", project, f"`project`: a record stays in its project, {row.project.slug}.")
        return self._written_fields(given)

    def _written_fields(self, given: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in given.items() if name in RECORD_FIELDS[self.noun]}
