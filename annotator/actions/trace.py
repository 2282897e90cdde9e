"""The last line of every action: leave an event of what happened."""

import json
from typing import Any

from django.db import connection

from annotator.models import Coding, Event, User

# The first half of the advisory lock's key; the second is the project.
_LOCK = 7_202
# Told at commit and not at all on rollback. Payloads end at 8,000 bytes: ids only.
CHANNEL = "annotator_events"


def lock_history(project_id: int) -> None:
    """Hold the project's history until the end of the transaction.

    Event ids are handed out before commit: a reader that has passed 124 would never ask for a 123 that commits later.
    With the lock, ids are in the order of commit; it bounds a project to about one commit per fsync.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, project_id])


def trace(
    act: str,
    *,
    by: User,
    project_id: int,
    thing: str,
    thing_id: object,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    version: int | None = None,
    article_id: object = None,
    coding: Coding | None = None,
) -> Event:
    """Record an event. It comes last in its action, so that the lock is held for the commit alone."""
    lock_history(project_id)
    event = Event.objects.create(
        act=act,
        by_id=by.pk,
        project_id=project_id,
        article_id=article_id,
        coding=coding,
        thing=thing,
        thing_id=str(thing_id),
        version=version,
        before=before,
        after=after,
    )
    told = {"project": project_id, "article": str(article_id or ""), "event": event.pk}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps(told)])
    return event


def changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """The former values of what changed, but for the fields that change with every write."""
    always = {"version", "changed_at", "changed_by"}
    return {name: value for name, value in before.items() if name not in always and value != after.get(name)}
