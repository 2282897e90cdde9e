"""Texts that arrive: which of them the project has, and articles for those that are new. Set by set, not one by one."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from annotator.actions.copying import copy, next_ids
from annotator.actions.locks import lock_texts
from articles.drafts import Draft
from articles.models import Article, Outlet, Project, Revision


@dataclass(frozen=True)
class Arrival:
    """An article that came in, or the one that has the same text and was there before (``is_new`` False)."""

    article: Article
    is_new: bool


def meet(project: Project, drafts: Sequence[tuple[Draft, uuid.UUID | None]]) -> list[Arrival]:
    """What each draft, with the id that it brings along, comes to. New articles are not stored yet.

    The texts differ from each other, and are locked: nobody else brings one of them in meanwhile.
    """
    digests = [draft.sha256 for draft, _ in drafts]
    lock_texts(digests, project.pk)
    there = {
        article.sha256: article
        for article in Article.objects.filter(project=project, sha256__in=digests, purged_at=None)
        .select_related("outlet", "current")
        .defer("current__text")
    }
    new = [draft for draft, _ in drafts if draft.sha256 not in there]
    outlets = {name: outlet_called(project, name) for name in {draft.outlet for draft in new}}
    revision_ids = iter(next_ids(Revision, len(new)) if new else ())
    met = []
    for draft, id in drafts:
        found = there.get(draft.sha256)
        if found is not None:
            found.project = project
        article = found or _article(project, draft, id or uuid.uuid4(), outlets[draft.outlet], next(revision_ids))
        met.append(Arrival(article, is_new=found is None))
    return met


def put(articles: Sequence[Article]) -> None:
    """Store new articles with their first revisions; raises RowRefused with the place of one that breaks a rule."""
    copy(Article, [vars(article) for article in articles])
    copy(Revision, [vars(article.current) for article in articles])
    for article in articles:
        for row in (article, article.current):
            # As Django marks what it has stored itself: a later save is an UPDATE.
            row._state.adding, row._state.db = False, connection.alias


def outlet_called(project: Project, name: str) -> Outlet | None:
    if not name:
        return None
    outlet = Outlet.objects.filter(project=project, name__iexact=name).first()
    if outlet is None:
        # Two arrivals from a new outlet at once: one of them makes it.
        Outlet.objects.bulk_create([Outlet(project=project, name=name)], ignore_conflicts=True)
        outlet = Outlet.objects.get(project=project, name__iexact=name)
    return outlet


def _article(project: Project, draft: Draft, id: uuid.UUID, outlet: Outlet | None, revision_id: int) -> Article:
    now = timezone.now()
    article = Article(
        id=id,
        project=project,
        external_id=draft.external_id,
        title=draft.title,
        outlet=outlet,
        author=draft.author,
        published_on=draft.published_on,
        url=draft.url,
        language=draft.language,
        sha256=draft.sha256,
        created_at=now,
        changed_at=now,
    )
    article.current = Revision(
        id=revision_id,
        article=article,
        number=1,
        text=draft.text,
        sha256=draft.sha256,
        length=len(draft.text),
        created_at=now,
    )
    return article
