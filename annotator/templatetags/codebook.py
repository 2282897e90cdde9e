"""What a page says of the scheme's values: the project's own words for them, and annotations with their words."""

import uuid
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
from annotator.queries.tagged import Holder

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
    return _linked(context, entity.pk, entity.name)


@register.simple_tag(takes_context=True)
def who(context: template.Context, holder: Holder) -> str:
    """Who holds a position in one stance or several, as ``party`` says it of one."""
    if holder.entity_id is None:
        return gettext("Authors") if holder.voice == Voice.AUTHOR else gettext("Somebody not named")
    return _linked(context, holder.entity_id, holder.name)


def _linked(context: template.Context, entity_id: uuid.UUID, name: str) -> str:
    address = reverse("entity", args=[context["project"].slug, entity_id])
    return format_html('<a href="{}">{}</a>', address, name)


@register.inclusion_tag("issues/_tally.html", takes_context=True)
def tally(context: template.Context, issue: Issue, counts: Mapping[str, int]) -> dict[str, Any]:
    """How many stances on an issue take each position, in the order of the positions; each number opens them."""
    taken = {position.value: counts[position] for position in Position if counts.get(position)}
    address = reverse("issue", args=[context["project"].slug, issue.pk])
    return {"tally": taken, "address": address, "labels": context["labels"]}
