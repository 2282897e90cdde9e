"""Word documents (.docx): the paragraphs as they read with all tracked changes accepted."""

import re
from collections.abc import Iterator
from typing import Any

from articles.readers import xml
from articles.readers.archive import Archive
from articles.readers.row import Row, Unreadable
from articles.readers.title import title_of

MOST_UNPACKED = 64 * 1024 * 1024  # bytes, of all parts
MOST_TAGS = 500_000  # of one part: each takes some 250 bytes; a thick book has fewer
# As Word saves it, and as “Strict Open XML Document”.
_WORDS = (
    "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}",
    "{http://purl.oclc.org/ooxml/wordprocessingml/main}",
)
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # says the same once more
_MARKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011"}
_LEFT_OUT = {"footnotes": "footnotes", "endnotes": "endnotes", "comments": "comments"}
_XML_PART = re.compile(r"\.(xml|rels)$", re.IGNORECASE)
_BODY = "word/document.xml"


def rows(name: str, raw: bytes) -> Iterator[Row]:
    try:
        yield _row(name, raw)
    except Unreadable as error:
        yield Row(name, problem=f"{name}: {error}")


def _row(name: str, raw: bytes) -> Row:
    parts = _parts(raw)
    if _BODY not in parts:
        raise Unreadable(f"It is no Word document: it has no {_BODY}.")
    body = _tree(parts[_BODY])
    text = "\n\n".join(paragraph for paragraph in _paragraphs(body) if paragraph.strip())
    if not text:
        raise Unreadable("The document has no text.")
    said = _properties(parts.get("docProps/core.xml", b""))
    fields = {**said, "title": said.get("title") or title_of(text, name=name), "text": text}
    return Row(name, fields=fields, notes=_notes(body, parts))


def _parts(raw: bytes) -> dict[str, bytes]:
    """The XML parts by name, each in UTF-8 and without a DOCTYPE. Pictures and what else there is stay packed."""
    archive = Archive(raw, most_unpacked=MOST_UNPACKED)
    found = {}
    for member in archive.members():
        if _XML_PART.search(member.filename):
            try:
                found[member.filename] = xml.checked(archive.content(member, most=MOST_UNPACKED))
            except Unreadable as error:
                raise Unreadable(f"{member.filename[:80]}: {error}") from error
    return found


def _tree(part: bytes) -> Any:
    from lxml import etree  # a process that reads no documents has no need of it

    if (count := part.count(b"<")) > MOST_TAGS:
        raise Unreadable(f"It has {count:,} tags; the most is {MOST_TAGS:,}.")
    try:
        return etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"Its XML is broken ({str(error)[:80]}).") from error


def _paragraphs(body: Any) -> Iterator[str]:
    """The words of each paragraph, in order; one within another (a text box) comes before it."""
    open_ones: list[list[str]] = []
    waiting: list[tuple[bool, Any]] = [(True, body)]
    while waiting:
        begins, element = waiting.pop()
        tag = _word(element.tag) if isinstance(element.tag, str) else ""
        if not begins:
            yield "".join(open_ones.pop())
            continue
        if element.tag == _FALLBACK or tag in ("pPr", "rPr", "del", "moveFrom"):
            continue
        if tag == "p":
            open_ones.append([])
            waiting.append((False, element))
        elif open_ones and tag == "t":
            open_ones[-1].append(element.text or "")
        elif open_ones and tag in _MARKS:
            open_ones[-1].append(_MARKS[tag])
        waiting.extend((True, child) for child in reversed(element))


def _properties(core: bytes) -> dict[str, str]:
    """Title, author and language, as the document says them of itself. Its dates are those of the file."""
    if not core:
        return {}
    tree = _tree(core)
    said = {"title": "title", "author": "creator", "language": "language"}
    found = {field: tree.findtext(f"{{http://purl.org/dc/elements/1.1/}}{tag}") for field, tag in said.items()}
    return {field: " ".join(value.split()) for field, value in found.items() if value and value.strip()}


def _notes(body: Any, parts: dict[str, bytes]) -> list[str]:
    notes = []
    if any(True for _ in body.iter(*_tags("ins", "del", "moveFrom"))):
        notes.append("The document has tracked changes: it was read as if all were accepted.")
    left_out = [told for part, told in _LEFT_OUT.items() if _has_words(parts.get(f"word/{part}.xml", b""))]
    return [*notes, f"Left out are its {', '.join(left_out)}."] if left_out else notes


def _has_words(part: bytes) -> bool:
    return bool(part) and any((element.text or "").strip() for element in _tree(part).iter(*_tags("t")))


def _word(tag: str) -> str:
    """A tag of Word’s without its namespace; of another, as it is."""
    return next((tag.removeprefix(space) for space in _WORDS if tag.startswith(space)), tag)


def _tags(*names: str) -> list[str]:
    return [f"{space}{name}" for space in _WORDS for name in names]
