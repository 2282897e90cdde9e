"""An editor's own keys of the annotation screen: how many and how long. Which acts there are, the screen knows."""

from typing import Any

from annotator.domain.errors import Refused

ACTS = 100
KEYS = 4  # of one act
LENGTH = 40  # of an act's name, and of a key as static/js/keymap.js writes it: "Ctrl+Shift+ArrowLeft"


def own_keys(given: Any) -> dict[str, list[str]]:
    """The keys by act, as they are stored; an empty text stands where an act has no key.

    Raises Refused for anything else than an object of lists of texts, and for more than the bounds above.
    """
    if not isinstance(given, dict):
        raise _refused(given, f"an object of acts and their keys is expected, not {type(given).__name__}.")
    if len(given) > ACTS:
        raise _refused(len(given), f"there are {len(given):,} acts; the most is {ACTS}.")
    for act, keys in given.items():
        if not (act and _fits(act)):
            raise _refused(act, f"an act’s name has 1 to {LENGTH} characters; {act!r:.60} has not.")
        if not isinstance(keys, list) or len(keys) > KEYS:
            raise _refused(keys, f"“{act}” takes a list of at most {KEYS} keys, not {keys!r:.60}.")
        for key in keys:
            if not _fits(key):
                raise _refused(key, f"a key of “{act}” is a text of at most {LENGTH} characters; {key!r:.60} is not.")
    return given


def _fits(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LENGTH and value.isprintable()


def _refused(value: Any, message: str) -> Refused:
    return Refused.field("keys", value, f"`keys`: {message}")
