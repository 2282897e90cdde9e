"""What a page says of the scheme's values: the project's own words for them, and annotations with their words."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext

from annotator.domain.annotation import Voice
from annotator.domain.stance import Position
from annotator.models import Annotation, Issue
from annotator.queries.contexts import Piece, pieces

register = template.Library()


@register.simple_tag(takes_context=True)
def label(context: template.Context, field: str, value: str) -> str:
    """The codebook's label of a value; the value itself where the codebook has none."""
    return context["labels"].get(field, {}).get(value, value)


@register.filter
def words(annotation: Annotation) -> list[Piece]:
    """The annotation's words and what stands around them; it comes from ``with_context``."""
    return pieces(annotation.context, annotation.context_start, annotation.segments)


@register.simple_tag(takes_context=True)
def party(context: template.Context, annotation: Annotation, name: str) -> str:
    """Who holds, says or claims: an entity, with a link to its page, the author, or somebody not named."""
    entity = getattr(annotation, f"{name}_entity")
    if entity is None:
        is_author = getattr(annotation, f"{name}_voice") == Voice.AUTHOR
        return gettext("The author") if is_author else gettext("Somebody not named")
    if entity == context.get("entity"):
        return entity.name
    address = reverse("entity", args=[context["project"].slug, entity.pk])
    return format_html('<a href="{}">{}</a>', address, entity.name)


@register.inclusion_tag("issues/_tally.html", takes_context=True)
def tally(context: template.Context, issue: Issue, counts: Mapping[str, int]) -> dict[str, Any]:
    """How many stances on an issue take each position, in the order of the positions; each number opens them."""
    taken = {position.value: counts[position] for position in Position if counts.get(position)}
    address = reverse("issue", args=[context["project"].slug, issue.pk])
    return {"tally": taken, "address": address, "labels": context["labels"]}
