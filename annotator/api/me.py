"""Who the asker is, and what is theirs."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.tokens import TokenSerializer
from annotator.api.views import NounViewSet
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
    token = TokenSerializer(allow_null=True, help_text="The token that asks; null for a browser's session.")
    projects = MyProjectSerializer(many=True)


class MeViewSet(NounViewSet):
    slims = ()
    noun = "account"
    serializer_class = MeSerializer
    pagination_class = None

    def retrieve(self, request: Request) -> Response:
        """Your account, the token that asks, and your projects with your roles."""
        user: Any = request.user
        token = getattr(user, "token", None)
        body = {
            "username": user.username,
            "name": user.name,
            "email": user.email,
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
        return self.read(request, body)
