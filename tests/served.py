"""The whole site, event streams included, served from a thread of the tests' own process on the tests' database."""

import asyncio
import socket
import threading
import time
from typing import Any

from django.test.utils import modify_settings
from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

PATIENCE = 30  # seconds


class ServedSite:
    """`annotator.asgi` behind the very server that `make run` starts. ``url`` is its address."""

    def __init__(self) -> None:
        # Imported here: it looks for the static files, which the session's fixture makes first.
        from annotator.asgi import application

        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        # Looked for by pytest-django, which switches it on for each test that uses the site.
        self._live_server_modified_settings = modify_settings(ALLOWED_HOSTS={"append": "127.0.0.1"})
        self._application = application
        # Changed in the site's own thread alone.
        self._under_way = 0
        self._server = Server(
            self._counting,
            port=self.port,
            interface=Interfaces.ASGI,
            http=HTTPModes.http1,
            websockets=False,
            log_enabled=False,
        )
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="served site", daemon=True)

    def start(self) -> None:
        """Return once connections are taken."""
        self._thread.start()
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE).close()
            except OSError:
                assert self._thread.is_alive() and time.monotonic() < deadline, "the site cannot be served"
                time.sleep(0.02)
            else:
                return

    def settle(self) -> None:
        """Return once nothing is under way: what a browser asked for last is worked on after the browser is gone."""
        deadline = time.monotonic() + PATIENCE
        while self._under_way:
            assert time.monotonic() < deadline, f"{self._under_way} requests do not end"
            time.sleep(0.005)

    def stop(self) -> None:
        """End the streams, and with them the connection that listens to the database."""
        self._loop.call_soon_threadsafe(self._server.stop)
        self._thread.join(PATIENCE)

    async def _counting(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        self._under_way += 1
        try:
            await self._application(scope, receive, send)
        finally:
            self._under_way -= 1

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._server.serve())
        self._loop.close()
