"""`GET /live/?project=SLUG[&article=ID][&after=EVENT]`: what happens there, as server-sent events, resumed by id."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from django.db import DatabaseError

from annotator.access.visibility import visible_articles, visible_projects
from annotator.actions.presence import show_presence
from annotator.domain.problems import MEDIA_TYPE, written
from annotator.live.hub import Hub, Stream, message
from annotator.live.viewers import Viewer, admitted, from_database

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

HEARTBEAT = 15.0  # seconds; keeps proxies from closing a quiet stream, and finds readers who have gone
BEAT = message("beat", {})
PER_USER = 20
_NAMES = {400: "refused", 401: "not-signed-in", 404: "not-there", 405: "no-such-method", 429: "too-many"}

hub = Hub()


class Turned(Exception):
    """The request is turned away, with a status and a sentence."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


async def live(scope: Message, receive: Receive, send: Send) -> None:
    """Serve one stream until its reader or its viewer's right to it has gone."""
    try:
        stream = await _opened(scope)
    except Turned as turned:
        await _answer(send, turned.status, str(turned))
        return
    hub.join(stream)
    gone = asyncio.create_task(_gone(receive))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        await _write(send, b"retry: 2000\n\n")
        await hub.catch_up(stream)
        # A client knows by it that it is up to date, and that nothing on the way holds the stream back.
        stream.put(BEAT)
        await from_database(lambda: _show(stream))
        await _pump(stream, send, gone)
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        hub.leave(stream)
        gone.cancel()
        await from_database(lambda: _leave(stream))


_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache, no-transform"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


async def _opened(scope: Message) -> Stream:
    if scope["method"] != "GET":
        raise Turned(405, "Streams are read with GET.")
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    asked = {name: values[-1] for name, values in parse_qs(scope["query_string"].decode("latin-1")).items()}
    after = headers.get("last-event-id") or asked.get("after") or "0"
    if not after.isascii() or not after.isdigit() or len(after) > 18:
        raise Turned(400, f"after={after[:40]}: use the id of an event, a whole number.")

    def found() -> tuple[Viewer | None, int | None]:
        viewer = admitted(headers)
        return viewer, _project(viewer, asked) if viewer else None

    viewer, project_id = await from_database(found)
    if viewer is None:
        raise Turned(401, "Sign in, or send a token.")
    if project_id is None:
        raise Turned(404, "There is no such project or article.")
    if sum(stream.viewer.user == viewer.user for stream in hub.streams) >= PER_USER:
        raise Turned(429, f"You have {PER_USER} streams open already.")
    return Stream(viewer, project_id, asked.get("article", ""), int(after))


def _project(viewer: Viewer, asked: dict[str, str]) -> int | None:
    """The id of the project asked for, when the viewer may see it and the article."""
    project = visible_projects(viewer.user).filter(slug=asked.get("project", "")).first()
    if project is None:
        return None
    if article := asked.get("article"):
        try:
            UUID(article)
        except ValueError:
            return None
        if not visible_articles(viewer.user).filter(pk=article, project=project).exists():
            return None
    return project.pk


def _leave(stream: Stream) -> None:
    """Tell those in the article that the viewer has gone, unless another stream of theirs is open here."""
    user = stream.viewer.user
    if not any(other.viewer.user == user and other.article_id == stream.article_id for other in hub.streams):
        _show(stream, away=True)


def _show(stream: Stream, *, away: bool = False) -> None:
    """Tell those in the article that the viewer has come or gone; best effort, as all of presence."""
    user = stream.viewer.user
    with suppress(DatabaseError):
        article = visible_articles(user).filter(pk=stream.article_id or None).select_related("project").first()
        if article is not None:
            show_presence(article, by=user, away=away)


async def _pump(stream: Stream, send: Send, gone: "asyncio.Task[None]") -> None:
    while not gone.done():
        waiting = asyncio.create_task(stream.queue.get())
        await asyncio.wait({waiting, gone}, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            waiting.cancel()
            if not gone.done():
                await _write(send, BEAT)
            continue
        told = waiting.result()
        if told is None:
            return
        await _write(send, told)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _write(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _answer(send: Send, status: int, message: str) -> None:
    headers = [(b"content-type", MEDIA_TYPE.encode()), (b"x-content-type-options", b"nosniff")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": written(status, _NAMES[status], message), "more_body": False})
