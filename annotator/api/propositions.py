"""Propositions: what claims assert, across all articles. The claim register."""

from dataclasses import replace

from django_filters import ChoiceFilter
from rest_framework import serializers

from annotator.api.fields import LineField
from annotator.api.records import CANDIDATES, RecordFilter, RecordSerializer, RecordViewSet
from annotator.domain.claim import ClaimKind


class PropositionSerializer(RecordSerializer):
    wording = LineField(max_length=1_000)
    kind = serializers.ChoiceField(choices=[str(value) for value in ClaimKind])


class PropositionCandidatesSerializer(serializers.Serializer):
    results = PropositionSerializer(many=True)


class PropositionFilter(RecordFilter):
    kind = ChoiceFilter(field_name="kind", choices=[(value, value) for value in ClaimKind])


class PropositionViewSet(RecordViewSet):
    noun = "proposition"
    filters = PropositionFilter
    serializer_class = PropositionSerializer
    contracts = {
        **RecordViewSet.contracts,
        "candidates": replace(CANDIDATES, answer=PropositionCandidatesSerializer),
    }
