"""One hub a process: it listens to PostgreSQL on one connection, and hands on what happens to those who may see it."""

import asyncio
import logging
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import orjson
import psycopg
from django.db import connections
from django.db.models import Q

from annotator.access.visibility import visible_events
from annotator.actions.presence import CHANNEL as PRESENCE
from annotator.actions.trace import CHANNEL as EVENTS
from annotator.domain.encoding import write
from annotator.live.viewers import Viewer, from_database, members, still_admitted
from annotator.models import Event
from annotator.queries import wire

logger = logging.getLogger(__name__)

LOOK_EVERY = 4.0  # seconds: a disabled user's stream ends within five
KNOWN_FOR = 4.0  # seconds that an answer to “who sees this layer” is kept
QUEUE = 500  # messages that a slow reader may lag behind before the stream is ended, to be resumed by id
_DECIDES_WHO_SEES = ("project", "member", "coding")  # what an event is about after which others may see a layer
RETRY = (0.5, 1, 2, 5)  # seconds between attempts to listen again


@dataclass(eq=False)
class Stream:
    """One open stream. ``sent`` is the id of the last event that was put into its queue; None in it ends it.

    Until it is ``ready`` it is being caught up: what is heard meanwhile is only noted, and looked up in turn.
    """

    viewer: Viewer
    project_id: int
    article_id: str
    sent: int
    queue: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(2 * QUEUE))
    ready: bool = False
    heard: bool = False
    catching_up: asyncio.Lock = field(default_factory=asyncio.Lock)

    def concerns(self, told: dict[str, Any]) -> bool:
        """Whether it happened where the stream looks: in its article, or to the project as a whole."""
        where = ("", self.article_id or told["article"])
        return bool(self.project_id == told["project"] and told["article"] in where)

    def put(self, message: bytes | None) -> None:
        """Add a message; a reader who is too far behind is cut off and comes back with the last id it had."""
        try:
            self.queue.put_nowait(message)
        except asyncio.QueueFull:
            while not self.queue.empty():
                self.queue.get_nowait()
            self.queue.put_nowait(None)


