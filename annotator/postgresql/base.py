"""Connections that are known to live without a round trip, and that remember what they prepared and nothing else."""

import select
from typing import Any

import orjson
import psycopg
from django.db.backends.postgresql import base
from psycopg._preparing import Prepare, PrepareManager
from psycopg.types.json import set_json_loads
from psycopg_pool import ConnectionPool

from annotator.postgresql.together import Together

# For cursors that read JSON themselves (models/prepared.py); Django's own take it as text.
set_json_loads(orjson.loads)


class DatabaseWrapper(base.DatabaseWrapper):
    @property
    def pool(self) -> Any:
        pool = super().pool
        if pool is not None:
            # Django offers to check always or never; psycopg_pool takes its check at the pool's making alone.
            pool._check = check  # noqa: SLF001
            pool.connection_class = Connection
        return pool


class Connection(psycopg.Connection[Any]):
    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._prepared = Statements()
        self.together = Together(self)


class Statements(PrepareManager):
    """Those that were to be prepared, for as long as the connection lasts.

    psycopg would keep the texts of the last hundred others too, to count them. Django's have their values in them: of
    a file that comes in, piece by piece, a hundred pieces would be kept. And it would forget all with each rollback,
    since tables may be others then: here migrations alone change any, and PostgreSQL itself looks whether they did.
    """

    def maybe_add_to_cache(self, query: Any, prep: Prepare, name: bytes) -> Any:
        key = super().maybe_add_to_cache(query, prep, name)
        self._counts.clear()
        return key

    def clear(self) -> bool:
        return False


def check(connection: "psycopg.Connection[Any]") -> None:
    """Raise OperationalError where the connection is lost.

    A server that ended one has said so, or closed the socket: there is something to read. As long as an idle connection
    is silent it lives, and asking the server would cost as much as a small query.
    """
    watched = select.poll()
    watched.register(connection.pgconn.socket, select.POLLIN)
    if watched.poll(0):
        ConnectionPool.check_connection(connection)
