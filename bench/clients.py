"""Clients of the running site: one that measures how long a request takes, eight that measure how many there are."""

import multiprocessing
import socket
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

CLIENTS = 8
NUMBERS = 1_000_000  # of requests that each of them may make

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
    """One persistent connection.

    It says and reads no more of HTTP than the site's answers need: `http.client` takes 0.3 ms of processor time a
    request, which the site and PostgreSQL on the same cores would go without.
    """

    def __init__(self, site: Site) -> None:
        self._socket = socket.create_connection(("127.0.0.1", site.port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)
        known_by = f"Authorization: Bearer {site.token}" if site.token else f"Cookie: {site.cookie}"
        self._headers = f" HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: identity\r\n{known_by}\r\n"

    def send(self, request: Request, precondition: dict[str, str] | None = None) -> bytes:
        method, path, body = request
        head, content = f"{method} {path}{self._headers}", b""
        if body is not None:
            content = orjson.dumps(body)
            own = {"Content-Type": "application/json", "Content-Length": len(content)}
            told = own | (precondition or {"If-None-Match": "*"})
            head += "".join(f"{name}: {value}\r\n" for name, value in told.items())
        self._socket.sendall(head.encode() + b"\r\n" + content)
        status, answer = self._answer()
        if status >= 300:
            raise RuntimeError(f"{method} {path}: {status} {answer[:500]!r}")
        return answer

    def _answer(self) -> tuple[int, bytes]:
        came = self._more()
        while (end := came.find(b"\r\n\r\n")) < 0:
            came += self._more()
        line, *headers = came[:end].decode("latin-1").lower().split("\r\n")
        [length] = [int(header.partition(":")[2]) for header in headers if header.startswith("content-length:")]
        pieces, missing = [came[end + 4 :]], length - (len(came) - end - 4)
        while missing:
            pieces.append(self._more())
            missing -= len(pieces[-1])
        return int(line.split()[1]), b"".join(pieces)

    def _more(self) -> bytes:
        if piece := self._socket.recv(1 << 16):
            return piece
        raise RuntimeError("The site ended the connection.")


def per_second(site: Site, make: Callable[[int], Request], *, clients: int = CLIENTS, seconds: float) -> float:
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
        client.send(make(number * NUMBERS + done))
        done += 1
    counts.put(done)


def creating(article: str, length: int) -> Callable[[int], Request]:
    """Requests that create a mention, each under an id of its own."""

    def make(number: int) -> Request:
        body = {"article": article, "revision": 1, "segments": [[0, length]], "type": "PER"}
        return ("PUT", f"/api/v1/mentions/{uuid.uuid4()}/", body)

    return make
