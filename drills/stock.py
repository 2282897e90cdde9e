"""What is there to be named in a request: a program that draws ids by chance would meet nothing but 404."""

import random
from functools import cache
from typing import Any

from annotator_client import Annotator, Problem
from schemathesis import Case
from schemathesis.core.parameters import ParameterLocation

from drills.site import PROJECT

ROOT = "/api/v1/"
# Fields and parameters that name what is there, and the noun in whose list it is found.
_NAMED = {
    "annotation": "mentions",
    "article": "articles",
    "attribution": "attributions",
    "coding": "codings",
    "entity": "entities",
    "from": "propositions",
    "organisation": "entities",
    "proposition": "propositions",
    "to": "propositions",
    "webhook": "webhooks",
}
_IN_PATHS = {"slug": PROJECT, "field": "stance.frames", "value": "morality", "number": 1}
_IN_BODIES = {"project": PROJECT, "revision": 1, "segments": [[0, 4]]}
_KNOWN = 20  # rows of each noun
_DRAWN = 0.25  # of the cases stay as they were drawn


class Stock:
    """Puts what is there into some of the cases, and leaves the others as they were drawn."""

    def __init__(self, client: Annotator, seed: int) -> None:
        self._client = client
        self._chance = random.Random(seed)
        # One list a noun and operation: what an operation has removed the next one does not ask for.
        self._ids = cache(self._read)

    def fill(self, case: Case) -> None:
        """Names in the address, where it was drawn soundly; in a sound body too, and the version that is changed."""
        if self._chance.random() < _DRAWN:
            return
        meta, label = case.meta, case.operation.label
        if meta is None or not meta.is_negative_at(ParameterLocation.PATH):
            for name in case.path_parameters:
                case.path_parameters[name] = self._named_in_path(name, case.path, label, case.path_parameters[name])
        if meta is None or not meta.generation.mode.is_positive:
            return
        if "project" in case.query:
            case.query["project"] = PROJECT
        if "If-Match" in case.headers or case.method in ("PATCH", "DELETE"):
            case.headers["If-Match"] = "*"
        if isinstance(case.body, dict):
            case.body = {name: self._named(name, value, label) for name, value in case.body.items() if name != "id"}

    def _named_in_path(self, name: str, path: str, label: str, drawn: Any) -> Any:
        if name == "username":
            return self._one(f"projects/{PROJECT}/memberships", "user", label) or drawn
        if name == "id":
            return self._one(path.removeprefix(ROOT).partition("/")[0], "id", label) or drawn
        return _IN_PATHS.get(name, drawn)

    def _named(self, name: str, drawn: Any, label: str) -> Any:
        if name in _IN_BODIES:
            return _IN_BODIES[name] if type(drawn) is type(_IN_BODIES[name]) else drawn
        return self._one(_NAMED[name], "id", label) or drawn if name in _NAMED else drawn

    def _one(self, noun: str, name: str, label: str) -> Any:
        rows = self._ids(noun, label)
        return self._chance.choice(rows)[name] if rows else None

    def _read(self, noun: str, label: str) -> list[dict[str, Any]]:
        try:
            rows = self._client.get(f"{noun}/", page_size=_KNOWN).json["results"]
        except Problem:
            return []
        # Who asks stays a member and a manager.
        return [row for row in rows if row.get("user") != "alice"]
