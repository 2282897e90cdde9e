"""Memberships: who works in a project, and as what."""

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from annotator.access.rules import require
from annotator.access.visibility import visible_memberships, visible_projects
from annotator.actions.projects import add_member, change_role, remove_member
from annotator.api.contracts import CHANGE_BY_TAG, REMOVAL
from annotator.api.fields import StrictSerializer, TextField, read_by
from annotator.api.operations import Answer, Asked, operation
from annotator.api.views import NounViewSet
from annotator.domain.errors import Refused
from annotator.domain.roles import Role
from annotator.models import User
from annotator.queries import wire
from annotator.queries.keyset import Key
from annotator.queries.users import user_called
from articles.models import Project

ROLES = [str(role) for role in Role]


class MembershipSerializer(StrictSerializer):
    user = TextField(max_length=254, help_text="The user name; to add somebody, the e-mail address will do.")
    name = serializers.CharField(read_only=True)
    role = serializers.ChoiceField(choices=ROLES)
    joined_at = serializers.DateTimeField(read_only=True)


class RoleSerializer(StrictSerializer):
    role = serializers.ChoiceField(choices=ROLES)


class MembershipViewSet(NounViewSet):
    noun = "membership"
    serializer_class = MembershipSerializer
    orders = {"": (Key("user__username"),)}
    lookups = {"slug": "project__slug", "username": "user__username"}
    contracts = {
        "update": replace(CHANGE_BY_TAG, request=RoleSerializer, statuses=(200, 201)),
        "destroy": REMOVAL,
    }

    def visible(self, user: Any) -> QuerySet:
        return visible_memberships(user).select_related("user", "project")

    def listable(self, user: Any) -> QuerySet:
        return self.visible(user).filter(project=self._project(user, self.kwargs["slug"]))

    def wires(self, user: Any, rows: list[Any]) -> list[dict[str, Any]]:
        return [wire.member(row) for row in rows]

    @operation
    def create(self, asked: Asked, slug: str) -> Answer:
        """Make somebody who has an account a member."""
        project = self._project(asked.user, slug)
        given = read_by(MembershipSerializer, asked.given)
        membership = add_member(project, _user(given["user"], asked.user, project), given["role"], by=asked.user)
        return Answer(201, wire.member(membership))

    @operation
    def update(self, asked: Asked, slug: str, username: str) -> Answer:
        """Give somebody a role, as a new member or in place of the former one."""
        project = self._project(asked.user, slug)
        role = read_by(RoleSerializer, asked.given)["role"]
        present = self.visible(asked.user).filter(project=project, user__username=username).first()
        if present is None:
            return Answer(
                201, wire.member(add_member(project, _user(username, asked.user, project), role, by=asked.user))
            )
        held = self.held(asked, slug=slug, username=username)
        return Answer(200, wire.member(change_role(held, role, by=asked.user)))

    @operation
    def destroy(self, asked: Asked, slug: str, username: str) -> Answer:
        """End a membership. What the member wrote stays."""
        found = self.found(asked.user, slug=slug, username=username)
        remove_member(found, by=asked.user)
        return Answer(204)

    def _project(self, user: Any, slug: str) -> Project:
        project = visible_projects(user).filter(slug=slug).first()
        if project is None:
            raise self.not_there(slug=slug)
        return project


def _user(called: str, by: User, project: Project) -> User:
    """The account that is meant. Whether there is one is told to those alone who may add members."""
    require(by, "member.add", project)
    user = user_called(called)
    if user is None:
        raise Refused.field("user", called, f"`user`: there is no account {called!r:.80}.")
    return user
