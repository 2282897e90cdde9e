"""Propositions: what claims assert, across all articles. The claim register."""

import uuid
from collections import defaultdict
from dataclasses import replace
from typing import Any

from django_filters import ChoiceFilter
from rest_framework import serializers

from annotator.api.fields import LineField
from annotator.api.records import CANDIDATES, RecordFilter, RecordSerializer, RecordViewSet
from annotator.domain.claim import ClaimKind
from annotator.domain.register import SourceChange
from annotator.queries.sources import changed_sources, gravest


class PropositionSerializer(RecordSerializer):
    wording = LineField(max_length=1_000)
    kind = serializers.ChoiceField(choices=[str(value) for value in ClaimKind])
    source_changed = serializers.ChoiceField(
        choices=[str(value) for value in SourceChange],
        read_only=True,
        allow_null=True,
        help_text="The gravest thing that befell a claim that a published assessment of it rests on.",
    )


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

    def wires(self, user: Any, rows: list[Any]) -> list[dict[str, Any]]:
        changes: dict[uuid.UUID, list[SourceChange]] = defaultdict(list)
        for changed in changed_sources(user, proposition__in=[row.pk for row in rows]):
            changes[changed.proposition].append(changed.change)
        shown = super().wires(user, rows)
        return [body | {"source_changed": gravest(changes[row.pk])} for body, row in zip(shown, rows, strict=True)]
