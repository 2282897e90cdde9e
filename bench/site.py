"""The site as `make run` serves it, and how much memory it takes."""

import http.client
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent
PORT = 8399


@contextmanager
def served() -> Iterator["subprocess.Popen[bytes]"]:
    """The site, answering, until the block ends."""
    command = "granian annotator.asgi:application --interface asgi --no-ws --workers 2 --log-level warning"
    serving = subprocess.Popen([sys.executable, "-m", *command.split(), "--port", str(PORT)], cwd=SOURCE)
    try:
        for _ in range(600):
            try:
                connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=5)
                connection.request("GET", "/accounts/login/", headers={"Host": "localhost"})
                if connection.getresponse().status == 200:
                    break
            except OSError:
                time.sleep(0.02)
        yield serving
    finally:
        serving.terminate()
        serving.wait()


def processes(pid: int) -> list[int]:
    """A process and all that it has started."""
    pids, found = [pid], []
    while pids:
        process = pids.pop()
        found.append(process)
        for task in Path(f"/proc/{process}/task").iterdir():
            pids += [int(child) for child in (task / "children").read_text().split()]
    return found


def memory(pid: int) -> float:
    """The proportional set size of a process and all that it has started, in MiB."""
    sizes = [
        int(line.split()[1])
        for process in processes(pid)
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        if line.startswith("Pss:")
    ]
    return sum(sizes) / 1024
