"""The first connection of every process asks the server whether a saved annotation stays saved."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.base.base import BaseDatabaseWrapper

OLDEST_VERSION = 15
# With one of these off, the server says "committed" of what a power cut takes back (or what it half writes).
DURABILITY = ("fsync", "full_page_writes", "synchronous_commit")

_trusted: set[str] = set()


def refuse_unsafe_database(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Raise ImproperlyConfigured, and leave no open connection, where the server is too old or not durable.

    ALLOW_UNSAFE_DATABASE lets a server through that is not durable, for a throw-away one; never one that is too old.
    """
    if connection.alias in _trusted:
        return
    try:
        refuse_old_version(connection)
        if not settings.ALLOW_UNSAFE_DATABASE:
            refuse_forgetful_server(connection)
    except ImproperlyConfigured:
        connection.close()
        raise
    _trusted.add(connection.alias)


def refuse_old_version(connection: Any) -> None:
    version = connection.pg_version // 10_000
    if version < OLDEST_VERSION:
        raise ImproperlyConfigured(
            f"The database server is PostgreSQL {version}: use PostgreSQL {OLDEST_VERSION} or later."
        )


def refuse_forgetful_server(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_settings WHERE name = ANY(%s) AND setting = 'off'", [list(DURABILITY)])
        off = sorted(name for (name,) in cursor.fetchall())
    if off:
        raise ImproperlyConfigured(
            f"The database server runs with {', '.join(f'{name} = off' for name in off)}: saved work could be lost. "
            "Turn it on, or set ALLOW_UNSAFE_DATABASE=True for a database that may be lost."
        )
