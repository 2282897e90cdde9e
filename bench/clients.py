"""Clients of the running site: one that measures how long a request takes, eight that measure how many there are."""

import http.client
import multiprocessing
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

Request = tuple[str, str, dict[str, Any] | None]  # method, path, body


@dataclass
class Site:
    """Where the site answers, and the token or the cookie that it answers to."""

    port: int
    token: str = ""
    cookie: str = ""

    def connect(self) -> "Client":
        return Client(self)


class Client:
    """One persistent connection."""

    def __init__(self, site: Site) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
        known_by = {"Authorization": f"Bearer {site.token}"} if site.token else {"Cookie": site.cookie}
        self._headers = {**known_by, "Host": "localhost"}

    def send(self, request: Request, precondition: dict[str, str] | None = None) -> bytes:
        method, path, body = request
        headers = self._headers
        if body is not None:
            headers = {**headers, "Content-Type": "application/json", **(precondition or {"If-None-Match": "*"})}
        self._connection.request(method, path, orjson.dumps(body) if body is not None else None, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:500]!r}")
        return content


def per_second(site: Site, make: Callable[[int], Request], *, clients: int = 8, seconds: float) -> float:
    """Requests per second over ``clients`` connections, each its own process; ``make`` makes a request of a number."""
    context = multiprocessing.get_context("fork")
    counts = context.Queue()
    workers = [context.Process(target=_work, args=(site, make, n, seconds, counts)) for n in range(clients)]
    for worker in workers:
        worker.start()
    total = sum(counts.get() for _ in workers)
    for worker in workers:
        worker.join()
    return total / seconds


def _work(site: Site, make: Callable[[int], Request], number: int, seconds: float, counts: Any) -> None:
    client = site.connect()
    done, until = 0, time.perf_counter() + seconds
    while time.perf_counter() < until:
        client.send(make(number * 1_000_000 + done))
        done += 1
    counts.put(done)


def creating(article: str, length: int) -> Callable[[int], Request]:
    """Requests that create a mention, each under an id of its own."""

    def make(number: int) -> Request:
        body = {"article": article, "revision": 1, "segments": [[0, length]], "type": "PER"}
        return ("PUT", f"/api/v1/mentions/{uuid.uuid4()}/", body)

    return make
