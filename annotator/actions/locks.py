"""The locks that are held to the end of a transaction, in the order in which they are taken.

1. an operation id, 2. a project's registers, 3. a text that arrives, 4. rows: the article first, 5. the project's
history. Who keeps to the order never waits for somebody who waits for him; docs/architecture.md says what each is for.
"""

import uuid
from collections.abc import Collection

from django.db import connection

from annotator.access.visibility import visible_articles
from annotator.models import ANNOTATIONS, User

# The first half of the key of a project's lock; the second is the project.
HISTORY = 7_202
_REGISTERS = 7_203


def lock_operation(key: uuid.UUID, user_id: int) -> None:
    """Of thirty identical requests at once one does the work, and the others wait for its answer."""
    _lock("hashtextextended(%s, %s)", str(key), user_id)


def lock_registers(project_id: int) -> None:
    """Hold the shape of a project's registers: no two merges or moves at once, which together could make a ring."""
    _lock("%s, %s", _REGISTERS, project_id)


def lock_texts(digests: Collection[str], project_id: int) -> None:
    """Let one arrival of a text wait for the other; the unique constraint stands behind it. All in one order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(digest, %s)) FROM unnest(%s::text[]) AS digest",
            [project_id, sorted(digests)],
        )


def lock_external_id(noun: str, external_id: str) -> None:
    """Of thirty at once that create or replace what has this external id, one creates it. Locked as a text is."""
    _lock("hashtextextended(%s, hashtextextended(%s, 0))", external_id, noun)


def lock_articles(named: Collection[uuid.UUID], *, by: User) -> None:
    """Hold the articles among ``named`` and those of the annotations among them, in one order, whoever asks.

    For a transaction of many writes: two that meet in several articles then wait for each other and do not deadlock.
    """
    ids = set(named)
    for model in ANNOTATIONS.values():
        ids |= set(model.objects.filter(pk__in=named).values_list("coding__article", flat=True))
    articles = visible_articles(by).filter(pk__in=ids).order_by("pk")
    list(articles.select_for_update(of=("self",), no_key=True).values_list("pk"))


def lock_history(project_id: int) -> None:
    """Hold the project's history until the end of the transaction.

    Event ids are handed out before commit: a reader that has passed 124 would never ask for a 123 that commits later.
    With the lock, ids are in the order of commit; it bounds a project to about one commit per fsync.
    """
    _lock("%s, %s", HISTORY, project_id)


def allow_purge() -> None:
    """Let this transaction change what is append-only; see the triggers of the first migration."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('annotator.purge', 'on', true)")


def _lock(key: str, *values: object) -> None:
    # `key` is one of the expressions above; what comes from outside is in `values`.
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock({key})", values)
