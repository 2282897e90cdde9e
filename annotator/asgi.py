"""The ASGI application: the whole site on one port (`annotator.asgi:application`).

Streams of events go to their own small application, everything else to Django, in threads.
"""

import gc
import os
from collections.abc import Awaitable, Callable, MutableMapping
from functools import cache
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotator.settings")
# What is loaded until the first request is answered stays: to look through it for garbage took a seventh of a start.
gc.disable()
_wsgi = get_wsgi_application()  # sets Django up, on which all else rests

from django.conf import settings  # noqa: E402
from django.db import close_old_connections  # noqa: E402

from annotator.api.straight import Straight  # noqa: E402
from annotator.bridge import Bridge  # noqa: E402
from annotator.live.application import hub, live  # noqa: E402

# More things than a request makes and keeps till its end, but for the largest.
_THINGS = 20_000

# As many requests at a time as there are database connections for them.
# Files of imports alone are longer than what Django reads whole.
_LONG = ("/api/v1/imports/", "/api/v1/articles/import/")

_django = Bridge(
    Straight(_wsgi),
    threads=settings.DATABASE_POOL_SIZE,
    streams=settings.STREAMS,
    largest=settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
    may_be_long=lambda path: path in _LONG,
    release=close_old_connections,
)

Message = MutableMapping[str, Any]


async def application(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"] == "/live/":
        gc.enable()
        await live(scope, receive, send)
    else:
        await _django(scope, receive, send)
        _settle()


@cache
def _settle() -> None:
    """Once a request has loaded what all need: look no more for garbage among what stays as long as the process.

    To look there took a third of the time of an export, and a sixth of that of a page. What a request makes is nearly
    all gone when it ends, by itself: to look through it for rings each 700 things took another twelfth.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_THINGS)
    gc.enable()


async def _lifespan(receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            hub.stop()
            _django.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return
