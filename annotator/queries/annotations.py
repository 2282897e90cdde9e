"""Annotations as they are read: with the words on which they stand, in the unit that the reader counts in."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Func, Q, QuerySet, UUIDField

from annotator.access.visibility import Anybody, prepared_for, readable, visible_annotations, visible_articles
from annotator.domain.annotation import Kind
from annotator.domain.spans import SPAN_FIELDS
from annotator.models import ANNOTATIONS
from annotator.models.annotation import COMMON_HEAD, AnnotationQuerySet
from annotator.models.prepared import Given, Prepared, among, run_together
from articles.models import Article, Revision
from articles.offsets import Units, words

# In each kind's form the words follow the segments, which end the columns that all kinds begin with.
_BEFORE_EXACT = len(COMMON_HEAD)


# --- One article, prepared: what is asked most ---


@dataclass(frozen=True)
class Seen:
    """An article as its annotations are read with: its current text, and what the asker is in its project."""

    id: uuid.UUID
    deleted_at: datetime | None
    revision: int
    length: int
    text: str
    layers: str
    role: str


def seen_article(user: Any, id: uuid.UUID) -> Seen | None:
    """The article of this id, the bin included, or None where the asker does not see it."""
    if (asked := prepared_for(user)) is None:
        return None
    asker, given = asked
    return seen(_seen_by(asker).rows(**given, article=id))


def seen(found: list[tuple[Any, ...]]) -> Seen | None:
    return Seen(*found[0]) if found else None


def annotations_in(
    article: Seen, user: Any, *, unit: str = "codepoint", needs_look: bool | None = False
) -> list[dict[str, Any]]:
    """Every kept annotation on an article's current text in the layers that the asker may read, in text order.

    With ``needs_look`` those instead whose words a revision changed, each on the revision that it names; with None all.
    """
    given = {"article": article.id, "user": user.pk}
    found = _annotations(_ONE, given, layers=article.layers, role=article.role, needs_look=needs_look)
    return told(sorted(found, key=_place), article.revision, article.text, unit)


def annotations_on(
    article: Seen, user: Any, *, unit: str = "codepoint", needs_look: bool | None = False
) -> dict[str, Any]:
    """``annotations_in`` as they are answered, with the text on which they stand."""
    return answered_on(article, annotations_in(article, user, unit=unit, needs_look=needs_look), unit)


def answered_on(article: Seen, annotations: list[dict[str, Any]], unit: str = "codepoint") -> dict[str, Any]:
    return {
        "article": article.id,
        "revision": article.revision,
        "length": article.length,
        "offset_unit": unit,
        "annotations": annotations,
    }


def asked_together(asker: Anybody, *, layers: str, role: str) -> list[Prepared]:
    """What ``seen_article`` asks, and what ``annotations_in`` asks in a project of these layers, of this role."""
    return [_seen_by(asker), *_of_kinds(_ONE, layers, role, needs_look=False)]


def told_together(article: Seen, found: list[list[tuple[Any, ...]]]) -> list[dict[str, Any]]:
    """``annotations_in``, of what was found of each kind."""
    return told(sorted(_named(found), key=_place), article.revision, article.text)


def asked_of_several(
    articles: list[uuid.UUID], user: Any, *, layers: str, role: str, needs_look: bool | None
) -> list[tuple[Prepared, dict[str, Any]]]:
    """What is asked for the annotations of several articles, for a member of this role."""
    given = {"articles": articles, "user": user.pk}
    return [(rows, given) for rows in _of_kinds(_SEVERAL, layers, role, needs_look=needs_look)]


def told_of_several(
    articles: list[uuid.UUID], found: list[list[tuple[Any, ...]]]
) -> dict[uuid.UUID, list[dict[str, Any]]]:
    """Article → its annotations, of what was found of each kind: in text order, each with a place for its words."""
    rows: dict[uuid.UUID, list[dict[str, Any]]] = {article: [] for article in articles}
    # By number: an id takes longer to look up than all else that is done with a row.
    by_number = {article.int: several for article, several in rows.items()}
    for annotation in _named(found):
        by_number[annotation["article"].int].append(annotation)
    for several in rows.values():
        several.sort(key=_place)
    return rows


def _annotations(
    of: Q | Func, given: dict[str, Any], *, layers: str, role: str, needs_look: bool | None
) -> Iterator[dict[str, Any]]:
    """The annotations of the articles that are given, kind by kind, each with a place for its words."""
    return _named(run_together([(rows, given) for rows in _of_kinds(of, layers, role, needs_look=needs_look)]))


def _of_kinds(of: Q | Func, layers: str, role: str, *, needs_look: bool | None) -> list[Prepared]:
    return [_rows(kind, of, layers, role, needs_look) for kind in Kind]


def _named(of_kinds: list[list[tuple[Any, ...]]]) -> Iterator[dict[str, Any]]:
    for kind, found in zip(Kind, of_kinds, strict=True):
        form, columns = _form(kind), tuple(ANNOTATIONS[kind].WIRE)
        for row in found:
            # A copy has room for all fields; one that is made of them grows three times, and takes twice as long.
            annotation = form.copy()
            annotation.update(zip(columns, row, strict=True))
            yield annotation


def _place(row: dict[str, Any]) -> tuple[int, int, int]:
    """In text order; of two that begin at one place the longer comes first: it holds the other."""
    return row["segments"][0][0], -row["segments"][-1][1], row["id"].int


def of_article(
    user: Any, article: Article, *, unit: str = "codepoint", needs_look: bool | None = False
) -> list[dict[str, Any]]:
    """``annotations_in`` of an article that is at hand; none where the asker does not see it."""
    seen = seen_article(user, article.pk)
    return annotations_in(seen, user, unit=unit, needs_look=needs_look) if seen else []


@cache
def _seen_by(asker: Anybody) -> Prepared:
    def articles() -> QuerySet:
        return (
            visible_articles(asker)
            .filter(pk=Given("article", UUIDField()), project__memberships__user=asker.pk)
            .values_list(
                "pk",
                "deleted_at",
                "current__number",
                "current__length",
                "current__text",
                "project__layers",
                "project__memberships__role",
            )
        )

    return Prepared(articles)


# One has a statement of its own: of an array PostgreSQL takes it that ten are in it, and would plan anew for one each
# time, which costs ten times what it takes to answer.
_ONE = Q(coding__article=Given("article", UUIDField()))
_SEVERAL = among("coding__article_id", Given("articles", ArrayField(UUIDField())))


@cache
def _rows(kind: Kind, of: Q | Func, layers: str, role: str, needs_look: bool | None) -> Prepared:
    def annotations() -> QuerySet:
        model = ANNOTATIONS[kind]
        seen = readable(layers, role, Anybody.pk, "coding__")
        found = model.objects.kept().filter(of, seen, coding__article__purged_at=None)
        if needs_look is not None:
            found = found.needing_a_look() if needs_look else found.filter(anchoring="")
        return found.order_by().values_list(*model.WIRE.values())

    return Prepared(annotations)


# --- Any, as lists have them ---


def detailed(user: Any, kind: Kind | str) -> AnnotationQuerySet:
    """Visible annotations of a kind with what an action asks of one."""
    return visible_annotations(user, str(kind)).select_related("coding__article__project", "revision")


def on_the_wire(annotations: AnnotationQuerySet, *, unit: str = "codepoint") -> list[dict[str, Any]]:
    """The wire form of each, with ``exact``; offsets in code points, or in "utf16" or "utf8" units."""
    return with_words(annotations.wire(), unit=unit)


def with_words(
    rows: list[dict[str, Any]], *, unit: str = "codepoint", revision: int | None = None, text: str = ""
) -> list[dict[str, Any]]:
    """Wire forms with the words that each segment stands on. ``revision`` and ``text`` are as ``told`` has them."""
    whole = [{name: row.get(name) for name in _form(Kind(row["kind"]))} for row in rows]
    return told(whole, revision, text, unit=unit)


@cache
def _form(kind: Kind) -> dict[str, Any]:
    """The fields of a kind as they are read, in their order, to be copied and filled."""
    columns = tuple(ANNOTATIONS[kind].WIRE)
    names = ("kind", *columns[:_BEFORE_EXACT], "exact", *columns[_BEFORE_EXACT:])
    return dict.fromkeys(names) | {"kind": kind.value}


def _texts(places: Iterable[tuple[uuid.UUID, int]]) -> dict[tuple[uuid.UUID, int], str]:
    places = set(places)
    if not places:
        return {}
    revisions = Revision.objects.filter(
        article__in={article for article, _ in places}, number__in={number for _, number in places}
    ).order_by()
    return {(article, number): text for article, number, text in revisions.values_list("article", "number", "text")}


def told(
    rows: list[dict[str, Any]], revision: int | None = None, text: str = "", unit: str = "codepoint"
) -> list[dict[str, Any]]:
    """Put the words into rows that have a place for them, and count in ``unit``.

    ``text`` is that of a ``revision`` of the one article that the rows are of; other texts are looked up, all at once.
    """
    texts = _texts({(row["article"], row["revision"]) for row in rows if row["revision"] != revision})
    units: dict[Any, Units] = {}
    for row in rows:
        here = text if row["revision"] == revision else texts[(row["article"], row["revision"])]
        row["exact"] = words(row["segments"], here)
        if row.get("quantities"):
            row["quantities"] = [_quantity(entry, here) for entry in row["quantities"]]
        if unit != "codepoint":
            place = (row["article"], row["revision"])
            units[place] = units.get(place) or Units(here, unit)
            _convert(row, units[place])
    return rows


def _quantity(entry: dict[str, Any], text: str) -> dict[str, Any]:
    others = {name: value for name, value in entry.items() if name != "span"}
    return {"span": entry["span"], "exact": words([entry["span"]], text)[0], **others}


def _convert(row: dict[str, Any], units: Units) -> None:
    for name in SPAN_FIELDS:
        if row.get(name):
            row[name] = [[units.outward(start), units.outward(end)] for start, end in row[name]]
    for quantity in row.get("quantities", ()):
        quantity["span"] = [units.outward(offset) for offset in quantity["span"]]
