"""Webhooks of a project, for its managers: where its events are sent, and what came of each."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from annotator.access.background import visible_deliveries, visible_webhooks
from annotator.access.rules import require
from annotator.actions.webhooks import add_webhook, change_webhook, remove_webhook, rotate_secret, send_again
from annotator.models import Webhook
from annotator.pages.frame import page_of, problems_said, problems_shown, project_page, redirect_to_top, show
from articles.models import Project


class WebhookForm(forms.Form):
    url = forms.CharField(
        label=_("Address"),
        max_length=2_000,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
        help_text=_("Where events are posted; it must be reachable on the public internet."),
    )
    acts = forms.CharField(
        label=_("Events"),
        required=False,
        help_text=_("Such as: stance, claim, article.revised. Left empty, all events are sent."),
    )

    def clean_acts(self) -> list[str]:
        return [act for act in self.cleaned_data["acts"].replace(",", " ").split() if act]


@project_page
def webhooks(request: HttpRequest, project: Project) -> HttpResponse:
    require(request.user, "webhook.manage", project)
    form = WebhookForm(request.POST or None)
    if form.is_valid():
        with problems_shown(form):
            webhook, secret = add_webhook(project, by=request.user, **form.cleaned_data)
            _show_once(request, secret)
            return redirect_to_top("webhook", project.slug, webhook.pk)
    found = visible_webhooks(request.user).filter(project=project).select_related("by").order_by("created_at", "id")
    return show(
        request, "webhooks/list.html", project, status=400 if form.errors else 200, form=form, webhooks=list(found)
    )


@project_page
def webhook(request: HttpRequest, project: Project, webhook_id: uuid.UUID) -> HttpResponse:
    found = _webhook(request, project, webhook_id)
    initial = {"url": found.url, "acts": ", ".join(found.acts)}
    form = WebhookForm(request.POST or None, initial=initial)
    if form.is_valid():
        with problems_shown(form):
            change_webhook(found, by=request.user, **form.cleaned_data)
            messages.success(request, gettext("The webhook is saved."))
            return redirect("webhook", project.slug, webhook_id)
    deliveries = visible_deliveries(request.user).filter(webhook=found).select_related("event").order_by("-event_id")
    return show(
        request,
        "webhooks/webhook.html",
        project,
        status=400 if form.errors else 200,
        form=form,
        webhook=found,
        page=page_of(request, deliveries),
    )


@require_POST
@project_page
def webhook_switch(request: HttpRequest, project: Project, webhook_id: uuid.UUID) -> HttpResponse:
    on = request.POST.get("on") == "yes"
    change_webhook(_webhook(request, project, webhook_id), by=request.user, on=on)
    said = gettext("It is on, and goes on where it was.") if on else gettext("It is off: nothing more is sent.")
    messages.success(request, said)
    return redirect("webhook", project.slug, webhook_id)


@require_POST
@project_page
def webhook_rotate(request: HttpRequest, project: Project, webhook_id: uuid.UUID) -> HttpResponse:
    _changed, secret = rotate_secret(_webhook(request, project, webhook_id), by=request.user)
    _show_once(request, secret)
    return redirect_to_top("webhook", project.slug, webhook_id)


@require_POST
@project_page
def webhook_remove(request: HttpRequest, project: Project, webhook_id: uuid.UUID) -> HttpResponse:
    remove_webhook(_webhook(request, project, webhook_id), by=request.user)
    messages.success(request, gettext("The webhook is removed."))
    return redirect("webhooks", project.slug)


@require_POST
@project_page
def delivery_again(request: HttpRequest, project: Project, delivery_id: uuid.UUID) -> HttpResponse:
    require(request.user, "webhook.manage", project)
    found: Any = visible_deliveries(request.user).filter(webhook__project=project).select_related("webhook__project")
    delivery = get_object_or_404(found, pk=delivery_id)
    with problems_said(request):
        send_again(delivery, by=request.user)
        messages.success(request, gettext("It is being sent again."))
    return redirect("webhook", project.slug, delivery.webhook_id)


def _webhook(request: HttpRequest, project: Project, webhook_id: uuid.UUID) -> Webhook:
    require(request.user, "webhook.manage", project)
    found = visible_webhooks(request.user).filter(project=project).select_related("project", "by")
    return get_object_or_404(found, pk=webhook_id)


def _show_once(request: HttpRequest, secret: str) -> None:
    messages.success(request, gettext("This secret signs what is sent. It is shown this once: copy it now."))
    messages.info(request, secret, extra_tags="secret")
