"""A corrected text for an article: brought in by hand or as a file, looked at, and stored."""

import uuid
from itertools import islice
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotator.access.rules import require
from annotator.actions.corrections import corrected_details
from annotator.actions.revisions import revise_article, text_for_revision
from annotator.pages.fields import VersionedForm
from annotator.pages.frame import problems_shown, project_page, show
from annotator.pages.revisions import the_article
from annotator.queries.corrections import DETAILS
from annotator.queries.revisions import count_waiting, preview
from articles.models import Article, Project
from articles.readers import READERS, rows
from articles.readers.title import is_said
from articles.text import MAX_LENGTH

_MOST_BYTES = 4 * MAX_LENGTH


class TextForm(VersionedForm):
    text = forms.CharField(
        label=_("The whole new text"),
        strip=False,
        required=False,
        widget=forms.Textarea(attrs={"class": "article", "dir": "auto", "rows": 16}),
        help_text=_("It begins as the text is now: correct it here, or put the corrected one in its place."),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(READERS)}),
        help_text=_("Any that has one article. It is taken then, and not what stands in the field above."),
    )
    # What came with a text, to be stored along with it.
    title = forms.CharField(label=_("Headline"), required=False, max_length=500)
    author = forms.CharField(label=_("Author"), required=False, max_length=500)
    published_on = forms.CharField(label=_("Published"), required=False, max_length=10)
    notes: tuple[str, ...] = ()

    def clean_file(self) -> UploadedFile | None:
        file = self.cleaned_data["file"]
        if file and file.size > _MOST_BYTES:
            raise forms.ValidationError(
                _("The file has %(given).1f MB; the most is %(most)d MB."),
                params={"given": file.size / 1024**2, "most": _MOST_BYTES // 1024**2},
            )
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if file := cleaned.get("file"):
            found = list(islice(rows(file.name, file.read()), 2))
            if len(found) != 1:
                self.add_error("file", _("The file has no article in it, or several: a corrected text is one."))
            elif found[0].problem:
                self.add_error("file", found[0].problem)
            else:
                [row] = found
                self.notes = tuple(row.notes)
                fields = row.fields if is_said(row.fields, source=file.name) else {**row.fields, "title": ""}
                cleaned |= {name: fields.get(name, "") for name in ("text", *DETAILS)}
        return cleaned


@project_page
def article_revise(request: HttpRequest, project: Project, article_id: uuid.UUID) -> HttpResponse:
    """Bring in a corrected text: first what it would do, then, when that is wanted, it is stored."""
    article = the_article(request, project, article_id)
    require(request.user, "article.revise", article)
    initial = {"text": article.current.text, "version": article.version}
    form = TextForm(request.POST or None, request.FILES or None, initial=initial)
    told, text, corrected = None, "", {}
    if form.is_valid():
        with problems_shown(form):
            text = text_for_revision(form.cleaned_data["text"])
            details = {name: form.cleaned_data[name] for name in DETAILS}
            if request.POST.get("how") == "store":
                version = form.cleaned_data["version"]
                return _stored(request, project, article, text, details=details, version=version)
            corrected = corrected_details(article, details)
            told = preview(request.user, article, text)
    return show(
        request,
        "revisions/revise.html",
        project,
        status=400 if form.errors else 200,
        article=article,
        form=form,
        preview=told,
        text=text,
        corrected=[(form.fields[name].label, name, getattr(article, name), value) for name, value in corrected.items()],
        is_same=bool(told) and text == article.current.text and not corrected,
    )


def _stored(
    request: HttpRequest, project: Project, article: Article, text: str, *, details: dict[str, Any], version: int
) -> HttpResponse:
    revised = revise_article(article, text, by=request.user, version=version, details=details)
    if revised.current_id == article.current_id:
        if revised.version != article.version:
            messages.success(request, gettext("What came with the text is stored; the text is the same."))
            return redirect("annotate", project.slug, article.pk)
        messages.info(request, gettext("The article has this very text already: nothing has changed."))
        return redirect("annotate", project.slug, article.pk)
    messages.success(request, gettext("Revision %d is stored.") % revised.current.number)
    waits = count_waiting(request.user, article)
    return redirect("article_review" if waits else "annotate", project.slug, article.pk)
