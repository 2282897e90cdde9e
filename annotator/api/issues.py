"""Issues: what stances are about, worded as a proposition that one can support or oppose; in a tree."""

from dataclasses import replace
from typing import Any

from django_filters import UUIDFilter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.contracts import READ
from annotator.api.fields import FlagFilter, LineField, StrictBooleanField, TextField
from annotator.api.records import CANDIDATES, RecordFilter, RecordSerializer, RecordViewSet
from annotator.domain.annotation import Voice
from annotator.domain.stance import Position
from annotator.queries.tagged import holders_on


class IssueSerializer(RecordSerializer):
    wording = LineField(max_length=500)
    parent = serializers.UUIDField(allow_null=True, default=None, help_text="The issue above.")
    definition = TextField(max_length=5_000, allow_blank=True, default="")
    supporting_example = TextField(max_length=2_000, allow_blank=True, default="")
    opposing_example = TextField(max_length=2_000, allow_blank=True, default="")
    archived = StrictBooleanField(default=False, help_text="No longer to be picked; stances keep it.")


class IssueCandidatesSerializer(serializers.Serializer):
    results = IssueSerializer(many=True)


class HolderSerializer(serializers.Serializer):
    voice = serializers.ChoiceField(choices=[str(voice) for voice in Voice])
    entity = serializers.UUIDField(allow_null=True, help_text="Null: the author, or nobody named.")
    name = serializers.CharField(allow_blank=True)
    stances = serializers.IntegerField()


class PositionTallySerializer(serializers.Serializer):
    position = serializers.ChoiceField(choices=[str(position) for position in Position])
    stances = serializers.IntegerField()
    holders = HolderSerializer(many=True, help_text="Who takes it most often first.")


class IssueTallySerializer(serializers.Serializer):
    """Who stands where on an issue, in the layers that the asker may read."""

    issue = serializers.UUIDField()
    positions = PositionTallySerializer(many=True, help_text="Those that somebody takes.")


class IssueFilter(RecordFilter):
    parent = UUIDFilter("parent")
    archived = FlagFilter("archived_at")


class IssueViewSet(RecordViewSet):
    noun = "issue"
    filters = IssueFilter
    serializer_class = IssueSerializer
    contracts = {
        **RecordViewSet.contracts,
        "candidates": replace(CANDIDATES, answer=IssueCandidatesSerializer),
        "tally": replace(READ, answer=IssueTallySerializer),
    }

    def tally(self, request: Request, id: Any) -> Response:
        """Who stands where on it: each position with those who take it; issues that were merged into it count too."""
        issue = self.kept_row(request.user, id)
        holders = holders_on(request.user, issue)
        positions = [
            {
                "position": str(position),
                "stances": sum(each.stances for each in holders[position]),
                "holders": [
                    {"voice": each.voice, "entity": each.entity_id, "name": each.name, "stances": each.stances}
                    for each in holders[position]
                ],
            }
            for position in Position
            if position in holders
        ]
        return self.read(request, {"issue": issue.pk, "positions": positions})
