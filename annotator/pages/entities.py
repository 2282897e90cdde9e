"""The register of entities, and the page of one with everything that is tagged about it."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from annotator.access.rules import may, require
from annotator.access.visibility import visible_entities
from annotator.actions.records import add_record, change_record
from annotator.models import Entity
from annotator.pages import registers
from annotator.pages.affiliations import AffiliationsForm, affiliations_given
from annotator.pages.downloads import download, wanted
from annotator.pages.fields import LinesField
from annotator.pages.frame import page_of, problems_shown, project_page, show
from annotator.pages.tagged import TAGGED_COLUMNS, tagged_rows, turned_to_tagged
from annotator.queries.codebook import labels
from annotator.queries.tagged import (
    ENTITY_SECTIONS,
    about_entity,
    affiliates,
    affiliations,
    chosen_entities,
    counts_of_entities,
)
from articles.models import Project

COLUMNS = "id external_id name type subtype aliases description identifiers created_at changed_at".split()

SECTIONS = {
    "held": _("Its stances"),
    "towards": _("Stances towards it"),
    "claims": _("Claims"),
    "quotations": _("Quotations"),
    "mentions": _("Mentions"),
}


class ChosenForm(forms.Form):
    words = forms.CharField(
        label=_("Words of a name"), max_length=200, required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    type = forms.ChoiceField(label=_("Type"), required=False)

    def __init__(self, *args: Any, types: dict[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["type"].choices = [("", _("All")), *types.items()]


class EntityForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=_("Name"), max_length=300)
    type = forms.ChoiceField(label=_("Type"))
    subtype = forms.ChoiceField(label=_("Subtype"), required=False)
    aliases = LinesField(label=_("Also called"), help_text=_("One name a line."))
    description = forms.CharField(
        label=_("Description"), max_length=5_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    identifiers = LinesField(label=_("Identifiers"), help_text=_("One a line, as “wikidata: Q42”."))
    external_id = forms.CharField(label=_("External id"), max_length=200, required=False)

    def __init__(self, *args: Any, labels: dict[str, dict[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["type"].choices = labels.get("mention.type", {}).items()
        self.fields["subtype"].choices = [("", "–"), *labels.get("mention.subtype", {}).items()]

    def clean_identifiers(self) -> dict[str, str]:
        found = {}
        for line in self.cleaned_data["identifiers"]:
            scheme, colon, identifier = line.partition(":")
            if not (colon and scheme.strip() and identifier.strip()):
                raise forms.ValidationError(_("“%(line)s”: write “scheme: identifier”."), params={"line": line[:80]})
            found[scheme.strip()] = identifier.strip()
        return found


@project_page
def entities(request: HttpRequest, project: Project) -> HttpResponse:
    form = ChosenForm(request.GET, types=labels(request.user, project).get("mention.type", {}))
    form.is_valid()
    chosen = chosen_entities(request.user, project, **form.cleaned_data)
    if wanted(request):
        rows = ({name: getattr(entity, name) for name in COLUMNS} for entity in chosen.iterator(chunk_size=500))
        return download(request, project, "entities", COLUMNS, rows)
    page = page_of(request, chosen)
    counts = counts_of_entities(request.user, page.object_list)
    return show(
        request,
        "entities/list.html",
        project,
        form=form,
        page=page,
        rows=[(entity, counts[entity.pk]) for entity in page.object_list],
        filtered=any(form.cleaned_data.values()),
    )


@project_page
def entity(request: HttpRequest, project: Project, entity_id: uuid.UUID) -> HttpResponse:
    """Everything that is tagged about an entity; one that was merged leads to what stands for it."""
    entity = _entity(request, project, entity_id)
    if entity.merged_into_id:
        return redirect("entity", project.slug, entity.merged_into_id)
    counts = counts_of_entities(request.user, [entity])[entity.pk]
    section = request.GET.get("section")
    if section not in ENTITY_SECTIONS:
        section = next((name for name in ENTITY_SECTIONS if counts[name]), "held")
    tagged = about_entity(request.user, entity, section)
    if wanted(request):
        return download(request, project, section, TAGGED_COLUMNS[section], tagged_rows(section, tagged))
    return show(
        request,
        "entities/entity.html",
        project,
        entity=entity,
        may_delete=may(request.user, "record.delete", entity),
        sections=[(name, title, counts[name]) for name, title in SECTIONS.items()],
        section=section,
        page=turned_to_tagged(request, tagged),
        affiliations=affiliations(request.user, entity),
        affiliates=affiliates(request.user, entity),
        merged=_entities(request, project).filter(merged_into=entity),
    )


@project_page
def entity_new(request: HttpRequest, project: Project) -> HttpResponse:
    require(request.user, "record.add", project)
    form = EntityForm(request.POST or None, labels=labels(request.user, project))
    if form.is_valid():
        with problems_shown(form):
            made = add_record("entity", project, _given(form), by=request.user)
            messages.success(request, gettext("“%s” is recorded.") % made.label)
            return redirect("entity", project.slug, made.pk)
    return show(request, "entities/edit.html", project, status=400 if form.errors else 200, form=form)


@project_page
def entity_edit(request: HttpRequest, project: Project, entity_id: uuid.UUID) -> HttpResponse:
    entity = _entity(request, project, entity_id)
    require(request.user, "record.change", entity)
    stored = {**vars(entity), "identifiers": [f"{scheme}: {key}" for scheme, key in entity.identifiers.items()]}
    form = EntityForm(request.POST or None, initial=stored, labels=labels(request.user, project))
    lines = AffiliationsForm(
        request.POST or None,
        initial=[
            {"organisation": row.organisation.name, "role": row.role, "since": row.since, "until": row.until}
            for row in affiliations(request.user, entity)
        ],
    )
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        given = affiliations_given(request.user, project, lines)
        if given is not None:
            with problems_shown(form):
                changes = {**_given(form), "affiliations": given}
                change_record(entity, changes, by=request.user, version=form.cleaned_data["version"] or 0)
                messages.success(request, gettext("“%s” is saved.") % entity.label)
                return redirect("entity", project.slug, entity.pk)
    failed = form.errors or (lines.is_bound and lines.total_error_count())
    return show(
        request,
        "entities/edit.html",
        project,
        status=400 if failed else 200,
        entity=_entity(request, project, entity_id),
        form=form,
        affiliations=lines,
    )


@project_page
def entity_merge(request: HttpRequest, project: Project, entity_id: uuid.UUID) -> HttpResponse:
    entity = _entity(request, project, entity_id)
    return registers.merge(request, registers.ENTITIES, _entities(request, project), entity)


@require_POST
@project_page
def entity_unmerge(request: HttpRequest, project: Project, entity_id: uuid.UUID) -> HttpResponse:
    return registers.unmerge(request, registers.ENTITIES, _entity(request, project, entity_id))


@require_POST
@project_page
def entity_delete(request: HttpRequest, project: Project, entity_id: uuid.UUID) -> HttpResponse:
    return registers.delete(request, registers.ENTITIES, _entity(request, project, entity_id))


@require_POST
@project_page
def entity_restore(request: HttpRequest, project: Project, entity_id: uuid.UUID) -> HttpResponse:
    entity = get_object_or_404(visible_entities(request.user).filter(project=project), pk=entity_id)
    return registers.restore(request, entity)


def _entities(request: HttpRequest, project: Project) -> QuerySet[Entity]:
    mine = visible_entities(request.user).filter(project=project, deleted_at=None)
    return mine.select_related("project", "created_by", "changed_by")


def _entity(request: HttpRequest, project: Project, entity_id: uuid.UUID) -> Entity:
    return get_object_or_404(_entities(request, project), pk=entity_id)


def _given(form: EntityForm) -> dict[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if name != "version"}
