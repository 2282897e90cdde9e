"""A backup: one file with the database as it was at one moment, and the sums by which to know it again.

The file is a tar of `database.dump` (PostgreSQL's custom format, so that its own tools read it too) and `tables.json`,
the number of rows and a checksum of every table, taken in the very snapshot that was dumped.
"""

import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from psycopg import sql

from annotator.embedded import Unavailable, binaries

DUMP, SUMS = "database.dump", "tables.json"


class BackupError(Exception):
    """A backup cannot be made or brought back; the message says why and what to do."""


def save(file: Path) -> dict[str, dict[str, Any]]:
    """Write a backup to `file`, which must not be there yet; gives every table's `rows` and `checksum`."""
    if file.exists():
        raise BackupError(f"{file} is there already: choose another name.")
    if not file.parent.is_dir():
        raise BackupError(f"{file.parent} is no folder: make it first, or choose another.")
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder, transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            [snapshot] = cursor.fetchone()
        tables = checksums()
        dump, sums, whole = (Path(folder) / name for name in (DUMP, SUMS, "whole"))
        run_tool("pg_dump", "--format=custom", "--no-owner", "--no-acl", f"--snapshot={snapshot}", f"--file={dump}")
        sums.write_text(json.dumps(tables, indent=1))
        with tarfile.open(whole, "w") as archive:
            archive.add(sums, SUMS)
            archive.add(dump, DUMP)
        # Readable by its owner alone: it holds everybody's text and everybody's password hashes.
        whole.chmod(0o600)
        with whole.open("rb") as written:
            os.fsync(written.fileno())
        whole.rename(file)
    return tables


def restore(file: Path) -> dict[str, dict[str, Any]]:
    """Bring a backup back into an empty database, all or nothing, and count it; gives the tables' sums.

    Raises BackupError where the database is not empty, and where what came back is not what was saved.
    """
    if found := checksums():
        raise BackupError(
            f"The database holds {len(found)} tables: restore into an empty one, so that nothing is written over."
        )
    with tempfile.TemporaryDirectory(prefix="restore-") as folder:
        try:
            with tarfile.open(file) as archive:
                for name in (DUMP, SUMS):
                    with archive.extractfile(name) as packed, (Path(folder) / name).open("wb") as unpacked:
                        shutil.copyfileobj(packed, unpacked)
        except FileNotFoundError:
            raise BackupError(f"{file} is not there.") from None
        except (tarfile.TarError, KeyError):
            raise BackupError(f"{file} is no backup, or not a whole one.") from None
        saved = json.loads((Path(folder) / SUMS).read_text())
        # The pool's connections would otherwise hold locks and plans of the empty database.
        connection.close_pool()
        run_tool(
            "pg_restore",
            *("--no-owner", "--no-acl", "--exit-on-error", "--single-transaction"),
            *(f"--dbname={connection.settings_dict['NAME']}", f"{folder}/{DUMP}"),
        )
    restored = checksums()
    if differing := sorted(name for name in saved.keys() | restored.keys() if saved.get(name) != restored.get(name)):
        raise BackupError(f"Restored, but other than it was saved: {', '.join(differing)}.")
    return restored


def checksums() -> dict[str, dict[str, Any]]:
    """Rows and checksum of every table of the application, by name; the order of the rows does not count."""
    with transaction.atomic(), connection.cursor() as cursor:
        # A row's text depends on these, and another server may have set them otherwise.
        cursor.execute(
            "SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL timezone = 'UTC'; SET LOCAL intervalstyle = 'iso_8601';"
            "SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1"
        )
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
        names = [name for (name,) in cursor.fetchall()]
        found = {}
        for name in names:
            cursor.execute(
                sql.SQL(
                    "SELECT count(*), coalesce(sum(('x' || left(md5(row::text), 15))::bit(60)::bigint), 0) FROM {} row"
                ).format(sql.Identifier(name))
            )
            rows, checksum = cursor.fetchone()
            found[name] = {"rows": rows, "checksum": f"{int(checksum):x}"}
        return found


def run_tool(name: str, *arguments: str) -> None:
    """Run PostgreSQL's `name` on the application's database."""
    there = connection.settings_dict
    given = {
        "PGHOST": there["HOST"],
        "PGPORT": str(there["PORT"]),
        "PGUSER": there["USER"],
        "PGPASSWORD": there["PASSWORD"],
        "PGDATABASE": there["NAME"],
    }
    done = subprocess.run(
        [find_tool(name), *arguments],
        env=os.environ | {variable: value for variable, value in given.items() if value},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupError(f"{name} failed: {done.stderr.strip()}")


def find_tool(name: str) -> str:
    """The program of a PostgreSQL that is no older than the server, which is what pg_dump asks for."""
    server = connection.pg_version // 10_000
    try:
        for found in binaries.candidates():
            if found.major >= server and (found.folder / name).is_file():
                return found.program(name)
    except Unavailable as error:
        raise BackupError(str(error)) from None
    if on_path := shutil.which(name):
        return on_path
    raise BackupError(f"No {name} of PostgreSQL {server} or later was found: install it, or set PG_BIN to its folder.")
