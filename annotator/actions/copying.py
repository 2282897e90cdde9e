"""Many rows at once, by COPY: into the same tables, under the same constraints, as any other write."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import DataError, IntegrityError, connection, models

from annotator.actions.saving import explained
from annotator.domain.errors import AnnotatorError, Refused

_LINE = re.compile(r"^COPY \w+, line (\d+)", re.MULTILINE)
_ESCAPED = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


class RowRefused(Exception):
    """The database refused a row, and with it all that came together; ``place`` is its index, where it is known."""

    def __init__(self, place: int | None, cause: Exception) -> None:
        super().__init__(str(cause))
        self.place = place
        self.cause = cause

    def explained(self, given: Mapping[str, Any] | None = None) -> AnnotatorError:
        """The rule in its own words; ``given`` is what was asked for, by the names on the wire."""
        try:
            with explained(dict(given or {})):
                raise self.cause
        except AnnotatorError as error:
            return error
        except DataError as error:
            return Refused.field("", None, f"A value cannot be stored: {str(error).partition(chr(10))[0]}.")
        except IntegrityError:
            return Refused.field("", None, "It does not go with what is stored.")


def copy(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Store rows, given by the attribute names of their columns; raises RowRefused where one breaks a rule.

    The transaction is spoilt then, as PostgreSQL has it.
    """
    if not rows:
        return
    names, writers = _columns(model)
    columns = ", ".join(connection.ops.quote_name(model._meta.get_field(name).column) for name in names)
    into = f"COPY {connection.ops.quote_name(model._meta.db_table)} ({columns}) FROM STDIN"
    lines = ["\t".join([write(row[name]) for name, write in zip(names, writers, strict=True)]) for row in rows]
    try:
        with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(into) as writing:
            writing.write("\n".join(lines) + "\n")
    except (IntegrityError, DataError) as error:
        context = getattr(getattr(error.__cause__, "diag", None), "context", None) or ""
        line = _LINE.search(context)
        raise RowRefused(int(line[1]) - 1 if line else None, error) from error


def rewrite(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Change columns of many rows at once: each has its ``id`` and, by attribute name, the same columns as all."""
    if not rows:
        return
    quote = connection.ops.quote_name
    fields = [_by_attname(model)[name] for name in rows[0]]
    given = [[_or_none(_literal(field), row[field.attname]) for row in rows] for field in fields]
    values = ", ".join(["%s::text[]"] * len(fields))
    names = ", ".join(quote(field.column) for field in fields)
    cast = {field.attname: f"given.{quote(field.column)}::{field.db_type(connection)}" for field in fields}
    changes = ", ".join(f"{quote(field.column)} = {cast[field.attname]}" for field in fields if not field.primary_key)
    table = quote(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {changes} FROM unnest({values}) AS given ({names}) WHERE {table}.id = {cast['id']}",  # noqa: S608
            given,
        )


def settle() -> None:
    """Have the references of all rows checked now, and not only at commit; raises RowRefused without a place."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError as error:
        raise RowRefused(None, error) from error


def next_ids(model: type[models.Model], count: int) -> list[int]:
    """Numbers that the database hands out for rows to come."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [number for (number,) in cursor.fetchall()]


@cache
def _columns(model: type[models.Model]) -> tuple[list[str], list[Callable[[Any], str]]]:
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    return [field.attname for field in fields], [_writer(field) for field in fields]


@cache
def _by_attname(model: type[models.Model]) -> dict[str, Any]:
    return {field.attname: field for field in model._meta.concrete_fields}


def _writer(field: Any) -> Callable[[Any], str]:
    """How COPY has a value of this field."""
    literal = _literal(field)
    if isinstance(field, ArrayField | models.JSONField | models.CharField | models.TextField):
        return lambda value: r"\N" if value is None else _escaped(literal(value))
    return lambda value: r"\N" if value is None else literal(value)


def _or_none(literal: Callable[[Any], str], value: Any) -> str | None:
    return None if value is None else literal(value)


@cache
def _literal(field: Any) -> Callable[[Any], str]:
    """How PostgreSQL reads a value of this field."""
    if field.is_relation:
        return _literal(field.target_field)
    if isinstance(field, ArrayField):
        return _texts if isinstance(field.base_field, models.CharField) else _numbers
    if isinstance(field, models.JSONField):
        return lambda value: json.dumps(value, cls=field.encoder)
    if isinstance(field, models.DateField):  # and times
        return lambda value: str(value.isoformat())
    return str


def _escaped(value: str) -> str:
    for character, escaped in _ESCAPED.items():
        if character in value:
            value = value.replace(character, escaped)
    return value


def _numbers(value: list[Any]) -> str:
    """An array of numbers of any depth: its literal is Python's with other brackets."""
    return str(value).replace("[", "{").replace("]", "}")


def _texts(value: list[str]) -> str:
    quoted = ['"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' for text in value]
    return "{" + ",".join(quoted) + "}"
