"""The whole of what `make run` starts, beside a database that is up: launcher, web server and worker."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent
_SECONDS = 60.0


class Serving:
    """The site's processes. ``has_worker`` says whether a worker has begun since they were started."""

    def __init__(self, port: int, has_worker: Callable[[float], bool]) -> None:
        self.port = port
        self._has_worker = has_worker
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> float:
        """Seconds until the sign-in page comes and the worker works."""
        # Python keeps what it has compiled, unless somebody forbids it: then each start would compile it anew.
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        began, at = time.perf_counter(), time.time()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "annotator.launch"],
            cwd=SOURCE,
            env={**environment, "PORT": str(self.port)},
            stdout=subprocess.DEVNULL,
        )
        for done in (self._answers, lambda: self._has_worker(at)):
            while not done():
                if self._process.poll() is not None or time.perf_counter() - began > _SECONDS:
                    raise RuntimeError("The site does not start; the reason stands above.")
                time.sleep(0.02)
        return time.perf_counter() - began

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def restart(self) -> float:
        """Fresh processes, which nothing has made large; seconds like ``start``."""
        self.stop()
        return self.start()

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/accounts/login/", headers={"Host": "localhost"})
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def processes(pid: int) -> list[int]:
    """A process and all that it has started."""
    pids, found = [pid], []
    while pids:
        process = pids.pop()
        found.append(process)
        try:
            for task in Path(f"/proc/{process}/task").iterdir():
                pids += [int(child) for child in (task / "children").read_text().split()]
        except FileNotFoundError:
            found.remove(process)  # it has just ended
    return found


def memory(pid: int) -> float:
    """The proportional set size of a process and all that it has started, in MiB."""
    return sum(_of("smaps_rollup", "Pss:", process) for process in processes(pid))


def highest_memory(pid: int) -> float:
    """The most memory that any one of these processes has had at a time, in MiB."""
    return max(_of("status", "VmHWM:", process) for process in processes(pid))


def _of(file: str, name: str, pid: int) -> float:
    for told in Path(f"/proc/{pid}/{file}").read_text().splitlines():
        if told.startswith(name):
            return int(told.split()[1]) / 1024
    raise RuntimeError(f"/proc/{pid}/{file} has no {name}")
