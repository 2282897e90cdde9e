"""The pages of articles but for the one on which they are annotated: the list, the details, the way to the bin."""

import uuid
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from annotator.access.acts import acts_in
from annotator.access.rules import require
from annotator.access.visibility import visible_articles
from annotator.actions.articles import change_article, delete_article, restore_article
from annotator.pages.chosen_articles import ChosenForm, shown_filter
from annotator.pages.downloads import Row, download, wanted
from annotator.pages.facets import shown_facets
from annotator.pages.fields import DayField
from annotator.pages.frame import Turning, problems_said, problems_shown, project_page, show, turned_to
from annotator.pages.saved_searches import saved_searches
from annotator.queries.articles import ORDERS, Listed, chosen_articles, listed, outlets
from annotator.queries.bounded import answered_in_time
from annotator.queries.keyset import ordered
from articles.models import MAX_TITLE, Article, Project

COLUMNS = (
    "id external_id title outlet author published_on url language progress "
    "mentions attributions stances claims created_at changed_at"
).split()
_BATCH = 500


class MetadataForm(forms.Form):
    """What is said about an article; the bounds of each field are checked by the draft of an article."""

    title = forms.CharField(label=_("Title"), max_length=MAX_TITLE)
    outlet = forms.CharField(
        label=_("Outlet"), max_length=200, required=False, widget=forms.TextInput(attrs={"list": "outlets"})
    )
    author = forms.CharField(label=_("Author"), max_length=300, required=False)
    published_on = DayField(label=_("Published on"))
    language = forms.CharField(
        label=_("Language"), max_length=35, required=False, initial="en", help_text=_("A tag: “en”, “pt-BR”.")
    )
    url = forms.CharField(
        label=_("Web address"), max_length=2_000, required=False, widget=forms.TextInput(attrs={"inputmode": "url"})
    )
    external_id = forms.CharField(
        label=_("External id"), max_length=200, required=False, help_text=_("What another system calls it.")
    )


class DetailsForm(MetadataForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


@project_page
def articles(request: HttpRequest, project: Project) -> HttpResponse:
    form = ChosenForm(request.GET, user=request.user, project=project)
    chosen = form.chosen()
    found = chosen_articles(request.user, project, chosen)
    order = ORDERS[form.order_chosen()]
    # A file could not say that it has more than was asked for: the page says what could not be read.
    if wanted(request) and not form.errors:
        rows = (_as_row(line) for line in _listed_all(request.user, ordered(found, order)))
        return download(request, project, "articles", COLUMNS, rows)
    page = None
    with problems_shown(form):
        field = "q" if form.cleaned_data.get("q") else ""
        page = answered_in_time(lambda: turned_to(request, found, order), field)
    return show(
        request,
        "articles/list.html",
        project,
        status=400 if page is None else 200,
        form=form,
        page=page or Turning([]),
        rows=listed(request.user, page.rows if page else ()),
        facets=shown_facets(request, found, project, chosen) if page is not None else None,
        **saved_searches(request, project, "articles"),
        **shown_filter(request.GET),
    )


@project_page
def article_details(request: HttpRequest, project: Project, article_id: uuid.UUID) -> HttpResponse:
    article = _article(request, project, article_id)
    form = None
    if request.method == "POST":
        require(request.user, "article.change", article)
    if "article.change" in acts_in(request.user, project):
        form = DetailsForm(request.POST or None, initial={**vars(article), "outlet": article.outlet or ""})
        if form.is_valid():
            with problems_shown(form):
                change_article(article, by=request.user, **form.cleaned_data)
                messages.success(request, gettext("The details are saved."))
                return redirect("article_details", project.slug, article.pk)
    return show(
        request,
        "articles/details.html",
        project,
        status=400 if form and form.errors else 200,
        article=article,
        form=form,
        outlets=outlets(request.user, project),
    )


@require_POST
@project_page
def article_delete(request: HttpRequest, project: Project, article_id: uuid.UUID) -> HttpResponse:
    article = _article(request, project, article_id)
    with problems_said(request):
        delete_article(article, by=request.user, version=article.version)
        messages.success(request, gettext("“%s” is in the bin. It can be restored from there.") % article.title)
    return redirect("articles", project.slug)


@require_POST
@project_page
def article_restore(request: HttpRequest, project: Project, article_id: uuid.UUID) -> HttpResponse:
    article = get_object_or_404(_articles(request, project), pk=article_id)
    with problems_said(request):
        restore_article(article, by=request.user)
        messages.success(request, gettext("“%s” is back, with its annotations.") % article.title)
    return redirect("bin", project.slug)


def _articles(request: HttpRequest, project: Project) -> QuerySet[Article]:
    return visible_articles(request.user).filter(project=project).select_related("project", "outlet", "current")


def _article(request: HttpRequest, project: Project, article_id: uuid.UUID) -> Article:
    return get_object_or_404(_articles(request, project).kept(), pk=article_id)


def _listed_all(user: Any, chosen: QuerySet[Article]) -> Iterator[Listed]:
    """The whole list in portions, so that a long one does not fill the memory."""
    batch: list[Article] = []
    for article in chosen.iterator(chunk_size=_BATCH):
        batch.append(article)
        if len(batch) == _BATCH:
            yield from listed(user, batch)
            batch = []
    yield from listed(user, batch)


def _as_row(line: Listed) -> Row:
    article = line.article
    said = {name: getattr(article, name) for name in COLUMNS if hasattr(article, name)}
    counts = {f"{kind}s": count for kind, count in line.counts.items()}
    return {**said, "outlet": article.outlet.name if article.outlet else "", "progress": line.progress.value, **counts}
