"""Articles: brought in, their metadata changed, put in the bin, restored. What removes one for good is in purging."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from annotator.access.rules import require
from annotator.actions.locks import lock_text
from annotator.actions.saving import explained, save_changes
from annotator.actions.trace import changed, trace
from annotator.domain.errors import AlreadyThere, Gone, NotNow, Problem, Refused
from annotator.models import User
from annotator.queries import wire
from articles.drafts import METADATA, Draft, DraftError, checked_metadata
from articles.models import Article, Outlet, Project, Revision


@dataclass(frozen=True)
class Arrival:
    """An article that came in, or the one that has the same text and was there before (``is_new`` False)."""

    article: Article
    is_new: bool


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
    arrival = store(project, draft, id=id)
    if arrival.is_new:
        _trace("article.added", arrival.article, by=by, after=wire.article(arrival.article))
    return arrival


def store(project: Project, draft: Draft, *, id: uuid.UUID | None = None) -> Arrival:
    """Store a draft without a trace: for ``bring_in`` and for imports, which leave their own."""
    lock_text(draft.sha256, project.pk)
    same = (
        Article.objects.filter(project=project, sha256=draft.sha256, purged_at=None).select_related("current").first()
    )
    if same is not None:
        return Arrival(same, is_new=False)
    article = Article(
        id=id or uuid.uuid4(),
        project=project,
        external_id=draft.external_id,
        title=draft.title,
        outlet=_outlet(project, draft.outlet),
        author=draft.author,
        published_on=draft.published_on,
        url=draft.url,
        language=draft.language,
        sha256=draft.sha256,
    )
    with explained({"external_id": draft.external_id}):
        article.save(force_insert=True)
    article.current = Revision.objects.create(
        article=article, number=1, text=draft.text, sha256=draft.sha256, length=len(draft.text)
    )
    article.save(update_fields=["current"])
    return Arrival(article, is_new=True)


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
        changes["outlet"] = _outlet(article.project, str(changes["outlet"]))
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


def _outlet(project: Project, name: str) -> Outlet | None:
    if not name:
        return None
    outlet = Outlet.objects.filter(project=project, name__iexact=name).first()
    if outlet is None:
        # Two arrivals from a new outlet at once: one of them makes it.
        Outlet.objects.bulk_create([Outlet(project=project, name=name)], ignore_conflicts=True)
        outlet = Outlet.objects.get(project=project, name__iexact=name)
    return outlet


def _set_deleted(article: Article, deleted_at: Any, act: str, *, by: User, version: int) -> Article:
    before = wire.article(article)
    save_changes(
        article,
        version=version,
        current=lambda: _stored_wire(article),
        deleted_at=deleted_at,
        changed_at=timezone.now(),
    )
    after = wire.article(article)
    _trace(act, article, by=by, before=changed(before, after), after=after)
    return article


def _stored_wire(article: Article) -> dict[str, Any]:
    return wire.article(Article.objects.select_related("project", "outlet", "current").get(pk=article.pk))


def _trace(act: str, article: Article, *, by: User, before: Any = None, after: Any = None) -> None:
    trace(
        act,
        by=by,
        project_id=article.project_id,
        article_id=article.pk,
        thing="article",
        thing_id=article.pk,
        version=article.version,
        before=before,
        after=after,
    )
