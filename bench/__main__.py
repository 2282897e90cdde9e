"""`make bench`: our figures beside the raw PostgreSQL limit of the same run (ARGS="--articles 10000" for more)."""

import argparse
import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from bench.table import row

SOURCE = Path(__file__).resolve().parent.parent
PORT = 8399


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--articles", type=int, default=1_000, help="articles of 500 words with 30 annotations each")
    asked = parser.parse_args()
    with database(os.environ["DATABASE_URL"]) as url:
        os.environ |= {"DATABASE_URL": url, "DEBUG": "False", "HTTPS": "False", "SECRET_KEY": SECRET}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotator.settings")
        subprocess.run([sys.executable, SOURCE / "manage.py", "prepare"], check=True)
        import django

        django.setup()
        # What measures stands on Django, which is set up only now.
        from bench.measure import Bench

        with psycopg.connect(url, autocommit=True) as connection:
            durable(connection)
            bench = Bench(connection, asked.articles)
            say(f"{asked.articles:,} articles of 500 words with 30 annotations; medians; 2 workers.\n")
            say(f"{'':44}{'ours':>14}{'raw limit':>14}{'×':>8}")
            for line in bench.imports():
                say(line)
            started = time.perf_counter()
            with served() as serving:
                say(row("cold start to the first answer, s", time.perf_counter() - started, None, ".2f"))
                for line in bench.requests(PORT):
                    say(line)
                say(row("memory idle, all processes (PSS), MiB", memory(serving.pid), None, ".0f"))
    return 0


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
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def durable(connection: psycopg.Connection[Any]) -> None:
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        value = connection.execute(f"SHOW {setting}").fetchone()[0]  # type: ignore[index]
        if value != "on":
            sys.exit(f"{setting} is {value}: what would be measured is not durable.")


@contextmanager
def served() -> Iterator["subprocess.Popen[bytes]"]:
    """The site as `make run` serves it, until the block ends."""
    command = "granian annotator.asgi:application --interface asgi --no-ws --workers 2 --log-level warning"
    serving = subprocess.Popen([sys.executable, "-m", *command.split(), "--port", str(PORT)], cwd=SOURCE)
    try:
        for _ in range(600):
            try:
                connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=5)
                connection.request("GET", "/accounts/login/", headers={"Host": "localhost"})
                if connection.getresponse().status == 200:
                    break
            except OSError:
                time.sleep(0.02)
        yield serving
    finally:
        serving.terminate()
        serving.wait()


def memory(pid: int) -> float:
    """The proportional set size of a process and its children, in MiB."""
    pids, found = [pid], []
    while pids:
        process = pids.pop()
        found.append(process)
        for task in Path(f"/proc/{process}/task").iterdir():
            pids += [int(child) for child in (task / "children").read_text().split()]
    sizes = [
        int(line.split()[1])
        for process in found
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        if line.startswith("Pss:")
    ]
    return sum(sizes) / 1024


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
