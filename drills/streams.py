"""Five hundred open event streams: what they cost the database, and what they cost those who save."""

import asyncio
import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from statistics import quantiles

from annotator_client import Annotator

from drills.saves import new_article
from drills.site import PROJECT, Site

STREAMS = 500
READERS = 50  # one has 20 streams in a process at the most
ARTICLES = 25  # that they look at
SAVES = 400
PAUSE = 0.03  # seconds between two saves: two dozen people at work
MOST_CONNECTIONS = 20
PATIENCE = 60.0  # seconds until all streams stand, and until all have heard

_READERS = f"""
from annotator.actions.projects import add_member
from annotator.actions.tokens import make_token
from annotator.models import User
from articles.models import Project
alice, project = User.objects.get(username="alice"), Project.objects.get(slug="{PROJECT}")
for number in range({READERS}):
    reader = User.objects.create_user(f"reader-{{number}}")
    add_member(project, reader, "reader", by=alice)
    print(make_token(by=reader, name="stream", scope="read")[1])
"""
_CONNECTIONS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


class Stream:
    """One open stream, as a client of its own would read it; ``heard`` are the things that it was told of."""

    def __init__(self, site: Site, token: str, article: str) -> None:
        self.site = site
        self.article = article
        self.heard: set[str] = set()
        self._token = token

    async def open(self, after: int) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.site.port)
        asked = f"/live/?project={PROJECT}&article={self.article}&after={after}"
        head = f"GET {asked} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {self._token}\r\n\r\n"
        self._writer.write(head.encode())
        status = await self._reader.readline()
        if b" 200 " not in status:
            raise RuntimeError(f"A stream is not opened: {status!r}")

    async def listen(self) -> None:
        async for line in self._reader:
            if line.startswith(b"data: {") and b'"thing_id"' in line:
                self.heard.add(json.loads(line.removeprefix(b"data: "))["thing_id"])

    def close(self) -> None:
        self._writer.close()


def streamed(site: Site) -> tuple[bool, str]:
    """Save with nobody looking and with 500 looking, and count what the database then holds open."""
    tokens = site.manage("shell", "--verbosity", "0", "-c", _READERS).splitlines()
    client = Annotator(site.address, site.tokens[0])
    articles = [new_article(client) for _ in range(ARTICLES)]
    before = [_save(client, article)[0] for article in _in_turn(articles)]
    return asyncio.run(_with_streams(site, client, articles, tokens, before))


async def _with_streams(
    site: Site, client: Annotator, articles: list[str], tokens: list[str], before: list[float]
) -> tuple[bool, str]:
    [(last,)] = site.ask("SELECT max(id) FROM annotator_event")
    streams = [Stream(site, tokens[n % READERS], articles[n % ARTICLES]) for n in range(STREAMS)]
    for stream in streams:
        await asyncio.wait_for(stream.open(int(str(last))), PATIENCE)
    listening = [asyncio.create_task(stream.listen()) for stream in streams]
    loop, connections, took = asyncio.get_running_loop(), [], []
    made: dict[str, set[str]] = {article: set() for article in articles}
    # A process of its own would be fairer still: what the clients of the streams cost is in these figures.
    with ThreadPoolExecutor(1) as saving:
        for number, article in enumerate(_in_turn(articles)):
            seconds, id = await loop.run_in_executor(saving, _save, client, article)
            took.append(seconds)
            made[article].add(id)
            if number % 20 == 0:
                [(count,)] = await loop.run_in_executor(saving, site.ask, _CONNECTIONS)
                connections.append(int(str(count)))
    deadline = time.monotonic() + PATIENCE
    while not all(made[stream.article] <= stream.heard for stream in streams) and time.monotonic() < deadline:
        await asyncio.sleep(0.1)
    deaf = sum(not made[stream.article] <= stream.heard for stream in streams)
    for task, stream in zip(listening, streams, strict=True):
        task.cancel()
        stream.close()
    told = (
        f"{STREAMS} streams of {READERS} readers in {ARTICLES} articles; {max(connections)} database connections at "
        f"the most, of all processes; {SAVES} saves: p50 {_p(50, before)} and p95 {_p(95, before)} without them, "
        f"p50 {_p(50, took)} and p95 {_p(95, took)} with them; {deaf} that did not hear of every save"
    )
    return max(connections) <= MOST_CONNECTIONS and not deaf, told


def _in_turn(articles: list[str]) -> list[str]:
    return (articles * (SAVES // len(articles) + 1))[:SAVES]


def _save(client: Annotator, article: str) -> tuple[float, str]:
    """How long a save takes, and what was made."""
    id = str(uuid.uuid4())
    body = {"article": article, "revision": 1, "segments": [[0, 4]], "type": "PER"}
    begun = time.perf_counter()
    client.put(f"mentions/{id}/", body, new=True)
    took = time.perf_counter() - begun
    time.sleep(PAUSE)
    return took, id


def _p(percent: int, seconds: list[float]) -> str:
    return f"{quantiles(seconds, n=100)[percent - 1] * 1000:.1f} ms"
