"""What was deleted, and how it comes back."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from annotator.access.acts import may_each
from annotator.access.visibility import (
    visible_annotations,
    visible_assessments,
    visible_comments,
    visible_propositions,
)
from annotator.actions.annotations import restore_annotation
from annotator.actions.comments import restore_comment
from annotator.actions.register import restore_assessment
from annotator.models import ANNOTATIONS
from annotator.models.record import Record
from annotator.pages import registers
from annotator.pages.downloads import download, wanted
from annotator.pages.frame import page_of, problems_said, project_page, show
from annotator.queries.bin import (
    deleted_annotations,
    deleted_articles,
    deleted_assessments,
    deleted_comments,
    deleted_records,
    deleted_searches,
    told_of,
)
from articles.models import Project

_MOST = 200  # of articles and of records on the page; the file has all

COLUMNS = "kind id what deleted_at".split()


@project_page
def bin_page(request: HttpRequest, project: Project) -> HttpResponse:
    articles = deleted_articles(request.user, project)
    records = deleted_records(request.user, project)
    assessments = deleted_assessments(request.user, project)
    searches = deleted_searches(request.user, project)
    comments = deleted_comments(request.user, project)
    annotations = deleted_annotations(request.user, project)
    if wanted(request):
        rows = [
            *({"kind": "article", "id": a.pk, "what": a.title, "deleted_at": a.deleted_at} for a in articles),
            *({"kind": r._meta.model_name, "id": r.pk, "what": r.label, "deleted_at": r.deleted_at} for r in records),
            *(
                {"kind": "assessment", "id": a.pk, "what": a.proposition.wording, "deleted_at": a.deleted_at}
                for a in assessments
            ),
            *({"kind": "search", "id": s.pk, "what": s.name, "deleted_at": s.deleted_at} for s in searches),
            *({"kind": "comment", "id": c.pk, "what": c.text, "deleted_at": c.deleted_at} for c in comments),
            *({"kind": kind, "id": key, "what": "", "deleted_at": at} for kind, key, at in annotations),
        ]
        return download(request, project, "bin", COLUMNS, rows)
    page = page_of(request, annotations)
    latest = list(articles[: _MOST + 1])
    may_restore = may_each(request.user, "annotation.restore", project)
    may_take_back = may_each(request.user, "record.restore", project)
    may_bring_back = may_each(request.user, "search.restore", project)
    may_say_again = may_each(request.user, "comment.restore", project)
    judged, kept, said = (list(rows[: _MOST + 1]) for rows in (assessments, searches, comments))
    rows = [(annotation, may_restore(annotation)) for annotation in told_of(request.user, list(page.object_list))]
    return show(
        request,
        "bin/bin.html",
        project,
        articles=latest[:_MOST],
        records=[(record, may_take_back(record) and _way_back(project, record)) for record in records[:_MOST]],
        assessments=judged[:_MOST],
        searches=[(search, may_bring_back(search)) for search in kept[:_MOST]],
        comments=[(comment, may_say_again(comment)) for comment in said[:_MOST]],
        is_cut=max(len(each) for each in (latest, records, judged, kept, said)) > _MOST,
        page=page,
        annotations=rows,
    )


def _way_back(project: Project, record: Record) -> str:
    return reverse(f"{record._meta.model_name}_restore", args=[project.slug, record.pk])


@require_POST
@project_page
def proposition_restore(request: HttpRequest, project: Project, proposition_id: uuid.UUID) -> HttpResponse:
    return registers.restore(
        request, get_object_or_404(visible_propositions(request.user).filter(project=project), pk=proposition_id)
    )


@require_POST
@project_page
def assessment_restore(request: HttpRequest, project: Project, assessment_id: uuid.UUID) -> HttpResponse:
    seen = visible_assessments(request.user).filter(proposition__project=project)
    assessment = get_object_or_404(seen.select_related("proposition__project"), pk=assessment_id)
    with problems_said(request):
        restore_assessment(assessment, by=request.user)
        messages.success(request, gettext("“%s” is back.") % assessment.proposition.wording)
    return redirect("bin", project.slug)


@require_POST
@project_page
def comment_restore(request: HttpRequest, project: Project, comment_id: uuid.UUID) -> HttpResponse:
    comment = get_object_or_404(visible_comments(request.user), pk=comment_id)
    if comment.article.project_id != project.pk:
        raise Http404
    with problems_said(request):
        restore_comment(comment, by=request.user)
        messages.success(request, gettext("It is back in its article."))
    return redirect("bin", project.slug)


@require_POST
@project_page
def annotation_restore(request: HttpRequest, project: Project, kind: str, annotation_id: uuid.UUID) -> HttpResponse:
    if kind not in ANNOTATIONS:
        raise Http404
    deleted = visible_annotations(request.user, kind).filter(coding__article__project=project)
    annotation = get_object_or_404(deleted.select_related("coding__article", "revision"), pk=annotation_id)
    with problems_said(request):
        restore_annotation(annotation, by=request.user)
        messages.success(request, gettext("It is back in its article."))
    return redirect("bin", project.slug)
