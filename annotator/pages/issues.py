"""The tree of issues, and the page of one: who supports it, who opposes it, in which words."""

import uuid
from collections import Counter, defaultdict
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
from annotator.access.visibility import visible_issues
from annotator.actions.records import add_record, change_record
from annotator.domain.stance import Position
from annotator.models import Issue
from annotator.pages import registers
from annotator.pages.downloads import download, wanted
from annotator.pages.frame import problems_shown, project_page, show
from annotator.pages.tagged import TAGGED_COLUMNS, tagged_rows, turned_to_tagged
from annotator.queries.tagged import Holder, holders_on, stances_on, tally_of_issues
from annotator.queries.tagged import issues as issues_of
from articles.models import Project

COLUMNS = [
    *"id external_id wording parent definition supporting_example opposing_example".split(),
    *(position.value for position in Position),
]


class IssueForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    wording = forms.CharField(
        label=_("Wording"),
        max_length=500,
        help_text=_("What one can support or oppose, said positively: “The state closes rural stations”."),
    )
    parent = forms.ChoiceField(label=_("Part of"), required=False)
    definition = forms.CharField(
        label=_("Definition"), max_length=5_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    supporting_example = forms.CharField(
        label=_("Words that support it"), max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    opposing_example = forms.CharField(
        label=_("Words that oppose it"), max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    external_id = forms.CharField(label=_("External id"), max_length=200, required=False)
    archived = forms.BooleanField(
        label=_("Archived"), required=False, help_text=_("Its stances stay; it is no longer offered for new ones.")
    )

    def __init__(self, *args: Any, parents: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["parent"].choices = [("", _("– (at the top)")), *parents]

    def given(self) -> dict[str, Any]:
        """The fields in the wire form."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return {**said, "parent": said["parent"] or None}


@project_page
def issues(request: HttpRequest, project: Project) -> HttpResponse:
    found = list(issues_of(request.user, project))
    tally = tally_of_issues(request.user, found)
    if wanted(request):
        rows = (_as_row(issue, tally[issue.pk]) for issue in found)
        return download(request, project, "issues", COLUMNS, rows)
    return show(request, "issues/list.html", project, tree=_tree(found, tally), count=len(found))


@project_page
def issue(request: HttpRequest, project: Project, issue_id: uuid.UUID) -> HttpResponse:
    """Every stance on an issue, and who takes which side; one that was merged leads to what stands for it."""
    issue = _issue(request, project, issue_id)
    if issue.merged_into_id:
        return redirect("issue", project.slug, issue.merged_into_id)
    position = request.GET.get("position", "")
    if position not in set(Position):
        position = ""
    holders = holders_on(request.user, issue)
    holder = next((one for side in holders.values() for one in side if one.key == request.GET.get("holder")), None)
    stances = stances_on(request.user, issue, position=position, holder=holder)
    if wanted(request):
        return download(request, project, "stances", TAGGED_COLUMNS["stances"], tagged_rows("stances", stances))
    found = list(issues_of(request.user, project))
    below = [other for other in found if other.parent_id == issue.pk]
    tally = tally_of_issues(request.user, [issue, *below])
    return show(
        request,
        "issues/issue.html",
        project,
        issue=issue,
        may_delete=may(request.user, "record.delete", issue),
        above=_above(issue, {other.pk: other for other in found}),
        below=[(other, tally[other.pk]) for other in below],
        total=tally[issue.pk].total(),
        counted=[(p.value, tally[issue.pk][p]) for p in Position if tally[issue.pk][p]],
        sides=_sides(holders),
        position=position,
        holder=holder,
        page=turned_to_tagged(request, stances),
        merged=_issues(request, project).filter(merged_into=issue),
    )


@project_page
def issue_new(request: HttpRequest, project: Project) -> HttpResponse:
    require(request.user, "record.add", project)
    form = IssueForm(
        request.POST or None, parents=_parents(request, project), initial={"parent": request.GET.get("parent", "")}
    )
    if form.is_valid():
        with problems_shown(form):
            made = add_record("issue", project, form.given(), by=request.user)
            messages.success(request, gettext("“%s” is recorded.") % made.label)
            return redirect("issue", project.slug, made.pk)
    return show(request, "issues/edit.html", project, status=400 if form.errors else 200, form=form)


@project_page
def issue_edit(request: HttpRequest, project: Project, issue_id: uuid.UUID) -> HttpResponse:
    issue = _issue(request, project, issue_id)
    require(request.user, "record.change", issue)
    stored = {**vars(issue), "parent": str(issue.parent_id or ""), "archived": issue.archived_at is not None}
    form = IssueForm(request.POST or None, initial=stored, parents=_parents(request, project, but=issue))
    if form.is_valid():
        with problems_shown(form):
            change_record(issue, form.given(), by=request.user, version=form.cleaned_data["version"] or 0)
            messages.success(request, gettext("“%s” is saved.") % issue.label)
            return redirect("issue", project.slug, issue.pk)
    return show(
        request,
        "issues/edit.html",
        project,
        status=400 if form.errors else 200,
        issue=_issue(request, project, issue_id),
        form=form,
    )


@project_page
def issue_merge(request: HttpRequest, project: Project, issue_id: uuid.UUID) -> HttpResponse:
    issue = _issue(request, project, issue_id)
    return registers.merge(request, registers.ISSUES, _issues(request, project), issue)


@require_POST
@project_page
def issue_unmerge(request: HttpRequest, project: Project, issue_id: uuid.UUID) -> HttpResponse:
    return registers.unmerge(request, registers.ISSUES, _issue(request, project, issue_id))


@require_POST
@project_page
def issue_delete(request: HttpRequest, project: Project, issue_id: uuid.UUID) -> HttpResponse:
    return registers.delete(request, registers.ISSUES, _issue(request, project, issue_id))


@require_POST
@project_page
def issue_restore(request: HttpRequest, project: Project, issue_id: uuid.UUID) -> HttpResponse:
    issue = get_object_or_404(visible_issues(request.user).filter(project=project), pk=issue_id)
    return registers.restore(request, issue)


def _issues(request: HttpRequest, project: Project) -> QuerySet[Issue]:
    mine = visible_issues(request.user).filter(project=project, deleted_at=None)
    return mine.select_related("project", "created_by", "changed_by")


def _issue(request: HttpRequest, project: Project, issue_id: uuid.UUID) -> Issue:
    return get_object_or_404(_issues(request, project), pk=issue_id)


def _tree(issues: list[Issue], tally: dict[uuid.UUID, Counter[str]]) -> list[dict[str, Any]]:
    """The issues as nested branches: {"issue", "tally", "below"}. One whose parent is gone stands at the top."""
    branches = {issue.pk: {"issue": issue, "tally": tally[issue.pk], "below": []} for issue in issues}
    top = []
    for issue in issues:
        above = branches[issue.parent_id]["below"] if issue.parent_id in branches else top
        above.append(branches[issue.pk])
    return top


def _above(issue: Issue, issues: dict[uuid.UUID, Issue]) -> list[Issue]:
    """The issues of which this one is a part, the topmost first."""
    above: list[Issue] = []
    while (parent := issues.get(issue.parent_id)) and parent not in above:
        above.insert(0, parent)
        issue = parent
    return above


def _parents(request: HttpRequest, project: Project, *, but: Issue | None = None) -> list[tuple[str, str]]:
    """What an issue can be a part of, indented as in the tree: not itself, nor what is below it."""
    found = list(issues_of(request.user, project))
    choices: list[tuple[str, str]] = []

    def walk(branches: list[dict[str, Any]], depth: int) -> None:
        for branch in branches:
            if but is None or branch["issue"].pk != but.pk:
                choices.append((str(branch["issue"].pk), "\u2003" * depth + branch["issue"].wording))
                walk(branch["below"], depth + 1)

    walk(_tree(found, defaultdict(Counter)), 0)
    return choices


def _sides(holders: dict[str, list[Holder]]) -> list[tuple[str, list[Holder]]]:
    """Position → holders, supporters and opponents always, the others where there are any."""
    always = (Position.SUPPORT, Position.OPPOSE)
    return [(p.value, holders.get(p, [])) for p in Position if p in always or holders.get(p)]


def _as_row(issue: Issue, tally: Counter[str]) -> dict[str, Any]:
    said = {name: getattr(issue, name) for name in COLUMNS if hasattr(issue, name)}
    return {**said, "parent": str(issue.parent_id or ""), **{p.value: tally[p] for p in Position}}
