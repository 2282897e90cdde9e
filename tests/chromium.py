"""Where Chromium is on this machine; `python -m tests.chromium` says it, and installs it where that can be done."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",  # Debian's refuses to run as root
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
HELP = (
    "The browser tests and the bench need Chromium, and none was found. Install it with\n"
    "    sudo apt-get install -y chromium\n"
    "or set CHROMIUM to the program."
)


def find() -> Path | None:
    """Chromium's program: CHROMIUM, the system's, or one that Playwright has downloaded."""
    if given := os.environ.get("CHROMIUM"):
        if not os.access(given, os.X_OK):
            sys.exit(f"CHROMIUM={given}: there is no program of that name.")
        return Path(given)
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    kept = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    cache = Path(kept) if kept else Path.home() / ".cache" / "ms-playwright"
    downloaded = [*cache.glob("chromium-*/chrome-linux*/chrome"), *cache.glob("chromium-*/chrome-mac*/*/*/*/Chromium")]
    return max(downloaded, default=None)


def install() -> Path | None:
    """Install Chromium in the way that is open here: by apt as root on Debian, else by Playwright; None if neither."""
    attempts = []
    if os.geteuid() == 0 and shutil.which("apt-get"):
        attempts += [["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]]
    attempts += [[sys.executable, "-m", "playwright", "install", "chromium"]]
    for attempt in attempts:
        sys.stderr.write(f"Chromium is missing; trying: {' '.join(attempt)}\n")
        # What the attempts print is of no use to anyone once one of them has worked.
        done = subprocess.run(
            attempt,
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode == 0 and (found := find()):
            return found
    return None


if __name__ == "__main__":
    program = find() or install()
    if program is None:
        sys.exit(HELP)
    sys.stdout.write(f"{program}\n")
