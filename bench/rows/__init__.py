"""The rows of the table, a file each: ``measure(run)`` gives its lines.

They run in the order of their names, but for what is of a site of which nothing has been asked, which comes first, and
what makes it large, which comes last.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

from bench.table import Line

Measure = Callable[[Any], Iterator[Line]]
_FIRST, _LAST = ("idle",), ("export", "importing")


def named(names: list[str]) -> dict[str, Measure]:
    """The rows of these names, or all; raises KeyError for one that is not there."""
    found = {module.name: f"{__name__}.{module.name}" for module in pkgutil.iter_modules(__path__)}
    return {name: importlib.import_module(found[name]).measure for name in names or sorted(found, key=_order)}


def _order(name: str) -> tuple[bool, bool, str]:
    return name not in _FIRST, name in _LAST, name
