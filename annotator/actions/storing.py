"""One new row, by a statement that is written once for its table."""

from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.utils import timezone

from annotator.domain.errors import AlreadyThere
from annotator.models.prepared import write_together


def insert(row: models.Model) -> None:
    """Store a new row, its times of making and changing set; raises AlreadyThere where its id is taken.

    Django builds an INSERT anew each time, and one that meets a taken id spoils the transaction.
    """
    fields, statement = _statement(type(row))
    now = timezone.now()
    for name in ("created_at", "changed_at"):
        setattr(row, name, now)
    here = connections[DEFAULT_DB_ALIAS]
    values = [field.get_db_prep_save(getattr(row, field.attname), here) for field in fields]
    [stored] = write_together([(statement, values)])
    if not stored:
        raise AlreadyThere("Something with this id exists already.", found=str(row.pk))
    # As Django marks what it has stored itself: a later save is an UPDATE.
    row._state.adding, row._state.db = False, here.alias


@cache
def _statement(model: type[models.Model]) -> tuple[list[Any], str]:
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    into = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608
    return fields, f"{into} ON CONFLICT ({quote(model._meta.pk.column)}) DO NOTHING"
