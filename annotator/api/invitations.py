"""Inviting somebody who has no account: it is made, with a membership, and a mail says where to set its password."""

from dataclasses import replace

from django.db import transaction
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.access.rules import require
from annotator.access.visibility import visible_projects
from annotator.actions.inviting import invitation_link, send_invitation
from annotator.actions.projects import invite
from annotator.api.contracts import WRITE
from annotator.api.fields import LineField, StrictSerializer, read_by
from annotator.api.memberships import ROLES, MembershipSerializer
from annotator.api.operations import Answer, body_of, in_one
from annotator.api.views import NounViewSet
from annotator.domain.errors import AlreadyThere
from annotator.queries import wire
from annotator.queries.users import user_called


class InvitationSerializer(StrictSerializer):
    email = LineField(max_length=254, help_text="Of somebody who has no account yet.")
    role = serializers.ChoiceField(choices=ROLES)


class InvitedSerializer(MembershipSerializer):
    invitation = serializers.URLField(
        required=False, help_text="Where the password is set: good once, for three days. It is given this once."
    )


class InvitationViewSet(NounViewSet):
    noun = "project"
    contracts = {"create": replace(WRITE, request=InvitationSerializer, answer=InvitedSerializer, statuses=(201,))}

    def create(self, request: Request, slug: str) -> Response:
        """Make an account for an e-mail address that has none, and a member of it; the link is mailed there too."""
        project = visible_projects(request.user).filter(slug=slug).first()
        if project is None:
            raise self.not_there(slug=slug)

        def do() -> Answer:
            require(request.user, "member.add", project)
            given = read_by(InvitationSerializer, body_of(request))
            if (known := user_called(given["email"])) is not None:
                told = f"There is an account of {given['email']}: add it to memberships/."
                raise AlreadyThere(told, found=known.username)
            membership = invite(project, by=request.user, **given)
            link = invitation_link(membership.user, request.build_absolute_uri)
            transaction.on_commit(lambda: send_invitation(project, membership.user, link, by=request.user))
            return Answer(201, wire.member(membership), shown_once={"invitation": link})

        return in_one(request, do)
