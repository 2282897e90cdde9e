"""The layer rule: a module imports only from layers before its own, wherever in it the import stands."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# In order; neighbours within one line do not import each other.
LAYERS: list[tuple[str, ...]] = [
    ("articles.offsets", "articles.text", "articles.words", "articles.strict_json", "articles.fetching"),
    ("articles.readers", "articles.likeness", "articles.lookalikes", "articles.remnants", "annotator.domain"),
    ("articles.models", "articles.drafts", "articles.alignment", "articles.passage", "articles.reanchoring"),
    ("annotator.models",),
    ("annotator.access",),
    ("annotator.queries",),
    ("annotator.actions",),
    (
        "annotator.api",
        "annotator.pages",
        "annotator.live",
        "annotator.jobs",
        "annotator.admin",
        "annotator.templatetags",
    ),
    ("annotator.urls", "annotator.management"),
]
# Rooms of one house: these few may look into each other, in this order.
NEIGHBOURS_IN_ORDER = [
    ("articles.offsets", "articles.text"),
    ("articles.models", "articles.drafts"),
    ("articles.alignment", "articles.passage"),
    ("articles.alignment", "articles.reanchoring"),
    ("articles.passage", "articles.reanchoring"),
]
# What puts the house up and runs it; the layers do not know of it.
SETTING_UP = (
    "annotator.apps",
    "annotator.asgi",
    "annotator.backup",
    "annotator.bridge",
    "annotator.database_planning",
    "annotator.database_roles",
    "annotator.migrating",
    "annotator.database_safety",
    "annotator.embedded",
    "annotator.launch",
    "annotator.pace",
    "annotator.postgresql",
    "annotator.settings",
    "annotator.static_files",
    "annotator.wsgi",
)
PURE = (
    "articles.likeness",
    "articles.lookalikes",
    "articles.remnants",
    "articles.offsets",
    "articles.text",
    "articles.words",
    "articles.strict_json",
    "articles.readers",
    "articles.fetching",
    "annotator.domain",
)
IMPURE = (
    "articles.likeness",
    "articles.lookalikes",
    "articles.remnants",
    "django",
    "rest_framework",
    "psycopg",
    "requests",
    "annotator.settings",
)


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {
    module_name(path): path
    for app in ("articles", "annotator")
    for path in sorted((ROOT / app).rglob("*.py"))
    if "migrations" not in path.parts
}


def within(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


def layer_of(module: str) -> tuple[int, str] | None:
    """The place of a module's layer in the order and the layer's name; None for what belongs to none."""
    for place, layers in enumerate(LAYERS):
        for layer in layers:
            if within(module, layer):
                return place, layer
    return None


def imports(source: str, module: str, is_package: bool) -> Iterator[str]:
    """Every module that a source text imports anywhere; of `from package import name` the name too."""
    package = module.split(".") if is_package else module.split(".")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*start, *filter(None, [node.module])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def offences(module: str, imported: Iterator[str]) -> list[str]:
    """The imports among `imported` that break the rule."""
    here = layer_of(module)
    found = []
    for name in imported:
        there = layer_of(name)
        if any(within(name, setting_up) for setting_up in SETTING_UP):
            if here is not None and here[1] != "annotator.management":
                found.append(f"{module} imports {name}, which sets the house up")
        elif here is not None and there is not None and here[1] != there[1]:
            allowed_neighbour = (there[1], here[1]) in NEIGHBOURS_IN_ORDER
            if there[0] > here[0] or (there[0] == here[0] and not allowed_neighbour):
                found.append(f"{module} imports {name}, which is no layer before its own")
        if here is not None and here[1] in PURE and any(within(name, impure) for impure in IMPURE):
            found.append(f"{module} imports {name}, and is to be pure")
    return found


def test_every_module_has_its_place():
    homeless = [
        module
        for module in MODULES
        if layer_of(module) is None
        and not any(within(module, setting_up) for setting_up in SETTING_UP)
        and module not in ("articles", "annotator", "annotator.samples", "articles.apps")
    ]

    assert homeless == []


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_from_layers_before_its_own(module):
    path = MODULES[module]

    assert offences(module, imports(path.read_text(), module, path.name == "__init__.py")) == []


@pytest.mark.parametrize(
    ("module", "source", "offence"),
    [
        ("annotator.domain.stance", "import annotator.models.stance", "which is no layer before its own"),
        ("annotator.api.stances", "from annotator.pages import stances", "which is no layer before its own"),
        ("annotator.access.rules", "def f():\n    from ..actions import stances", "which is no layer before its own"),
        ("articles.text", "from django.utils import timezone", "and is to be pure"),
        ("annotator.queries.stances", "from annotator.settings import DEBUG", "which sets the house up"),
        ("annotator.actions.stances", "from annotator import api", "which is no layer before its own"),
    ],
)
def test_the_rule_sees_an_offence(module, source, offence):
    [found] = offences(module, imports(source, module, is_package=False))

    assert found.endswith(offence)
