"""What happened: one project's feed, and the history of one thing."""

from typing import Any

from django.db.models import QuerySet

from annotator.access.visibility import visible_events
from annotator.models import Event


def feed(user: Any) -> QuerySet[Event]:
    return visible_events(user).select_related("by", "project").order_by("id")


def history_of(user: Any, thing_id: object) -> list[dict[str, Any]]:
    """Events of one thing, oldest first (index ``event_of_thing``)."""
    return [event(row) for row in feed(user).filter(thing_id=str(thing_id))]


def event(row: Event) -> dict[str, Any]:
    """An event on the wire. ``after`` is the whole wire form, ``before`` the former values of what changed."""
    return {
        "id": row.pk,
        "act": row.act,
        "at": row.at,
        "by": row.by.username,
        "project": row.project.slug,
        "article": str(row.article_id) if row.article_id else None,
        "thing": row.thing,
        "thing_id": row.thing_id,
        "version": row.version,
        "before": row.before,
        "after": row.after,
    }
