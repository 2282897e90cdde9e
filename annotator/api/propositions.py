"""Propositions: what claims assert, across all articles. The claim register."""

from django_filters import ChoiceFilter
from rest_framework import serializers

from annotator.api.fields import LineField
from annotator.api.records import RecordFilter, RecordSerializer, RecordViewSet
from annotator.domain.claim import ClaimKind


class PropositionSerializer(RecordSerializer):
    wording = LineField(max_length=1_000)
    kind = serializers.ChoiceField(choices=[str(value) for value in ClaimKind])


class PropositionFilter(RecordFilter):
    kind = ChoiceFilter(field_name="kind", choices=[(value, value) for value in ClaimKind])


class PropositionViewSet(RecordViewSet):
    noun = "proposition"
    filters = PropositionFilter
    serializer_class = PropositionSerializer
