"""How slowly a client may send and take: waited for is only who keeps a pace."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

PATIENCE = 30.0  # seconds for a client to send, or to take, the next piece
SLOWEST = 50_000  # bytes a second at which a body is to come and an answer to be taken, after the first 30 seconds


class TooSlow(Exception):
    """A client does not send its body, or does not take the answer."""


class Pace:
    """How long a client has been waited for in all, and how much went to or came from it meanwhile."""

    def __init__(self) -> None:
        self._waited, self._bytes = 0.0, 0

    async def within(self, awaited: Awaitable[Any], size: Callable[[Any], int]) -> Any:
        """What is awaited, which is of a ``size``. Raises TooSlow where it does not come, or all comes too slowly."""
        begun = time.monotonic()
        left = PATIENCE + self._bytes / SLOWEST - self._waited
        try:
            found = await _within(min(PATIENCE, left), awaited)
        except TooSlow:
            raise TooSlow(f"It went too slowly: {PATIENCE:g} s, then {SLOWEST:,} bytes/s.") from None
        self._waited += time.monotonic() - begun
        self._bytes += size(found)
        return found


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
