"""What is asked of the database for no longer than somebody waits for it, and by no more than it can bear."""

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

from annotator.domain.errors import Refused, TooMany

T = TypeVar("T")

SECONDS = 5.0  # that somebody waits for one statement of a search
# After which it is asked in another way. A page that is full at once where its rows are spread over the list takes
# PostgreSQL long where all of them are at the far end: it walks along the list until it has met enough.
SOON = 0.5
# Without these, rows are collected first and sorted then, which takes as long wherever in the list they are.
_WALKS = ("enable_indexscan", "enable_indexonlyscan")
_SET = "SELECT set_config(name, value, true) FROM unnest(%s::text[], %s::text[]) AS given (name, value)"


class OutOfTimeError(Exception):
    pass


def in_time(seconds: float, ask: Callable[[], T], *, is_sorted: bool = False) -> T:
    """What ``ask`` reads, or OutOfTimeError where one of its statements takes longer.

    ``is_sorted``: PostgreSQL does not walk along an index in the order that is asked for.
    """
    milliseconds = int(1000 * seconds)
    if milliseconds <= 0:
        raise OutOfTimeError
    try:
        is_part = connection.in_atomic_block
        with transaction.atomic(), connection.cursor() as cursor:
            local = {"statement_timeout": str(milliseconds), **dict.fromkeys(_WALKS if is_sorted else (), "off")}
            cursor.execute(_SET, [list(local), list(local.values())])
            found = ask()
            if is_part:
                # Else what is set ends with the transaction.
                for name in local:
                    cursor.execute(f"SET LOCAL {name} TO DEFAULT")
            return found
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise OutOfTimeError from None
        raise


# The first half of the key of each turn; the second is its number.
TURNS = 7_204


def take_turn(most: int, *, told: str, wait: int) -> None:
    """Take one of ``most`` turns to the end of the transaction, or raise TooMany: nobody waits in line for one.

    Whichever process asks: a turn is a lock in PostgreSQL, and free again when the transaction ends, however it ends.
    """
    with connection.cursor() as cursor:
        for turn in range(most):
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [TURNS, turn])
            if cursor.fetchone()[0]:
                return
    raise TooMany(told, wait=wait)


def answered_in_time(ask: Callable[[], T], field: str, value: object = None) -> T:
    """What ``ask`` reads, or Refused at ``field`` where one of its statements takes longer than SECONDS.

    What is not there soon is asked for again, and ``ask`` called twice.
    """
    with suppress(OutOfTimeError):
        return in_time(min(SOON, SECONDS), ask)
    try:
        return in_time(SECONDS, ask, is_sorted=True)
    except OutOfTimeError:
        told = f"This takes longer than {SECONDS:g} seconds: narrow it, by a rarer word, an outlet, or days."
        raise Refused.field(field, value, f"`{field}`: {told}" if field else told) from None
