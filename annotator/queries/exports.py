"""A project as JSON lines: one article a line with its text and its annotations, as its reader may see them."""

from collections.abc import Iterator
from typing import Any

import orjson
from django.db.models import Q

from annotator.access.visibility import visible_articles
from annotator.queries import wire
from annotator.queries.annotations import of_article
from articles.models import Article, Project

_AT_ONCE = 100  # articles


def lines_of(user: Any, project: Project) -> Iterator[bytes]:
    """Each kept article, oldest first, as one line with its line feed; memory does not grow with the project."""
    articles = visible_articles(user).filter(project=project).kept().order_by("created_at", "id")
    articles = articles.select_related("project", "outlet", "current")
    after: tuple[Any, Any] | None = None
    while True:
        page = articles.filter(_later(after)) if after else articles
        found = list(page[:_AT_ONCE])
        for article in found:
            yield _line(user, article)
        if len(found) < _AT_ONCE:
            return
        after = found[-1].created_at, found[-1].pk


def _later(after: tuple[Any, Any]) -> Q:
    created_at, id = after
    return Q(created_at__gt=created_at) | Q(created_at=created_at, pk__gt=id)


def _line(user: Any, article: Article) -> bytes:
    told = {**wire.article(article), "text": article.current.text, "annotations": of_article(user, article)}
    return orjson.dumps(told, default=str, option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE)
