"""A mirror of a project in a folder, kept up by its change feed: articles with their revisions and layers, all that is
annotated and said about it, the registers, and what was found of their claims.

    python mirror.py http://localhost:8000/api/v1 ann_… harbour-desk folder

Each file holds the very bytes of the answer to its address, page after page where that is a list. Stop it and start it
again whenever you like: it goes on after the last event that it has worked in.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from annotator_client import Annotator, Problem

REGISTERS = {
    "entity": "entities",
    "issue": "issues",
    "proposition": "propositions",
    "assessment": "assessments",
}
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
            for address in sorted({address for event in page for address in addresses_of(event)}):
                self.read(address)
            self._write("after", str(page[-1]["id"]).encode())
            seen += len(page)
        return seen

    def read(self, address: str) -> None:
        """Bring one file up to date with its address, or remove it."""
        content = content_of(self.site, address)
        if content is None:
            (self.folder / name_of(address)).unlink(missing_ok=True)
        else:
            self._write(name_of(address), content)

    def _write(self, name: str, content: bytes) -> None:
        """Replace a file at once: who is interrupted leaves the former one."""
        place = self.folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        new = place.with_suffix(".new")
        new.write_bytes(content)
        new.replace(place)


def content_of(site: Annotator, address: str) -> bytes | None:
    """The answer to an address, and what follows where it is a list; None where nothing is there."""
    path, _, query = address.partition("?")
    following: str | None = site.address(path, dict(parse_qsl(query)))
    pages = []
    while following:
        try:
            answer = site.get(following)
        except Problem as problem:
            if problem.status in GONE:
                return None
            raise
        pages.append(answer)
        following = answer.json.get("next")
    return b"\n".join(page.body for page in pages) if pages[0].json.get("results", True) else None


def name_of(address: str) -> str:
    """The file of an address: `articles/<id>/annotations.json`, `codings/article=<id>.json`."""
    return address.replace("?", "").removesuffix("/") + ".json"


def addresses_of(event: dict[str, Any]) -> list[str]:
    """What to read anew after an event: all that is of its article, or the record that it is about."""
    found = []
    if event["article"]:
        found += addresses_of_article(event["article"])
    if event["act"] == "article.purged":
        removed = event["after"].get("records", {})
        found += [f"{REGISTERS[noun]}/{id}/" for noun, ids in removed.items() for id in ids]
    if event["thing"] in REGISTERS:
        found.append(f"{REGISTERS[event['thing']]}/{event['thing_id']}/")
    # What befell the claims of a proposition is told by what was found of it.
    told = {**(event["before"] or {}), **(event["after"] or {})}
    if event["thing"] == "assessment" and "proposition" in told:
        found.append(f"propositions/{told['proposition']}/")
    return found


def addresses_of_article(id: str) -> list[str]:
    article = f"articles/{id}/"
    return [
        article,
        f"{article}annotations/",
        f"{article}annotations/?needs_look=true",
        f"{article}revisions/",
        f"codings/?article={id}",
        f"comments/?article={id}",
    ]


def main() -> None:
    site, token, project, folder = sys.argv[1:]
    mirror = Mirror(Annotator(site, token), project, Path(folder))
    while True:
        if not mirror.catch_up():
            time.sleep(2)


if __name__ == "__main__":
    main()
