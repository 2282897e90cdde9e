"""After a corrected text: what it left to be looked at, both texts beside each other, and the way back."""

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from annotator.access.acts import may_each
from annotator.access.rules import require
from annotator.access.visibility import visible_articles, visible_codings
from annotator.actions.annotations import delete_annotation
from annotator.actions.placing import accept_place, take_back_place
from annotator.actions.revisions import undo_revision
from annotator.models import ANNOTATIONS
from annotator.pages.fields import version_of
from annotator.pages.frame import problems_said, project_page, show
from annotator.pages.saying import said_of
from annotator.queries.annotations import detailed, of_article
from annotator.queries.codebook import labels
from annotator.queries.comparison import compared
from annotator.queries.corrections import came_last
from annotator.queries.revisions import (
    Waiting,
    articles_to_review,
    as_of,
    carried_from,
    count_waiting,
    place_at,
    placed_by_hand,
    places_of,
    review,
    revisions_of,
    rows_of,
)
from articles.models import Article, Project, Revision
from articles.offsets import words as exact

_DETAILS = {"title": _("Headline"), "author": _("Author"), "published_on": _("Published")}
_SPANS = {
    "source_span": _("source"),
    "cue_span": _("cue"),
    "target_span": _("target"),
    "hedge_spans": _("hedges"),
    "quantities": _("quantity"),
}


@project_page
def article_review(request: HttpRequest, project: Project, article_id: uuid.UUID) -> HttpResponse:
    """Walk through the annotations that a revision left behind. ``?pick=<id>&words=…`` looks for another place.

    After the last of an article comes the next article in which something waits.
    """
    article = the_article(request, project, article_id)
    waiting = review(request.user, article)

    def words_at(span: Any) -> str:
        return " … ".join(exact(span, article.current.text))

    rows = rows_of(request.user, waiting)
    may_change = may_each(request.user, "annotation.change", project)
    may_delete = may_each(request.user, "annotation.delete", project)
    picked, words = request.GET.get("pick", ""), request.GET.get("words", "").strip()[:500]
    return show(
        request,
        "revisions/review.html",
        project,
        article=article,
        placed=[each for each in placed_by_hand(request.user, article) if may_change(each.annotation)],
        cards=[
            {
                "waiting": each,
                "row": rows[each.annotation["id"]],
                "may_change": may_change(rows[each.annotation["id"]]),
                "may_delete": may_delete(rows[each.annotation["id"]]),
                "is_picked": str(each.annotation["id"]) == picked,
                "words": words or " ".join(each.annotation["exact"]),
                "goes_along": [(_called(name), words_at(span)) for name, span in each.others.items() if span],
                "gone": [_called(name) for name in each.gone],
                "places": places_of(request.user, article, each, words)
                if words and str(each.annotation["id"]) == picked
                else None,
            }
            for each in waiting
        ],
    )


@require_POST
@project_page
def annotation_place(
    request: HttpRequest, project: Project, article_id: uuid.UUID, kind: str, annotation_id: uuid.UUID
) -> HttpResponse:
    """Put it in its place: ``place`` is “proposal”, or the offsets of one, “12-40”; or “delete”; or “undo”."""
    article = the_article(request, project, article_id)
    if kind not in ANNOTATIONS:
        raise Http404
    annotation = get_object_or_404(detailed(request.user, kind).filter(coding__article=article), pk=annotation_id)
    require(request.user, "annotation.change", annotation)
    waiting = review(request.user, article)
    following = _following(waiting, annotation_id)
    place = request.POST.get("place", "")
    is_done = False
    with problems_said(request):
        if place == "undo":
            take_back_place(annotation, by=request.user, version=version_of(request))
            messages.success(request, gettext("It waits again, as before."))
            following = annotation_id
        elif place == "delete":
            delete_annotation(annotation, by=request.user, version=version_of(request))
            messages.success(request, gettext("It is in the bin."))
        else:
            fields = place_at(request.user, article, _of(waiting, annotation_id), place)
            given = {**fields, "revision": _number(request)}
            accept_place(annotation, given, by=request.user, version=version_of(request))
            messages.success(request, gettext("It stands on the current text again."))
        is_done = True
    if is_done and following is None:
        others = [other for other, _count in articles_to_review(request.user, project) if other.pk != article.pk]
        return redirect("article_review" if others else "annotate", project.slug, (others or [article])[0].pk)
    here = reverse("article_review", args=[project.slug, article.pk])
    return redirect(f"{here}#w-{following if is_done else annotation_id}")


