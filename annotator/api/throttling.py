"""How many requests a token may make, in all processes that serve together.

A process takes requests from a token's account in PostgreSQL a lease at a time, and counts them by itself: one write
in three hundred requests at the usual limit. What a process has taken and not used is told as used to the others, so
that the limit holds, and is reached up to one in two hundred early for each process.
"""

import threading
import time
import uuid
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.utils import timezone
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from annotator.actions.allowances import Taken, take

WINDOW = 60  # seconds
SHARE = 200  # leases in a window
_KNOWN = 10_000  # tokens; more are forgotten once their windows have passed


@dataclass
class Lease:
    """``mine`` are left to this process, ``others`` beside them to all; ``until`` is of the monotonic clock."""

    mine: int
    others: int
    until: float

    @property
    def left(self) -> int:
        return self.mine + self.others

    @property
    def seconds(self) -> int:
        """Until the window ends, rounded up."""
        return max(0, -int(-(self.until - time.monotonic()) // 1))


class TokenThrottle(BaseThrottle):
    """Refuses with 429 what goes beyond. Each answer says in RateLimit how many are left, as of the last lease."""

    _leases: dict[uuid.UUID, Lease] = {}
    _lock = threading.Lock()

    def allow_request(self, request: Request, view: Any) -> bool:
        token = request.auth
        if token is None:
            return True
        counted = self.counted(token.pk)
        while counted is None:
            # Without the lock: while the database is asked for one token, the requests of others go on.
            taken = take(f"token:{token.pk}", most=most(), seconds=WINDOW, wanted=max(1, most() // SHARE))
            counted = self.counted(token.pk, taken)
        allowed, lease = counted
        request.rate_limit = headers(lease)
        if not allowed:
            raise Throttled(lease.seconds, f"This token has made its {most():,} requests of this minute.")
        return True

    @classmethod
    def counted(cls, token: uuid.UUID, taken: Taken | None = None) -> tuple[bool, Lease] | None:
        """Whether one request more is allowed, which is counted, and what is left; None where more is to be taken."""
        with cls._lock:
            now = time.monotonic()
            lease = cls._leases.get(token)
            if taken is not None:
                # What another request has taken meanwhile, and not used, is added to.
                mine = lease.mine if lease is not None and lease.until > now else 0
                ends = now + (taken.until - timezone.now()).total_seconds()
                lease = cls._leases[token] = Lease(mine + taken.granted, taken.left, ends)
                if len(cls._leases) > _KNOWN:
                    cls._leases = {key: known for key, known in cls._leases.items() if known.until > now}
            # Once nothing is left for anybody, nobody asks again before the window ends.
            elif lease is None or lease.until <= now or (lease.mine == 0 and lease.others > 0):
                return None
            allowed = lease.mine > 0
            lease.mine = max(0, lease.mine - 1)
            return allowed, replace(lease)


def most() -> int:
    return settings.TOKEN_REQUESTS_PER_MINUTE


def headers(lease: Lease) -> dict[str, str]:
    """As the IETF's draft has them (draft-ietf-httpapi-ratelimit-headers)."""
    return {
        "RateLimit-Policy": f'"token";q={most()};w={WINDOW}',
        "RateLimit": f'"token";r={lease.left};t={lease.seconds}',
    }
