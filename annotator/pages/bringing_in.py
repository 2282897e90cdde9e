"""The page on which articles come in, by paste and by file, and the report of what became of them."""

from collections import Counter
from collections.abc import Iterable, Iterator
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
from annotator.actions.imports import Outcome, import_rows
from annotator.pages.articles import MetadataForm
from annotator.pages.frame import problems_shown, project_page, show
from annotator.queries.articles import outlets
from articles.models import Project
from articles.readers import READERS, rows
from articles.readers.row import Row

_MOST_BYTES = 32 * 1024 * 1024  # of all files of one request
_MOST_FILES = 1_000
_TOLD = 200  # rows of each sort that the report names; the rest it counts


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
        help_text=_("Several at once, %(most)d MB in all.") % {"most": _MOST_BYTES // 1024**2},
    )


@project_page
def article_new(request: HttpRequest, project: Project) -> HttpResponse:
    require(request.user, "article.add", project)
    how = request.POST.get("how")
    paste = PasteForm(request.POST if how == "paste" else None, initial={"language": project.language})
    files = FilesForm(request.POST, request.FILES) if how == "files" else FilesForm()
    found = None
    if how == "paste" and paste.is_valid():
        with problems_shown(paste):
            arrival = bring_in(project, draft(paste.cleaned_data), by=request.user)
            if arrival.is_new:
                messages.success(request, gettext("“%s” is in.") % arrival.article.title)
                return redirect("annotate", project.slug, arrival.article.pk)
            found = arrival.article
    if how == "files" and files.is_valid():
        outcomes = import_rows(project, _rows_of(files.cleaned_data["files"]), by=request.user)
        request.session[_report_key(project)] = _report(outcomes)
        return redirect("article_report", project.slug)
    return show(
        request,
        "articles/new.html",
        project,
        status=400 if paste.errors or files.errors else 409 if found else 200,
        paste=paste,
        files=files,
        found=found,
        outlets=outlets(request.user, project),
    )


@project_page
def article_report(request: HttpRequest, project: Project) -> HttpResponse:
    """What became of the files that this session brought in last."""
    report = request.session.get(_report_key(project))
    if report is None:
        return redirect("article_new", project.slug)
    return show(request, "articles/report.html", project, report=report)


def _rows_of(files: list[UploadedFile]) -> Iterator[Row]:
    for file in files:
        yield from rows(file.name, file.read())


def _report_key(project: Project) -> str:
    return f"brought-in-{project.pk}"


def _report(outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """How many rows came in, were there already and were refused, and the first of each by name."""
    told: dict[str, list[dict[str, Any]]] = {"new": [], "same": [], "refused": []}
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
        return {"source": outcome.source, "reason": outcome.reason.removeprefix(f"{outcome.source}: ")}
    return {
        "source": outcome.source,
        "article": str(article.pk),
        "title": article.title,
        "annotations": outcome.annotations,
        "in_bin": article.deleted_at is not None,
    }
