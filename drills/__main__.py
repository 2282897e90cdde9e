"""`make drill`: kill the site at work and count, question it, take its guards away (ARGS="--small server" for some)."""

import argparse
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from drills.bulk import killed_in_mid_import
from drills.guards import guards
from drills.migrations import migrated
from drills.mirroring import mirrored
from drills.repeating import repeated
from drills.saves import saved_under_fire
from drills.schema import PHASES, talk
from drills.site import Site, running
from drills.streams import streamed

Result = tuple[bool, str]


@dataclass(frozen=True)
class Size:
    """How much is done: the numbers that the drills are judged by, or as many as a test has time for."""

    saves: int
    web_kills: int
    database_kills: int
    rows: int
    worker_kills: int
    rounds: int
    articles: int
    changes: int
    examples: int
    phases: tuple[str, ...]
    scopes: tuple[str, ...]


WHOLE = Size(1_000, 20, 5, 20_000, 3, 100, 1_000, 500, 1_000, PHASES, ("manage", "annotate", "read"))
SMALL = Size(60, 1, 1, 600, 1, 2, 12, 25, 50, ("examples", "fuzzing"), ("manage",))


def server(site: Site, size: Size) -> Result:
    """kill -9 of the web server during concurrent saves."""

    def kill() -> None:
        site.kill_web()
        site.start_web()

    counts = [saved_under_fire(site, size.saves, kill) for _ in range(size.web_kills)]
    return all(count.is_exact for count in counts), f"{size.web_kills} kills; each time {counts[0]}" + _others(counts)


def postgresql(site: Site, size: Size) -> Result:
    """kill -9 of PostgreSQL during concurrent saves."""
    away: list[float] = []

    def kill() -> None:
        site.kill_postgresql()
        begun = time.monotonic()
        site.ask("SELECT 1")
        away.append(time.monotonic() - begun)

    counts = [saved_under_fire(site, size.saves, kill) for _ in range(size.database_kills)]
    told = f"{size.database_kills} kills, back after {max(away):.1f} s at the most; each time {counts[0]}"
    return all(count.is_exact for count in counts) and max(away) < 10, told + _others(counts)


def worker(site: Site, size: Size) -> Result:
    """kill -9 of a worker in mid-import."""
    return killed_in_mid_import(site, size.rows, size.worker_kills)


def twice(site: Site, size: Size) -> Result:
    """A client that sends every request twice."""
    return repeated(site, size.rounds)


def consumer(site: Site, size: Size) -> Result:
    """A mirror of all that is in a project, kept up by the change feed while two people write."""
    return mirrored(site, size.articles, size.changes)


def streams(site: Site, size: Size) -> Result:
    """500 open event streams, with people at work."""
    return streamed(site)


def migration(site: Site, size: Size) -> Result:
    """A million annotations, migrated while people write."""
    return migrated(site)


def schema(site: Site, size: Size) -> Result:
    """Requests drawn from the OpenAPI document, sent with tokens of some scopes; answers that it does not tell."""
    found = {
        scope: talk(site.address, site.keys[scope], site.stranger, size.examples, size.phases) for scope in size.scopes
    }
    told = "; ".join(f"{scope}: {each}" for scope, each in found.items())
    return not any(each.failures for each in found.values()), told


DRILLS: dict[str, Callable[[Site, Size], Result]] = {
    drill.__name__: drill for drill in (server, postgresql, worker, twice, consumer, streams, migration, schema)
}


def _others(counts: list[object]) -> str:
    differing = [str(count) for count in counts[1:] if str(count) != str(counts[0])]
    return f" (but {'; '.join(differing)})" if differing else ""


def main() -> int:
    parser = argparse.ArgumentParser(prog="make drill", description=__doc__)
    parser.add_argument("--small", action="store_true", help="as in the tests")
    known = [*DRILLS, guards.__name__]
    parser.add_argument("drills", nargs="*", choices=[[], *known], help=f"of {', '.join(known)}; all, if none")
    asked = parser.parse_args()
    wanted = asked.drills or known
    # As on Ctrl-C: the site that was started ends too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    exact = []
    if on_site := [name for name in wanted if name in DRILLS]:
        with running(_free_port()) as site:
            size = SMALL if asked.small else WHOLE
            exact += [told(name, lambda name=name: DRILLS[name](site, size)) for name in on_site]
    if guards.__name__ in wanted:
        exact.append(told(guards.__name__, guards))
    return 0 if all(exact) else 1


def told(name: str, drill: Callable[[], Result]) -> bool:
    """Do a drill and print what came of it."""
    begun = time.monotonic()
    exact, found = drill()
    print(f"{name:11} {'exact' if exact else 'WRONG'}  {found}  ({time.monotonic() - begun:.0f} s)", flush=True)
    return exact


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
