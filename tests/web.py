"""A small internet of the tests' own: names, public addresses and pages, served on this machine.

The product's checks stay in force: names resolve to the addresses that a test gives, and only the last step, the
connection to an address that was found public, ends at the server of the tests.
"""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from articles.fetching import Network

PUBLIC = "93.184.215.14"
TLS = Path(__file__).parent / "data" / "tls"  # a certificate of “news.example”, good for a hundred years


@dataclass
class Page:
    """What is answered at an address."""

    body: bytes = b""
    type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Seen:
    """A request that arrived."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes


class Web:
    """``pages`` is by “host/path”: a Page, or what makes one from the request. ``names`` gives a host's addresses."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.pages: dict[str, Page | Callable[[Seen], Page]] = {}
        self.names: dict[str, list[str]] = {}
        self.seen: list[Seen] = []
        self.connected: list[tuple[str, int]] = []
        self.network = Network(resolve=self._resolve, connect=self._connect, tls=self._trusting)

    def _resolve(self, host: str, port: int) -> list[str]:
        return self.names.get(host, [PUBLIC])

    def _connect(self, address: str, port: int, seconds: float) -> socket.socket:
        self.connected.append((address, port))
        return socket.create_connection(("127.0.0.1", self.port), timeout=seconds)

    @staticmethod
    def _trusting() -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(TLS / "certificate.pem"))


@contextmanager
def served(*, tls: bool = False) -> Iterator[Web]:
    """The server up, and down again."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            seen = Seen(self.command, f"{headers['host']}{self.path}", headers, body)
            web.seen.append(seen)
            page = web.pages.get(seen.url, Page(b"Nothing here.", status=404))
            if callable(page):
                page = page(seen)
            self.send_response(page.status)
            said = {"Content-Type": page.type, "Content-Length": str(len(page.body)), **page.headers}
            for name, value in said.items():
                self.send_header(name, value)
            self.end_headers()
            if page.status != 304:
                self.wfile.write(page.body)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *told: Any) -> None:
            """Nothing: what arrived is in ``seen``."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            """Nothing: a client that goes away in mid-answer is what some tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(TLS / "certificate.pem", TLS / "key.pem")
        server.socket = context.wrap_socket(server.socket, server_side=True)
    web = Web(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def raw_host(say: Callable[[socket.socket, threading.Event], None]) -> Iterator[Network]:
    """A host that says what it likes on each connection, whatever it is asked, until the test is over."""
    over = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]

    def serve() -> None:
        while not over.is_set():
            try:
                connected, _ = listening.accept()
            except OSError:
                return
            with connected:
                try:
                    say(connected, over)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield Network(
            resolve=lambda host, port: [PUBLIC],
            connect=lambda address, _, seconds: socket.create_connection(("127.0.0.1", port), timeout=seconds),
        )
    finally:
        over.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()
