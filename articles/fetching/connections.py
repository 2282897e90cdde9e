"""A connection to the host of a web address, at an address that was checked, on which nothing waits for ever."""

import io
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import SplitResult

from articles.fetching.addresses import is_public
from articles.fetching.urls import PORTS, FetchError, short


def _resolved(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _connected(address: str, port: int, seconds: float) -> socket.socket:
    return socket.create_connection((address, port), timeout=seconds)


@dataclass(frozen=True)
class Network:
    """How names are resolved (host, port → addresses) and connections made (address, port, seconds → socket).

    The checks are not part of it: who puts another network in its place does not get around them.
    """

    resolve: Callable[[str, int], list[str]] = _resolved
    connect: Callable[[str, int, float], socket.socket] = _connected
    tls: Callable[[], ssl.SSLContext] = ssl.create_default_context


INTERNET = Network()
_TRIED = 4  # addresses of one host


class Deadline:
    """A moment by which all must be done."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._ends = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds that are left; TimeoutError when there are none."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class Stream(io.RawIOBase):
    """A connection as http.client reads and writes it.

    A time limit on each read alone would let a host send one byte at a time for ever.
    """

    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        self._socket = connected
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._socket.settimeout(self._deadline.left())
        return self._socket.recv_into(buffer)

    def sendall(self, sent: bytes) -> None:
        self._socket.settimeout(self._deadline.left())
        self._socket.sendall(sent)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def close(self) -> None:
        """Nothing: the socket belongs to whoever opened it."""


def connection(parts: SplitResult, deadline: Deadline, network: Network) -> socket.socket:
    """A connection to the host, for https with its certificate verified. Raises FetchError, OSError, TimeoutError."""
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    connected = _first_connected(_addresses(host, port, deadline, network), port, deadline, network)
    if parts.scheme == "http":
        return connected
    try:
        connected.settimeout(deadline.left())
        return network.tls().wrap_socket(connected, server_hostname=host)
    except BaseException:
        connected.close()
        raise


def _first_connected(addresses: list[str], port: int, deadline: Deadline, network: Network) -> socket.socket:
    refused = OSError()
    for place, address in enumerate(addresses):
        try:
            # A share of the time for each: one that says nothing must not use up that of the next.
            return network.connect(address, port, deadline.left() / (len(addresses) - place))
        except OSError as error:
            refused = error
    raise refused


def _addresses(host: str, port: int, deadline: Deadline, network: Network) -> list[str]:
    """The addresses of a host: all of them public, or FetchError, which does not say what an inner name leads to."""
    found: list[str] = []
    failure: list[Exception] = []

    def resolve() -> None:
        try:
            found.extend(network.resolve(host, port))
        except (OSError, UnicodeError) as error:
            failure.append(error)

    # A resolver has no time limit of its own.
    resolving = threading.Thread(target=resolve, daemon=True)
    resolving.start()
    resolving.join(deadline.left())
    if resolving.is_alive():
        raise TimeoutError
    if failure or not found:
        raise FetchError(f"“{short(host)}” is not found: no host has this name.")
    if not all(is_public(address) for address in found):
        raise FetchError(f"“{short(host)}” leads to an address that is not public: only public ones are asked.")
    return found[:_TRIED]
