"""The bridge between the server and Django, under the server itself: bodies, streams, and clients that are slow."""

import hashlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bridged import LARGEST

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        chosen = free.getsockname()[1]
    command = ["granian", "tests.bridged:application", "--interface", "asgi", "--no-ws", "--port", str(chosen)]
    serving = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", chosen)).close()
                break
            except OSError:
                time.sleep(0.05)
        yield chosen
    finally:
        serving.kill()
        serving.wait()


def opened(port: int, head: str, body: bytes = b"") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=20)
    connection.sendall(f"{head} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n".encode("latin-1") + body)
    return connection


def answered(connection: socket.socket) -> tuple[int, bytes]:
    received = b""
    with connection:
        while part := connection.recv(65536):
            received += part
    head, _, content = received.partition(b"\r\n\r\n")
    return int(head.split()[1]), content


def told(connection: socket.socket) -> dict[str, Any]:
    status, content = answered(connection)
    assert status == 200
    return dict(json.loads(content))


@pytest.mark.parametrize("size", [0, 5, 70_000, LARGEST, LARGEST + 500_000])
def test_a_body_arrives_whole_whatever_its_length(port, size):
    body = os.urandom(size)

    seen = told(opened(port, "POST /", f"Content-Length: {size}\r\n\r\n".encode() + body))

    assert seen["sha256"] == hashlib.sha256(body).hexdigest()
    assert seen["length"] == (str(size) if size else "")


def test_a_body_of_unknown_length_arrives_with_its_length(port):
    body = os.urandom(150_000)
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:1], body[1:90_000], body[90_000:]))

    seen = told(opened(port, "POST /", b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"))

    assert (seen["sha256"], seen["length"]) == (hashlib.sha256(body).hexdigest(), "150000")


def test_a_body_of_unknown_length_that_is_too_long_is_told_by_its_length(port):
    chunk = b"%x\r\n%b\r\n" % (500_000, bytes(500_000))

    seen = told(opened(port, "POST /unread/", b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 6 + b"0\r\n\r\n"))

    assert LARGEST < int(seen["length"]) <= LARGEST + 500_000


def test_who_sends_slowly_is_not_waited_for_and_holds_no_thread(port):
    with opened(port, "POST /", b"Content-Length: 50\r\n\r\nonly this") as slow:
        meanwhile = told(opened(port, "GET /", b"\r\n"))
        answer = slow.recv(1000)

    assert meanwhile["path"] == "/"
    assert answer.startswith(b"HTTP/1.1 408 ")


def test_the_path_and_headers_are_as_wsgi_wants_them(port):
    seen = told(opened(port, "GET /p/%C3%A9%2F/", b"X-Told: one\r\nX-Told: two\r\nX_Forwarded_Proto: https\r\n\r\n"))

    assert seen["path"].encode("latin-1").decode() == "/p/é//"
    assert seen["headers"] == {"HTTP_X_TOLD": "one,two"}


def test_a_fault_is_answered(port):
    assert answered(opened(port, "GET /fault/", b"\r\n"))[0] == 500


def test_what_a_client_does_not_take_is_not_made_and_is_closed_when_it_stays_away(port):
    before = told(opened(port, "GET /", b"\r\n"))["made"]
    reading = opened(port, "GET /endless/", b"\r\n")
    reading.recv(1000)

    # It takes nothing more: the one thread is free again once the patience with it is at its end.
    after = told(opened(port, "GET /", b"\r\n"))["made"]
    reading.close()

    assert after["closed"] == before["closed"] + 1
    assert after["pieces"] - before["pieces"] < 200


def test_a_stream_ends_when_its_reader_has_gone(port):
    before = told(opened(port, "GET /", b"\r\n"))["made"]
    with opened(port, "GET /endless/", b"\r\n") as reading:
        reading.recv(1000)

    after = told(opened(port, "GET /", b"\r\n"))["made"]

    assert after["closed"] == before["closed"] + 1
