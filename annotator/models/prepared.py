"""Statements for the hot paths: a queryset is compiled once a process, and PostgreSQL plans it once a connection.

Building a query takes Django longer than PostgreSQL takes to answer it, and planning one that joins five tables takes
longer than running it. What is run so often that this counts is written as a queryset like any other, with ``Given``
where values differ from one time to the next.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BooleanField, Expression, F, Field, Func, QuerySet


class Given(Expression):
    """A value that a statement is given each time it is run."""

    def __init__(self, name: str, output_field: Field) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        return "%s", [self]


def among(column: str, values: Expression) -> Func:
    """The condition that a column is one of the values of an array."""
    return Func(F(column), values, template="%(expressions)s)", arg_joiner=" = ANY(", output_field=BooleanField())


class Prepared:
    """A statement drawn from the queryset that ``build`` makes when it is first run.

    It gives rows of columns, as ``values_list`` has them.
    """

    def __init__(self, build: Callable[[], QuerySet]) -> None:
        self._build = build

    def rows(self, **given: Any) -> list[tuple[Any, ...]]:
        [found] = run_together([(self, given)])
        return found

    def bound(self, given: dict[str, Any]) -> tuple[str, list[Any]]:
        """The statement and its parameters. Raises KeyError for a value that is not given."""
        sql, parameters = self._compiled
        return sql, [given[each.name] if isinstance(each, Given) else each for each in parameters]

    @cached_property
    def _compiled(self) -> tuple[str, Sequence[Any]]:
        return self._build().query.sql_with_params()


Asked = Sequence[tuple[Prepared, dict[str, Any]]]
Rows = list[list[tuple[Any, ...]]]


def run_together(statements: Asked) -> Rows:
    """The rows of several statements, sent in one round trip. Nothing written between them is guarded against."""
    here = _here()
    bound = [statement.bound(given) for statement, given in statements]
    with here.wrap_database_errors:
        if _is_watched(here):
            return [_sent(here, *statement).fetchall() for statement in bound]
        here.validate_no_broken_transaction()
        return here.connection.together.rows(bound)  # type: ignore[no-any-return]


def write_together(statements: Sequence[tuple[str, Sequence[Any]]]) -> list[int]:
    """Write by statements that stand ready, sent in one message; gives how many rows each concerned."""
    here = _here()
    with here.wrap_database_errors:
        if _is_watched(here):
            return [_sent(here, *statement).rowcount for statement in statements]
        here.validate_no_broken_transaction()
        return here.connection.together.changed(statements)  # type: ignore[no-any-return]


@dataclass
class Coming:
    """What is on its way. ``rows`` are there at the end."""

    rows: Rows = field(default_factory=list)
    take: Callable[[], None] = lambda: None
    """Take in what has come so far, so that PostgreSQL need not wait until somebody reads it."""


@contextmanager
def asked_meanwhile(statements: Asked) -> Iterator[Coming]:
    """Send several statements; PostgreSQL works on them while the block does something else."""
    if not statements:
        yield Coming()
        return
    here = _here()
    with here.wrap_database_errors:
        # Each statement is begun as it is sent. The end of the block waits for all; ``sync`` would wait here.
        with here.connection.pipeline():
            cursors = [_sent(here, *statement.bound(given)) for statement, given in statements]
            coming = Coming(take=here.connection.pgconn.consume_input)
            yield coming
        coming.rows = [cursor.fetchall() for cursor in cursors]


def _here() -> Any:
    """This thread's connection, which stands; ``django.db.connection`` looks it up anew with each word."""
    here = connections[DEFAULT_DB_ALIAS]
    here.ensure_connection()
    return here


def _is_watched(here: Any) -> bool:
    """Whether statements are counted, logged or held up, as Django does with those of its own cursors."""
    return bool(here.queries_logged or here.execute_wrappers)


def _sent(here: Any, statement: str, values: Sequence[Any]) -> Any:
    cursor: Any = _Cursor(here.connection)
    if _is_watched(here):
        cursor = (here.make_debug_cursor if here.queries_logged else here.make_cursor)(cursor)
    else:
        here.validate_no_broken_transaction()
    cursor.execute(statement, values)
    return cursor


class _Cursor(psycopg.Cursor):
    """Binds on the server, so that one plan serves all values, and reads the binary form, which is told apart faster.

    Django's own cursors put values into the statement's text, and read times and JSON in Python.
    """

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        return super().execute(query, params, prepare=True, binary=True, **options)
