"""How PostgreSQL plans what the site asks: for many who wait for little, not for one who waits for much.

A helper process, or a plan compiled to machine code, takes milliseconds to begin. That pays for a report over all rows;
the planner takes a search for one, since it guesses ahead what reading all texts would cost, and begins them to answer
in the time that they need to start. Eight people at two cores have no core to spare for them.
"""

from django.db import ProgrammingError, connection, transaction
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

SETTINGS = {"max_parallel_workers_per_gather": "0", "jit": "off"}


def plan_for_requests() -> list[str]:
    """Set what is not set yet, for all who connect to the database from now on; gives what its role may not set.

    Only the owner of a database may.
    """
    refused = []
    with connection.cursor() as cursor:
        database = connection.settings_dict["NAME"]
        for name, value in SETTINGS.items():
            cursor.execute("SELECT current_setting(%s)", [name])
            if cursor.fetchone() == (value,):
                continue
            statement = sql.SQL("ALTER DATABASE {} SET {} TO {}")
            try:
                with transaction.atomic():
                    cursor.execute(statement.format(sql.Identifier(database), sql.Identifier(name), sql.Literal(value)))
            except ProgrammingError as error:
                if not isinstance(error.__cause__, InsufficientPrivilege):
                    raise
                refused.append(f"{name} = {value}")
    return refused
