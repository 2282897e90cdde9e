"""What allauth is told about this site: who may come in, what an account is called, how its secrets are kept."""

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from annotator.access.visibility import visible_projects
from annotator.models import User


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by managers who invite, by the operator, and by a provider where OIDC_SIGN_UP says so."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The project when there is only one, else the list."""
        only_two = list(visible_projects(request.user)[:2])
        return reverse("project", args=[only_two[0].slug]) if len(only_two) == 1 else reverse("projects")

    def add_message(self, *args: Any, **named: Any) -> None:
        """Say nothing of allauth's: our pages say what was done in their own words."""


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keeps the secrets of authenticators encrypted: a copy of the database alone makes nobody's codes."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Who comes by the provider is known by the provider's own id, never by an e-mail address that anybody can claim.

    An account is joined to it by its owner, who is signed in while doing so; where OIDC_SIGN_UP is on, who is
    joined to none gets a new one, in no project.
    """

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return settings.OIDC_SIGN_UP

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: Any) -> bool:
        return True

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> User:
        user = super().populate_user(request, sociallogin, data)
        both = f"{data.get('first_name') or ''} {data.get('last_name') or ''}".strip()
        user.name = " ".join((data.get("name") or both).split())[: User._meta.get_field("name").max_length]
        return user

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        return reverse("account")


def _cipher() -> MultiFernet:
    """By the secret key, and by the former ones for what they encrypted."""
    return MultiFernet(
        Fernet(base64.urlsafe_b64encode(hashlib.scrypt(key.encode(), salt=b"second factor", n=2, r=8, p=1, dklen=32)))
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    )
