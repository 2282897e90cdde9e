"""Times and CPU times of what the site does, beside the raw limit."""

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from bench.clients import Request, per_second
from bench.raw import Limit
from bench.run import Run
from bench.site import processes
from bench.table import Line

Act = Callable[[], object]
_SECONDS = 5.0
_TICK = os.sysconf("SC_CLK_TCK")


def line(
    run: Run,
    name: str,
    act: Act,
    raw: Act | None = None,
    *,
    n: int = 60,
    times: float | None = None,
    most: float | None = None,
    grows: str = "cost",
) -> Line:
    """Milliseconds of an act: the median, beside that of ``raw``, and the CPU time of site and PostgreSQL together.

    Both are done in turn, so that what else the machine does meanwhile burdens both.
    """
    for _ in range(min(n // 4 + 1, 10)):
        act()
        if raw is not None:
            raw()
    ours, theirs = [], []
    for _ in range(n):
        ours.append(milliseconds(act))
        if raw is not None:
            theirs.append(milliseconds(raw))
    before = processor_seconds(run)
    for _ in range(n):
        act()
    processor = 1000 * (processor_seconds(run) - before) / n
    return Line(
        name,
        statistics.median(ours),
        ".2f",
        raw=statistics.median(theirs) if theirs else None,
        p95=statistics.quantiles(ours, n=20)[-1] if n > 1 else None,
        processor=processor,
        times=times,
        most=most,
        grows=grows,
    )


def reading(run: Run, name: str, address: str, limit: Limit, *, n: int = 60, times: float) -> Line:
    """A GET over REST beside its raw limit."""
    return line(
        run,
        f"{name}, ms",
        asking(run, lambda: ("GET", address, None)),
        lambda: limit.run(run.connection, run.ours.pk),
        n=n,
        times=times,
    )


def rate(run: Run, name: str, make: Callable[[int], Request], *, least: float) -> Line:
    """Requests a second of eight clients, and the CPU time of site and PostgreSQL for each."""
    before = processor_seconds(run)
    many = per_second(run.site, make, seconds=_SECONDS)
    processor = 1000 * (processor_seconds(run) - before) / (many * _SECONDS)
    return Line(name, many, ".0f", processor=processor, least=least)


def asking(run: Run, requests: Callable[[], Request]) -> Act:
    """An act that sends one request after the other over one connection, by a token."""
    client = run.site.connect()
    return lambda: client.send(requests())


def milliseconds(act: Act) -> float:
    start = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - start)


def processor_seconds(run: Run) -> float:
    """CPU time of the site and of what PostgreSQL, where it is on this machine, does in this database.

    Helpers of parallel queries are not in it.
    """
    return sum(_taken(pid) for pid in {*processes(run.serving.pid), *_backends(run.connection)})


def _backends(connection: psycopg.Connection[Any]) -> list[int]:
    if not (connection.info.host.startswith("/") or connection.info.host in ("", "localhost", "127.0.0.1")):
        return []
    found = connection.execute(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
    )
    return [pid for (pid,) in found]


def _taken(pid: int) -> float:
    """User and system time."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0  # it has just ended
    return (int(told[11]) + int(told[12])) / _TICK
