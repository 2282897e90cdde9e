"""What every page is put in: who is let in, what a project's pages share, how a domain error is shown."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from annotator.access.acts import acts_in
from annotator.access.visibility import visible_projects
from annotator.domain.errors import Forbidden, Gone, NotNow, Refused, RevisionSuperseded, Stale
from annotator.queries.codebook import labels
from annotator.queries.cursors import cursor, position
from annotator.queries.keyset import Order, keys_of
from annotator.queries.keyset import page as page_by_keys
from articles.models import Project

ROWS = 50

View = Callable[..., HttpResponse]


def page(view: View) -> View:
    """A page for those who are signed in. What its action forbids is answered 403, what is gone 404."""

    @login_required
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Forbidden as forbidden:
            raise PermissionDenied(forbidden.message) from forbidden
        except Gone as gone:
            raise Http404(gone.message) from gone

    return answer


def project_page(view: View) -> View:
    """A page of a project: gets the project in place of its slug, 404 for those who are no members."""

    @page
    @wraps(view)
    def answer(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
        project = get_object_or_404(visible_projects(request.user), slug=slug)
        return view(request, project, *args, **kwargs)

    return answer


def show(request: HttpRequest, template: str, project: Project, *, status: int = 200, **context: Any) -> HttpResponse:
    """The page with what all pages of a project have: the project, the acts open to the asker, its labels."""
    shared = {"project": project, "may": acts_in(request.user, project), "labels": labels(request.user, project)}
    return render(request, template, {**shared, **context}, status=status)


def page_of(request: HttpRequest, rows: QuerySet[Any]) -> Page:
    """The page of the list that ``?page=`` asks for; the nearest one when there is no such page."""
    return Paginator(rows, ROWS).get_page(request.GET.get("page"))


@dataclass(frozen=True)
class Turning:
    """A page of a list, and the cursors of the pages around it; None where there is none."""

    rows: list[Any]
    previous: str | None = None
    next: str | None = None
    last: str | None = None
    is_first: bool = True


def turned_to(
    request: HttpRequest,
    rows: QuerySet[Any],
    order: Order,
    *,
    size: int = ROWS,
    fetch: Callable[[QuerySet[Any]], list[Any]] = list,
) -> Turning:
    """The page that ``?cursor=`` asks for: right while rows arrive, and the last one as near as the first."""
    try:
        beyond, backwards = position(request.GET.get("cursor"), order)
    except Refused:
        # An address of this list in another order, or one that was cut: the list begins.
        beyond, backwards = None, False
    found = page_by_keys(rows, order, size=size, beyond=beyond, backwards=backwards, fetch=fetch)
    edges = [keys_of(row, order) for row in (found.rows[:1] + found.rows[-1:])]
    return Turning(
        found.rows,
        previous=cursor(edges[0], order, backwards=True) if found.has_previous and edges else None,
        next=cursor(edges[-1], order, backwards=False) if found.has_next and edges else None,
        last=cursor([], order, backwards=True) if found.has_next else None,
        is_first=not found.has_previous,
    )


def redirect_to_top(name: str, *args: Any) -> HttpResponse:
    """Go to a page and to its top, where it says what must not be missed; the form that was sent stood further down."""
    return HttpResponseRedirect(f"{reverse(name, args=args)}#main")


@contextmanager
def problems_shown(form: BaseForm) -> Iterator[None]:
    """Put what the action refuses beside the field it is about, or above the form."""
    try:
        yield
    except Refused as refused:
        for problem in refused.problems:
            form.add_error(problem.field if problem.field in form.fields else None, problem.message)
    except (NotNow, Stale, RevisionSuperseded) as error:
        form.add_error(None, error.message)


@contextmanager
def problems_said(request: HttpRequest) -> Iterator[None]:
    """Say what the action refuses on the next page, where there is no form to show it in."""
    try:
        yield
    except (Refused, NotNow, Stale) as error:
        messages.error(request, str(error))
