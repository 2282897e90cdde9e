"""What the pages of the registers share: merging one record into another, the bin, and the way back from both."""

import uuid
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotator.access.rules import require
from annotator.actions.records import delete_record, merge_record, restore_record, unmerge_record
from annotator.models.record import Record
from annotator.pages.fields import version_of
from annotator.pages.frame import problems_said, show
from annotator.queries.tagged import merge_candidates


@dataclass(frozen=True)
class Register:
    """The addresses of a register's list and of one record's page, by name, and what people call the register."""

    pages: str
    page: str
    name: str


ENTITIES = Register("entities", "entity", _("Entities"))
ISSUES = Register("issues", "issue", _("Issues"))


class FindForm(forms.Form):
    words = forms.CharField(
        label=_("Words of its name"), max_length=200, required=False, widget=forms.TextInput(attrs={"type": "search"})
    )


def merge(request: HttpRequest, register: Register, records: QuerySet[Record], record: Record) -> HttpResponse:
    """Ask which of ``records`` is to stand for this one, and let it."""
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
            return redirect(register.page, record.project.slug, into.pk)
        return redirect(register.page, record.project.slug, record.pk)
    find = FindForm(request.GET)
    words = find.cleaned_data["words"] if find.is_valid() else ""
    return show(
        request,
        "records/merge.html",
        record.project,
        register=register,
        record=record,
        find=find,
        candidates=merge_candidates(request.user, record, words),
        back=reverse(register.page, args=[record.project.slug, record.pk]),
    )


def unmerge(request: HttpRequest, register: Register, record: Record) -> HttpResponse:
    with problems_said(request):
        unmerge_record(record, by=request.user, version=record.version)
        messages.success(request, gettext("“%s” stands for itself again, with its annotations.") % record.label)
    return redirect(register.page, record.project.slug, record.pk)


def delete(request: HttpRequest, register: Register, record: Record) -> HttpResponse:
    """Put a record in the bin, and go on with the list; one that is in use stays, and its page says why."""
    with problems_said(request):
        delete_record(record, by=request.user, version=record.version)
        messages.success(request, gettext("“%s” is in the bin.") % record.label)
        return redirect(register.pages, record.project.slug)
    return redirect(register.page, record.project.slug, record.pk)


def restore(request: HttpRequest, record: Record) -> HttpResponse:
    with problems_said(request):
        restore_record(record, by=request.user)
        messages.success(request, gettext("“%s” is back.") % record.label)
    return redirect("bin", record.project.slug)


def _asked_for(records: QuerySet[Record], key: str) -> Record:
    try:
        return records.get(pk=uuid.UUID(key))
    except (ValueError, records.model.DoesNotExist) as error:
        raise Http404 from error
