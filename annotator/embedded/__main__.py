"""`python -m annotator.embedded`: the embedded server by hand."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from .errors import Unavailable
from .sharing import SOURCE, Server, url


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m annotator.embedded", description="The embedded PostgreSQL server.")
    parser.add_argument(
        "--data-dir",
        type=Path,
        default=Path(os.environ.get("DATA_DIR") or SOURCE / ".data"),
        help="where its files are kept (default: DATA_DIR, else .data in the project)",
    )
    orders = parser.add_subparsers(dest="order", required=True)
    orders.add_parser("start", help="start it and leave it up until `stop`")
    orders.add_parser("stop", help="stop it, whoever uses it")
    orders.add_parser("status", help="say whether it is up (exit status 0) or not (3)")
    orders.add_parser("url", help="print its address, up or not")
    orders.add_parser("remove", help="stop it and delete its files with everything in its databases")
    run = orders.add_parser("run", help="run a command with the server up and DATABASE_URL set")
    run.add_argument("command", nargs=argparse.REMAINDER)
    asked = parser.parse_args()
    if asked.order == "run" and not asked.command:
        parser.error("run: which command?")
    server = Server(asked.data_dir)
    try:
        match asked.order:
            case "start":
                say(server.start())
            case "stop":
                say("stopped" if server.stop() else "was not running")
            case "status":
                up = server.running()
                say(f"running, {url(server.data_dir)}" if up else "not running")
                return 0 if up else 3
            case "url":
                say(url(server.data_dir))
            case "remove":
                server.remove()
            case "run":
                with server.used() as address:
                    return subprocess.run(
                        asked.command, env=os.environ | {"DATABASE_URL": address}, check=False
                    ).returncode
    except Unavailable as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
