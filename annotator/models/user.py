"""Who signs in, and the tokens by which their programs do."""

import hashlib
import secrets
import uuid
from enum import StrEnum
from functools import cache
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q

from annotator.models.prepared import Given, Prepared, run_together
from annotator.models.rules import one_of


class User(AbstractUser):
    """An account. Removing one disables it: what it wrote stays under its name."""

    first_name = None
    last_name = None
    name = models.CharField(max_length=150, blank=True)
    keys = models.JSONField(default=dict, blank=True, help_text="Own keys of the annotation screen, by act.")

    def get_full_name(self) -> str:
        return self.name or self.username

    def get_short_name(self) -> str:
        return self.get_full_name()

    @property
    def initials(self) -> str:
        """One or two letters for a badge."""
        parts = self.get_full_name().split()
        return "".join(part[0] for part in (parts[0], parts[-1])[: len(parts)]).upper() if parts else "?"


class TokenScope(StrEnum):
    """What a token may at the most; its owner's role bounds it further."""

    READ = "read"
    ANNOTATE = "annotate"
    MANAGE = "manage"


class TokenQuerySet(models.QuerySet["Token"]):
    def live(self) -> "TokenQuerySet":
        now = models.functions.Now()
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None, user__is_active=True)


class Token(models.Model):
    """A key for programs. Only its digest is kept: the secret is shown once, when it is made."""

    PREFIX = "ann_"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    project = models.ForeignKey(
        "articles.Project", on_delete=models.PROTECT, null=True, blank=True, help_text="None: all projects of its user."
    )
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12, help_text="The secret's first characters, to tell tokens apart.")
    scope = models.CharField(max_length=10)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [one_of("token_scope_known", "scope", TokenScope)]

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"

    @staticmethod
    def presented(secret: str) -> "Token | None":
        """The live token of this secret, with its user, who has it. Every request of a program asks for it."""
        asked = Token.question(secret)
        return Token.told(run_together([asked])[0]) if asked else None

    @staticmethod
    def question(secret: str) -> tuple[Prepared, dict[str, Any]] | None:
        """The statement that ``presented`` runs; None for what is no token of ours, which is not looked for."""
        # A digest of it would fail on characters outside UTF-8.
        if not (secret.isascii() and secret.startswith(Token.PREFIX)):
            return None
        return _PRESENTED, {"digest": Token.digest_of(secret)}

    @staticmethod
    def told(rows: list[tuple[Any, ...]]) -> "Token | None":
        """The token that the statement found, with its user."""
        for row in rows:
            # The columns of the token, then those of the user, as ``select_related`` asks for them.
            token = Token.from_db(None, _columns(Token), row[: len(_columns(Token))])
            token.user = User.from_db(None, _columns(User), row[len(_columns(Token)) :])
            token.user.token = token
            return token
        return None

    @staticmethod
    def new_secret() -> str:
        return Token.PREFIX + secrets.token_urlsafe(32)

    @staticmethod
    def digest_of(secret: str) -> str:
        """SHA-256 suffices: the secret has 256 random bits, so there is nothing to guess."""
        return hashlib.sha256(secret.encode()).hexdigest()


@cache
def _columns(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


_PRESENTED = Prepared(
    lambda: Token.objects.live().filter(digest=Given("digest", models.CharField())).select_related("user").order_by()
)
