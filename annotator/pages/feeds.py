"""Feeds that a project follows, for its editors: which, how often, and what came of the last look."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.formats import localize
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from annotator.access.background import visible_feed_items, visible_feeds
from annotator.access.rules import require
from annotator.actions.feeds import change_feed, follow_feed, leave_feed, look_now
from annotator.models.feed import Feed, FeedState
from annotator.pages.frame import page_of, problems_said, problems_shown, project_page, show
from articles.models import Project

INTERVALS = ((15, _("every quarter of an hour")), (60, _("every hour")), (360, _("four times a day")))
INTERVALS += ((1440, _("once a day")), (10080, _("once a week")))


class FeedForm(forms.Form):
    url = forms.CharField(
        label=_("Address of the feed"),
        max_length=2_000,
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"}),
        help_text=_("RSS or Atom, on the public internet."),
    )
    outlet = forms.CharField(
        label=_("Outlet"), max_length=200, required=False, help_text=_("Left empty, it is what the feed calls itself.")
    )
    interval = forms.TypedChoiceField(label=_("Looked at"), choices=INTERVALS, coerce=int, initial=60)
    whole_pages = forms.BooleanField(
        label=_("Fetch the page behind each item"),
        required=False,
        help_text=_(
            "For feeds whose items have no more than the beginning of a text. A page that is corrected within a week "
            "becomes a revision."
        ),
    )


@project_page
def feeds(request: HttpRequest, project: Project) -> HttpResponse:
    require(request.user, "feed.manage", project)
    form = FeedForm(request.POST or None)
    if form.is_valid():
        with problems_shown(form):
            feed = follow_feed(project, by=request.user, **form.cleaned_data)
            messages.success(request, gettext("The feed is followed: its first look comes in a moment."))
            return redirect("feed", project.slug, feed.pk)
    found = visible_feeds(request.user).filter(project=project).order_by("created_at", "id")
    return show(request, "feeds/list.html", project, status=400 if form.errors else 200, form=form, feeds=list(found))


@project_page
def feed(request: HttpRequest, project: Project, feed_id: uuid.UUID) -> HttpResponse:
    found = _feed(request, project, feed_id)
    initial = {name: getattr(found, name) for name in FeedForm.base_fields}
    form = FeedForm(request.POST or None, initial=initial)
    if found.interval not in dict(INTERVALS):
        own: Any = (found.interval, gettext("every %s minutes") % localize(found.interval))
        form.fields["interval"].choices = [own, *INTERVALS]
    if form.is_valid():
        with problems_shown(form):
            change_feed(found, by=request.user, **form.cleaned_data)
            messages.success(request, gettext("The feed is saved."))
            return redirect("feed", project.slug, feed_id)
    items = visible_feed_items(request.user).filter(feed=found).select_related("article").order_by("-seen_at", "-id")
    return show(
        request,
        "feeds/feed.html",
        project,
        status=400 if form.errors else 200,
        form=form,
        feed=found,
        page=page_of(request, items),
    )


@require_POST
@project_page
def feed_switch(request: HttpRequest, project: Project, feed_id: uuid.UUID) -> HttpResponse:
    followed = request.POST.get("followed") == "yes"
    state = FeedState.FOLLOWED if followed else FeedState.PAUSED
    with problems_said(request):
        change_feed(_feed(request, project, feed_id), by=request.user, state=state.value)
        said = gettext("It is followed again.") if followed else gettext("It is paused: nothing more comes in.")
        messages.success(request, said)
    return redirect("feed", project.slug, feed_id)


@require_POST
@project_page
def feed_look(request: HttpRequest, project: Project, feed_id: uuid.UUID) -> HttpResponse:
    with problems_said(request):
        look_now(_feed(request, project, feed_id), by=request.user)
        messages.success(request, gettext("It is being looked at."))
    return redirect("feed", project.slug, feed_id)


@require_POST
@project_page
def feed_leave(request: HttpRequest, project: Project, feed_id: uuid.UUID) -> HttpResponse:
    leave_feed(_feed(request, project, feed_id), by=request.user)
    messages.success(request, gettext("The feed is no longer followed. Its articles stay."))
    return redirect("feeds", project.slug)


def _feed(request: HttpRequest, project: Project, feed_id: uuid.UUID) -> Feed:
    require(request.user, "feed.manage", project)
    return get_object_or_404(
        visible_feeds(request.user).filter(project=project).select_related("project", "by"), pk=feed_id
    )