@require_POST
@project_page
def article_undo(request: HttpRequest, project: Project, article_id: uuid.UUID) -> HttpResponse:
    article = the_article(request, project, article_id)
    with problems_said(request):
        restored = undo_revision(article, by=request.user, version=version_of(request))
        if restored.current_id == article.current_id:
            messages.success(request, gettext("The correction is undone: the article is called what it was before."))
        else:
            told = gettext("Revision %(undone)d is undone: the text is that of revision %(now)d again.")
            messages.success(request, told % {"undone": article.current.number, "now": restored.current.number})
    return redirect("revisions", project.slug, article.pk)


@project_page
def revisions(request: HttpRequest, project: Project, article_id: uuid.UUID) -> HttpResponse:
    """All revisions; two of them side by side with their annotations: the last and the one before, or as asked for.

    ``?old=n&new=n`` shows one as it was. Below stands who says what, and what waited for a look then.
    """
    article = the_article(request, project, article_id)
    found = revisions_of(request.user, article)
    last = came_last(article)
    correction = last if last and last.act == "article.corrected" else None
    by_number = {revision.number: revision for revision in found}
    new = _chosen(request, "new", by_number, article.current)
    old = _chosen(request, "old", by_number, by_number.get(_number_before(new, found), new))
    shown = [new] if old == new else [old, new]
    annotations = {revision: as_of(request.user, article, revision) for revision in shown}
    if article.current in shown:
        annotations[article.current] += of_article(request.user, article, needs_look=True)
    standing = {
        revision: [row for row in annotations[revision] if row["revision"] == revision.number] for revision in shown
    }
    codings = visible_codings(request.user).filter(article=article).select_related("coder")
    layers = {str(coding.pk): coding.coder.name if coding.coder else gettext("Adjudicated") for coding in codings}
    said = {}
    for revision, former in annotations.items():
        said[revision] = said_of(former, request.user, labels=labels(request.user, project), layers=layers)
        for row, line in zip(former, said[revision], strict=True):
            row["said"] = line.sentence
    return show(
        request,
        "revisions/revisions.html",
        project,
        article=article,
        revisions=found,
        correction=correction,
        corrected=[
            (label, correction.before[name], correction.after[name])
            for name, label in _DETAILS.items()
            if correction and name in correction.before
        ],
        old=old,
        new=new,
        rows=compared(old.text, new.text, standing[old], standing[new]) if len(found) > 1 else [],
        said=list(said.items()),
        counts=carried_from(request.user, old) if new.follows_id == old.pk and not new.is_undone else {},
        waiting=count_waiting(request.user, article),
    )


@project_page
def to_review(request: HttpRequest, project: Project) -> HttpResponse:
    """The articles in which something waits for a look."""
    return show(request, "revisions/to_review.html", project, rows=articles_to_review(request.user, project))


def _articles(request: HttpRequest, project: Project) -> QuerySet[Article]:
    articles = visible_articles(request.user).kept().filter(project=project)
    return articles.select_related("project", "outlet", "current")


def the_article(request: HttpRequest, project: Project, article_id: uuid.UUID) -> Article:
    return get_object_or_404(_articles(request, project), pk=article_id)


def _called(name: str) -> Any:
    """What a span beside the main one is called on the page."""
    return _SPANS[name.partition(".")[0]]


def _of(waiting: list[Waiting], annotation_id: uuid.UUID) -> Waiting | None:
    return next((each for each in waiting if each.annotation["id"] == annotation_id), None)


def _following(waiting: list[Waiting], annotation_id: uuid.UUID) -> uuid.UUID | None:
    """The one to look at next: the one after, else the first of the others."""
    ids = [each.annotation["id"] for each in waiting]
    if annotation_id not in ids:
        return ids[0] if ids else None
    at = ids.index(annotation_id)
    others = ids[at + 1 :] + ids[:at]
    return others[0] if others else None


def _number(request: HttpRequest) -> int:
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _chosen(request: HttpRequest, name: str, by_number: dict[int, Revision], default: Revision) -> Revision:
    text = request.GET.get(name, "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    return by_number.get(number, by_number[default.number])


def _number_before(revision: Revision, found: list[Revision]) -> int:
    return next((each.number for each in found if each.pk == revision.follows_id), 0)
