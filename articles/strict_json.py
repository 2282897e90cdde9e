"""JSON as it is read from strangers: nothing of what the standard leaves open (RFC 8259, section 4; RFC 7493)."""

import json
import math
from typing import Any

import orjson

_EXACT = 2**53  # to which a float tells whole numbers apart
DEEPEST = 20  # levels of lists and objects


class NotJSON(ValueError):
    """What is wrong with a document."""


def read(raw: bytes | str) -> Any:
    """The value of a document; NotJSON for NaN, infinities, lone surrogates, repeated names and deep nesting."""
    try:
        value = json.loads(raw, object_pairs_hook=_without_repetition, parse_float=_number)
        # Python's own reading sees repeated names, and the second one what that lets pass.
        orjson.loads(raw)
    except RecursionError:
        raise NotJSON(f"it is nested deeper than {DEEPEST} levels") from None
    except ValueError as error:
        raise NotJSON(str(error)) from error
    _refuse_depth(value)
    return value


def _number(digits: str) -> float:
    """Of what is written with a point or an exponent: 3.0 is as whole as 3, to which JSON Schema holds too."""
    number = float(digits)
    if math.isinf(number):
        raise NotJSON(f"{digits[:20]} is too large a number")
    return int(number) if number.is_integer() and abs(number) <= _EXACT else number


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise NotJSON(f"“{name[:60]}” stands twice in one object")
            seen.add(name)
    return found


def _refuse_depth(value: Any) -> None:
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer if isinstance(outer, list) else ())
            if isinstance(inner, dict | list)
        ]
        if not level:
            return
    raise NotJSON(f"it is nested deeper than {DEEPEST} levels")
