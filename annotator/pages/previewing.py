"""What files and addresses would bring in, looked at row by row; then it is stored, and told what became of each."""

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotator.access.acts import acts_in
from annotator.access.rules import require
from annotator.actions.choosing import PROPOSED, Choice, possible
from annotator.actions.imports import Outcome
from annotator.actions.previews import store_preview
from annotator.models import Preview
from annotator.pages.frame import problems_said, project_page, show
from annotator.queries.arriving import State
from articles.models import Project
from articles.remnants import Remnant, remnants

_TOLD = 200  # rows of each sort that the report names; the rest it counts
_TEXTS = 30  # previewed rows whose texts are on the page itself; of more, each has a page of its own

CHOICES = {
    Choice.BRING_IN: _("Bring in as a new article"),
    Choice.REVISE: _("Store as a revision of it"),
    Choice.LEAVE: _("Leave out"),
}
STATES = {
    State.NEW: _("New"),
    State.REVISION: _("Revision"),
    State.NEAR: _("Near duplicate"),
    State.SAME: _("There already"),
    State.REFUSED: _("Refused"),
}
OUTCOMES = ("new", "revised", "same", "left", "refused")


@dataclass
class Shown:
    """A row as the page shows it. ``pieces`` are the text, cut where something may not belong to it."""

    place: int
    row: dict[str, Any]
    choices: list[tuple[str, Any, bool]]
    flagged: int = 0
    pieces: list[tuple[str, str]] = field(default_factory=list)

    @property
    def label(self) -> Any:
        return STATES[State(self.row["state"])]

    @property
    def likeness(self) -> int | None:
        """In percent."""
        return None if self.row["likeness"] is None else round(100 * self.row["likeness"])


@project_page
def article_preview(request: HttpRequest, project: Project, preview_id: uuid.UUID) -> HttpResponse:
    require(request.user, "article.add", project)
    preview = _preview(request, project, preview_id)
    if request.method == "POST":
        with problems_said(request):
            outcomes = store_preview(preview, _chosen(request, preview), by=request.user)
            request.session[_report_key(project)] = _report(outcomes)
            return redirect("article_report", project.slug)
        return redirect("article_preview", project.slug, preview.pk)
    may_revise = "article.revise" in acts_in(request.user, project)
    rows = [_shown(place, row, may_revise=may_revise) for place, row in enumerate(preview.rows)]
    counts = Counter(row["state"] for row in preview.rows)
    return show(
        request,
        "articles/preview.html",
        project,
        preview=preview,
        rows=rows,
        with_texts=len(rows) <= _TEXTS,
        figures=[(state.value, label, counts[state]) for state, label in STATES.items()],
        storable=any(shown.choices for shown in rows),
    )


@project_page
def previewed_text(request: HttpRequest, project: Project, preview_id: uuid.UUID, place: int) -> HttpResponse:
    """One row of a long preview, with its text."""
    require(request.user, "article.add", project)
    preview = _preview(request, project, preview_id)
    if place >= len(preview.rows):
        raise Http404
    return show(
        request,
        "articles/previewed.html",
        project,
        preview=preview,
        shown=_shown(place, preview.rows[place], may_revise=False),
    )


@project_page
def article_report(request: HttpRequest, project: Project) -> HttpResponse:
    """What became of what this session brought in last."""
    report = request.session.get(_report_key(project))
    if report is None:
        return redirect("article_new", project.slug)
    return show(request, "articles/report.html", project, report=report)


def _preview(request: HttpRequest, project: Project, preview_id: uuid.UUID) -> Preview:
    return get_object_or_404(Preview, pk=preview_id, project=project, by=request.user.pk)


def _chosen(request: HttpRequest, preview: Preview) -> dict[int, Choice]:
    given = {place: request.POST.get(f"choice-{place}") for place in range(len(preview.rows))}
    return {place: Choice(said) for place, said in given.items() if said in list(Choice)}


def _shown(place: int, row: dict[str, Any], *, may_revise: bool) -> Shown:
    state = State(row["state"])
    shown = Shown(place, row, choices_for(state, revising=may_revise and bool(row["article"])))
    if len(shown.choices) == 1:
        shown.choices = []
    text = row["fields"].get("text")
    if isinstance(text, str):
        found = remnants(text)
        shown.flagged = len(found)
        shown.pieces = _pieces(text, found)
    return shown


def choices_for(state: State, *, revising: bool) -> list[tuple[str, Any, bool]]:
    """Value, label and whether it is proposed: of what may become of a row of this state."""
    open_to = possible(state, article=revising)
    proposed = PROPOSED[state] if PROPOSED[state] in open_to else Choice.LEAVE
    return [(choice.value, CHOICES[choice], choice == proposed) for choice in open_to]


def _pieces(text: str, found: list[Remnant]) -> list[tuple[str, str]]:
    pieces, at = [], 0
    for remnant in found:
        pieces += [(text[at : remnant.start], ""), (text[remnant.start : remnant.end], remnant.kind.value)]
        at = remnant.end
    return [piece for piece in [*pieces, (text[at:], "")] if piece[0]]


def _report_key(project: Project) -> str:
    return f"brought-in-{project.pk}"


def _report(outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """How many rows came to each end, and the first of each by name."""
    told: dict[str, list[dict[str, Any]]] = {state: [] for state in OUTCOMES}
    counts: Counter[str] = Counter()
    for outcome in outcomes:
        counts[outcome.state] += 1
        if counts[outcome.state] <= _TOLD:
            told[outcome.state].append(_told(outcome))
    report: dict[str, Any] = {**told}
    for state, rows_told in told.items():
        report[f"{state}_count"] = counts[state]
        report[f"{state}_more"] = counts[state] - len(rows_told)
    return report


def _told(outcome: Outcome) -> dict[str, Any]:
    article = outcome.article
    if article is None:
        reason = outcome.reason.removeprefix(f"{outcome.source}: ")
        return {"source": outcome.source, "reason": reason or gettext("left out")}
    return {
        "source": outcome.source,
        "article": str(article.pk),
        "title": article.title,
        "annotations": outcome.annotations,
        "in_bin": article.deleted_at is not None,
    }
