"""Annotations that come together and point to each other: in which order, and by which names."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from annotator.domain.annotation import Kind
from annotator.domain.errors import Refused

# Attributions come first: the others point to them, and an outer one before its inner ones.
ORDER = [Kind.ATTRIBUTION, Kind.MENTION, Kind.STANCE, Kind.CLAIM]


class LocalNames:
    """``external_id`` may stand for an attribution's id in ``attribution`` and ``parent``, where both come together."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}

    def name(self, external_id: str, id: object) -> None:
        if external_id:
            self._ids[external_id] = str(id)

    def with_ids(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """The fields with ids in place of these names."""
        found = dict(fields)
        for name in ("attribution", "parent"):
            if isinstance(found.get(name), str):
                found[name] = self._ids.get(found[name], found[name])
        return found


def is_kind(fields: Mapping[str, Any]) -> bool:
    kind = fields.get("kind")
    return isinstance(kind, str) and kind in list(Kind)


def kind_in(fields: Mapping[str, Any]) -> Kind:
    """Which kind it says that it is."""
    kind = fields.get("kind")
    if not is_kind(fields):
        raise Refused.field("kind", kind, f"`kind`: {kind!r:.60} is unknown; use one of {', '.join(Kind)}.")
    return Kind(kind)


def id_in(fields: Mapping[str, Any]) -> uuid.UUID | None:
    """The id that it brings along, if any."""
    given = fields.get("id")
    try:
        return None if given is None else uuid.UUID(str(given))
    except ValueError:
        raise Refused.field("id", given, f"`id`: {given!r:.60} is no id (a UUID).") from None


def in_order(given: Sequence[Mapping[str, Any]]) -> list[int]:
    """The places of the annotations, each after those that it may point to."""
    outer = {
        str(entry[name]): entry.get("parent") for entry in given for name in ("external_id", "id") if entry.get(name)
    }
    depths: dict[str, int] = {}

    def depth(name: str) -> int:
        """How many attributions lie around the one of this name; a ring, which is refused later, ends somewhere."""
        around: list[str] = []
        while name in outer and name not in depths and outer[name] is not None:
            depths[name] = 0
            around.append(name)
            name = str(outer[name])
        below = depths.get(name, 0)
        for steps, inner in enumerate(reversed(around), start=1):
            depths[inner] = below + steps
        return depths[around[0]] if around else below

    def order(index: int) -> tuple[int, int]:
        kind, parent = given[index].get("kind"), given[index].get("parent")
        return ORDER.index(kind) if kind in ORDER else 0, 0 if parent is None else 1 + depth(str(parent))

    return sorted(range(len(given)), key=order)
