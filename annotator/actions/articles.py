"""Articles: brought in, their metadata changed, put in the bin, restored. What removes one for good is in purging."""

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from annotator.access.rules import require
from annotator.actions.arrivals import Arrival, meet, outlet_called, put
from annotator.actions.assessed import Assessed, assessed_in, told_since
from annotator.actions.copying import RowRefused
from annotator.actions.saving import save_changes
from annotator.actions.trace import changed, event_of, trace_all
from annotator.domain.errors import AlreadyThere, Gone, NotNow, Problem, Refused
from annotator.models import User
from annotator.queries import wire
from articles.drafts import METADATA, Draft, DraftError, checked_metadata
from articles.models import Article, Project


def draft(given: dict[str, Any]) -> Draft:
    """A checked draft of the given fields, or Refused with all that is wrong with them."""
    known = {*METADATA, "text"}
    if unknown := sorted(set(given) - known):
        told = f"it has {', '.join(sorted(known))}."
        raise Refused(*(Problem(n, given[n], f"`{n:.60}` is not a field of an article; {told}") for n in unknown))
    try:
        return Draft.checked(**{"text": None, **given})
    except DraftError as error:
        raise Refused(*(Problem(*problem) for problem in error.problems)) from error


@transaction.atomic
def bring_in(project: Project, draft: Draft, *, by: User, id: uuid.UUID | None = None) -> Arrival:
    """Store an article with its first revision; one whose text the project has is not stored twice.

    Raises Refused when its external id, and AlreadyThere when its ``id``, belongs to another article.
    """
    require(by, "article.add", project)
    [arrival] = meet(project, [(draft, id)])
    if arrival.is_new:
        try:
            put([arrival.article])
        except RowRefused as refused:
            raise refused.explained({"external_id": draft.external_id}) from refused
        _trace("article.added", arrival.article, by=by, after=wire.article(arrival.article))
    return arrival


@transaction.atomic
def change_article(article: Article, *, by: User, version: int, **changes: Any) -> Article:
    """Change an article's metadata: title, outlet, author, published_on, url, language, external_id."""
    require(by, "article.change", article)
    if article.deleted_at is not None:
        raise NotNow("The article is in the bin: restore it first.", found=str(article.pk))
    try:
        changes = checked_metadata(changes)
    except DraftError as error:
        raise Refused(*(Problem(*problem) for problem in error.problems)) from error
    before = wire.article(article)
    if "outlet" in changes:
        changes["outlet"] = outlet_called(article.project, str(changes["outlet"]))
    save_changes(article, version=version, current=lambda: _stored_wire(article), **changes, changed_at=timezone.now())
    after = wire.article(article)
    _trace("article.changed", article, by=by, before=changed(before, after), after=after)
    return article


@transaction.atomic
def delete_article(article: Article, *, by: User, version: int) -> Article:
    """Put an article in the bin, with all its annotations as they are."""
    require(by, "article.delete", article)
    if article.deleted_at is not None:
        raise NotNow("The article is in the bin already.", found=str(article.pk))
    return _set_deleted(article, timezone.now(), "article.deleted", by=by, version=version)


@transaction.atomic
def restore_article(article: Article, *, by: User) -> Article:
    """Bring an article back from the bin, whole; one that is not there stays as it is."""
    require(by, "article.restore", article)
    locked = Article.objects.select_for_update(no_key=True)
    article.refresh_from_db(fields=["deleted_at", "purged_at", "version"], from_queryset=locked)
    if article.purged_at is not None:
        raise Gone("This article has been purged: there is nothing left to restore.")
    if article.deleted_at is None:
        return article
    return _set_deleted(article, None, "article.restored", by=by, version=article.version)


def already_there(article: Article) -> AlreadyThere:
    """What to say about a text that the project has, the bin included."""
    where = "in the bin" if article.deleted_at else "here"
    return AlreadyThere(f"This very text is {where} already: “{article.title}”.", found=str(article.pk))


def _set_deleted(article: Article, deleted_at: Any, act: str, *, by: User, version: int) -> Article:
    before, assessed = wire.article(article), assessed_in(article)
    save_changes(
        article,
        version=version,
        current=lambda: _stored_wire(article),
        deleted_at=deleted_at,
        changed_at=timezone.now(),
    )
    after = wire.article(article)
    _trace(act, article, by=by, before=changed(before, after), after=after, assessed=assessed)
    return article


def _stored_wire(article: Article) -> dict[str, Any]:
    return wire.article(Article.objects.select_related("project", "outlet", "current").get(pk=article.pk))


def _trace(
    act: str,
    article: Article,
    *,
    by: User,
    before: Any = None,
    after: Any = None,
    assessed: Assessed | None = None,
) -> None:
    happened = event_of(article, act, by=by, before=before, after=after)
    trace_all([happened, *told_since(assessed, article, by=by)])
