"""What was assessed and published: the verdicts of a project, with their evidence and the claims that they rest on."""

from django.http import HttpRequest, HttpResponse

from annotator.pages.frame import page_of, project_page, show
from annotator.queries.verdicts import changed_in, published_in, verdicts_of
from articles.models import Project


@project_page
def assessments(request: HttpRequest, project: Project) -> HttpResponse:
    """All, the newest first; ``?changed=yes``: those whose sources are not as they were when somebody last looked."""
    changed = changed_in(request.user, project)
    found = published_in(request.user, project)
    total = found.count()
    only_changed = request.GET.get("changed") == "yes"
    if only_changed:
        found = found.filter(pk__in={each.assessment for each in changed})
    page = page_of(request, found)
    return show(
        request,
        "assessments/list.html",
        project,
        page=page,
        verdicts=verdicts_of(request.user, page.object_list, changed),
        total=total,
        changed=len({each.assessment for each in changed}),
        only_changed=only_changed,
    )
