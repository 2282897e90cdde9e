"""Lists of articles as a member sees them: chosen, in a total order, with the state and size of the coding."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from itertools import chain
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Count, F, Func, IntegerField, OuterRef, QuerySet, Subquery, UUIDField
from django.db.models.functions import Lower

from annotator.access.visibility import (
    Anybody,
    readable,
    roles,
    visible_articles,
    visible_codings,
    visible_outlets,
)
from annotator.domain.layers import Layers
from annotator.models import ANNOTATIONS, Coding
from annotator.models.prepared import Given, Prepared, among, run_together
from annotator.queries import keyset
from annotator.queries.chosen_articles import Chosen, Progress, narrowed, progress, progress_of
from annotator.queries.keyset import Key
from articles.models import DATED_LAST_DOWN, DATED_LAST_UP, Article, Outlet, Project


class Order(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
    TITLE = "title"
    CHANGED = "changed"


# Each has an index, ends with the key and has no empty values: so every order is total, and its last page is as near as
# its first. Undated articles come last in both orders by date.
ORDERS: dict[str, keyset.Order] = {
    Order.NEWEST: (Key("dated_down", descends=True), Key("created_at", descends=True), Key("id")),
    Order.OLDEST: (Key("dated_up"), Key("created_at"), Key("id")),
    Order.TITLE: (Key("title_folded"), Key("id")),
    Order.CHANGED: (Key("changed_at", descends=True), Key("id")),
}


@dataclass(frozen=True)
class Listed:
    """One line of the list. ``counts`` are of kept annotations by kind, in the layers that the asker may read."""

    article: Article
    progress: Progress = Progress.NEW
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ANNOTATIONS, 0))


def orderable(articles: QuerySet[Article]) -> QuerySet[Article]:
    """Articles with what the orders are by."""
    return articles.annotate(dated_down=DATED_LAST_DOWN, dated_up=DATED_LAST_UP, title_folded=Lower("title"))


def chosen_articles(user: Any, project: Project, chosen: Chosen) -> QuerySet[Article]:
    """The articles of a project that are not in the bin, as chosen, in no order yet."""
    articles = visible_articles(user).kept().filter(project=project).select_related("outlet")
    return orderable(narrowed(user, articles, chosen, projects=[project.pk]))


def listed(user: Any, articles: Iterable[Article]) -> list[Listed]:
    """Progress and counts of these articles, in a number of queries that does not depend on how many they are."""
    articles = list(articles)
    states: dict[uuid.UUID, list[str]] = defaultdict(list)
    counts: dict[uuid.UUID, Counter[str]] = defaultdict(Counter)
    for article_id, state, *found in _sized(user, articles):
        states[article_id].append(state)
        counts[article_id].update(dict(zip(ANNOTATIONS, found, strict=True)))
    return [
        Listed(article, progress_of(states[article.pk]), {kind: counts[article.pk][kind] for kind in ANNOTATIONS})
        for article in articles
    ]


def _sized(user: Any, articles: list[Article]) -> Iterator[tuple[Any, ...]]:
    """The layers of these articles that the user may read: article, state, and how many of each kind are in it."""
    statements = []
    for (layers, role), projects in roles(user).items():
        ids = [article.pk for article in articles if article.project_id in projects]
        if ids:
            statements.append((_layers(layers, role), {"articles": ids, "user": user.pk}))
    return chain.from_iterable(run_together(statements))


@cache
def _layers(layers: str, role: str) -> Prepared:
    def codings() -> QuerySet:
        asked = among("article_id", Given("articles", ArrayField(UUIDField())))
        found = Coding.objects.begun().filter(asked, readable(layers, role, Anybody.pk), article__purged_at=None)
        return found.order_by().values_list("article", "state", *(_count(kind) for kind in ANNOTATIONS))

    return Prepared(codings)


def next_article(user: Any, project: Project, chosen: Chosen, order: str, article: Article) -> Article | None:
    """The one that follows ``article`` in the list as chosen, whether or not the article itself is in it."""
    keys = ORDERS[order]
    keyed = orderable(visible_articles(user).filter(pk=article.pk)).get()
    articles = chosen_articles(user, project, chosen)
    found = keyset.page(articles, keys, size=1, beyond=keyset.keys_of(keyed, keys)).rows
    return found[0] if found else None


def counts_by_progress(user: Any, projects: Iterable[Project]) -> dict[int, Counter[str]]:
    """For each project, by its key, how many of its articles there are of each progress."""
    counts: dict[int, Counter[str]] = {}
    of_one_layer, of_several = [], []
    for project in projects:
        counts[project.pk] = Counter()
        (of_one_layer if project.layers == Layers.SHARED else of_several).append(project.pk)
    articles = visible_articles(user).kept()
    if of_one_layer:
        # The layers are counted: to look at each article for its own takes three times as long.
        codings = visible_codings(user).filter(article__deleted_at=None, article__project__in=of_one_layer).order_by()
        for project_id, state, count in codings.values_list("article__project", "state").annotate(Count("id")):
            counts[project_id][progress_of([state])] += count
        for project_id, count in articles.filter(project__in=of_one_layer).values_list("project").annotate(Count("id")):
            counts[project_id][Progress.NEW] = count - counts[project_id].total()
    if of_several:
        found = articles.filter(project__in=of_several).annotate(progress=progress(user))
        for project_id, reached, count in found.values_list("project", "progress").annotate(Count("id")):
            counts[project_id][reached] = count
    return {project_id: +of_project for project_id, of_project in counts.items()}


def outlets(user: Any, project: Project) -> QuerySet[Outlet]:
    return visible_outlets(user).filter(project=project).order_by(Lower("name"))


def _count(kind: str) -> Subquery:
    """How many kept annotations of a kind a coding has."""
    rows = ANNOTATIONS[kind].objects.filter(coding=OuterRef("pk"), deleted_at=None).order_by()
    return Subquery(rows.annotate(count=Func(F("pk"), function="count")).values("count"), output_field=IntegerField())
