"""A small WSGI application behind the bridge, served by Granian for tests/test_bridge.py."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from annotator import bridge, pace

LARGEST = 2_000_000
pace.PATIENCE, pace.SLOWEST = 0.5, 1_000_000
made: dict[str, Any] = {"pieces": 0, "closed": 0, "broken": 0}


class Endless:
    """Pieces without end; it counts those that were asked for, and whether it was closed."""

    streaming = True

    def __iter__(self) -> Iterator[bytes]:
        while True:
            made["pieces"] += 1
            yield b"x" * 100_000

    def close(self) -> None:
        made["closed"] += 1


def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    if path == "/fault/":
        raise RuntimeError("A fault of the application.")
    if path == "/endless/":
        start("200 OK", [("Content-Type", "application/octet-stream")])
        return Endless()
    try:
        body = b"" if path == "/unread/" else environ["wsgi.input"].read()
    except OSError:
        made["broken"] += 1
        raise
    told = {
        "path": path,
        "length": environ["CONTENT_LENGTH"],
        "sha256": hashlib.sha256(body).hexdigest(),
        "headers": {name: value for name, value in environ.items() if name.startswith("HTTP_X")},
        "made": made,
    }
    content = json.dumps(told).encode()
    start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(content)))])
    return [content]


# One thread, so that a request that held it would be waited for.
application = bridge.Bridge(answer, threads=1, streams=3, largest=LARGEST, may_be_long=lambda path: path != "/short/")
