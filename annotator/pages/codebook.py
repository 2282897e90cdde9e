"""The codebook: what every value means, and, for managers, how that is changed."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.formats import localize
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from annotator.access.rules import require
from annotator.access.visibility import visible_codebook_values
from annotator.actions.codebook import add_value, archive_value, change_value, use_field
from annotator.actions.merging_values import merge_value
from annotator.domain.codebook import FIELDS
from annotator.models import CodebookValue
from annotator.pages.downloads import download, wanted
from annotator.pages.fields import version_of
from annotator.pages.frame import problems_said, problems_shown, project_page, show
from annotator.queries.codebook import codebook_fields, codebook_values
from articles.models import Project

COLUMNS = (
    "field value parent label definition positive_example negative_example hotkey colour score position archived_at"
).split()

KINDS = {
    "mention": _("Entities"),
    "attribution": _("Quotations"),
    "stance": _("Stances"),
    "claim": _("Claims"),
    "rating": _("Ratings"),
}

# The colours are those of the marks: names of tokens, each with a light and a dark shade that can be read.
COLOURS = [
    ("", _("none")),
    ("accent", _("blue")),
    ("entity", _("slate")),
    ("claim", _("ochre")),
    ("support", _("green")),
    ("oppose", _("red")),
    ("mixed", _("violet")),
    ("neutral", _("grey")),
    ("unclear", _("stone")),
    ("ink-2", _("ink")),
]


class ValueForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    label = forms.CharField(
        label=_("Label"), max_length=80, help_text=_("What coders read. Renaming it changes nothing else.")
    )
    definition = forms.CharField(
        label=_("Definition"), max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    positive_example = forms.CharField(
        label=_("An example of it"), max_length=1_000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    negative_example = forms.CharField(
        label=_("An example of what it is not"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    hotkey = forms.CharField(label=_("Key"), max_length=1, required=False)
    colour = forms.ChoiceField(label=_("Colour"), choices=COLOURS, required=False)

    def given(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "value", "parent")}


class NewValueForm(ValueForm):
    value = forms.CharField(
        label=_("Value"),
        max_length=40,
        help_text=_("What is stored in annotations, for good: letters, digits, “_”, “+” and “-”."),
    )
    parent = forms.ChoiceField(label=_("Below"), required=False, help_text=_("For a subtype: the type that it is of."))
    field_order = ("value", "parent", "label")

    def __init__(self, *args: Any, parents: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        if parents:
            self.fields["parent"].choices = parents
        else:
            del self.fields["parent"]


@project_page
def codebook(request: HttpRequest, project: Project) -> HttpResponse:
    """Every field of the scheme with the values that this project gives it."""
    values = codebook_values(request.user, project)
    if wanted(request):
        rows = ({name: getattr(value, name) for name in COLUMNS} for value in values)
        return download(request, project, "codebook", COLUMNS, rows)
    by_field: dict[str, list[CodebookValue]] = {}
    for value in values:
        by_field.setdefault(value.field, []).append(value)
    in_use = dict(codebook_fields(request.user, project).values_list("name", "in_use"))
    kinds: dict[str, list[dict[str, Any]]] = {}
    for field in FIELDS.values():
        shown = {"field": field, "values": by_field.get(field.name, []), "in_use": in_use.get(field.name, False)}
        kinds.setdefault(field.name.partition(".")[0], []).append(shown)
    return show(
        request, "codebook/codebook.html", project, kinds=[(KINDS[kind], fields) for kind, fields in kinds.items()]
    )


@require_POST
@project_page
def field_use(request: HttpRequest, project: Project, field: str) -> HttpResponse:
    with problems_said(request):
        row = use_field(project, field, in_use=request.POST.get("in_use") == "yes", by=request.user)
        said = (
            gettext("“%s” is in use now.")
            if row.in_use
            else gettext("“%s” is no longer in use. What was recorded stays.")
        )
        messages.success(request, said % FIELDS[field].label)
    return _back(project, field)


@project_page
def value_new(request: HttpRequest, project: Project, field: str) -> HttpResponse:
    require(request.user, "codebook.change", project)
    if field not in FIELDS or not FIELDS[field].open:
        raise Http404
    parents = list(dict.fromkeys(value.parent for value in codebook_values(request.user, project).filter(field=field)))
    form = NewValueForm(request.POST or None, parents=[(parent, parent) for parent in parents if parent])
    if form.is_valid():
        with problems_shown(form):
            place = {name: form.cleaned_data[name] for name in ("value", "parent") if name in form.cleaned_data}
            made = add_value(project, field, by=request.user, **place, **form.given())
            messages.success(request, gettext("“%s” is in the codebook.") % made.label)
            return _back(project, field)
    return show(
        request, "codebook/value.html", project, status=400 if form.errors else 200, form=form, field=FIELDS[field]
    )


@project_page
def value_edit(request: HttpRequest, project: Project, value_id: int) -> HttpResponse:
    value = _value(request, project, value_id)
    require(request.user, "codebook.change", value)
    form = ValueForm(request.POST or None, initial=vars(value))
    if form.is_valid():
        with problems_shown(form):
            change_value(value, by=request.user, version=form.cleaned_data["version"] or 0, **form.given())
            messages.success(request, gettext("“%s” is saved.") % value.label)
            return _back(project, value.field)
    stored = _value(request, project, value_id)
    others = codebook_values(request.user, project).current().filter(field=stored.field, parent=stored.parent)
    return show(
        request,
        "codebook/value.html",
        project,
        status=400 if form.errors else 200,
        form=form,
        value=stored,
        field=FIELDS[stored.field],
        others=others.exclude(pk=stored.pk),
    )


@require_POST
@project_page
def value_archive(request: HttpRequest, project: Project, value_id: int) -> HttpResponse:
    """Take a value out of use, or put it back."""
    value = _value(request, project, value_id)
    archived = request.POST.get("archived") == "yes"
    with problems_said(request):
        archive_value(value, by=request.user, version=version_of(request), archived=archived)
        said = gettext("“%s” is archived; annotations keep it.") if archived else gettext("“%s” can be picked again.")
        messages.success(request, said % value.label)
    return _back(project, value.field)


@require_POST
@project_page
def value_merge(request: HttpRequest, project: Project, value_id: int) -> HttpResponse:
    value = _value(request, project, value_id)
    require(request.user, "codebook.change", value)
    into_id = request.POST.get("into", "")
    into = _value(request, project, int(into_id) if into_id.isascii() and into_id.isdigit() else 0)
    with problems_said(request):
        moved = merge_value(value, into, by=request.user, version=version_of(request))
        messages.success(
            request,
            ngettext(
                "“%(value)s” is merged into “%(into)s”; %(count)s row that had it has been changed.",
                "“%(value)s” is merged into “%(into)s”; %(count)s rows that had it have been changed.",
                moved,
            )
            % {"value": value.label, "into": into.label, "count": localize(moved)},
        )
    return _back(project, value.field)


def _value(request: HttpRequest, project: Project, value_id: int) -> CodebookValue:
    mine = visible_codebook_values(request.user).filter(project=project).select_related("project")
    return get_object_or_404(mine, pk=value_id)


def _back(project: Project, field: str) -> HttpResponse:
    response = redirect("codebook", project.slug)
    response["Location"] += f"#{field}"
    return response
