"""No saved annotation on a server that may forget it."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from annotator.database_safety import refuse_unsafe_database

ROOT = Path(__file__).resolve().parent.parent


def ask_a_forgetful_server(allow: str) -> tuple[int, str]:
    """The exit status and the answer of a command whose server commits without waiting for the disk."""
    there = connection.settings_dict
    place = {"host": there["HOST"], "user": there["USER"], "options": "-c synchronous_commit=off"}
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--plan"],
        cwd=ROOT,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "annotator.settings",
            "DATABASE_URL": f"postgresql:///{there['NAME']}?{urlencode(place)}",
            "ALLOW_UNSAFE_DATABASE": allow,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, (done.stderr or done.stdout).strip()


@pytest.mark.django_db
def test_a_server_that_may_forget_is_refused_by_the_setting_found():
    assert ask_a_forgetful_server(allow="False") == (
        1,
        "The database server runs with synchronous_commit = off: saved work could be lost. "
        "Turn it on, or set ALLOW_UNSAFE_DATABASE=True for a database that may be lost.",
    )


@pytest.mark.django_db
def test_a_throw_away_server_is_let_through_when_told_so():
    assert ask_a_forgetful_server(allow="True") == (0, "Planned operations:\n  No planned migration operations.")


def test_an_old_server_is_refused_and_no_connection_to_it_stays_open():
    closed = []
    old = SimpleNamespace(alias="old", pg_version=140_012, close=lambda: closed.append("old"))

    with pytest.raises(ImproperlyConfigured) as refused:
        refuse_unsafe_database(connection=old)

    assert str(refused.value) == "The database server is PostgreSQL 14: use PostgreSQL 15 or later."
    assert closed == ["old"]
