"""The ASGI application: the whole site on one port (`annotator.asgi:application`).

Streams of events go to their own small application, everything else to Django, in threads. Behind a proxy the two may
be served apart: `annotator.wsgi:application`, and this one for `/live/` alone; docs/operating.md says how.
"""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotator.settings")
_wsgi = get_wsgi_application()  # sets Django up, on which the streams rest

from django.conf import settings  # noqa: E402

from annotator.live.application import hub, live  # noqa: E402

# As many requests at a time as there are database connections for them.
_django = WSGIMiddleware(_wsgi, workers=settings.DATABASE_POOL_SIZE)  # type: ignore[arg-type]

Message = MutableMapping[str, Any]


async def application(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"] == "/live/":
        await live(scope, receive, send)
    else:
        await _django(scope, _coroutine(receive), _coroutine(send))  # type: ignore[arg-type]


def _coroutine(call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """The call as a coroutine function, which a2wsgi needs; Granian's are awaitable without being one."""

    async def called(*arguments: Any) -> Any:
        return await call(*arguments)

    return called


async def _lifespan(receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            hub.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return
