"""Entities: who and what mentions name, across all articles of a project."""

from typing import Any

from django_filters import ChoiceFilter
from rest_framework import serializers

from annotator.api.fields import DayField, LineField, StrictSerializer, TextField
from annotator.api.records import RecordFilter, RecordSerializer, RecordViewSet
from annotator.domain.mention import EntityType


class AffiliationSerializer(StrictSerializer):
    """What an entity was of an organisation or in an office, and when."""

    id = serializers.UUIDField(required=False)
    organisation = serializers.UUIDField(help_text="An entity of the same project.")
    role = LineField(max_length=200, allow_blank=True, default="")
    since = DayField(allow_null=True, default=None)
    until = DayField(allow_null=True, default=None)


class EntitySerializer(RecordSerializer):
    name = LineField(max_length=300)
    type = serializers.ChoiceField(choices=[str(value) for value in EntityType])
    subtype = LineField(max_length=40, allow_blank=True, default="")
    aliases = serializers.ListField(child=LineField(max_length=300), max_length=200, default=list)
    description = TextField(max_length=5_000, allow_blank=True, default="")
    identifiers = serializers.DictField(
        child=LineField(max_length=300), default=dict, help_text='{"wikidata": "Q42", …}, at most 50.'
    )
    affiliations = AffiliationSerializer(many=True, default=list, max_length=100)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if "aliases" in given:
            given["aliases"] = [alias for alias in dict.fromkeys(given["aliases"]) if alias != given.get("name")]
        return given


class EntityFilter(RecordFilter):
    type = ChoiceFilter(field_name="type", choices=[(value, value) for value in EntityType])


class EntityViewSet(RecordViewSet):
    noun = "entity"
    filters = EntityFilter
    serializer_class = EntitySerializer

    def comparable(self, name: str, value: Any) -> Any:
        if name == "affiliations":
            return sorted(
                [str(each["organisation"]), each["role"], str(each["since"]), str(each["until"])] for each in value
            )
        return super().comparable(name, value)
