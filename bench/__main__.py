"""`make bench`: our figures beside the raw PostgreSQL limit of the same run (ARGS="--articles 1000 100000")."""

import argparse
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import psycopg

from bench.site import SOURCE, free_port
from bench.table import HEAD, Line, grown


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "--articles",
        type=int,
        nargs="+",
        default=[1_000, 10_000],
        help="articles of 500 words with 30 annotations each; several sizes are compared at the end",
    )
    parser.add_argument("--rows", nargs="+", default=[], help="rows by the names of their files in bench/rows")
    asked = parser.parse_args()
    measured: list[list[Line]] = []
    for count in asked.articles:
        with database(os.environ["DATABASE_URL"]) as url:
            measured.append(apart(url, count, asked.rows))
    for at, (count, following) in enumerate(pairwise(asked.articles)):
        say(f"\nFrom {count:,} to {following:,} articles, times as much:{'time':>13}{'CPU':>10}\n")
        for told in grown(measured[at], measured[at + 1]):
            say(told)
    if len(measured) > 2:
        say(f"\nFrom {asked.articles[0]:,} to {asked.articles[-1]:,} articles, times as much:{'time':>12}{'CPU':>10}\n")
        for told in grown(measured[0], measured[-1]):
            say(told)
    for count, lines in zip(asked.articles, measured, strict=True):
        missed = [line.name.strip() for line in lines if not line.is_met]
        say(f"\nTargets missed with {count:,} articles: {'; '.join(missed) or 'none'}.")
    return 0


def apart(url: str, count: int, names: list[str]) -> list[Line]:
    """Measure at one size in a process of its own, so that no run inherits the memory of another."""
    # Forked before Django is set up, which holds the database's address for good.
    context = multiprocessing.get_context("fork")
    receiving, sending = context.Pipe(duplex=False)
    child = context.Process(target=measure, args=(url, count, names, sending))
    child.start()
    sending.close()
    lines = []
    try:
        while True:
            lines.append(receiving.recv())
    except EOFError:
        child.join()
    if child.exitcode:
        sys.exit(f"The run with {count:,} articles failed.")
    return lines


def measure(url: str, count: int, names: list[str], sending: Any) -> None:
    os.environ |= {"DATABASE_URL": url, "DEBUG": "False", "HTTPS": "False", "SECRET_KEY": SECRET}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotator.settings")
    subprocess.run([sys.executable, SOURCE / "manage.py", "prepare"], check=True)
    import django

    django.setup()
    # What measures stands on Django, which is set up only now.
    from bench import rows
    from bench.run import Run

    with psycopg.connect(url, autocommit=True) as connection:
        durable(connection)
        started = time.perf_counter()
        run = Run(connection, count, free_port())
        say(f"\n{count:,} articles of 500 words with 30 annotations, loaded in {time.perf_counter() - started:.0f} s")
        say("medians; 2 workers; × is how many times worse ours is; CPU is of site and PostgreSQL, in ms\n")
        say(HEAD)
        try:
            run.serving.start()
            run.started_in = run.serving.restart()
            for name, lines in rows.named(names).items():
                try:
                    for line in lines(run):
                        say(str(line))
                        sending.send(line)
                except Exception as error:
                    raise RuntimeError(f"bench/rows/{name}.py: {error}") from error
        finally:
            run.serving.stop()


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
