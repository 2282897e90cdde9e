"""Annotations as they are read: with the words on which they stand, in the unit that the reader counts in."""

import uuid
from collections.abc import Iterable
from typing import Any

from annotator.access.visibility import visible_annotations, visible_codings
from annotator.domain.annotation import Kind
from annotator.domain.spans import SPAN_FIELDS
from annotator.models import ANNOTATIONS
from annotator.models.annotation import AnnotationQuerySet
from articles.models import Article, Revision
from articles.offsets import Units, words


def on_the_wire(annotations: AnnotationQuerySet, *, unit: str = "codepoint") -> list[dict[str, Any]]:
    """The wire form of each, with ``exact``; offsets in code points, or in "utf16" or "utf8" units."""
    return with_words(annotations.wire(), unit=unit)


def with_words(rows: list[dict[str, Any]], *, unit: str = "codepoint") -> list[dict[str, Any]]:
    """Wire forms with the words that each segment stands on. One query for all texts."""
    texts = _texts({(row["article"], row["revision"]) for row in rows})
    units = {place: Units(text, unit) for place, text in texts.items()} if unit != "codepoint" else {}
    found = []
    for row in rows:
        place = (row["article"], row["revision"])
        found.append(_with_words(row, texts[place]))
        if units:
            _convert(found[-1], units[place])
    return found


def of_article(
    user: Any, article: Article, *, unit: str = "codepoint", needs_look: bool | None = False
) -> list[dict[str, Any]]:
    """Every kept annotation on an article's current text in the layers that the asker may read, in text order.

    With ``needs_look`` those instead whose words a revision changed, each on the revision that it names; with None all.
    """
    codings = list(visible_codings(user).filter(article=article).values_list("pk", flat=True))
    rows: list[dict[str, Any]] = []
    for kind in ANNOTATIONS:
        found = ANNOTATIONS[kind].objects.kept().filter(coding__in=codings)
        if needs_look is not None:
            found = found.needing_a_look() if needs_look else found.filter(anchoring="")
        rows += found.in_text_order().wire()
    # Of two that begin at one place the longer comes first: it holds the other.
    rows.sort(key=lambda row: (row["segments"][0][0], -row["segments"][-1][1], str(row["id"])))
    return with_words(rows, unit=unit)


def detailed(user: Any, kind: Kind | str) -> AnnotationQuerySet:
    """Visible annotations of a kind with what an action asks of one."""
    return visible_annotations(user, str(kind)).select_related("coding__article__project", "revision")


def _texts(places: Iterable[tuple[uuid.UUID, int]]) -> dict[tuple[uuid.UUID, int], str]:
    places = set(places)
    revisions = Revision.objects.filter(
        article__in={article for article, _ in places}, number__in={number for _, number in places}
    )
    return {(article, number): text for article, number, text in revisions.values_list("article", "number", "text")}


def _with_words(row: dict[str, Any], text: str) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name, value in row.items():
        told[name] = value
        if name == "segments":
            told["exact"] = words(value, text)
        elif name == "quantities":
            told[name] = [
                {"span": entry["span"], "exact": words([entry["span"]], text)[0], **_but_span(entry)} for entry in value
            ]
    return told


def _but_span(quantity: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in quantity.items() if name != "span"}


def _convert(row: dict[str, Any], units: Units) -> None:
    for name in SPAN_FIELDS:
        if row.get(name):
            row[name] = [[units.outward(start), units.outward(end)] for start, end in row[name]]
    for quantity in row.get("quantities", ()):
        quantity["span"] = [units.outward(offset) for offset in quantity["span"]]
