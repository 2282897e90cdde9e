"""How a value is written as JSON, wherever that is: REST, events kept and told, remembered answers.

Times are UTC with microseconds and end in Z, so that what an event says of a row is letter for letter what a read says.
"""

import json
from typing import Any

import orjson

_WRITE = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


def write(value: Any) -> bytes:
    """JSON; translatable texts and the like as text."""
    return orjson.dumps(value, default=str, option=_WRITE)


def plain(value: Any) -> Any:
    """``value`` as a client reads it: no times, ids or dates, but their texts."""
    return orjson.loads(write(value))


class Encoder(json.JSONEncoder):
    """``write`` for a JSONField's column."""

    def encode(self, o: Any) -> str:
        return write(o).decode()
