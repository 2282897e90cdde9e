"""Merging one record into another of its register: found by name, done in one step, undone in one."""

import uuid

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotator.access.rules import require
from annotator.actions.records import merge_record, unmerge_record
from annotator.models.record import Record
from annotator.pages.fields import version_of
from annotator.pages.frame import problems_said, show
from annotator.queries.tagged import merge_candidates


class FindForm(forms.Form):
    words = forms.CharField(
        label=_("Words of its name"), max_length=200, required=False, widget=forms.TextInput(attrs={"type": "search"})
    )


def merge(request: HttpRequest, records: QuerySet[Record], record: Record, *, page: str, template: str) -> HttpResponse:
    """Ask which of ``records`` is to stand for this one, and let it. ``page`` names the address of a record's page."""
    require(request.user, "record.merge", record)
    if request.method == "POST":
        into = _asked_for(records, request.POST.get("into", ""))
        with problems_said(request):
            merge_record(record, into, by=request.user, version=version_of(request))
            messages.success(
                request,
                gettext("“%(record)s” is merged into “%(into)s”. It can be undone here.")
                % {"record": record.label, "into": into.label},
            )
            return redirect(page, record.project.slug, into.pk)
        return redirect(page, record.project.slug, record.pk)
    find = FindForm(request.GET)
    words = find.cleaned_data["words"] if find.is_valid() else ""
    return show(
        request,
        template,
        record.project,
        record=record,
        find=find,
        candidates=merge_candidates(request.user, record, words),
        back=reverse(page, args=[record.project.slug, record.pk]),
    )


def unmerge(request: HttpRequest, record: Record, *, page: str) -> HttpResponse:
    with problems_said(request):
        unmerge_record(record, by=request.user, version=record.version)
        messages.success(request, gettext("“%s” stands for itself again, with its annotations.") % record.label)
    return redirect(page, record.project.slug, record.pk)


def _asked_for(records: QuerySet[Record], key: str) -> Record:
    try:
        return records.get(pk=uuid.UUID(key))
    except (ValueError, records.model.DoesNotExist) as error:
        raise Http404 from error
