"""A project as JSON lines, as its reader may see it: an article a line with its text and annotations, and the rest."""

import time
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from typing import Any

from django.db.models import BigIntegerField, DateTimeField, Q, QuerySet, UUIDField

from annotator.access.visibility import Anybody, prepared_for, visible_articles, visible_projects
from annotator.domain.encoding import write
from annotator.models.prepared import Asked, Given, Prepared, asked_meanwhile, run_together
from annotator.models.transfer import Content
from annotator.queries.annotations import asked_of_several, told, told_of_several
from annotator.queries.register_lines import Line, after_articles, before_articles
from annotator.queries.wire import ARTICLE, article_of
from articles.models import Project

_AT_ONCE = 40  # articles: nothing is sent before the first page is there, and a larger one is not read faster
_FRESH = 1.0  # seconds that a page may wait for who is slow to take the one before; then it is looked up anew
_COLUMNS = len(ARTICLE)

Articles = list[tuple[Any, ...]]


def export_of(user: Any, project: Project, content: Content) -> Iterator[tuple[str, bytes]]:
    """(noun, line) of all that an export has.

    Where it is not of articles alone, each line says its ``noun``: the address at which it is read and written.
    """
    if not visible_projects(user).filter(pk=project.pk).exists():
        return
    if content == Content.ARTICLES:
        yield from (("articles", line) for line in lines_of(user, project))
        return
    yield from _named(before_articles(user, project))
    if content == Content.ALL:
        for line in lines_of(user, project):
            yield "articles", b'{"noun":"articles",' + line[1:]
        yield from _named(after_articles(user, project))


def _named(lines: Iterable[Line]) -> Iterator[tuple[str, bytes]]:
    for noun, row in lines:
        yield noun, write({"noun": noun, **row}) + b"\n"


def lines_of(user: Any, project: Project) -> Iterator[bytes]:
    """Each kept article, oldest first, as one line with its line feed; memory does not grow with the project.

    ``annotations`` stand on the text of the line; those whose words a revision changed are in ``needs_look``, if there
    are any, each on the revision that it names.

    It is read in pages by key, with no transaction around them: who takes an hour to read holds up nothing, and a
    pooler may give each page another connection. While PostgreSQL looks up the next page, this process writes the one
    before. What is changed meanwhile is told as it was or as it is, article by article.
    """
    if (asked := prepared_for(user)) is None:
        return
    asker, given = asked
    statement = _page(asker, _AT_ONCE)

    def after(created_at: datetime, id: uuid.UUID) -> Asked:
        return [(statement, {**given, "exported": project.pk, "created_at": created_at, "id": id})]

    def following(rows: Articles) -> Asked:
        if len(rows) < _AT_ONCE:
            return []
        last = dict(zip(ARTICLE, rows[-1], strict=False))
        return after(last["created_at"], last["id"])

    def read(page: Asked) -> tuple[Articles, list[Articles]]:
        rows = run_together(page)[0] if page else []
        return rows, run_together(_annotations(user, project, rows)) if rows else []

    rows, found = read(after(datetime.min.replace(tzinfo=UTC), uuid.UUID(int=0)))
    while rows:
        lines, written, page = _lines(rows, found), [], following(rows)
        with asked_meanwhile(page) as coming:
            for line in islice(lines, _AT_ONCE // 2):
                written.append(line)
                coming.take()
        rows = coming.rows[0] if page else []
        with asked_meanwhile(_annotations(user, project, rows)) as coming:
            for line in lines:
                written.append(line)
                coming.take()
        found, read_at = coming.rows, time.monotonic()
        yield from written
        if time.monotonic() - read_at > _FRESH:
            rows, found = read(page)


def pieces_of(lines: Iterable[bytes], size: int = 256 * 1024) -> Iterator[bytes]:
    """The same bytes in pieces of about a size, as they are sent."""
    kept = bytearray()
    for line in lines:
        kept += line
        if len(kept) >= size:
            yield bytes(kept)
            kept.clear()
    if kept:
        yield bytes(kept)


def _annotations(user: Any, project: Project, articles: Articles) -> Asked:
    if not articles:
        return []
    # Looked up with each page, like the membership itself.
    role = articles[0][-1]
    ids = [row[0] for row in articles]
    return asked_of_several(ids, user, layers=project.layers, role=role, needs_look=None)


def _lines(articles: Articles, found: list[Articles]) -> Iterator[bytes]:
    annotations = told_of_several([row[0] for row in articles], found)
    for row in articles:
        article, text = article_of(row[:_COLUMNS]), row[_COLUMNS]
        standing = annotations[row[0]]
        waiting = [each for each in standing if each["anchoring"]]
        if waiting:
            standing = [each for each in standing if not each["anchoring"]]
        line = {**article, "text": text, "annotations": told(standing, article["revision"], text)}
        if waiting:
            line["needs_look"] = told(waiting)
        yield write(line) + b"\n"


@cache
def _page(asker: Anybody, size: int) -> Prepared:
    created_at, id = Given("created_at", DateTimeField()), Given("id", UUIDField())

    def articles() -> QuerySet:
        # The index article_oldest_first.
        return (
            visible_articles(asker)
            .filter(project=Given("exported", BigIntegerField()), project__memberships__user=asker.pk, deleted_at=None)
            .filter(Q(created_at__gt=created_at) | Q(created_at=created_at, id__gt=id), created_at__gte=created_at)
            .order_by("created_at", "id")
            .values_list(*ARTICLE.values(), "current__text", "project__memberships__role")[:size]
        )

    return Prepared(articles)
