"""The last line of every action: leave an event of what happened."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.utils import timezone

from annotator.actions.known import forget_after, remembering
from annotator.actions.locks import HISTORY
from annotator.models import Event, User
from annotator.models.prepared import write_together
from articles.models import Article

# Told at commit and not at all on rollback. Payloads end at 8,000 bytes: ids only.
CHANNEL = "annotator_events"

_P = ParamSpec("_P")
_T = TypeVar("_T")

_kept_back: ContextVar[list[Event] | None] = ContextVar("kept_back", default=None)


def trace(act: str, *, by: User, project_id: int, thing: str, thing_id: object, **told: Any) -> None:
    """Record an event. It comes last in its action, so that the history is locked for the commit alone.

    ``told`` are more of its columns: before, after, version, article_id, coding_id.
    """
    trace_all([event(act, by=by, project_id=project_id, thing=thing, thing_id=thing_id, **told)])


def event(act: str, *, by: User, project_id: int, thing: str, thing_id: object, **told: Any) -> Event:
    return Event(act=act, by_id=by.pk, project_id=project_id, thing=thing, thing_id=str(thing_id), **told)


def event_of(article: Article, act: str, *, by: User, **told: Any) -> Event:
    """What happened to an article, at the version that it has now."""
    return event(
        act,
        by=by,
        project_id=article.project_id,
        article_id=article.pk,
        thing="article",
        thing_id=article.pk,
        version=article.version,
        **told,
    )


def trace_all(events: Sequence[Event]) -> None:
    """Record events, in their order; within ``told_together`` not before its end."""
    kept_back = _kept_back.get()
    for event in events:
        forget_after(event.act, event.thing)
    if kept_back is not None:
        kept_back.extend(events)
        return
    _record(events)


@contextmanager
def told_together() -> Iterator[None]:
    """Keep the events of several actions back to the end, within one transaction; they share what they know.

    So the history is locked after every row that they lock: two batches that meet in an article do not deadlock. What
    fails within undoes all: actions make no savepoints of their own.
    """
    with _kept_together() as events:
        yield
    trace_all(events)


@contextmanager
def written_together() -> Iterator[None]:
    """``told_together`` as a transaction of its own, which ends with its events.

    The events and the COMMIT are one message to PostgreSQL: while the history is locked, nothing waits for this
    process, whose threads have their turns one by one.
    """
    with transaction.atomic():
        with _kept_together() as events:
            yield
        # Within another transaction, as of a test, that one commits.
        _record(events, commits=not connection.savepoint_ids)


def part_of_a_write(do: Callable[_P, _T]) -> Callable[_P, _T]:
    """Make an action one transaction, or a part of what is told together."""
    alone = transaction.atomic(do)

    @wraps(do)
    def run(*args: _P.args, **named: _P.kwargs) -> _T:
        return (alone if _kept_back.get() is None else do)(*args, **named)

    return run


@contextmanager
def _kept_together() -> Iterator[list[Event]]:
    events: list[Event] = []
    token = _kept_back.set(events)
    try:
        with remembering():
            yield events
    finally:
        _kept_back.reset(token)


def _record(events: Sequence[Event], *, commits: bool = False) -> None:
    """Lock the histories, insert the events and give notice of them; with ``commits`` end the transaction too."""
    if not events:
        return
    projects = sorted({event.project_id for event in events})
    statements: list[tuple[str, list[Any]]] = [(_LOCK, [HISTORY, project_id]) for project_id in projects]
    now, here = timezone.now(), connections[DEFAULT_DB_ALIAS]
    for first in range(0, len(events), _ROWS):
        rows = events[first : first + _ROWS]
        values: list[Any] = []
        for event in rows:
            event.at = now
            values += [field.get_db_prep_save(getattr(event, field.attname), here) for field in _FIELDS]
        statements.append((_TELL.format(rows=", ".join([_ROW] * len(rows))), [*values, CHANNEL]))
    write_together([*statements, *([("COMMIT", [])] if commits else [])])


_ROWS = 1_000  # in one statement, which PostgreSQL gives 65,535 values at the most
_FIELDS = [field for field in Event._meta.concrete_fields if not field.primary_key]
_ROW = f"({', '.join(['%s'] * len(_FIELDS))})"
_LOCK = "SELECT pg_advisory_xact_lock(%s, %s)"
_TELL = (
    f"WITH told AS (INSERT INTO {Event._meta.db_table} ({', '.join(field.column for field in _FIELDS)}) "  # noqa: S608
    "VALUES {rows} RETURNING id, project_id, article_id, thing) SELECT pg_notify(%s, json_build_object("
    "'project', project_id, 'article', coalesce(article_id::text, ''), 'event', id, 'thing', thing)::text) FROM told"
)


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
