"""The whole site, event streams included, served from a thread of the tests' own process on the tests' database."""

import asyncio
import socket
import threading
import time

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
        self._server = Server(
            application,
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

    def stop(self) -> None:
        """End the streams, and with them the connection that listens to the database."""
        self._loop.call_soon_threadsafe(self._server.stop)
        self._thread.join(PATIENCE)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._server.serve())
        self._loop.close()
