"""Tokens: made and revoked by their owner."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from annotator.access.visibility import visible_projects
from annotator.actions.checking import check
from annotator.domain.errors import Forbidden, Problem, Refused
from annotator.models import Token, User
from annotator.models.user import TokenScope
from articles.models import Project


@transaction.atomic
def make_token(
    *, by: User, name: str, scope: str, project: Project | None = None, expires_at: datetime | None = None
) -> tuple[Token, str]:
    """A new token of one's own, and its secret, which is not kept and cannot be shown again."""
    if getattr(by, "token", None):
        raise Forbidden("Tokens are made by people who are signed in, not by tokens.")
    if scope not in list(TokenScope):
        raise Refused(Problem("scope", scope, f"`scope`: use one of {', '.join(TokenScope)}."))
    if project is not None and not visible_projects(by).filter(pk=project.pk).exists():
        raise Refused(Problem("project", project.slug, "There is no such project."))
    if expires_at is not None and expires_at <= timezone.now():
        raise Refused(Problem("expires_at", expires_at, "`expires_at` lies in the future."))
    secret = Token.new_secret()
    token = Token(
        user=by,
        project=project,
        name=name.strip(),
        digest=Token.digest_of(secret),
        hint=secret[:8],
        scope=scope,
        expires_at=expires_at,
    )
    check(token, ["name"])
    token.save(force_insert=True)
    return token, secret


@transaction.atomic
def revoke_token(token: Token, *, by: User) -> Token:
    """End a token for good."""
    if token.user_id != by.pk or getattr(by, "token", None):
        raise Forbidden("A token is revoked by its owner, signed in.")
    token.revoked_at = token.revoked_at or timezone.now()
    token.save(update_fields=["revoked_at"])
    return token
