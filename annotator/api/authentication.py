"""Who asks: a browser with its session, or a program with a token in the Authorization header."""

from datetime import timedelta
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
        secret = token_in(request.headers.get("Authorization", ""))
        if secret is None:
            return None
        token = Token.presented(secret)
        if token is None:
            raise AuthenticationFailed("This token is unknown, expired or revoked.")
        if not use_is_noted(token):
            Token.objects.filter(pk=token.pk).update(last_used_at=timezone.now())
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="annotator"'


def token_in(header: str) -> str | None:
    """The secret that an Authorization header presents, or None where it presents something else."""
    scheme, _, secret = header.partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


def use_is_noted(token: Token) -> bool:
    """Whether its last use stands there: it is written once a minute, so that reading does not write each time."""
    return token.last_used_at is not None and timezone.now() - token.last_used_at <= _NOTED_EVERY


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
