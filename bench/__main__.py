"""`make bench`: our figures beside the raw PostgreSQL limit of the same run (ARGS="--articles 10000" for more)."""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from bench import rows
from bench.site import PORT, SOURCE, served
from bench.table import HEAD, row


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "--articles", type=int, nargs="+", default=[1_000], help="articles of 500 words with 30 annotations each"
    )
    parser.add_argument("--rows", nargs="+", default=[], help="rows by the names of their files in bench/rows")
    asked = parser.parse_args()
    for count in asked.articles:
        with database(os.environ["DATABASE_URL"]) as url:
            measure(url, count, asked.rows)
    return 0


def measure(url: str, count: int, names: list[str]) -> None:
    """Measure at one size; in a process of its own, so that no run inherits the memory of another."""
    # Forked before Django is set up, which holds the database's address for good.
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        if status:
            sys.exit(f"The run with {count:,} articles failed.")
        return
    os.environ |= {"DATABASE_URL": url, "DEBUG": "False", "HTTPS": "False", "SECRET_KEY": SECRET}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotator.settings")
    subprocess.run([sys.executable, SOURCE / "manage.py", "prepare"], check=True)
    import django

    django.setup()
    # What measures stands on Django, which is set up only now.
    from bench.run import Run

    with psycopg.connect(url, autocommit=True) as connection:
        durable(connection)
        started = time.perf_counter()
        run = Run(connection, count, PORT)
        say(f"\n{count:,} articles of 500 words with 30 annotations, loaded in {time.perf_counter() - started:.0f} s")
        say("medians; 2 workers; × is how many times worse ours is\n")
        say(HEAD)
        started = time.perf_counter()
        with served() as serving:
            say(row("cold start to the first answer, s", time.perf_counter() - started, None, ".2f"))
            run.pid = serving.pid
            for name, lines in rows.named(names).items():
                try:
                    for line in lines(run):
                        say(line)
                except Exception as error:
                    raise RuntimeError(f"bench/rows/{name}.py: {error}") from error
    sys.stdout.flush()
    os._exit(0)


SECRET = "for the bench alone, and as long as one has to be: 0123456789"


@contextmanager
def database(url: str) -> Iterator[str]:
    """A database of its own beside the site's, gone afterwards."""
    name = "annotator_bench"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    try:
        address, mark, options = url.partition("?")
        yield f"{address.rpartition('/')[0]}/{name}{mark}{options}"
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def durable(connection: psycopg.Connection[Any]) -> None:
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        value = connection.execute(f"SHOW {setting}").fetchone()[0]  # type: ignore[index]
        if value != "on":
            sys.exit(f"{setting} is {value}: what would be measured is not durable.")


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
