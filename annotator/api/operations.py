"""How a write runs: as one transaction, once for its operation id, alone or as one of a batch.

A ViewSet's method marked with ``operation`` says what is done and is given an ``Asked``; it never sees the request.
So a batch calls the very same methods.
"""

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any

from django.db import OperationalError
from psycopg.errors import DeadlockDetected
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.actions.operations import once
from annotator.actions.trace import written_together
from annotator.api.offsets import unit_in
from annotator.api.preconditions import Preconditions
from annotator.domain.encoding import plain, write
from annotator.domain.errors import Refused

_CONDITIONS = ("If-Match", "If-None-Match")
_ATTEMPTS = 3


@dataclass(frozen=True)
class Asked:
    """A write as it was asked for: by whom, with what body, on which version, with what in the address's query."""

    user: Any
    given: dict[str, Any]
    preconditions: Preconditions
    parameters: dict[str, str] = field(default_factory=dict)

    def with_fields(self, **fields: Any) -> "Asked":
        """The same with these fields in its body."""
        return replace(self, given={**self.given, **fields})


@dataclass(frozen=True)
class Answer:
    """``shown_once`` joins the body of the first answer and is kept nowhere: a token's secret."""

    status: int
    body: dict[str, Any] | None = None
    shown_once: dict[str, Any] = field(default_factory=dict)


def operation(do: Callable[..., Answer]) -> Callable[..., Response]:
    """Make a handler of HTTP requests from a method ``(self, asked, **named)``, kept as ``handler.operation``."""

    def counted(self: Any, asked: Asked, **named: Any) -> Answer:
        self.unit = unit_in(asked.parameters)
        return do(self, asked, **named)

    @wraps(do)
    def handler(self: Any, request: Request, **named: Any) -> Response:
        asked = Asked(request.user, body_of(request), preconditions_of(request), request.query_params.dict())
        for _ in range(_ATTEMPTS - 1):
            try:
                return in_one(request, lambda: counted(self, asked, **named))
            except OperationalError as error:
                # PostgreSQL has undone one of two that waited for each other, whole; it is done again.
                if not isinstance(error.__cause__, DeadlockDetected):
                    raise
        return in_one(request, lambda: counted(self, asked, **named))

    handler.operation = counted  # type: ignore[attr-defined]
    return handler


def in_one(request: Request, do: Callable[[], Answer]) -> Response:
    """The response to a write that is one transaction, whose events are recorded last."""
    with written_together():
        return answered(request, do)


def answered(request: Request, do: Callable[[], Answer], *, body: bytes | None = None) -> Response:
    """The response to a write, done once for its operation id. ``body`` stands for a body that was read already."""
    shown_once: dict[str, Any] = {}

    def run() -> tuple[int, Any]:
        answer = do()
        shown_once.update(answer.shown_once)
        return answer.status, plain(answer.body)

    status, body = once(_key(request), _digest(request, body), by=request.user, do=run)
    return Response(
        {**body, **shown_once} if shown_once else body, status=status, headers=_headers(request, status, body)
    )


def body_of(request: Request) -> dict[str, Any]:
    """The request's body, which is a JSON object; an absent one is an empty object."""
    if not request.body:
        return {}
    given = request.data
    if not isinstance(given, dict):
        raise Refused.field("", None, "The body is a JSON object.")
    return given


def preconditions_of(request: Request) -> Preconditions:
    return Preconditions.of(request.headers.get("If-Match"), request.headers.get("If-None-Match"))


def tag_of(body: Any, written: bytes | None = None) -> str:
    """The entity tag of a representation: its version, else a digest of it as it is ``written``."""
    version = body.get("version") if isinstance(body, dict) else None
    return str(version) if isinstance(version, int) else hashlib.sha256(written or write(body)).hexdigest()[:32]


def _key(request: Request) -> uuid.UUID | None:
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return None
    try:
        return uuid.UUID(given.strip().strip('"'))
    except ValueError:
        raise Refused.field("Idempotency-Key", given, "Idempotency-Key is a UUID that you choose.") from None


def _digest(request: Request, body: bytes | None) -> str:
    """Of all that makes two requests the same."""
    conditions = [request.headers.get(name, "") for name in _CONDITIONS]
    head = "\n".join([request.method or "", request.get_full_path(), *conditions]).encode()
    return hashlib.sha256(head + b"\n\n" + (request.body if body is None else body)).hexdigest()


def _headers(request: Request, status: int, body: Any) -> dict[str, str]:
    headers = {}
    if isinstance(body, dict) and isinstance(body.get("version"), int):
        headers["ETag"] = f'"{body["version"]}"'
    if status in (201, 202) and isinstance(body, dict) and "id" in body:
        own = f"{body['id']}/"
        headers["Location"] = request.path if request.path.endswith(own) else f"{request.path}{own}"
    return headers
