"""An invitation: the link with which a new account's password is set, and the mail that brings it."""

from collections.abc import Callable

from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext

from annotator.models import User
from articles.models import Project


def invitation_link(user: User, absolute: Callable[[str], str]) -> str:
    """Where a new account's password is set: good once, for three days. ``absolute`` completes an address."""
    key = {"uidb64": urlsafe_base64_encode(force_bytes(user.pk)), "token": default_token_generator.make_token(user)}
    return absolute(reverse("password_reset_confirm", kwargs=key))


def send_invitation(project: Project, user: User, link: str, *, by: User) -> bool:
    """Mail the link; whether it could be sent. Who invites has the link too: a mail server that is down is no fault."""
    told = {"project": project, "by": by, "user": user, "link": link}
    subject = " ".join((gettext("You can annotate in “%s”") % project.name).split())
    text = render_to_string("projects/invitation.txt", told)
    return bool(send_mail(subject, text, None, [user.email], fail_silently=True))
