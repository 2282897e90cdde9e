"""What is tagged about an entity or an issue: a page of it, and rows of a file."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from annotator.models import Annotation
from annotator.pages.downloads import Row
from annotator.pages.frame import Turning, problems_said, turned_to
from annotator.queries.bounded import answered_in_time
from annotator.queries.contexts import BY_ARTICLE, orderable, pieces, told_with_context, with_context

_HEAD = "id article title outlet published_on words".split()
_STANCE = [*_HEAD, *"holder position target explicitness modality affiliation".split()]

TAGGED_COLUMNS = {
    "held": _STANCE,
    "towards": _STANCE,
    "stances": _STANCE,
    "claims": [*_HEAD, *"claimant claim_kind check_worthiness wording certainty".split()],
    "quotations": [*_HEAD, *"source mode negated".split()],
    "mentions": [*_HEAD, *"type level".split()],
}


def turned_to_tagged(request: HttpRequest, tagged: QuerySet[Annotation]) -> Turning:
    """The page of these annotations that is asked for, each with its words."""
    rows = orderable(tagged)
    with problems_said(request):
        return answered_in_time(lambda: turned_to(request, rows, BY_ARTICLE, fetch=told_with_context), "")
    return Turning([])


def tagged_rows(section: str, tagged: QuerySet[Annotation]) -> Iterator[Row]:
    """One row an annotation, in the order of ``TAGGED_COLUMNS``; ``words`` parts segments by “ … ”."""
    for annotation in with_context(tagged).iterator(chunk_size=500):
        article = annotation.coding.article
        marked = (p.text for p in pieces(annotation.context, annotation.context_start, annotation.segments) if p.marked)
        head = {
            "id": str(annotation.pk),
            "article": str(article.pk),
            "title": article.title,
            "outlet": article.outlet.name if article.outlet else "",
            "published_on": article.published_on,
            "words": " … ".join(marked),
        }
        yield {name: head[name] if name in head else _said(annotation, name) for name in TAGGED_COLUMNS[section]}


def _said(annotation: Annotation, name: str) -> Any:
    match name:
        case "holder" | "claimant" | "source":
            entity = getattr(annotation, f"{name}_entity")
            return entity.name if entity else getattr(annotation, f"{name}_voice")
        case "target":
            return (annotation.target_issue or annotation.target_entity or annotation.target_proposition).label
        case "affiliation":
            return annotation.affiliation.name if annotation.affiliation else ""
    return getattr(annotation, name)
