"""Who signs in, and the tokens by which their programs do."""

import hashlib
import secrets
import uuid
from enum import StrEnum

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

from annotator.models.rules import one_of


class User(AbstractUser):
    """An account. Removing one disables it: what it wrote stays under its name."""

    first_name = None
    last_name = None
    name = models.CharField(max_length=150, blank=True)

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
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()), revoked_at=None, user__is_active=True)

    def presented(self, secret: str) -> "TokenQuerySet":
        return self.live().filter(digest=Token.digest_of(secret))


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
    def new_secret() -> str:
        return Token.PREFIX + secrets.token_urlsafe(32)

    @staticmethod
    def digest_of(secret: str) -> str:
        """SHA-256 suffices: the secret has 256 random bits, so there is nothing to guess."""
        return hashlib.sha256(secret.encode()).hexdigest()
