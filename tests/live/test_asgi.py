"""The whole site as one ASGI application, driven as a server drives it."""

import asyncio
from collections.abc import Generator
from typing import Any

import pytest


class Awaitable:
    """What Granian's `receive` and `send` return: awaitable, and no coroutine."""

    def __init__(self, value: Any = None) -> None:
        self.value = value

    def __await__(self) -> Generator[Any, None, Any]:
        yield from asyncio.sleep(0).__await__()
        return self.value


@pytest.mark.django_db(transaction=True)
def test_a_form_that_is_posted_reaches_django_whole() -> None:
    # Imported here: it looks for the static files, which the session's fixture makes first.
    from annotator.asgi import application

    sent: list[dict[str, Any]] = []
    body = b"username=mo&password=" + b"x" * 200
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http",
        "server": ("testserver", 80),
        "client": ("127.0.0.1", 5000),
        "method": "POST",
        "path": "/accounts/login/",
        "raw_path": b"/accounts/login/",
        "root_path": "",
        "query_string": b"",
        "headers": [
            (b"host", b"testserver"),
            (b"content-type", b"application/x-www-form-urlencoded"),
            (b"content-length", str(len(body)).encode()),
        ],
    }
    parts = [body[:100], body[100:]]

    def receive() -> Awaitable:
        part = parts.pop(0) if parts else b""
        return Awaitable({"type": "http.request", "body": part, "more_body": bool(parts)})

    def send(message: dict[str, Any]) -> Awaitable:
        sent.append(message)
        return Awaitable()

    asyncio.run(application(scope, receive, send))

    # The form came without its CSRF token: it was read, and refused for that.
    assert sent[0]["status"] == 403
    assert sent[-1].get("more_body", False) is False
