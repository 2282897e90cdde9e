"""The spans of an annotation's wire form, by name. All of them go together when the text changes."""

from collections.abc import Mapping
from typing import Any

SPAN_FIELDS = ("segments", "source_span", "cue_span", "target_span", "hedge_spans")

Spans = Mapping[str, list[list[int]] | None]


def spans_of(wire: Mapping[str, Any]) -> dict[str, list[list[int]] | None]:
    """All spans, the main one first. ``quantities.0`` is the span of the first quantity, as a list of one segment."""
    spans = {name: wire[name] for name in SPAN_FIELDS if name in wire}
    quantities = wire.get("quantities", ())
    return spans | {f"quantities.{index}": [quantity["span"]] for index, quantity in enumerate(quantities)}


def with_spans(wire: Mapping[str, Any], spans: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of ``wire`` that have spans, standing at ``spans``. A quantity whose words are gone is left out."""
    fields: dict[str, Any] = {name: _listed(spans.get(name)) for name in SPAN_FIELDS if name in wire}
    if "quantities" in wire:
        places = [_listed(spans.get(f"quantities.{index}")) for index in range(len(wire["quantities"]))]
        fields["quantities"] = [
            {**quantity, "span": place[0]} for quantity, place in zip(wire["quantities"], places, strict=True) if place
        ]
    return fields


def _listed(span: Any) -> list[list[int]] | None:
    return [list(segment) for segment in span] if span else None
