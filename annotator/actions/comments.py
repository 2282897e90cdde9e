"""Comments on annotations."""

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from annotator.access.rules import require
from annotator.actions.checking import check
from annotator.actions.saving import explained, save_changes
from annotator.actions.trace import changed, trace
from annotator.domain.errors import NotNow
from annotator.models import Annotation, Comment, User
from annotator.queries import wire


@transaction.atomic
def add_comment(
    annotation: Annotation,
    text: str,
    *,
    by: User,
    id: uuid.UUID | None = None,
    resolved: bool = False,
    external_id: str = "",
) -> Comment:
    """Say something about an annotation."""
    require(by, "comment.add", annotation)
    if annotation.deleted_at is not None:
        raise NotNow(f"This {annotation.KIND} is in the bin: restore it first.", found=str(annotation.pk))
    said = {"text": text, "external_id": external_id, str(annotation.KIND): annotation}
    comment = Comment(pk=id or uuid.uuid4(), created_by=by, **said)
    comment.resolved_at = timezone.now() if resolved else None
    _check(comment)
    with explained({"text": text, "external_id": external_id}):
        comment.save(force_insert=True)
    _trace("comment.added", comment, by=by)
    return comment


@transaction.atomic
def change_comment(
    comment: Comment,
    *,
    by: User,
    version: int,
    text: str | None = None,
    resolved: bool | None = None,
    external_id: str | None = None,
) -> Comment:
    """Change a comment's text or external id, or say that it is settled."""
    require(by, "comment.change", comment)
    _require_kept(comment)
    before = wire.comment(comment)
    changes: dict[str, Any] = {}
    for name, value in (("text", text), ("external_id", external_id)):
        if value is not None:
            setattr(comment, name, value)
            _check(comment)
            changes[name] = getattr(comment, name)
    if resolved is not None:
        changes["resolved_at"] = timezone.now() if resolved else None
    _save(comment, version=version, **changes)
    _trace("comment.changed", comment, by=by, before=before)
    return comment


@transaction.atomic
def delete_comment(comment: Comment, *, by: User, version: int) -> Comment:
    """Take a comment back, into the bin."""
    require(by, "comment.delete", comment)
    _require_kept(comment)
    before = wire.comment(comment)
    _save(comment, version=version, deleted_at=timezone.now())
    _trace("comment.deleted", comment, by=by, before=before)
    return comment


@transaction.atomic
def restore_comment(comment: Comment, *, by: User) -> Comment:
    """Bring a comment back from the bin; one that is not there stays as it is."""
    require(by, "comment.restore", comment)
    comment.refresh_from_db(from_queryset=Comment.objects.select_for_update(no_key=True))
    if comment.deleted_at is None:
        return comment
    annotation = getattr(comment, comment.kind)
    if annotation.deleted_at is not None:
        raise NotNow(f"Its {annotation.KIND} is in the bin: restore that first.", found=str(annotation.pk))
    before = wire.comment(comment)
    with explained({"external_id": comment.external_id}):
        _save(comment, version=comment.version, deleted_at=None)
    _trace("comment.restored", comment, by=by, before=before)
    return comment


def _check(comment: Comment) -> None:
    if isinstance(comment.text, str):
        comment.text = comment.text.strip()
    check(comment, ["text", "external_id"])


def _require_kept(comment: Comment) -> None:
    if comment.deleted_at is not None:
        raise NotNow("This comment has been taken back.", found=str(comment.pk))


def _save(comment: Comment, *, version: int, **changes: Any) -> None:
    save_changes(
        comment,
        version=version,
        current=lambda: wire.comment(Comment.objects.get(pk=comment.pk)),
        **changes,
        changed_at=timezone.now(),
    )


def _trace(act: str, comment: Comment, *, by: User, before: dict[str, Any] | None = None) -> None:
    coding = getattr(comment, comment.kind).coding
    after = wire.comment(comment)
    trace(
        act,
        by=by,
        project_id=coding.article.project_id,
        article_id=coding.article_id,
        coding_id=coding.pk,
        thing="comment",
        thing_id=comment.pk,
        before=changed(before, after) if before else None,
        after=after,
        version=comment.version,
    )
