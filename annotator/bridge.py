"""Django, which is a WSGI application, in threads under a server that speaks ASGI.

What Django reads whole is collected before a request is given a thread, so that who sends slowly holds none; an answer
that is no stream goes back in one piece. So the way through the event loop costs a request less than 0.2 ms.
"""

import asyncio
import io
import re
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, closing
from typing import IO, Any, NamedTuple

from annotator.domain.problems import MEDIA_TYPE, written
from annotator.pace import Pace, TooSlow

IN_MEMORY = 1024 * 1024  # bytes of a body; more of it is put into a file
IN_ONE_PIECE = 4 * 1024 * 1024  # bytes of an answer of a known length; all static files have less
OF_A_CALLER = 2  # long uploads and downloads at a time in a process
_SESSION = re.compile(rb"(?:^|;\s*)sessionid=([^;]+)")

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]


_Whole = tuple[int, Headers, bytes]


class _Open(NamedTuple):
    """An answer that comes piece by piece, begun and not yet sent."""

    pieces: Iterable[bytes]
    status: int
    headers: Headers


class Bridge:
    """Serves the requests of one process: ``threads`` at a time, the others wait in line.

    Bodies of up to ``largest`` bytes, which is what Django reads whole, are collected before a thread is taken; longer
    ones, of a declared length, are handed on as they come. These, and answers that are streams, last as long as their
    clients are slow: they have ``streams`` threads of their own, of which one caller takes no more than a few.
    Addresses that take long bodies are those of which ``may_be_long`` is true; elsewhere they are refused unread.
    ``release`` is called in a thread that hands a stream on: what it holds (a connection) is the next one's to take.
    """

    def __init__(
        self,
        wsgi: Callable[..., Iterable[bytes]],
        *,
        threads: int,
        streams: int,
        largest: int,
        may_be_long: Callable[[str], bool] = lambda path: True,
        release: Callable[[], None] = lambda: None,
    ) -> None:
        self._wsgi = wsgi
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="django")
        self._streams = ThreadPoolExecutor(streams, thread_name_prefix="streams")
        self._largest = largest
        self._may_be_long = may_be_long
        self._release = release
        self._streaming: Counter[str] = Counter()  # by caller

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        headers = dict(scope["headers"])
        try:
            body, length = await self._body(headers, receive, loop)
        except TooSlow as error:
            await _say(send, 408, "too-slow", str(error))
            return
        if length > self._largest and not self._may_be_long(scope["path"]):
            body.close()
            told = f"A body has {self._largest:,} bytes at the most here; this one has {length:,}."
            await _say(send, 413, "too-large", told)
            return
        environ = _environ(scope, body, length)
        caller = _caller(scope, headers)
        with closing(body):
            if length > self._largest:
                async with self._place(caller, send) as has_place:
                    if has_place:
                        answer = await loop.run_in_executor(self._streams, self._answer, environ)
                        await self._sent(answer, receive, send, loop)
                return
            answer = await loop.run_in_executor(self._threads, self._answer, environ)
            if not isinstance(answer, _Open):
                await self._sent(answer, receive, send, loop)
                return
            async with self._place(caller, send) as has_place:
                if has_place:
                    await self._sent(answer, receive, send, loop)
                else:
                    await loop.run_in_executor(self._streams, _close, answer.pieces)

    async def _sent(
        self,
        answer: _Open | _Whole,
        receive: Receive,
        send: Send,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        if isinstance(answer, _Open):
            await loop.run_in_executor(self._streams, _stream, answer, receive, send, loop)
            return
        status, headers, content = answer
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    @asynccontextmanager
    async def _place(self, caller: str, send: Send) -> AsyncIterator[bool]:
        """Whether the caller may have one stream more, which is counted; who may not is told."""
        if self._streaming[caller] >= OF_A_CALLER:
            told = f"You have {OF_A_CALLER} long uploads or downloads going on here: wait until one of them is done."
            await _say(send, 429, "too-many", told, (b"retry-after", b"30"))
            yield False
            return
        self._streaming[caller] += 1
        try:
            yield True
        finally:
            self._streaming[caller] -= 1
            self._streaming += Counter()  # forgets those that have none

    async def _body(
        self, headers: dict[bytes, bytes], receive: Receive, loop: asyncio.AbstractEventLoop
    ) -> tuple[IO[bytes], int]:
        """What the request carries, to be read as a file, and its length."""
        declared = headers.get(b"content-length", b"")
        if not declared and b"transfer-encoding" not in headers:
            return io.BytesIO(), 0
        length = int(declared) if declared.isdigit() else None
        pieces = _Pieces(receive)
        if length is not None and length > self._largest:
            return io.BufferedReader(_Arriving(pieces, loop)), length
        # Without a length, more than Django would read is told by a length that is too great.
        kept: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed with the answer
        while (piece := await pieces.following()) and kept.tell() <= self._largest:
            kept.write(piece)
        length = kept.tell()
        kept.seek(0)
        return kept, length

    def _answer(self, environ: dict[str, Any]) -> _Open | _Whole:
        """Run Django, in a thread of ours. A stream is given back open; any other answer whole."""
        begun: list[tuple[int, Headers]] = []

        def start(status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
            told = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
            begun[:] = [(int(status[:3]), told)]

        answer = self._wsgi(environ, start)
        [(status, headers)] = begun
        length = int(dict(headers).get(b"content-length", IN_ONE_PIECE + 1))
        if getattr(answer, "streaming", False) and length > IN_ONE_PIECE:
            self._release()
            return _Open(answer, status, headers)
        try:
            return status, headers, b"".join(answer)
        finally:
            _close(answer)

    def stop(self) -> None:
        for pool in (self._threads, self._streams):
            pool.shutdown(wait=False, cancel_futures=True)


def _close(answer: Iterable[bytes]) -> None:
    """Django gives the database connection back here: in the thread that took it."""
    if close := getattr(answer, "close", None):
        close()


def _caller(scope: Message, headers: dict[bytes, bytes]) -> str:
    """By what a caller is known before anybody has looked: the token, the session, else the address."""
    session = _SESSION.search(headers.get(b"cookie", b""))
    known = headers.get(b"authorization") or (session and session.group(1))
    return known.decode("latin-1") if known else (scope.get("client") or ("",))[0]


async def _say(send: Send, status: int, name: str, told: str, *headers: tuple[bytes, bytes]) -> None:
    told_as = [(b"content-type", MEDIA_TYPE.encode()), (b"connection", b"close"), *headers]
    await send({"type": "http.response.start", "status": status, "headers": told_as})
    await send({"type": "http.response.body", "body": written(status, name, told)})


class _Pieces:
    """The pieces of a body, at the pace at which they are to come."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._more = True
        self._pace = Pace()

    async def following(self) -> bytes:
        """The next piece; b"" after the last. Raises TooSlow."""
        piece = b""
        while self._more and not piece:
            message = await self._pace.within(self._receive(), lambda message: len(message.get("body", b"")))
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


def _stream(answer: _Open, receive: Receive, send: Send, loop: asyncio.AbstractEventLoop) -> None:
    """Send an answer piece by piece, until the end or until the client has gone.

    One is on its way while the next is made, and no more: who takes slowly is not written ahead of.
    """
    pace = Pace()

    async def gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    async def begin() -> "asyncio.Task[None]":
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        return asyncio.ensure_future(gone())

    async def give(piece: bytes, *, more: bool) -> None:
        message = {"type": "http.response.body", "body": piece, "more_body": more}
        await pace.within(send(message), lambda _: len(piece))

    try:
        left = asyncio.run_coroutine_threadsafe(begin(), loop).result()
        on_its_way: Future[None] = Future()
        on_its_way.set_result(None)
        for piece in answer.pieces:
            if not _taken(on_its_way) or left.done():
                return
            on_its_way = asyncio.run_coroutine_threadsafe(give(piece, more=True), loop)
        if _taken(on_its_way):
            asyncio.run_coroutine_threadsafe(give(b"", more=False), loop).result()
    finally:
        _close(answer.pieces)


def _taken(piece: "Future[None]") -> bool:
    """Whether the client takes it; waits until that is known."""
    try:
        piece.result()
    except (TooSlow, OSError):
        return False
    return True


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
