"""What the database's role that serves may do: work on every row, alter no table, change nothing of the history."""

from django.db import connection, transaction
from psycopg import sql

_GRANTS = """
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
REVOKE UPDATE, DELETE ON annotator_event FROM {role};
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role};
"""


def grant(role: str) -> None:
    """Let `role` serve; run by the owner after each migration, since a new table is its owner's alone."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.SQL(_GRANTS).format(role=sql.Identifier(role)))
