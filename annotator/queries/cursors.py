"""Cursors: where in a list a page begins, as a word that an address can carry. Opaque and signed."""

from typing import Any

import orjson
from django.core import signing

from annotator.domain.errors import Refused
from annotator.queries.keyset import Order


class _Exact:
    """Days, times to the microsecond and ids, as text."""

    def dumps(self, keys: Any) -> bytes:
        return orjson.dumps(keys)

    def loads(self, written: bytes) -> Any:
        return orjson.loads(written)


def cursor(keys: list[Any], order: Order, *, backwards: bool) -> str:
    """The page after the row with these keys, or before it; without keys the first one, or the last."""
    return signing.dumps([backwards, *keys], salt=_salt(order), compress=True, serializer=_Exact)


def position(given: str | None, order: Order) -> tuple[list[Any] | None, bool]:
    """The keys and the direction of a cursor; Refused for what was not made by ``cursor`` for this order."""
    if given is None:
        return None, False
    try:
        backwards, *keys = signing.loads(given, salt=_salt(order), serializer=_Exact)
    except signing.BadSignature:
        raise Refused.field(
            "cursor", given, "`cursor` is none of this list in this order: take it from `next` or `previous`."
        ) from None
    return keys or None, backwards


def _salt(order: Order) -> str:
    return "cursor " + " ".join(f"{key.column}{'-' if key.descends else '+'}" for key in order)
