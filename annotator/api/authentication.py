"""Who asks: a browser with its session, or a program with a token in the Authorization header."""

from datetime import timedelta
from typing import Any
from urllib.parse import unquote

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from annotator.models import Token, User

_NOTED_EVERY = timedelta(minutes=1)


class TokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer ann_…``. The user found has ``token``, by which visibility and rules narrow."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = Token.presented(secret.strip())
        if token is None:
            raise AuthenticationFailed("This token is unknown, expired or revoked.")
        self._note_use(token)
        user = token.user
        user.token = token
        return user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="annotator"'

    @staticmethod
    def _note_use(token: Token) -> None:
        """At most once a minute, so that reading does not write each time."""
        now: Any = timezone.now()
        if token.last_used_at is None or now - token.last_used_at > _NOTED_EVERY:
            Token.objects.filter(pk=token.pk).update(last_used_at=now)


class BrowserAuthentication(SessionAuthentication):
    """The session of a page of ours, with Django's CSRF header.

    A page says in ``X-Signed-In-As`` whose it is (percent-encoded). Where somebody else has signed in since, in another
    tab, what the page still had to send is not written under that other name.
    """

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        # The check for CSRF looks for a form first and would use the body up: kept now, it can be read again.
        request.body  # noqa: B018
        found = super().authenticate(request)
        whose = unquote(request.headers.get("X-Signed-In-As", ""))
        if found and whose and whose != found[0].get_username():
            raise AuthenticationFailed(
                f"You are signed in as {found[0].get_username()}, and this page is {whose}’s: sign in as {whose}."
            )
        return found
