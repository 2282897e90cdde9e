"""Presence: who is in an article and where, told to those who look now."""

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from annotator.access.visibility import visible_articles
from annotator.actions.presence import show_presence
from annotator.api.contracts import WRITE
from annotator.api.fields import StrictSerializer, read_by
from annotator.api.operations import Answer, Asked, operation
from annotator.api.views import NounViewSet

_LARGEST = 100_000_000  # beyond any text


class PresenceSerializer(StrictSerializer):
    """Where the asker is in an article. All may be left out: then it only says that one is there."""

    paragraph = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=_LARGEST, help_text="1 for the first."
    )
    revision = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=_LARGEST, help_text="That `selection` counts in."
    )
    selection = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=_LARGEST),
        min_length=2,
        max_length=2,
        required=False,
        allow_null=True,
        help_text="`[start, end]` in code points.",
    )
    annotation = serializers.UUIDField(required=False, allow_null=True, help_text="What is being changed.")
    away = serializers.BooleanField(required=False, help_text="Gone.")


class PresenceViewSet(NounViewSet):
    noun = "article"
    serializer_class = PresenceSerializer
    pagination_class = None
    contracts = {"create": replace(WRITE, answer=None, statuses=(204,))}

    def visible(self, user: Any) -> QuerySet:
        return visible_articles(user).kept().select_related("project")

    @operation
    def create(self, asked: Asked, id: Any) -> Answer:
        """Say where you are in the article. It is told to those who follow it now, and kept nowhere."""
        article = self.found(asked.user, id=id)
        show_presence(article, by=asked.user, **read_by(PresenceSerializer, asked.given))
        return Answer(204)
