"""Lists of articles as a member sees them: filtered, in a total order, with the state and size of the coding."""

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import OrderBy
from django.db.models.functions import Lower

from annotator.access.visibility import visible_annotations, visible_articles, visible_codings, visible_outlets
from annotator.domain.layers import CodingState
from annotator.models import ANNOTATIONS
from articles.models import Article, Outlet, Project


class Progress(StrEnum):
    """How far an article is, over all layers that the asker may read."""

    NEW = "new"
    BEGUN = "begun"
    DONE = "done"
    ADJUDICATED = "adjudicated"


class Order(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
    TITLE = "title"
    CHANGED = "changed"


# Column and whether it descends; each ends with the key, so that every order is total. Empty values come last.
_KEYS: dict[Order, tuple[tuple[str, bool], ...]] = {
    Order.NEWEST: (("published_on", True), ("created_at", True), ("id", False)),
    Order.OLDEST: (("published_on", False), ("created_at", False), ("id", False)),
    Order.TITLE: (("title_folded", False), ("id", False)),
    Order.CHANGED: (("changed_at", True), ("id", False)),
}


@dataclass(frozen=True)
class Chosen:
    """Which articles, in which order. ``words`` are looked for in title, outlet and author."""

    words: str = ""
    outlet: int | None = None
    progress: str = ""
    since: date | None = None
    until: date | None = None
    order: Order = Order.NEWEST


@dataclass(frozen=True)
class Listed:
    """One line of the list. ``counts`` are of kept annotations by kind, in the layers that the asker may read."""

    article: Article
    progress: Progress
    counts: dict[str, int]


def chosen_articles(user: Any, project: Project, chosen: Chosen) -> QuerySet[Article]:
    """The articles of a project that are not in the bin, as chosen, in a total order."""
    articles = visible_articles(user).kept().filter(project=project).select_related("outlet")
    for word in chosen.words.split():
        articles = articles.filter(
            Q(title__icontains=word) | Q(outlet__name__icontains=word) | Q(author__icontains=word)
        )
    if chosen.outlet:
        articles = articles.filter(outlet=chosen.outlet)
    if chosen.since:
        articles = articles.filter(published_on__gte=chosen.since)
    if chosen.until:
        articles = articles.filter(published_on__lte=chosen.until)
    if chosen.progress:
        articles = of_progress(user, articles, chosen.progress)
    return _ordered(articles, chosen.order)


def listed(user: Any, articles: Iterable[Article]) -> list[Listed]:
    """Progress and counts of these articles, in a number of queries that does not depend on how many they are."""
    articles = list(articles)
    ids = [article.pk for article in articles]
    progress = dict(
        visible_articles(user).filter(pk__in=ids).annotate(progress=_progress(user)).values_list("pk", "progress")
    )
    counts: dict[uuid.UUID, dict[str, int]] = {key: dict.fromkeys(ANNOTATIONS, 0) for key in ids}
    for kind in ANNOTATIONS:
        rows = visible_annotations(user, kind).kept().filter(coding__article__in=ids)
        for article_id, count in rows.values_list("coding__article").annotate(Count("id")):
            counts[article_id][kind] = count
    return [Listed(article, Progress(progress[article.pk]), counts[article.pk]) for article in articles]


def next_article(user: Any, project: Project, chosen: Chosen, article: Article) -> Article | None:
    """The one that follows ``article`` in the list as chosen, whether or not the article itself is in it."""
    keyed = _ordered(visible_articles(user).filter(pk=article.pk), chosen.order).get()
    after, same = Q(), Q()
    for column, descends in _KEYS[chosen.order]:
        value = getattr(keyed, column)
        if value is not None:
            beyond = Q(**{f"{column}__{'lt' if descends else 'gt'}": value}) | Q(**{f"{column}__isnull": True})
            after |= same & beyond
        same &= Q(**{column: value}) if value is not None else Q(**{f"{column}__isnull": True})
    return chosen_articles(user, project, chosen).filter(after).first()


def counts_by_progress(user: Any, projects: Iterable[Project]) -> dict[int, Counter[str]]:
    """For each project, by its key, how many of its articles there are of each progress."""
    projects = list(projects)
    counts: dict[int, Counter[str]] = {project.pk: Counter() for project in projects}
    articles = visible_articles(user).kept().filter(project__in=projects).annotate(progress=_progress(user))
    for project_id, progress, count in articles.values_list("project", "progress").annotate(Count("id")):
        counts[project_id][progress] = count
    return counts


def of_progress(user: Any, articles: QuerySet[Article], progress: str) -> QuerySet[Article]:
    """Those that are so far, in the layers that the asker may read."""
    return articles.alias(progress=_progress(user)).filter(progress=progress)


def outlets(user: Any, project: Project) -> QuerySet[Outlet]:
    return visible_outlets(user).filter(project=project).order_by(Lower("name"))


def _progress(user: Any) -> Case:
    codings = visible_codings(user).filter(article=OuterRef("pk"))
    return Case(
        When(Exists(codings.filter(state=CodingState.ADJUDICATED)), then=Value(Progress.ADJUDICATED.value)),
        When(~Exists(codings), then=Value(Progress.NEW.value)),
        When(Exists(codings.filter(state=CodingState.OPEN)), then=Value(Progress.BEGUN.value)),
        default=Value(Progress.DONE.value),
    )


def _ordered(articles: QuerySet[Article], order: Order) -> QuerySet[Article]:
    if order == Order.TITLE:
        articles = articles.annotate(title_folded=Lower("title"))
    return articles.order_by(*(_sorted(column, descends) for column, descends in _KEYS[order]))


def _sorted(column: str, descends: bool) -> OrderBy:
    # Only where a column can be empty: an order that says more than the index `article_newest_first` does not use it.
    nulls_last = True if column == "published_on" else None
    return F(column).desc(nulls_last=nulls_last) if descends else F(column).asc(nulls_last=nulls_last)
