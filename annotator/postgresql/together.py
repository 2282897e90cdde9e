"""Several statements that stand prepared, in one message each way.

psycopg's pipeline sends every statement by itself, and looks for answers after each. Of a read that asks six at once
that was two fifths of the site's processor time.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from itertools import count
from typing import Any

import psycopg
from psycopg import pq
from psycopg.abc import PQGen
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.generators import fetch_many, send
from psycopg.pq.abc import PGresult

# A statement with %s where it is given a value, and the values.
Statement = tuple[str, Sequence[Any]]
Rows = list[list[tuple[Any, ...]]]
# What stands prepared: a text, and the types of what it is given, for which PostgreSQL has planned it.
_Key = tuple[str, tuple[int, ...]]
_Step = Callable[[PGresult], object]

# With more values a statement is not kept: its text is of as many rows as there just were.
MOST_VALUES = 100

_DONE = (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK)


class Together:
    """Asks over one connection. What it prepares there stands: as many statements as psycopg would keep of its own."""

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self._connection = connection
        self._adapted = Transformer(connection)
        self._names: dict[_Key, bytes] = {}
        self._numbers = count()

    def rows(self, statements: Sequence[Statement]) -> Rows:
        """What each finds. Raises psycopg.Error for the first that fails; those after it are not run."""
        return [self._rows(result) for result in self._results(statements)]

    def changed(self, statements: Sequence[Statement]) -> list[int]:
        """How many rows each concerns. Raises like ``rows``."""
        return [result.command_tuples or 0 for result in self._results(statements)]

    def _results(self, statements: Sequence[Statement]) -> list[PGresult]:
        with self._connection.lock:
            return self._connection.wait(self._exchange(statements))

    def _exchange(self, statements: Sequence[Statement]) -> PQGen[list[PGresult]]:
        """The steps of an exchange, between which the caller waits for the socket."""
        pgconn = self._connection.pgconn
        if pgconn.pipeline_status != pq.PipelineStatus.OFF:
            raise psycopg.ProgrammingError("Statements are on their way on this connection.")
        # What cannot be told to PostgreSQL is refused before anything is on its way.
        given = [self._given(*statement) for statement in statements]
        answers: list[PGresult] = []
        pgconn.enter_pipeline_mode()
        steps = self._begin()
        for (text, _), (types, values, formats) in zip(statements, given, strict=True):
            steps += self._send((text, types), values, formats, answers.append)
        steps += self._forget()
        pgconn.pipeline_sync()
        yield from send(pgconn)
        results = []
        while (result := (yield from fetch_many(pgconn))[-1]).status != pq.ExecStatus.PIPELINE_SYNC:
            results.append(result)
        pgconn.exit_pipeline_mode()
        for step, result in zip(steps, results, strict=True):
            if result.status not in _DONE:
                raise error_from_result(result, encoding=self._adapted.encoding)
            step(result)
        return answers

    def _given(self, text: str, values: Sequence[Any]) -> tuple[tuple[int, ...], Sequence[Any], Sequence[pq.Format]]:
        """The types, values and formats, as libpq takes them."""
        told = self._adapted.dump_sequence(values, [PyFormat.AUTO] * len(values))
        return self._adapted.types or (), told, self._adapted.formats or ()

    def _begin(self) -> list[_Step]:
        """Begin a transaction where one is due, as psycopg does before the first statement."""
        pgconn = self._connection.pgconn
        if self._connection.autocommit or pgconn.transaction_status != pq.TransactionStatus.IDLE:
            return []
        pgconn.send_query_params(self._connection._get_tx_start_command(), None)  # noqa: SLF001
        return [_pass_over]

    def _send(self, key: _Key, values: Sequence[Any], formats: Sequence[pq.Format], answered: _Step) -> list[_Step]:
        pgconn, (text, types) = self._connection.pgconn, key
        if self._connection.prepare_threshold is None or len(values) > MOST_VALUES:
            pgconn.send_query_params(_numbered(text), values, types, formats, pq.Format.BINARY)
            return [answered]
        if name := self._names.pop(key, None):
            self._names[key] = name  # the last that was used
            pgconn.send_query_prepared(name, values, formats, pq.Format.BINARY)
            return [answered]
        name = f"together_{next(self._numbers)}".encode()
        pgconn.send_prepare(name, _numbered(text), types)
        pgconn.send_query_prepared(name, values, formats, pq.Format.BINARY)
        return [partial(self._learn, key, name), answered]

    def _learn(self, key: _Key, name: bytes, result: PGresult) -> None:
        self._names[key] = name

    def _forget(self) -> list[_Step]:
        """Let go of those that were used longest ago, where there are too many: of an INSERT there is one for each of
        the columns that may be empty together."""
        most, steps = self._connection.prepared_max or 0, list[_Step]()
        while len(self._names) > most:
            # Not by DEALLOCATE: a pooler knows a statement by another name.
            self._connection.pgconn.send_close_prepared(self._names.pop(next(iter(self._names))))
            steps.append(_pass_over)
        return steps

    def _rows(self, result: PGresult) -> list[tuple[Any, ...]]:
        self._adapted.set_pgresult(result)
        return self._adapted.load_rows(0, result.ntuples, tuple)


def _pass_over(result: PGresult) -> None:
    """What tells no more than that it was done."""


@lru_cache(1_000)
def _numbered(text: str) -> bytes:
    """A statement as PostgreSQL takes it: $1 for the first %s."""
    numbers = count(1)
    return re.sub("%([%s])", lambda place: "%" if place[1] == "%" else f"${next(numbers)}", text).encode()
