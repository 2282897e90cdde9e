"""Comments as they are read."""

from collections import defaultdict
from typing import Any

from django.db.models import Q

from annotator.models import Comment
from annotator.queries import wire


def comments_on(annotations: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The wire forms of all comments on these annotations, the oldest first.

    Whoever may read an annotation may read what is said about it. By the annotations' ids the indexes of the four keys
    answer, however many comments there are.
    """
    if not annotations:
        return []
    ids: dict[str, list[Any]] = defaultdict(list)
    for annotation in annotations:
        ids[annotation["kind"]].append(annotation["id"])
    on_any = Q()
    for kind, of_kind in ids.items():
        on_any |= Q(**{f"{kind}__in": of_kind})
    found = Comment.objects.filter(on_any, deleted_at=None).select_related("created_by").order_by("created_at", "id")
    return [wire.comment(row) for row in found]
