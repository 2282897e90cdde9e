"""The codebook of a project: its fields, and their values with definition, examples, hotkey and colour."""

from dataclasses import replace
from functools import partial
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.access.visibility import visible_projects
from annotator.actions.codebook import add_value, archive_value, change_value, use_field
from annotator.actions.merging_values import merge_value
from annotator.api.contracts import CHANGE, READ, WRITE
from annotator.api.fields import LineField, StrictBooleanField, StrictSerializer, TextField, read_by
from annotator.api.operations import Answer, Asked, operation
from annotator.api.views import NounViewSet
from annotator.domain.errors import Refused
from annotator.models import CodebookValue
from annotator.queries import wire
from annotator.queries.codebook import codebook, codebook_values
from articles.models import Project


class CodebookValueSerializer(StrictSerializer):
    """``parent`` is a subtype's type: its address is then ``<parent>.<value>``."""

    field = serializers.CharField(max_length=40)
    value = serializers.CharField(max_length=40)
    parent = serializers.CharField(max_length=40, allow_blank=True, default="")
    label = LineField(max_length=80, required=False)
    definition = TextField(max_length=2_000, allow_blank=True, required=False)
    positive_example = TextField(max_length=1_000, allow_blank=True, required=False)
    negative_example = TextField(max_length=1_000, allow_blank=True, required=False)
    hotkey = LineField(max_length=1, allow_blank=True, required=False)
    colour = LineField(max_length=20, allow_blank=True, required=False)
    score = serializers.IntegerField(allow_null=True, required=False, min_value=-1_000, max_value=1_000)
    position = serializers.IntegerField(required=False, min_value=0, max_value=10_000)
    archived = serializers.BooleanField(read_only=True)
    version = serializers.IntegerField(read_only=True, min_value=1)


class CodebookValueChangeSerializer(StrictSerializer):
    label = LineField(max_length=80, required=False)
    definition = TextField(max_length=2_000, allow_blank=True, required=False)
    positive_example = TextField(max_length=1_000, allow_blank=True, required=False)
    negative_example = TextField(max_length=1_000, allow_blank=True, required=False)
    hotkey = LineField(max_length=1, allow_blank=True, required=False)
    colour = LineField(max_length=20, allow_blank=True, required=False)
    score = serializers.IntegerField(allow_null=True, required=False, min_value=-1_000, max_value=1_000)
    position = serializers.IntegerField(required=False, min_value=0, max_value=10_000)
    archived = StrictBooleanField(required=False, help_text="Alone: archiving is a change of its own.")


class CodebookFieldSerializer(StrictSerializer):
    name = serializers.CharField(read_only=True, help_text="The kind and the name on the wire: `stance.position`.")
    label = serializers.CharField(read_only=True)
    definition = serializers.CharField(read_only=True)
    optional = serializers.BooleanField(read_only=True, help_text="Whether it can be turned off.")
    open = serializers.BooleanField(read_only=True, help_text="Whether values can be added.")
    in_use = StrictBooleanField()


class CodebookSerializer(serializers.Serializer):
    fields_ = CodebookFieldSerializer(many=True)
    values = CodebookValueSerializer(many=True)

    def get_fields(self) -> dict[str, serializers.Field]:
        """``fields`` is taken by serializers themselves."""
        declared = super().get_fields()
        return {"fields": declared["fields_"], "values": declared["values"]}


class MergeValueSerializer(StrictSerializer):
    into = serializers.CharField(max_length=40, help_text="Another value of the field.")


class MergedValueSerializer(CodebookValueSerializer):
    moved = serializers.IntegerField(read_only=True, help_text="How many annotations were moved.")


class CodebookViewSet(NounViewSet):
    slims = ()
    noun = "codebook value"
    serializer_class = CodebookValueSerializer
    contracts = {
        "retrieve": replace(READ, answer=CodebookSerializer),
        "value": READ,
        "create": replace(WRITE, statuses=(201,)),
        "use": replace(WRITE, request=CodebookFieldSerializer, needs=(("in_use",),), answer=CodebookFieldSerializer),
        "change": replace(CHANGE, request=CodebookValueChangeSerializer),
        "merge": replace(CHANGE, request=MergeValueSerializer, answer=MergedValueSerializer),
    }

    def retrieve(self, request: Request, slug: str) -> Response:
        """The whole codebook."""
        project = self._project(request.user, slug)
        return self.read(request, codebook(request.user, project))

    def value(self, request: Request, slug: str, field: str, value: str) -> Response:
        """One value."""
        return self.read(request, self.shown(request.user, slug=slug, field=field, value=value))

    def shown(self, user: Any, *, slug: str, field: str, value: str) -> dict[str, Any]:
        return wire.codebook_value(self._value(user, slug, field, value))

    @operation
    def create(self, asked: Asked, slug: str) -> Answer:
        """Add a value to a field that is open."""
        project = self._project(asked.user, slug)
        given = read_by(CodebookValueSerializer, asked.given)
        row = add_value(project, given.pop("field"), given.pop("value"), by=asked.user, **given)
        return Answer(201, wire.codebook_value(row))

    @operation
    def use(self, asked: Asked, slug: str, field: str) -> Answer:
        """Turn an optional field on or off. What was recorded in it stays."""
        project = self._project(asked.user, slug)
        in_use = read_by(CodebookFieldSerializer, asked.given)["in_use"]
        row = use_field(project, field, in_use=in_use, by=asked.user)
        return Answer(200, wire.codebook_field(row))

    @operation
    def change(self, asked: Asked, slug: str, field: str, value: str) -> Answer:
        """Change how a value is called and explained, or archive it. The value itself stays."""
        row = self._value(asked.user, slug, field, value)
        given = read_by(CodebookValueChangeSerializer, asked.given)
        version = asked.preconditions.version(row.version, thing=self.noun)
        archived = given.pop("archived", None)
        if archived is not None and given:
            raise Refused.field("archived", archived, "`archived` is changed alone: leave the other fields out.")
        if archived is None:
            do = partial(change_value, row, by=asked.user, version=version, **given)
        else:
            do = partial(archive_value, row, by=asked.user, version=version, archived=archived)
        return self.written(asked.user, do, slug=slug, field=field, value=value)

    @operation
    def merge(self, asked: Asked, slug: str, field: str, value: str) -> Answer:
        """Move all annotations from this value to another, and archive it."""
        row = self._value(asked.user, slug, field, value)
        given = read_by(MergeValueSerializer, asked.given)
        into = self._found(asked.user, row.project, field, given["into"], row.parent)
        if into is None:
            raise Refused.field("into", given["into"], f"`into`: {field} has no value {given['into']!r:.60}.")
        version = asked.preconditions.version(row.version, thing=self.noun)
        moved = merge_value(row, into, by=asked.user, version=version)
        return Answer(200, {**wire.codebook_value(row), "moved": moved})

    def _project(self, user: Any, slug: str) -> Project:
        project = visible_projects(user).filter(slug=slug).first()
        if project is None:
            raise self.not_there(slug=slug)
        return project

    def _value(self, user: Any, slug: str, field: str, value: str) -> CodebookValue:
        parent, _, own = value.rpartition(".")
        row = self._found(user, self._project(user, slug), field, own, parent)
        if row is None:
            raise self.not_there(field=field, value=value)
        return row

    @staticmethod
    def _found(user: Any, project: Project, field: str, value: str, parent: str) -> CodebookValue | None:
        return codebook_values(user, project).filter(field=field, value=value, parent=parent).first()
