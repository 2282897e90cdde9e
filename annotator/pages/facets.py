"""The facets beside a list of articles: each value with its count, and the address of the list as narrowed to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from annotator.domain.errors import TooMany
from annotator.domain.register import Scale
from annotator.queries.chosen_articles import Chosen, Progress
from annotator.queries.codebook import labels
from annotator.queries.facets import SECONDS_OF_ALL, Facets, facets
from annotator.queries.patterns import Pattern
from articles.models import Project


@dataclass(frozen=True)
class Value:
    """``address`` is that of the list as narrowed to it."""

    text: str
    count: int
    address: str


@dataclass(frozen=True)
class Facet:
    name: str
    values: list[Value]


@dataclass(frozen=True)
class Shown:
    """What is said of the articles, and what annotations in them say; a facet of one value tells nothing.

    ``refused`` says why all were not counted, though somebody asked for that.
    """

    counted: Facets
    of_all: bool
    refused: str
    of_articles: list[Facet]
    of_annotations: list[Facet]
    seconds_of_all: int = int(SECONDS_OF_ALL)


def asks_for_all(request: HttpRequest) -> bool:
    return request.GET.get("facets") == "all"


def shown_facets(
    request: HttpRequest, articles: Any, project: Project, chosen: Chosen, pattern: Pattern | None = None
) -> Shown:
    """Of some that stand for all, which is there at once; or of all, where ``?facets=all`` asks for them.

    The articles are as ``chosen``, and the ``pattern`` is found in them. What is chosen already is offered no further:
    another value would take its place.
    """
    of_all, refused = asks_for_all(request), ""
    try:
        found = facets(request.user, articles, project, pattern, chosen=chosen, of_all=of_all)
    except TooMany as error:
        of_all, refused = False, error.message
        found = facets(request.user, articles, project, pattern, chosen=chosen)
    named = labels(request.user, project)
    rated = {value: text for scale in Scale for value, text in named.get(f"rating.{scale.value}", {}).items()}

    def facet(name: str, values: Iterable[tuple[str, int, dict[str, Any]]]) -> Facet:
        return Facet(name, [Value(text, count, _address(request, narrower)) for text, count, narrower in values])

    def labelled(name: str, parameter: str, counts: list[tuple[str, int]], texts: dict[str, str]) -> Facet:
        return facet(name, ((texts.get(value, value), count, {parameter: value}) for value, count in counts))

    of_articles = [
        facet(
            _("Outlet"),
            (
                (outlet.name, count, {"outlet": outlet.pk}) if outlet else (_("none"), count, {"no_outlet": "on"})
                for outlet, count in found.outlets
            ),
        ),
        labelled(_("Language"), "language", found.languages, {}),
        facet(
            _("Year"),
            (
                (f"{year:04}", count, _within(year, chosen)) if year else (_("undated"), count, {"undated": "on"})
                for year, count in found.years
            ),
        ),
        labelled(_("State"), "progress", found.states, _states()),
    ]
    # Beside each what is chosen of it already.
    of_annotations = [
        (
            chosen.coder,
            facet(_("Annotated by"), ((user.name, count, {"coder": user.username}) for user, count in found.coders)),
        ),
        (
            chosen.entity,
            facet(_("About"), ((entity.name, count, {"entity": entity.name}) for entity, count in found.entities)),
        ),
        (
            chosen.target,
            facet(_("Issue"), ((issue.wording, count, {"issue": issue.pk}) for issue, count in found.issues)),
        ),
        (
            chosen.position,
            labelled(_("Position"), "position", found.positions, named.get("stance.position", {})),
        ),
        (
            chosen.claim_kind,
            labelled(_("Kind of claim"), "claim_kind", found.claim_kinds, named.get("claim.claim_kind", {})),
        ),
        (chosen.rating, labelled(_("Rated"), "rating", found.ratings, rated)),
    ]
    return Shown(
        found,
        of_all,
        refused,
        of_articles=[each for each in of_articles if len(each.values) > 1],
        of_annotations=[each for already, each in of_annotations if each.values and not already],
    )


def _within(year: int, chosen: Chosen) -> dict[str, date]:
    """The days of a year, as far as they are within those that are chosen."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    return {"since": max(first, chosen.since or first), "until": min(last, chosen.until or last)}


def _address(request: HttpRequest, chosen: dict[str, Any]) -> str:
    """The list from its beginning, narrowed so."""
    narrowed = request.GET.copy()
    narrowed.pop("cursor", None)
    narrowed.pop("facets", None)
    for name, value in chosen.items():
        narrowed[name] = str(value)
    return f"?{narrowed.urlencode()}"


def _states() -> dict[str, str]:
    return {
        Progress.NEW.value: _("Not begun"),
        Progress.BEGUN.value: _("Begun"),
        Progress.DONE.value: _("Done"),
        Progress.ADJUDICATED.value: _("Adjudicated"),
    }
