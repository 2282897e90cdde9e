"""The last line of every action: leave an event of what happened."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection

from annotator.actions.known import forget_after, remembering
from annotator.actions.locks import lock_history
from annotator.models import Event, User

# Told at commit and not at all on rollback. Payloads end at 8,000 bytes: ids only.
CHANNEL = "annotator_events"

_kept_back: ContextVar[list[Event] | None] = ContextVar("kept_back", default=None)


def trace(act: str, *, by: User, project_id: int, thing: str, thing_id: object, **told: Any) -> None:
    """Record an event. It comes last in its action, so that the history is locked for the commit alone.

    ``told`` are more of its columns: before, after, version, article_id, coding_id.
    """
    trace_all([event(act, by=by, project_id=project_id, thing=thing, thing_id=thing_id, **told)])


def event(act: str, *, by: User, project_id: int, thing: str, thing_id: object, **told: Any) -> Event:
    return Event(act=act, by_id=by.pk, project_id=project_id, thing=thing, thing_id=str(thing_id), **told)


def trace_all(events: Sequence[Event]) -> None:
    """Record events, in their order; within ``told_together`` not before its end."""
    kept_back = _kept_back.get()
    for event in events:
        forget_after(event.act, event.thing)
    if kept_back is not None:
        kept_back.extend(events)
        return
    for project_id in sorted({event.project_id for event in events}):
        lock_history(project_id)
    Event.objects.bulk_create(events)
    notices = [
        json.dumps(
            {
                "project": event.project_id,
                "article": str(event.article_id or ""),
                "event": event.pk,
                "thing": event.thing,
            }
        )
        for event in events
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, notice) FROM unnest(%s::text[]) AS notice", [CHANNEL, notices])


@contextmanager
def told_together() -> Iterator[None]:
    """Keep the events of several actions back to the end, within one transaction; they share what they know.

    So the history is locked after every row that they lock: two batches that meet in an article do not deadlock.
    """
    events: list[Event] = []
    token = _kept_back.set(events)
    try:
        with remembering():
            yield
    finally:
        _kept_back.reset(token)
    trace_all(events)


@contextmanager
def left_untold() -> Iterator[None]:
    """Record nothing of what is done within: it is only tried, and undone at its end."""
    token = _kept_back.set([])
    try:
        yield
    finally:
        _kept_back.reset(token)


def changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """The former values of what changed, but for the fields that change with every write."""
    always = {"version", "changed_at", "changed_by"}
    return {name: value for name, value in before.items() if name not in always and value != after.get(name)}
