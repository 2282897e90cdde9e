"""What goes in and out in bulk: imports with how far they are, and exports to be fetched."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from annotator.access.acts import acts_in
from annotator.access.background import visible_exports, visible_imports
from annotator.access.rules import require
from annotator.actions.exports import remove_export, start_export
from annotator.actions.transfers import resume_import, stop_import, store_looked
from annotator.models import Export, Import
from annotator.models.transfer import OVER, Content, TransferState
from annotator.pages.frame import page_of, problems_said, project_page, show
from annotator.pages.previewing import STATES, choices_for
from annotator.queries.arriving import State
from annotator.queries.transfers import file_of, outcomes_of
from articles.models import Project

# What becomes of a row, or would: the lists of an import's page.
ROWS = {
    "refused": _("Refused"),
    "new": _("New"),
    "revised": _("Revised"),
    "revision": STATES[State.REVISION],
    "near": STATES[State.NEAR],
    "same": _("There already"),
    "left": _("Left out"),
}


@project_page
def imports(request: HttpRequest, project: Project) -> HttpResponse:
    require(request.user, "article.add", project)
    found = visible_imports(request.user).filter(project=project).select_related("by").order_by("-created_at", "id")
    return show(request, "transfers/imports.html", project, page=page_of(request, found))


@project_page
def import_progress(request: HttpRequest, project: Project, import_id: uuid.UUID) -> HttpResponse:
    job = _import(request, project, import_id)
    looked = job.state == TransferState.LOOKED
    revising = "article.revise" in acts_in(job.by, project)
    shown = request.GET.get("rows", "refused" if job.counts.get("refused") else "new")
    if shown not in ROWS:
        raise Http404
    return show(
        request,
        "transfers/import.html",
        project,
        job=job,
        is_over=job.state in OVER,
        may_resume=job.state in (TransferState.STOPPED, TransferState.FAILED) and job.pieces.exists(),
        looked=looked,
        figures=[(name, label, job.counts.get(name, 0)) for name, label in _figures(job)],
        choices=[
            (state.value, STATES[state], job.counts[state], choices_for(state, revising=revising))
            for state in (State.REVISION, State.NEAR)
            if looked and job.counts.get(state)
        ],
        shown=shown,
        heading=ROWS[shown],
        rows=page_of(request, outcomes_of(job, shown)),
    )


def _figures(job: Import) -> list[tuple[str, Any]]:
    """What is counted: of rows that are looked at what they would be, else what became of them."""
    if job.looking:
        return [(state.value, label) for state, label in STATES.items()]
    names = ["new", *(("revised", "left") if job.choices else ()), "same", "refused"]
    return [(name, ROWS[name]) for name in names]


@require_POST
@project_page
def import_store(request: HttpRequest, project: Project, import_id: uuid.UUID) -> HttpResponse:
    given = {state: request.POST[state] for state in ("revision", "near") if state in request.POST}
    with problems_said(request):
        store_looked(_import(request, project, import_id), given, by=request.user)
        messages.success(request, gettext("The articles are being brought in."))
    return redirect("import_progress", project.slug, import_id)


@require_POST
@project_page
def import_stop(request: HttpRequest, project: Project, import_id: uuid.UUID) -> HttpResponse:
    with problems_said(request):
        stop_import(_import(request, project, import_id), by=request.user)
        messages.success(request, gettext("The import is stopped. What has come in stays."))
    return redirect("import_progress", project.slug, import_id)


@require_POST
@project_page
def import_resume(request: HttpRequest, project: Project, import_id: uuid.UUID) -> HttpResponse:
    with problems_said(request):
        resume_import(_import(request, project, import_id), by=request.user)
        messages.success(request, gettext("The import goes on where it was."))
    return redirect("import_progress", project.slug, import_id)


def _import(request: HttpRequest, project: Project, import_id: uuid.UUID) -> Import:
    found = visible_imports(request.user).filter(project=project).select_related("project", "by")
    return get_object_or_404(found, pk=import_id)


@project_page
def exports(request: HttpRequest, project: Project) -> HttpResponse:
    if request.method == "POST":
        with problems_said(request):
            content = Content.ALL if request.POST.get("content") == Content.ALL else Content.ARTICLES
            start_export(project, by=request.user, content=content)
            messages.success(request, gettext("The file is being written. It is listed here, for you alone."))
        return redirect("exports", project.slug)
    found = visible_exports(request.user).filter(project=project).order_by("-created_at", "id")
    return show(request, "transfers/exports.html", project, exports=list(found))


@project_page
def export_file(request: HttpRequest, project: Project, export_id: uuid.UUID) -> HttpResponse:
    with problems_said(request):
        name, content = file_of(request.user, _export(request, project, export_id))
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return StreamingHttpResponse(content, content_type="application/x-ndjson", headers=headers)
    return redirect("exports", project.slug)


@require_POST
@project_page
def export_remove(request: HttpRequest, project: Project, export_id: uuid.UUID) -> HttpResponse:
    remove_export(_export(request, project, export_id), by=request.user)
    messages.success(request, gettext("The file is removed."))
    return redirect("exports", project.slug)


def _export(request: HttpRequest, project: Project, export_id: uuid.UUID) -> Export:
    return get_object_or_404(visible_exports(request.user).filter(project=project), pk=export_id)
