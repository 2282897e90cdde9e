"""Django, which is a WSGI application, in threads under a server that speaks ASGI.

What Django reads whole is collected before a request is given a thread, so that who sends slowly holds none; an answer
that is no stream goes back in one piece. So the way through the event loop costs a request less than 0.2 ms.
"""

import asyncio
import io
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

IN_MEMORY = 1024 * 1024  # bytes of a body; more of it is put into a file
IN_ONE_PIECE = 1024 * 1024  # bytes of an answer that a file or a generator gives
PATIENCE = 30.0  # seconds for a client to send, or to take, the next piece
SLOWEST = 50_000  # bytes a second at which a body is to come, after the first 30 seconds

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]


class TooSlow(Exception):
    """A client does not send its body, or does not take the answer."""


class Bridge:
    """Serves the requests of one process: ``threads`` at a time, the others wait in line.

    Bodies of up to ``largest`` bytes, which is what Django reads whole, are collected before a thread is taken; longer
    ones, of a declared length, are handed on as they come.
    """

    def __init__(self, wsgi: Callable[..., Iterable[bytes]], *, threads: int, largest: int) -> None:
        self._wsgi = wsgi
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="django")
        self._largest = largest

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        try:
            body, length = await self._body(dict(scope["headers"]), receive, loop)
        except TooSlow as error:
            await _say(send, 408, str(error))
            return
        environ = _environ(scope, body, length)
        streaming = await loop.run_in_executor(self._threads, self._answer, environ, receive, send, loop)
        if streaming is not None:
            status, headers, content = streaming
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": content})

    async def _body(
        self, headers: dict[bytes, bytes], receive: Receive, loop: asyncio.AbstractEventLoop
    ) -> tuple[IO[bytes], int]:
        """What the request carries, to be read as a file, and its length."""
        declared = headers.get(b"content-length", b"")
        if not declared and b"transfer-encoding" not in headers:
            return io.BytesIO(), 0
        length = int(declared) if declared.isdigit() else None
        pieces = _Pieces(receive, length)
        if length is not None and length > self._largest:
            return io.BufferedReader(_Arriving(pieces, loop)), length
        # Without a length, more than Django would read is told by a length that is too great.
        kept: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed with the answer
        while (piece := await pieces.following()) and kept.tell() <= self._largest:
            kept.write(piece)
        length = kept.tell()
        kept.seek(0)
        return kept, length

    def _answer(
        self, environ: dict[str, Any], receive: Receive, send: Send, loop: asyncio.AbstractEventLoop
    ) -> tuple[int, Headers, bytes] | None:
        """Run Django, in a thread of ours. A stream is sent from here; any other answer is given back whole."""
        begun: list[tuple[int, Headers]] = []

        def start(status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
            told = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
            begun[:] = [(int(status[:3]), told)]

        answer = self._wsgi(environ, start)
        try:
            [(status, headers)] = begun
            length = int(dict(headers).get(b"content-length", IN_ONE_PIECE + 1))
            if getattr(answer, "streaming", False) and length > IN_ONE_PIECE:
                _stream(answer, status, headers, receive, send, loop)
                return None
            return status, headers, b"".join(answer)
        finally:
            environ["wsgi.input"].close()
            # Django gives the database connection back here: in the thread that took it.
            if close := getattr(answer, "close", None):
                close()

    def stop(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


async def _say(send: Send, status: int, told: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": told.encode()})


async def _within(seconds: float, awaited: Awaitable[Any]) -> Any:
    """What is awaited, or TooSlow. It is not cancelled, which what Granian gives does not bear, but left alone."""

    async def wait() -> Any:
        return await awaited

    task = asyncio.ensure_future(wait())
    done, _ = await asyncio.wait({task}, timeout=max(0.0, seconds))
    if not done:
        task.add_done_callback(lambda late: late.cancelled() or late.exception())
        raise TooSlow
    return task.result()


class _Pieces:
    """The pieces of a body, within the time that it may take."""

    def __init__(self, receive: Receive, length: int | None) -> None:
        self._receive = receive
        self._more = True
        self._until = time.monotonic() + PATIENCE + length / SLOWEST if length is not None else None

    async def following(self) -> bytes:
        """The next piece; b"" after the last. Raises TooSlow."""
        piece = b""
        while self._more and not piece:
            left = self._until - time.monotonic() if self._until is not None else PATIENCE
            try:
                message = await _within(min(PATIENCE, left), self._receive())
            except TooSlow:
                raise TooSlow(f"The body came too slowly: {PATIENCE:g} s, then {SLOWEST:,} bytes/s.") from None
            piece = bytes(message.get("body", b""))
            self._more = message["type"] == "http.request" and message.get("more_body", False)
        return piece


class _Arriving(io.RawIOBase):
    """A body that is read in a thread while it arrives."""

    def __init__(self, pieces: _Pieces, loop: asyncio.AbstractEventLoop) -> None:
        self._pieces = pieces
        self._loop = loop
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            try:
                self._rest = asyncio.run_coroutine_threadsafe(self._pieces.following(), self._loop).result()
            except TooSlow as error:
                raise OSError(str(error)) from error
        taken = self._rest[: len(buffer)]
        self._rest = self._rest[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)


def _stream(
    answer: Iterable[bytes],
    status: int,
    headers: Headers,
    receive: Receive,
    send: Send,
    loop: asyncio.AbstractEventLoop,
) -> None:
    """Send an answer piece by piece, each once the one before is taken, until the end or until the client has gone."""

    async def gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    async def begin() -> "asyncio.Task[None]":
        await send({"type": "http.response.start", "status": status, "headers": headers})
        return asyncio.ensure_future(gone())

    async def give(piece: bytes, *, more: bool) -> None:
        await _within(PATIENCE, send({"type": "http.response.body", "body": piece, "more_body": more}))

    left = asyncio.run_coroutine_threadsafe(begin(), loop).result()
    for piece in answer:
        if left.done():
            return
        try:
            asyncio.run_coroutine_threadsafe(give(piece, more=True), loop).result()
        except (TooSlow, OSError):
            return
    asyncio.run_coroutine_threadsafe(give(b"", more=False), loop).result()


def _environ(scope: Message, body: IO[bytes], length: int) -> dict[str, Any]:
    """The request as PEP 3333 has it: text that is bytes in Latin-1."""
    server, client = scope.get("server") or ("localhost", 80), scope.get("client") or ("", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "CONTENT_LENGTH": str(length) if length else "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for header, value in scope["headers"]:
        name, told = header.decode("latin-1").lower(), value.decode("latin-1")
        if name == "content-type":
            environ["CONTENT_TYPE"] = told
        # A name with an underscore would pass for one with a hyphen.
        elif name != "content-length" and "_" not in name:
            key = f"HTTP_{name.upper().replace('-', '_')}"
            environ[key] = f"{environ[key]},{told}" if key in environ else told
    return environ
