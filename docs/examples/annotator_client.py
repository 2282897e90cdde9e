"""A small client of the REST interface, by the standard library alone: copy it into your program.

It is written from docs/api.md and the OpenAPI document, and keeps their rules: a write carries an operation id and is
sent again as it was when its answer is lost, so that it is done once; what the site cannot do now is asked again later.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

LATER = (429, 502, 503, 504)  # not done, and worth asking again
JSON = "application/json"


class Problem(Exception):
    """An answer that is no success: its status, and the problem document (RFC 9457)."""

    def __init__(self, status: int, document: dict[str, Any]) -> None:
        super().__init__(f"{status}: {document.get('detail', '')}")
        self.status = status
        self.document = document


@dataclass(frozen=True)
class Answer:
    """``body`` are the bytes as they came, ``headers`` are by lower-case name."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def version(self) -> str:
        """What a later write says in If-Match."""
        return self.headers.get("etag", "")


class Annotator:
    """``site`` is the address up to and with `/api/v1`; ``patience`` are the seconds that one request is tried for."""

    def __init__(self, site: str, token: str, *, timeout: float = 30.0, patience: float = 60.0) -> None:
        self.site = site.rstrip("/")
        self.token = token
        self.timeout = timeout
        self.patience = patience

    # --- Reading ---

    def get(self, path: str, **query: Any) -> Answer:
        """One representation: `get("stances/6f1a…/")`."""
        return self.send("GET", path, query=query)

    def each(self, path: str, **query: Any) -> Iterator[dict[str, Any]]:
        """Every row of a list, over all its pages."""
        following: str | None = self.address(path, query)
        while following:
            page = self.send("GET", following).json
            yield from page["results"]
            following = page["next"]

    def events(self, project: str, *, after: int = 0, limit: int = 1_000) -> Iterator[list[dict[str, Any]]]:
        """What has happened in a project after an event, in pages, up to now."""
        following: str | None = self.address("events/", {"project": project, "after": after, "limit": limit})
        while following:
            page = self.send("GET", following).json
            if page["results"]:
                yield page["results"]
            following = page["next"]

    # --- Writing ---

    def put(self, path: str, body: dict[str, Any], *, if_match: str = "", new: bool = False) -> Answer:
        """Create it under an id of yours (``new``: it must not be there yet), or replace the version ``if_match``."""
        return self.send("PUT", path, body, if_match=if_match, new=new)

    def patch(self, path: str, body: dict[str, Any], *, if_match: str) -> Answer:
        return self.send("PATCH", path, body, if_match=if_match)

    def delete(self, path: str, *, if_match: str) -> Answer:
        return self.send("DELETE", path, if_match=if_match)

    def post(self, path: str, body: dict[str, Any]) -> Answer:
        return self.send("POST", path, body)

    def bring_in(self, project: str, lines: bytes, *, name: str = "import") -> dict[str, Any]:
        """Have the articles of JSON lines brought in, and wait for the end of the job, which is given as it then is."""
        query = {"project": project, "name": name}
        begun = self.send("POST", "imports/", raw=lines, media_type="application/x-ndjson", query=query)
        while True:
            job = self.get(f"imports/{begun.json['id']}/").json
            if job["state"] not in ("waiting", "running"):
                return dict(job)
            time.sleep(0.5)

    # --- The protocol ---

    def send(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        query: dict[str, Any] | None = None,
        if_match: str = "",
        new: bool = False,
        raw: bytes | None = None,
        media_type: str = JSON,
        key: str = "",
    ) -> Answer:
        """The answer to a request; Problem for one that is no success and would be none a moment later."""
        headers = {"Authorization": f"Bearer {self.token}", "Accept": JSON, "Content-Type": media_type}
        if method != "GET":
            headers["Idempotency-Key"] = key or str(uuid.uuid4())
        if if_match:
            headers["If-Match"] = if_match
        if new:
            headers["If-None-Match"] = "*"
        content = raw if raw is not None else json.dumps(body).encode() if body is not None else None
        asked = Request(self.address(path, query), content, headers, method=method)  # noqa: S310
        until = time.monotonic() + self.patience
        while True:
            wait = 0.2
            try:
                with urlopen(asked, timeout=self.timeout) as answer:  # noqa: S310
                    return Answer(answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read())
            except HTTPError as error:
                problem = _problem(error)
                if error.code not in LATER or time.monotonic() > until:
                    raise problem from None
                wait = float(error.headers.get("Retry-After") or wait)
            except (OSError, HTTPException):
                # The answer is lost, and nobody knows whether the write was done: the same request finds out.
                if time.monotonic() > until:
                    raise
            time.sleep(wait)

    def address(self, path: str, query: dict[str, Any] | None = None) -> str:
        whole = path if "://" in path else f"{self.site}/{quote(path, safe='/:')}"
        return f"{whole}?{urlencode(query)}" if query else whole


def _problem(error: HTTPError) -> Problem:
    with error:
        content = error.read()
    try:
        document = json.loads(content)
    except ValueError:
        document = {"detail": content[:200].decode(errors="replace")}
    return Problem(error.code, document)
