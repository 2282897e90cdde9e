"""The annotation screen: one article, its text on the server's page, all else in one JSON document."""

import uuid

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from annotator.access.visibility import visible_articles
from annotator.pages.chosen_articles import ChosenForm, as_filtered
from annotator.pages.frame import project_page, show
from annotator.queries.articles import next_article
from annotator.queries.document import document
from articles.models import Article, Project
from articles.text import paragraphs

STRETCH = 16  # paragraphs, as the style sheet reckons too


@csp_update({"require-trusted-types-for": ["'script'"], "trusted-types": ["worker"]})
@project_page
def annotate(request: HttpRequest, project: Project, article_id: uuid.UUID) -> HttpResponse:
    """The article as text that reads and prints without script, and the document that the script works with."""
    articles = visible_articles(request.user).kept().filter(project=project)
    article = get_object_or_404(articles.select_related("project", "outlet", "current"), pk=article_id)
    in_address = as_filtered(request.GET)
    form = ChosenForm(request.GET, user=request.user, project=project)
    chosen = form.chosen()
    following = next_article(request.user, project, chosen, form.order_chosen(), article)
    contents = document(article, request.user)
    parts, ending = _parts(article)
    return show(
        request,
        "annotate/annotate.html",
        project,
        article=article,
        stretches=_stretches(parts),
        ending=ending,
        as_filtered=in_address,
        coding=contents["coding"],
        document={
            **contents,
            "next_article": following and f"{reverse('annotate', args=[project.slug, following.pk])}{in_address}",
            "urls": {
                "api": "/api/v1/",
                "list": f"{reverse('articles', args=[project.slug])}{in_address}",
                "review": reverse("article_review", args=[project.slug, article.pk]),
                "keys": reverse("keys"),
            },
        },
    )


def _parts(article: Article) -> tuple[list[dict[str, object]], str]:
    """The paragraphs with what stands before each, and what stands after all: together the text, no more."""
    text, at = article.current.text, 0
    parts: list[dict[str, object]] = []
    for number, (start, end) in enumerate(paragraphs(text), start=1):
        parts.append({"number": number, "gap": text[at:start], "text": text[start:end], "start": start, "end": end})
        at = end
    return parts, text[at:]


def _stretches(parts: list[dict[str, object]]) -> list[list[dict[str, object]]]:
    """Paragraphs that the browser looks at together: of a long text it need not ask each whether it can be seen."""
    return [parts[first : first + STRETCH] for first in range(0, len(parts), STRETCH)]
