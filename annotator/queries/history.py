"""What happened: one project's feed, and the history of one thing."""

from typing import Any

from django.db.models import QuerySet

from annotator.access.visibility import visible_events
from annotator.models import Event


def feed(user: Any) -> QuerySet[Event]:
    return visible_events(user).select_related("by", "project").order_by("id")


def history_of(user: Any, thing_id: object) -> QuerySet[Event]:
    """Events of one thing, oldest first (index ``event_of_thing``)."""
    return feed(user).filter(thing_id=str(thing_id))
