"""What a reader yields: an article's fields as they were found, or why there is none."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Row:
    """One article of a file. ``source`` is where it stood ("news.jsonl, line 3").

    ``fields`` are those of ``articles.drafts.Draft.checked``; ``annotations`` are in the wire form of the REST
    interface, unchecked; ``notes`` tell what an editor should know of how it was read (a guessed encoding, parts that
    were left out); ``problem`` is set, and nothing else, when the row cannot be read. Reading that goes on at byte
    ``at``, in this ``line``, comes to it again; several rows may have one.
    """

    source: str
    fields: dict[str, Any] = field(default_factory=dict)
    annotations: list[dict[str, Any]] = field(default_factory=list)
    problem: str = ""
    notes: list[str] = field(default_factory=list)
    at: int = field(default=0, compare=False)
    line: int = field(default=1, compare=False)


class Unreadable(Exception):
    """Why a file, or a part of it, cannot be read. Readers turn it into a row's ``problem``."""
