"""Every address that the site has, from the table that Django itself goes by."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

_CONVERTED = re.compile(r"<(?:\w+:)?(\w+)>")
_GROUP = re.compile(r"\(\?P<(\w+)>[^)]*\)")  # of an address that is a regular expression
_EVERY = ("get", "post", "put", "patch", "delete", "options", "trace")


@dataclass(frozen=True)
class Route:
    """``address`` is as the table has it, with its parameters as ``{id}``; ``name`` where it has one."""

    address: str
    name: str
    view: Callable[..., Any]

    @property
    def methods(self) -> frozenset[str]:
        """Those that a view of REST framework declares."""
        actions = getattr(self.view, "actions", None)
        declared = actions or [each for each in _EVERY if hasattr(self.view.cls, each)]  # type: ignore[attr-defined]
        return frozenset(method.upper() for method in declared if method not in ("head", "options"))


def routes(within: str = "") -> list[Route]:
    """All routes whose address begins with ``within``."""
    return [route for route in _walk(get_resolver(), "") if route.address.startswith(within)]


def _walk(resolver: URLResolver, before: str) -> Iterator[Route]:
    for each in resolver.url_patterns:
        written = _GROUP.sub(r"{\1}", str(each.pattern)).removeprefix("^").removesuffix("$")
        address = before + _CONVERTED.sub(r"{\1}", written)
        if isinstance(each, URLPattern):
            yield Route(address, each.name or "", each.callback)
        else:
            yield from _walk(each, address)
