"""The page on which articles come in: files and web addresses are looked at first, see previewing, and a pasted text
where there is something to be said of it: that it is much like another, or what may not belong to it."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotator.access.rules import require
from annotator.actions.articles import bring_in, draft
from annotator.actions.fetched import pages_at
from annotator.actions.previews import TooMany, preview
from annotator.actions.transfers import start_import
from annotator.models import User
from annotator.pages.articles import MetadataForm
from annotator.pages.frame import problems_shown, project_page, show
from annotator.queries.arriving import State, verdicts
from annotator.queries.articles import outlets
from articles.models import Project
from articles.readers import READERS, rows, url
from articles.readers.row import Row
from articles.remnants import remnants

_MOST_BYTES = 512 * 1024 * 1024  # of all files of one request
_MOST_AT_ONCE = 32 * 1024 * 1024  # bytes that are looked at while one waits; more are by a worker
_MOST_FILES = 1_000


class PasteForm(MetadataForm):
    text = forms.CharField(
        label=_("Text"),
        strip=False,
        widget=forms.Textarea(attrs={"class": "article", "dir": "auto"}),
        help_text=_("Only the article’s own words: the headline has its own field. A blank line parts paragraphs."),
    )


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or more files, bounded in number and size."""

    def clean(self, value: Any, initial: Any = None) -> list[UploadedFile]:
        files = [super(FilesField, self).clean(file, initial) for file in value or [None]]
        if len(files) > _MOST_FILES:
            raise forms.ValidationError(
                _("These are %(given)d files; the most at once is %(most)d."),
                params={"given": len(files), "most": _MOST_FILES},
            )
        size = sum(file.size for file in files)
        if size > _MOST_BYTES:
            raise forms.ValidationError(
                _("These files have %(given).1f MB; the most at once is %(most)d MB."),
                params={"given": size / 1024**2, "most": _MOST_BYTES // 1024**2},
            )
        return files


class FilesForm(forms.Form):
    files = FilesField(
        label=_("Files"),
        allow_empty_file=True,  # the reader says what is wrong with it, beside the others
        widget=FilesInput(attrs={"multiple": True, "accept": ",".join(READERS)}),
        help_text=_("Several at once, %(most)d MB in all. Many articles are looked at in the background.")
        % {"most": _MOST_BYTES // 1024**2},
    )


class AddressesForm(forms.Form):
    addresses = forms.CharField(
        label=_("Web addresses"),
        max_length=url.MOST_AT_ONCE * 2_000,
        widget=forms.Textarea(attrs={"rows": 3, "inputmode": "url", "spellcheck": "false"}),
        help_text=_("One a line. The page is fetched, and its article told from menus and adverts."),
    )

    def clean_addresses(self) -> list[str]:
        found = list(dict.fromkeys(self.cleaned_data["addresses"].split()))
        if len(found) > url.MOST_AT_ONCE:
            raise forms.ValidationError(
                _("These are %(given)d addresses; the most at once is %(most)d."),
                params={"given": len(found), "most": url.MOST_AT_ONCE},
            )
        return found


@project_page
def article_new(request: HttpRequest, project: Project) -> HttpResponse:
    require(request.user, "article.add", project)
    how = request.POST.get("how")
    paste = PasteForm(request.POST if how == "paste" else None, initial={"language": project.language})
    files = FilesForm(request.POST, request.FILES) if how == "files" else FilesForm()
    addresses = AddressesForm(request.POST if how == "addresses" else None)
    found = None
    if how == "paste" and paste.is_valid():
        with problems_shown(paste):
            arriving = draft(paste.cleaned_data)
            pasted = Row(gettext("Pasted text"), fields=paste.cleaned_data)
            [verdict] = verdicts(request.user, project, [pasted])
            is_plain = verdict.state == State.NEW and not remnants(arriving.text)
            # It is seen in the form already: it is looked at again only where there is something to be said of it.
            if not is_plain and verdict.state != State.SAME:
                return redirect("article_preview", project.slug, preview(project, [pasted], by=request.user).pk)
            arrival = bring_in(project, arriving, by=request.user)
            if arrival.is_new:
                messages.success(request, gettext("“%s” is in.") % arrival.article.title)
                return redirect("annotate", project.slug, arrival.article.pk)
            found = arrival.article
    if how == "files" and files.is_valid():
        with problems_shown(files):
            return _looked_at(project, files.cleaned_data["files"], by=request.user)
    if how == "addresses" and addresses.is_valid():
        with problems_shown(addresses):
            pages = pages_at(addresses.cleaned_data["addresses"], project=project, by=request.user)
            made = preview(project, pages, by=request.user)
            return redirect("article_preview", project.slug, made.pk)
    return show(
        request,
        "articles/new.html",
        project,
        status=400 if paste.errors or files.errors or addresses.errors else 409 if found else 200,
        paste=paste,
        files=files,
        addresses=addresses,
        found=found,
        outlets=outlets(request.user, project),
    )


def _looked_at(project: Project, files: list[UploadedFile], *, by: User) -> HttpResponse:
    """Lead to what the files would bring in: at once, or, of many articles, where a worker says it."""
    if sum(file.size for file in files) <= _MOST_AT_ONCE:
        with suppress(TooMany):
            made = preview(project, _rows_of(files), by=by)
            return redirect("article_preview", project.slug, made.pk)
    for file in files:
        file.seek(0)
    job = start_import(project, [(file.name, file) for file in files], by=by, look=True)
    return redirect("import_progress", project.slug, job.pk)


def _rows_of(files: list[UploadedFile]) -> Iterator[Row]:
    for file in files:
        yield from rows(file.name, file.read())
