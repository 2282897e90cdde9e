"""Offsets counted in the units of others: `?offsets=utf16` and `?offsets=utf8`, converted here and nowhere else."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from annotator.domain.errors import Refused
from annotator.domain.spans import SPAN_FIELDS
from articles.offsets import SpanError, Units

OFFSET_UNITS = ("codepoint", "utf16", "utf8")


def unit_in(parameters: Mapping[str, str]) -> str:
    """The unit that is asked for in ``?offsets=``."""
    unit = parameters.get("offsets", "codepoint")
    if unit not in OFFSET_UNITS:
        raise Refused.field("offsets", unit, f"`offsets`: use one of {', '.join(OFFSET_UNITS)}.")
    return unit


def outward_in(text: str, unit: str) -> Callable[[int], int]:
    """Turns code points of a text into ``unit``."""
    return Units(text, unit).outward if unit != "codepoint" else lambda offset: offset


class Inward:
    """Converts what is written about one text to code points. ``text`` is asked for when the unit is another."""

    def __init__(self, unit: str, text: Callable[[], str | None]) -> None:
        found = text() if unit != "codepoint" else None
        self._units = Units(found, unit) if found is not None else None

    def annotation(self, given: dict[str, Any]) -> dict[str, Any]:
        """The fields of an annotation, its spans in code points; what is no span is left for its own complaint.

        Raises Refused for an offset that falls inside a character or outside the text.
        """
        if self._units is None:
            return given
        counted = dict(given)
        for name in SPAN_FIELDS:
            if isinstance(given.get(name), list):
                counted[name] = [self._pair(name, pair) for pair in given[name]]
        if isinstance(given.get("quantities"), list):
            counted["quantities"] = [
                {**entry, "span": self._pair(f"quantities.{index}.span", entry["span"])}
                if isinstance(entry, dict) and "span" in entry
                else entry
                for index, entry in enumerate(given["quantities"])
            ]
        return counted

    def several(self, given: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The same of many; what is wrong is named by its place."""
        counted = []
        for index, entry in enumerate(given):
            try:
                counted.append(self.annotation(entry))
            except Refused as refused:
                raise Refused(
                    *(replace(each, field=f"annotations.{index}.{each.field}") for each in refused.problems)
                ) from None
        return counted

    def _pair(self, name: str, pair: Any) -> Any:
        if self._units is None or not isinstance(pair, list):
            return pair
        try:
            return [self._units.inward(offset) if type(offset) is int else offset for offset in pair]
        except SpanError as error:
            raise Refused.field(name, pair, f"`{name}`: {error.message}") from None
