"""The rows of the table, a file each: ``measure(run)`` gives its lines. They run in the order of their names."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

Measure = Callable[[Any], Iterator[str]]


def named(names: list[str]) -> dict[str, Measure]:
    """The rows of these names, or all; raises KeyError for one that is not there."""
    found = {module.name: f"{__name__}.{module.name}" for module in pkgutil.iter_modules(__path__)}
    return {name: importlib.import_module(found[name]).measure for name in names or sorted(found)}
