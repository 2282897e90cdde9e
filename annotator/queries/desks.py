"""What every write to an article begins with, in one round trip: the article held, its text, the layer, the role."""

import uuid
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import QuerySet, UUIDField

from annotator.access.visibility import Anybody, visible_articles
from annotator.domain.layers import Layer
from annotator.domain.roles import Role
from annotator.models import Coding
from annotator.models.prepared import Given, Prepared, run_together
from articles.models import Article, Project, Revision

# In the order of the tables, as ``from_db`` wants them.
_ARTICLE = ("id", "project_id", "title", "current_id", "deleted_at")
_PROJECT = ("id", "slug", "layers")
_REVISION = ("id", "article_id", "number", "text", "sha256", "length")
_CODING = ("id", "article_id", "layer", "coder_id", "state", "created_at", "changed_at")


@dataclass(frozen=True)
class Desk:
    """An article as somebody writes to it: with its project and current text, that one's role, and the stored layers
    among the shared one and that one's own, by their ids."""

    article: Article
    role: Role
    codings: dict[uuid.UUID, Coding]


def hold_desk(user: Any, article_id: uuid.UUID) -> Desk | None:
    """Lock an article until the end of the transaction, then read what is to be known; None for who does not see it.

    The statements are two: what is read has waited for the lock.
    """
    if not user.is_authenticated or not user.is_active:
        return None
    token = getattr(user, "token", None)
    asker = Anybody(bool(token and token.project_id))
    given = {
        "user": user.pk,
        "project": token.project_id if token else None,
        "article": article_id,
        "shared": Coding.id_for(article_id, Layer.SHARED),
        "own": Coding.id_for(article_id, Layer.OWN, user.pk),
    }
    statements = [_locked(asker), _seen(asker), _CODINGS]
    _, seen, codings = run_together([(statement, given) for statement in statements])
    if not seen:
        return None
    values = iter(seen[0])
    article, project, revision = (
        model.from_db(None, names, [next(values) for _ in names])
        for model, names in ((Article, _ARTICLE), (Project, _PROJECT), (Revision, _REVISION))
    )
    article.project, article.current = project, revision
    return Desk(article, Role(next(values)), {row[0]: _coding(row, article) for row in codings})


def _coding(row: tuple[Any, ...], article: Article) -> Coding:
    coding = Coding.from_db("default", _CODING, row)
    coding.article = article
    return coding


@cache
def _locked(asker: Anybody) -> Prepared:
    return Prepared(
        lambda: (
            visible_articles(asker)
            .filter(pk=Given("article", UUIDField()))
            .order_by()
            .select_for_update(of=("self",), no_key=True)
            .values_list("pk")
        )
    )


@cache
def _seen(asker: Anybody) -> Prepared:
    def articles() -> QuerySet:
        of_project = [f"project__{name}" for name in _PROJECT]
        of_revision = [f"current__{name}" for name in _REVISION]
        found = visible_articles(asker).filter(pk=Given("article", UUIDField()), project__memberships__user=asker.pk)
        return found.order_by().values_list(*_ARTICLE, *of_project, *of_revision, "project__memberships__role")

    return Prepared(articles)


_CODINGS = Prepared(
    lambda: (
        Coding.objects.begun()
        .filter(pk__in=[Given("shared", UUIDField()), Given("own", UUIDField())])
        .order_by()
        .values_list(*_CODING)
    )
)
