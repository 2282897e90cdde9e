"""Tokens: one's own keys for programs. They are made and revoked by people who are signed in, not by tokens."""

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from annotator.access.visibility import visible_tokens
from annotator.actions.tokens import make_token, revoke_token
from annotator.api.contracts import WRITE
from annotator.api.fields import LineField, StrictSerializer, project_called, read_by
from annotator.api.operations import Answer, Asked, operation
from annotator.api.views import NounViewSet
from annotator.models.user import TokenScope
from annotator.queries import wire
from annotator.queries.keyset import Key


class TokenSerializer(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    name = LineField(max_length=100, help_text="What it is for.")
    hint = serializers.CharField(read_only=True, help_text="The first characters of the secret.")
    scope = serializers.ChoiceField(choices=[str(value) for value in TokenScope])
    project = serializers.CharField(allow_null=True, default=None, help_text="One project's slug, or null for all.")
    created_at = serializers.DateTimeField(read_only=True)
    expires_at = serializers.DateTimeField(allow_null=True, default=None)
    last_used_at = serializers.DateTimeField(read_only=True, allow_null=True)
    revoked_at = serializers.DateTimeField(read_only=True, allow_null=True)


class NewTokenSerializer(TokenSerializer):
    secret = serializers.CharField(required=False, help_text="Shown this once: keep it.")


class TokenViewSet(NounViewSet):
    noun = "token"
    serializer_class = TokenSerializer
    orders = {"": (Key("created_at", descends=True), Key("id"))}
    contracts = {
        "create": replace(WRITE, answer=NewTokenSerializer, statuses=(201,)),
        "destroy": replace(WRITE, request=None),
    }

    def visible(self, user: Any) -> QuerySet:
        return visible_tokens(user).select_related("project")

    def wires(self, user: Any, rows: list[Any]) -> list[dict[str, Any]]:
        return [wire.token(row) for row in rows]

    @operation
    def create(self, asked: Asked) -> Answer:
        """Make a token. Its `secret` is in this answer and nowhere else, not even in a repeated one."""
        given = read_by(TokenSerializer, asked.given)
        slug = given.pop("project")
        project = project_called(asked.user, slug) if slug is not None else None
        token, secret = make_token(by=asked.user, project=project, **given)
        return Answer(201, wire.token(token), shown_once={"secret": secret})

    @operation
    def destroy(self, asked: Asked, id: Any) -> Answer:
        """Revoke a token for good."""
        token = revoke_token(self.found(asked.user, id=id), by=asked.user)
        return Answer(200, wire.token(token))
