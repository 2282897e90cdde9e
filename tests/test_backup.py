"""A backup comes back whole into an empty database, or says what is wrong."""

import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from annotator.models import User

ROOT = Path(__file__).resolve().parent.parent


def address(database: str) -> str:
    there = connection.settings_dict
    place = {"host": there["HOST"], "user": there["USER"], "port": there["PORT"] or 5432}
    return f"postgresql:///{database}?{urlencode(place)}"


def manage(*words: str | Path, database: str) -> str:
    """What a command says, on whichever of its outputs."""
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=os.environ
        | {"DJANGO_SETTINGS_MODULE": "annotator.settings", "DATABASE_URL": address(database), "PGPASSWORD": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    return (done.stdout + done.stderr).strip()


@pytest.fixture
def saved_from(transactional_db: None) -> str:
    """The name of a database that holds one user with an awkward name."""
    User.objects.create_user("alice", password="harbour and tide", name="Zoë “Zed” 🗳️")
    return connection.settings_dict["NAME"]


@pytest.fixture
def empty_database(saved_from: str) -> Iterator[str]:
    name = f"{saved_from}_restored"
    with psycopg.connect(address("postgres"), autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield name
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def test_what_was_saved_comes_back(saved_from, empty_database, tmp_path):
    file = tmp_path / "whole.backup"

    said = manage("backup", file, database=saved_from)
    answered = manage("restore", file, database=empty_database)

    assert said.startswith("Saved ")
    assert answered == said.replace("Saved", "Restored")
    assert file.stat().st_mode & 0o777 == 0o600
    with psycopg.connect(address(empty_database)) as restored:
        assert restored.execute("SELECT username, name FROM annotator_user").fetchall() == [("alice", "Zoë “Zed” 🗳️")]


def test_a_sum_that_differs_is_named(saved_from, empty_database, tmp_path):
    file, changed = tmp_path / "whole.backup", tmp_path / "changed.backup"
    manage("backup", file, database=saved_from)
    with tarfile.open(file) as archive:
        for name in ("tables.json", "database.dump"):
            archive.extract(name, tmp_path)
    sums = tmp_path / "tables.json"
    before = sums.read_text()
    at = before.index('"rows": 1', before.index('"annotator_user"'))
    sums.write_text(before[:at] + '"rows": 2' + before[at + len('"rows": 1') :])
    with tarfile.open(changed, "w") as archive:
        for name in ("tables.json", "database.dump"):
            archive.add(tmp_path / name, name)

    answered = manage("restore", changed, database=empty_database)

    assert answered == "CommandError: Restored, but other than it was saved: annotator_user."


def test_nothing_is_written_over(saved_from, tmp_path):
    file = tmp_path / "whole.backup"
    manage("backup", file, database=saved_from)
    written = file.read_bytes()

    again = manage("backup", file, database=saved_from)
    into_itself = manage("restore", file, database=saved_from)

    assert again == f"CommandError: {file} is there already: choose another name."
    assert into_itself.startswith("CommandError: The database holds ")
    assert into_itself.endswith(" tables: restore into an empty one, so that nothing is written over.")
    assert file.read_bytes() == written


def test_what_is_no_backup_is_refused(empty_database, tmp_path):
    torn, missing = tmp_path / "torn.backup", tmp_path / "missing.backup"
    torn.write_bytes(b"half a file")

    assert manage("restore", torn, database=empty_database) == (
        f"CommandError: {torn} is no backup, or not a whole one."
    )
    assert manage("restore", missing, database=empty_database) == f"CommandError: {missing} is not there."
    assert manage("backup", tmp_path / "nowhere" / "a.backup", database=empty_database) == (
        f"CommandError: {tmp_path / 'nowhere'} is no folder: make it first, or choose another."
    )
