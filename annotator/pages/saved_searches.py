"""Saved searches: kept from the filter as it stands, found above the lists, changed on a page of their own."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from annotator.access.acts import acts_in, may_each
from annotator.access.rules import require
from annotator.access.visibility import visible_issues, visible_outlets, visible_searches
from annotator.actions.searches import change_search, delete_search, restore_search, save_search
from annotator.models import SavedSearch
from annotator.pages.chosen_articles import SearchForm, as_asked
from annotator.pages.frame import problems_said, problems_shown, project_page, show
from annotator.queries.chosen_articles import FLAGS
from articles.models import Project

# On a page they are on, over REST true.
_TICKED = ("case", *FLAGS)
# Names in the addresses of pages that are other names in a saved search, and over REST.
_REST = {"progress": "state", "since": "published_from", "until": "published_to", "order": "ordering"}
_PAGES = {rest: name for name, rest in _REST.items()}
_LISTS = ("articles", "search")
_SHARED = _("Show it to all members")


class SaveForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100)
    shared = forms.BooleanField(label=_SHARED, required=False)


class ChangeForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100)
    shared = forms.BooleanField(
        label=_SHARED, required=False, help_text=_("One that is shown to all stays so: others come to rely on it.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


def saved_searches(request: HttpRequest, project: Project, here: str) -> dict[str, Any]:
    """What stands above the list ``here``: each saved search with its address, and whether it is what is shown."""
    kept = visible_searches(request.user).filter(project=project, deleted_at=None).select_related("created_by")
    kept = list(kept.order_by("name", "id"))
    asked = as_asked(request.GET)
    addresses = _Addresses(request.user, project, kept)
    may_change = may_each(request.user, "search.change", project) if kept else None
    saved = [
        {
            "search": search,
            "address": addresses.of(search, here),
            "is_shown": addresses.parameters(search) == asked.dict(),
            "may_change": may_change(search),
            "of_another": search.created_by_id != request.user.pk,
        }
        for search in kept
    ]
    return {"saved": saved, "in_address": asked.urlencode(), "here": here}


@require_POST
@project_page
def search_save(request: HttpRequest, project: Project) -> HttpResponse:
    """Keep the filter of the address under a name."""
    require(request.user, "search.add", project)
    here = request.POST.get("here")
    filter_form = SearchForm(request.GET, user=request.user, project=project)
    form = SaveForm(request.POST)
    if not (form.is_valid() and filter_form.is_valid()):
        for problems in (*form.errors.values(), *filter_form.errors.values()):
            messages.error(request, " ".join(problems))
    else:
        with problems_said(request):
            given = {**form.cleaned_data, "query": _as_query(filter_form)}
            search = save_search(project, given, by=request.user)
            messages.success(request, gettext("“%s” is saved.") % search.name)
    address = reverse(here if here in _LISTS else "articles", args=[project.slug])
    return redirect(f"{address}?{request.GET.urlencode()}")


@project_page
def search_edit(request: HttpRequest, project: Project, search_id: uuid.UUID) -> HttpResponse:
    search = _kept(request, project, search_id)
    require(request.user, "search.change", search)
    initial = {"name": search.name, "shared": search.shared, "version": search.version}
    form = ChangeForm(request.POST or None, initial=initial)
    if search.shared or "search.share" not in acts_in(request.user, project):
        del form.fields["shared"]
    if form.is_valid():
        with problems_shown(form):
            given = dict(form.cleaned_data)
            version = given.pop("version")
            change_search(search, given, by=request.user, version=version)
            messages.success(request, gettext("“%s” is saved.") % search.name)
            return redirect(_address(request.user, search))
    return show(
        request,
        "search/edit.html",
        project,
        status=400 if form.errors else 200,
        form=form,
        search=search,
        address=_address(request.user, search),
    )


@require_POST
@project_page
def search_delete(request: HttpRequest, project: Project, search_id: uuid.UUID) -> HttpResponse:
    search = _kept(request, project, search_id)
    with problems_said(request):
        delete_search(search, by=request.user, version=search.version)
        messages.success(request, gettext("“%s” is in the bin. It can be restored from there.") % search.name)
    return redirect("search", project.slug)


@require_POST
@project_page
def search_restore(request: HttpRequest, project: Project, search_id: uuid.UUID) -> HttpResponse:
    search = get_object_or_404(_searches(request, project), pk=search_id)
    with problems_said(request):
        restore_search(search, by=request.user)
        messages.success(request, gettext("“%s” is back.") % search.name)
    return redirect("bin", project.slug)


def _searches(request: HttpRequest, project: Project) -> Any:
    return visible_searches(request.user).filter(project=project).select_related("project", "created_by", "changed_by")


def _kept(request: HttpRequest, project: Project, search_id: uuid.UUID) -> SavedSearch:
    return get_object_or_404(_searches(request, project), pk=search_id, deleted_at=None)


def _as_query(form: SearchForm) -> dict[str, str]:
    """The filter as it is kept."""
    query: dict[str, str] = {}
    for name, value in form.cleaned_data.items():
        if not value:
            continue
        match name:
            case "outlet":
                query[name] = value.name
            case "issue":
                query["target"] = str(value.pk)
            case "towards":
                query.setdefault("target", str(value))
            case _ if name in _TICKED:
                query[name] = "true"
            case _:
                query[_REST.get(name, name)] = str(value)
    return query


class _Addresses:
    """The addresses of searches on the pages: what those name otherwise is looked up for all at once."""

    def __init__(self, user: Any, project: Project, searches: Sequence[SavedSearch]) -> None:
        self._project = project
        names = {search.query["outlet"] for search in searches if "outlet" in search.query}
        targets = {search.query["target"] for search in searches if "target" in search.query}
        outlets = visible_outlets(user).filter(project=project, name__in=names) if names else ()
        self._outlets = {outlet.name: outlet.pk for outlet in outlets}
        issues = visible_issues(user).filter(project=project, pk__in=targets) if targets else ()
        self._issues = {str(issue.pk) for issue in issues}

    def of(self, search: SavedSearch, here: str) -> str:
        """Where it is shown: in context where it has words, else as a list; a pattern is for the context alone."""
        parameters = self.parameters(search)
        in_context = "pattern" in parameters or (here == "search" and "q" in parameters)
        address = QueryDict(mutable=True)
        address.update(parameters)
        return f"{reverse('search' if in_context else 'articles', args=[self._project.slug])}?{address.urlencode()}"

    def parameters(self, search: SavedSearch) -> dict[str, str]:
        """What it asks for, as the addresses of the pages have it."""
        found: dict[str, str] = {}
        for name, value in search.query.items():
            match name:
                case "outlet":
                    # Where there is none of the name, the form says so: the search does not widen.
                    found[name] = str(self._outlets.get(value, 0))
                case "target":
                    found["issue" if value in self._issues else "towards"] = value
                case _ if name in _TICKED:
                    found[name] = "on"
                case _:
                    found[_PAGES.get(name, name)] = value
        return found


def _address(user: Any, search: SavedSearch) -> str:
    return _Addresses(user, search.project, [search]).of(search, "search")
