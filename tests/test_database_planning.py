"""How PostgreSQL plans is set for the database, by who owns it."""

import pytest
from django.db import connection

from annotator.database_planning import plan_for_requests
from annotator.database_roles import grant
from annotator.embedded import SERVING_ROLE


@pytest.fixture(autouse=True)
def unset(db):
    """As after `createdb`, in a transaction that is taken back."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 2")
        cursor.execute("SET LOCAL jit = on")


def settings_of_the_database():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT unnest(setconfig) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase"
            " WHERE setrole = 0 AND datname = current_database()"
        )
        return {setting for (setting,) in cursor.fetchall()}


def test_the_owner_has_requests_answered_without_helpers_and_compiled_plans():
    refused = plan_for_requests()

    assert refused == []
    assert settings_of_the_database() >= {"max_parallel_workers_per_gather=0", "jit=off"}


def test_who_only_serves_is_told_what_it_may_not_set():
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [SERVING_ROLE])
        if cursor.rowcount == 0:
            # A server of DATABASE_URL: rolled back with the test.
            cursor.execute(f"CREATE ROLE {SERVING_ROLE}")
        grant(SERVING_ROLE)
        cursor.execute(f"SET LOCAL ROLE {SERVING_ROLE}")

    refused = plan_for_requests()

    assert refused == ["max_parallel_workers_per_gather = 0", "jit = off"]
    assert settings_of_the_database() & {"max_parallel_workers_per_gather=0", "jit=off"} == set()
