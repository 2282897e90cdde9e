"""The scripts of a page: ES modules, an import map drawn from the static files' manifest, links that preload them."""

import re
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation.trans_real import DjangoTranslation
from django.views.i18n import JavaScriptCatalog

from annotator.domain.encoding import write

register = template.Library()

# As django.utils.html.json_script has them.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}

# `import … from "./x.js"` and `export … from "./x.js"`, which the browser loads at once.
_STATIC_IMPORT = re.compile(r'^(?:import|export)\b[^;]*?["\'](\.{1,2}/[^"\']+\.js)["\'];', re.MULTILINE)
# `import("./x.js")`, which it loads when the line is reached.
_DYNAMIC_IMPORT = re.compile(r'\bimport\(["\'](\.{1,2}/[^"\']+\.js)["\']\)')
# Types are imported in comments.
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


@register.simple_tag(takes_context=True)
def modules(context: Context, entry: str) -> SafeString:
    """Script elements for the module `entry`, as in `{% modules "js/pages/annotate.js" %}`.

    Modules import each other by their plain names; the import map leads each to the file whose name has its digest.
    """
    at_once, later = _imported(entry) if not settings.DEBUG else _imported.__wrapped__(entry)
    addresses = {name: static(name) for name in (*at_once, *later)}
    plain = {staticfiles_storage.base_url + name: address for name, address in addresses.items()}
    import_map = {"imports": {name: address for name, address in plain.items() if name != address}}
    return format_html(
        '{}{}<script type="module" src="{}"></script>',
        _json("importmap", import_map, nonce=str(context["CSP_NONCE"])),
        format_html_join("", '<link rel="modulepreload" href="{}">', ((addresses[name],) for name in at_once)),
        addresses[entry],
    )


@register.simple_tag
def catalogue() -> SafeString:
    """The translations of the texts in the modules, for the page's language, as JSON that js/dom.js reads."""
    view = JavaScriptCatalog()
    view.translation = DjangoTranslation(get_language() or settings.LANGUAGE_CODE, domain="djangojs")
    return _json("application/json", view.get_catalog(), id="catalogue")


def _json(type: str, content: Any, **attributes: Any) -> SafeString:
    """A script element that holds JSON, escaped so that nothing in it can end the element."""
    given = format_html_join("", ' {}="{}"', attributes.items())
    text = write(content).decode().translate(_ESCAPES)
    return format_html('<script type="{}"{}>{}</script>', type, given, mark_safe(text))  # noqa: S308 (escaped)


@cache
def _imported(entry: str) -> tuple[list[str], list[str]]:
    """What the browser loads for a module at once, itself included, and what it may load later."""
    at_once, later = [entry], []
    for name in at_once:
        for found in _names(_STATIC_IMPORT, name):
            if found not in at_once:
                at_once.append(found)
    for name in at_once:
        later += [found for found in _names(_DYNAMIC_IMPORT, name) if found not in at_once and found not in later]
    # What comes later may ask for more, at once or later still.
    for name in later:
        for pattern in (_STATIC_IMPORT, _DYNAMIC_IMPORT):
            later += [found for found in _names(pattern, name) if found not in at_once and found not in later]
    return at_once, later


def _names(pattern: re.Pattern[str], module: str) -> list[str]:
    """The modules that a module imports, by their names among the static files."""
    path = finders.find(module)
    if path is None:
        raise template.TemplateSyntaxError(f"There is no static file {module}.")
    found = pattern.findall(_COMMENT.sub("", Path(path).read_text(encoding="utf-8")))
    return [_joined(PurePosixPath(module).parent, name) for name in found]


def _joined(folder: PurePosixPath, name: str) -> str:
    parts: list[str] = []
    for part in (folder / name).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)
