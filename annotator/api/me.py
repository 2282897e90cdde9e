"""Who the asker is, and what is theirs."""

from dataclasses import replace
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.actions.accounts import change_account, change_keys
from annotator.api.contracts import WRITE
from annotator.api.fields import LineField, StrictSerializer, read_by
from annotator.api.operations import Answer, Asked, operation
from annotator.api.tokens import TokenSerializer
from annotator.api.views import NounViewSet
from annotator.domain.errors import Forbidden
from annotator.domain.layers import Layers
from annotator.domain.roles import Role
from annotator.queries import wire
from annotator.queries.projects import my_memberships


class MyProjectSerializer(serializers.Serializer):
    slug = serializers.CharField()
    name = serializers.CharField()
    layers = serializers.ChoiceField(choices=[str(value) for value in Layers])
    role = serializers.ChoiceField(choices=[str(value) for value in Role])


class MeSerializer(serializers.Serializer):
    username = serializers.CharField()
    name = serializers.CharField()
    email = serializers.CharField()
    keys = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField(allow_blank=True)),
        help_text="One's own keys of the annotation screen, by act; of an act that is not named, the usual ones.",
    )
    token = TokenSerializer(allow_null=True, help_text="The token that asks; null for a browser's session.")
    projects = MyProjectSerializer(many=True)


class MeChangeSerializer(StrictSerializer):
    name = LineField(max_length=150, allow_blank=True, required=False)
    email = LineField(max_length=254, allow_blank=True, required=False)
    keys = serializers.JSONField(required=False, help_text='By act: `{"mention": ["e"]}`. None at all are the usual.')


class MeViewSet(NounViewSet):
    slims = ()
    contracts = {"partial_update": replace(WRITE, request=MeChangeSerializer)}
    noun = "account"
    serializer_class = MeSerializer
    pagination_class = None

    def retrieve(self, request: Request) -> Response:
        """Your account, the token that asks, and your projects with your roles."""
        return self.read(request, _account(request.user))

    @operation
    def partial_update(self, asked: Asked) -> Answer:
        """Change your name, your e-mail address or your keys: for people who are signed in, and no token."""
        if getattr(asked.user, "token", None) is not None:
            raise Forbidden("An account is changed by its owner, signed in: no token may.")
        given = read_by(MeChangeSerializer, asked.given, partial=True)
        if "keys" in given:
            change_keys(given.pop("keys"), by=asked.user)
        if given:
            change_account(by=asked.user, **{"name": asked.user.name, "email": asked.user.email, **given})
        return Answer(200, _account(asked.user))


def _account(user: Any) -> dict[str, Any]:
    token = getattr(user, "token", None)
    return {
        "username": user.username,
        "name": user.name,
        "email": user.email,
        "keys": user.keys,
        "token": wire.token(token) if token else None,
        "projects": [
            {
                "slug": membership.project.slug,
                "name": membership.project.name,
                "layers": str(membership.project.layers),
                "role": str(membership.role),
            }
            for membership in my_memberships(user)
        ],
    }
