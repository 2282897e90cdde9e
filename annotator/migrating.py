"""Migrations beside people at work: what would wait for a lock gives way, since all who come after wait behind it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.db import OperationalError, connection
from psycopg.errors import LockNotAvailable

LONGEST_WAIT = 300  # milliseconds that a statement waits for its lock, and writers behind it
PAUSE = 1.0  # seconds until it is tried again
PATIENCE = 900.0  # seconds that it is tried for: some read for minutes, such as an export


def migrate(*to: str) -> None:
    """Bring the database up to date, or to the migration ``to`` of an app."""
    # A migration that is one transaction is undone whole where a lock is not to be had, and begins anew.
    _again_and_again(lambda: call_command("migrate", *to, interactive=False, verbosity=0), giving_way)


@contextmanager
def giving_way() -> Iterator[None]:
    """No statement waits long for a lock; one that is no part of a transaction is tried again by itself."""
    _wait_at_most(LONGEST_WAIT)
    try:
        with connection.execute_wrapper(_tried_again):
            yield
    finally:
        _wait_at_most(0)


def _tried_again(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
    if connection.in_atomic_block:
        return execute(sql, params, many, context)
    if "CONCURRENTLY" not in str(sql):
        return _again_and_again(lambda: execute(sql, params, many, context))
    # It stops nobody, and waits for those who were there before; given up, it would leave half an index.
    _wait_at_most(0)
    try:
        return execute(sql, params, many, context)
    finally:
        _wait_at_most(LONGEST_WAIT)


def _again_and_again(do: Callable[[], Any], within: Callable[[], Any] | None = None) -> Any:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            if within is None:
                return do()
            with within():
                return do()
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable) or time.monotonic() > until:
                raise
        time.sleep(PAUSE)


def _wait_at_most(milliseconds: int) -> None:
    connection.ensure_connection()
    with connection.connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = {milliseconds}")
