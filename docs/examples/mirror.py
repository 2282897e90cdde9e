"""A mirror of a project in a folder, kept up by its change feed: every article's annotations, and the registers.

    python mirror.py http://localhost:8000/api/v1 ann_… harbour-desk folder

Each file holds the very bytes of the answer to its address. Stop it and start it again whenever you like: it goes on
after the last event that it has worked in.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from annotator_client import Annotator, Problem

REGISTERS = {"entity": "entities", "issue": "issues", "proposition": "propositions"}
GONE = (404, 410)  # in the bin, purged, or no longer for us to see


class Mirror:
    """``folder`` holds `articles/<id>.json`, `entities/<id>.json` …, and the last event that is in them in `after`."""

    def __init__(self, site: Annotator, project: str, folder: Path) -> None:
        self.site = site
        self.project = project
        self.folder = folder

    @property
    def after(self) -> int:
        place = self.folder / "after"
        return int(place.read_text()) if place.exists() else 0

    def catch_up(self) -> int:
        """Work in what has happened since; gives how many events that was.

        An event says what to read anew. What is read is at least as new as the event, and what came still later has an
        event of its own: so it does not matter in which order, or how often, something is read.
        """
        seen = 0
        for page in self.site.events(self.project, after=self.after):
            for path in sorted({path for event in page for path in addresses_of(event)}):
                self.read(path)
            self._write("after", str(page[-1]["id"]).encode())
            seen += len(page)
        return seen

    def read(self, path: str) -> None:
        """Bring one file up to date with its address, or remove it."""
        name = f"{path.removesuffix('/').removesuffix('/annotations')}.json"
        try:
            self._write(name, self.site.get(path).body)
        except Problem as problem:
            if problem.status not in GONE:
                raise
            (self.folder / name).unlink(missing_ok=True)

    def _write(self, name: str, content: bytes) -> None:
        """Replace a file at once: who is interrupted leaves the former one."""
        place = self.folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        new = place.with_suffix(".new")
        new.write_bytes(content)
        new.replace(place)


def addresses_of(event: dict[str, object]) -> list[str]:
    """What to read anew after an event: the annotations of its article, or the record that it is about."""
    found = []
    if event["article"]:
        found.append(f"articles/{event['article']}/annotations/")
    if str(event["thing"]) in REGISTERS:
        found.append(f"{REGISTERS[str(event['thing'])]}/{event['thing_id']}/")
    return found


def main() -> None:
    site, token, project, folder = sys.argv[1:]
    mirror = Mirror(Annotator(site, token), project, Path(folder))
    while True:
        if not mirror.catch_up():
            time.sleep(2)


if __name__ == "__main__":
    main()
