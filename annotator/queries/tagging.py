"""What a member has tagged where: for those who tag many places at once."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from annotator.access.visibility import visible_annotations, visible_codings
from annotator.domain.annotation import Kind
from annotator.domain.layers import CodingState
from annotator.queries.codings import own_layer
from articles.models import Article


def tagged_in(user: Any, articles: Iterable[Article]) -> dict[uuid.UUID, dict[tuple[int, int], str]]:
    """Article → ``(start, end)`` of each mention in the layer that the user writes to → its entity, or its type."""
    layers = {own_layer(article, user).pk: article.pk for article in articles}
    mentions = visible_annotations(user, Kind.MENTION).kept().filter(coding__in=layers, anchoring="")
    found: dict[uuid.UUID, dict[tuple[int, int], str]] = defaultdict(dict)
    for mention in mentions.select_related("entity"):
        if len(mention.segments) == 1:
            name = mention.entity.name if mention.entity else mention.type
            found[layers[mention.coding_id]][mention.first, mention.last] = name
    return found


def closed_to(user: Any, articles: Iterable[Article]) -> dict[uuid.UUID, str]:
    """Of articles whose layer, the one that the user writes to, takes no mentions: its state, done or adjudicated."""
    layers = {own_layer(article, user).pk: article.pk for article in articles}
    closed = visible_codings(user).filter(pk__in=layers).exclude(state=CodingState.OPEN)
    return {layers[id]: state for id, state in closed.values_list("pk", "state")}
