"""XML from strangers: no DOCTYPE, so no entities, no files of ours and no bombs; no encoding that could hide one."""

import re

from articles.readers.encoding import decoded
from articles.readers.row import Unreadable

_DECLARATION = re.compile(r"^\s*<\?xml\b[^>]*?\?>")
_DECLARED = re.compile(rb"""^\s*<\?xml\b[^>]*?encoding\s*=\s*["']([\w.:-]+)["']""")
_DOCTYPE = re.compile(r"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


def checked(raw: bytes, *, charset: str = "") -> bytes:
    """The document in UTF-8 and without a declaration, or Unreadable.

    It is decoded here and not by a parser: of what a parser would decode otherwise, nothing could be said beforehand.
    """
    declared = _DECLARED.match(raw)
    text = decoded(raw, declared=charset or (declared.group(1).decode() if declared else "")).text
    if found := _DOCTYPE.search(text):
        raise Unreadable(f"The XML has a {found.group(1).upper()}, which is not read: it could name other files.")
    return _DECLARATION.sub("", text, count=1).encode()
