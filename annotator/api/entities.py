"""Entities: who and what mentions name, across all articles of a project."""

from dataclasses import replace
from typing import Any

from django_filters import ChoiceFilter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.contracts import READ
from annotator.api.fields import DayField, LineField, StrictSerializer, TextField
from annotator.api.records import CANDIDATES, RecordFilter, RecordSerializer, RecordViewSet
from annotator.domain.mention import EntityType
from annotator.queries.tagged import ENTITY_SECTIONS, counts_of_entities


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


class EntityCandidatesSerializer(serializers.Serializer):
    results = EntitySerializer(many=True)


class EntityTallySerializer(serializers.Serializer):
    """How many annotations of each sort are about an entity, in the layers that the asker may read."""

    entity = serializers.UUIDField()
    held = serializers.IntegerField(help_text="Stances that it holds.")
    towards = serializers.IntegerField(help_text="Stances towards it.")
    claims = serializers.IntegerField()
    quotations = serializers.IntegerField()
    mentions = serializers.IntegerField()


class EntityFilter(RecordFilter):
    type = ChoiceFilter(field_name="type", choices=[(value, value) for value in EntityType])


class EntityViewSet(RecordViewSet):
    noun = "entity"
    filters = EntityFilter
    serializer_class = EntitySerializer
    contracts = {
        **RecordViewSet.contracts,
        "candidates": replace(CANDIDATES, answer=EntityCandidatesSerializer),
        "tally": replace(READ, answer=EntityTallySerializer),
    }

    def tally(self, request: Request, id: Any) -> Response:
        """How often it is named, quoted and claims, holds a stance or is what one is about; merged ones with it."""
        entity = self.kept_row(request.user, id)
        counts = counts_of_entities(request.user, [entity])[entity.pk]
        return self.read(request, {"entity": entity.pk, **{name: counts[name] for name in ENTITY_SECTIONS}})

    def comparable(self, name: str, value: Any) -> Any:
        if name == "affiliations":
            return sorted(
                [str(each["organisation"]), each["role"], str(each["since"]), str(each["until"])] for each in value
            )
        return super().comparable(name, value)
