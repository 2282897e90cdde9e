"""Issues: what stances are about, worded as a proposition that one can support or oppose; in a tree."""

from django_filters import UUIDFilter
from rest_framework import serializers

from annotator.api.fields import FlagFilter, LineField, StrictBooleanField, TextField
from annotator.api.records import RecordFilter, RecordSerializer, RecordViewSet


class IssueSerializer(RecordSerializer):
    wording = LineField(max_length=500)
    parent = serializers.UUIDField(allow_null=True, default=None, help_text="The issue above.")
    definition = TextField(max_length=5_000, allow_blank=True, default="")
    supporting_example = TextField(max_length=2_000, allow_blank=True, default="")
    opposing_example = TextField(max_length=2_000, allow_blank=True, default="")
    archived = StrictBooleanField(default=False, help_text="No longer to be picked; stances keep it.")


class IssueFilter(RecordFilter):
    parent = UUIDFilter("parent")
    archived = FlagFilter("archived_at")


class IssueViewSet(RecordViewSet):
    noun = "issue"
    filters = IssueFilter
    serializer_class = IssueSerializer
