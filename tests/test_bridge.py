"""The bridge between the server and Django, under the server itself: bodies, streams, and clients that are slow."""

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest

from annotator.bridge import OF_A_CALLER
from tests.bridged import LARGEST

PATIENCE = 60  # seconds: a bound for a machine under load, no measure
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
        start_new_session=True,
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
        # With its worker, which would outlive it.
        os.killpg(serving.pid, signal.SIGKILL)
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
    assert b"application/problem+json" in answer and b'"type":"urn:annotator:too-slow"' in answer


def test_the_path_and_headers_are_as_wsgi_wants_them(port):
    seen = told(opened(port, "GET /p/%C3%A9%2F/", b"X-Told: one\r\nX-Told: two\r\nX_Forwarded_Proto: https\r\n\r\n"))

    assert seen["path"].encode("latin-1").decode() == "/p/é//"
    assert seen["headers"] == {"HTTP_X_TOLD": "one,two"}


def test_a_fault_is_answered(port):
    assert answered(opened(port, "GET /fault/", b"\r\n"))[0] == 500


def made_by(port: int) -> dict[str, int]:
    return told(opened(port, "GET /", b"\r\n"))["made"]


def has_closed(port: int, count: int) -> dict[str, int]:
    """What was made, once so many streams have been closed; others are answered all the while."""
    deadline = time.monotonic() + PATIENCE
    while (made := made_by(port))["closed"] < count:
        assert time.monotonic() < deadline, made
        time.sleep(0.05)
    return made


def trickled(connection: socket.socket, over: threading.Event, *, reads: bool) -> None:
    """Send or take a hundred bytes now and then, as long as the other side bears it."""
    with suppress(OSError):
        while not over.wait(0.05) and (connection.recv(100) if reads else connection.send(b"x" * 100)):
            pass


@pytest.fixture
def trickling():
    """Has a connection trickle beside the test, to its end."""
    over, threads = threading.Event(), []

    def begin(connection: socket.socket, *, reads: bool) -> None:
        thread = threading.Thread(target=trickled, args=(connection, over), kwargs={"reads": reads})
        thread.start()
        threads.append((thread, connection))

    yield begin
    over.set()
    for thread, connection in threads:
        connection.close()
        thread.join()


def test_what_a_client_does_not_take_is_not_made_and_is_closed_when_it_stays_away(port):
    before = made_by(port)
    reading = opened(port, "GET /endless/", b"\r\n")
    reading.recv(1000)

    after = has_closed(port, before["closed"] + 1)
    reading.close()

    assert after["pieces"] - before["pieces"] < 200


def test_who_takes_an_answer_drop_by_drop_is_not_waited_for_and_holds_up_nobody(port, trickling):
    before = made_by(port)
    for name in ("one", "two", "three"):
        reading = opened(port, "GET /endless/", f"Authorization: {name}\r\n\r\n".encode())
        reading.recv(1000)
        trickling(reading, reads=True)

    has_closed(port, before["closed"] + 3)


def test_who_sends_a_long_body_drop_by_drop_is_not_waited_for_and_holds_up_nobody(port, trickling):
    sending = opened(port, "POST /", f"Content-Length: {10 * LARGEST}\r\n\r\n".encode())
    trickling(sending, reads=False)

    deadline = time.monotonic() + PATIENCE
    while (made := made_by(port))["broken"] == 0:
        assert time.monotonic() < deadline, made
        time.sleep(0.05)


def test_a_long_body_is_refused_unread_where_none_is_taken(port):
    status, content = answered(opened(port, "POST /short/", f"Content-Length: {LARGEST + 1}\r\n\r\n".encode()))

    assert (status, json.loads(content)["detail"]) == (
        413,
        "A body has 2,000,000 bytes at the most here; this one has 2,000,001.",
    )


def test_one_caller_has_no_more_streams_at_a_time_than_a_few_and_another_goes_on(port):
    before = made_by(port)
    head = b"Authorization: Bearer one\r\n\r\n"
    with ExitStack() as stack:
        for _ in range(OF_A_CALLER):
            stack.enter_context(opened(port, "GET /endless/", head)).recv(1000)
        status, content = answered(opened(port, "GET /endless/", head))
        upload, _ = answered(opened(port, "POST /", b"Content-Length: 9000000\r\n" + head))
        other = stack.enter_context(opened(port, "GET /endless/", b"Authorization: Bearer other\r\n\r\n")).recv(1000)

    assert (status, json.loads(content)["type"], upload) == (429, "urn:annotator:too-many", 429)
    assert other.startswith(b"HTTP/1.1 200 ")
    has_closed(port, before["closed"] + OF_A_CALLER + 2)


def test_a_stream_ends_when_its_reader_has_gone(port):
    before = made_by(port)
    with opened(port, "GET /endless/", b"\r\n") as reading:
        reading.recv(1000)

    has_closed(port, before["closed"] + 1)