class Hub:
    """Fans out what PostgreSQL tells. Everything in it runs on one event loop."""

    def __init__(self) -> None:
        self.streams: set[Stream] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._seen: dict[tuple[Any, ...], tuple[bool, float]] = {}

    def join(self, stream: Stream) -> None:
        """Let a stream take part. It is then caught up with what happened before (``catch_up``)."""
        self.streams.add(stream)
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._look_after())]

    def leave(self, stream: Stream) -> None:
        self.streams.discard(stream)

    def stop(self) -> None:
        """End all streams: the process is going."""
        for task in self._tasks:
            task.cancel()
        self._tasks = []
        for stream in self.streams:
            stream.put(None)

    async def catch_up(self, stream: Stream) -> None:
        """Send what the viewer may see and has not been sent, in order, and let the stream go on from there."""
        async with stream.catching_up:
            stream.ready, stream.heard = False, True
            while stream.heard:
                stream.heard = False
                events = await from_database(lambda: self._missed(stream))
                if len(events) > QUEUE:
                    stream.sent = events[-1].pk
                    stream.put(message("reload", {"reason": f"More than {QUEUE} events were missed."}, stream.sent))
                    stream.heard = True
                    continue
                for event in events:
                    self._send(stream, event)
            stream.ready = True

    def _missed(self, stream: Stream) -> list[Event]:
        events = visible_events(stream.viewer.user).filter(project=stream.project_id, id__gt=stream.sent)
        if stream.article_id:
            events = events.filter(Q(article=stream.article_id) | Q(article=None))
        return list(events.select_related("project", "by").order_by("id")[: QUEUE + 1])

    async def _listen(self) -> None:
        """Hear of commits for as long as the process lives, over whatever happens to the connection."""
        attempt = 0
        while True:
            try:
                connected = await psycopg.AsyncConnection.connect(**_address(), autocommit=True)
                # Not `async with`: it would roll back first, and a process that ends cancels that as well.
                try:
                    await connected.execute(f"LISTEN {EVENTS}")
                    await connected.execute(f"LISTEN {PRESENCE}")
                    # What was committed while nobody listened.
                    for stream in list(self.streams):
                        await self.catch_up(stream)
                    attempt = 0
                    async for notice in connected.notifies():
                        await self._hear(notice.channel, notice.payload)
                finally:
                    await connected.close()
            except Exception:
                # Whatever it was, the streams wait for this task: it goes on, and what was missed is caught up with.
                wait = RETRY[min(attempt, len(RETRY) - 1)]
                attempt += 1
                logger.exception("Listening for events failed; again in %s s.", wait)
                await asyncio.sleep(wait)

    async def _hear(self, channel: str, payload: str) -> None:
        told = orjson.loads(payload)
        if told.get("thing") in _DECIDES_WHO_SEES:
            self._seen.clear()
        concerned = [stream for stream in self.streams if stream.concerns(told)]
        if not concerned:
            return
        if channel == PRESENCE:
            for stream in concerned:
                stream.put(message("presence", told["who"]))
            return
        by_viewer: dict[Any, list[Stream]] = defaultdict(list)
        for stream in concerned:
            stream.heard = True
            if stream.ready:
                by_viewer[stream.viewer.key].append(stream)
        event = await from_database(lambda: Event.objects.select_related("project", "by").get(pk=told["event"]))
        for streams in by_viewer.values():
            if await self._sees(streams[0].viewer, event):
                for stream in streams:
                    self._send(stream, event)

    async def _sees(self, viewer: Viewer, event: Event) -> bool:
        """Whether the viewer may see an event: the rule of the lists, remembered for a layer for a few seconds."""
        # Of assessments some are drafts: each event is asked for by itself.
        key = (*viewer.key, event.project_id, event.coding_id, event.pk if event.thing == "assessment" else None)
        known = self._seen.get(key)
        if known and known[1] > time.monotonic():
            return known[0]
        sees = await from_database(lambda: visible_events(viewer.user).filter(pk=event.pk).exists())
        self._seen[key] = (sees, time.monotonic() + KNOWN_FOR)
        return sees

    def _send(self, stream: Stream, event: Event) -> None:
        if event.pk > stream.sent:
            stream.sent = event.pk
            stream.put(message("change", wire.event(event), event.pk))

    async def _look_after(self) -> None:
        """End the streams of who may no longer look (signed out, disabled, no member); forget old answers."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            now = time.monotonic()
            self._seen = {key: known for key, known in self._seen.items() if known[1] > now}
            looking = {(stream.viewer, stream.project_id) for stream in self.streams}
            try:
                admitted = await from_database(lambda looking=looking: _still_looking(looking))
            except Exception:
                # Without the database nothing is sent; whoever is still admitted then stays.
                logger.exception("The viewers of the event streams could not be looked up.")
                continue
            for stream in list(self.streams):
                place = (stream.viewer, stream.project_id)
                if place in looking and place not in admitted:
                    stream.put(None)


def _still_looking(looking: set[tuple[Viewer, int]]) -> set[tuple[Viewer, int]]:
    admitted = still_admitted({viewer for viewer, _ in looking})
    return members({place for place in looking if place[0] in admitted})


def _address() -> dict[str, Any]:
    """Where Django's database is, for a connection of our own beside its pool."""
    known = connections["default"].settings_dict
    options = {name: value for name, value in known["OPTIONS"].items() if name != "pool"}
    return options | {
        "dbname": known["NAME"],
        "user": known["USER"] or None,
        "password": known["PASSWORD"] or None,
        "host": known["HOST"] or None,
        "port": known["PORT"] or None,
    }


def message(name: str, content: Any, event_id: int | None = None) -> bytes:
    """One server-sent event. JSON has no line ends outside strings, and escapes them within."""
    head = f"id: {event_id}\n".encode() if event_id is not None else b""
    return head + b"event: " + name.encode() + b"\ndata: " + write(content) + b"\n\n"
