"""HTML and saved pages: the article's own words, and what the page says of itself in its metadata.

Trafilatura (Barbaresi 2021, ACL demo, doi:10.18653/v1/2021.acl-demo.15) tells the article from menus and adverts; its
tree is put into paragraphs here, so that no list marks or table rules come into the text.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from articles.readers.encoding import decoded
from articles.readers.row import Row, Unreadable
from articles.text import TextError, refuse_heaps

LONGEST_PAGE = 4 * 1024 * 1024  # bytes; longer ones have been made by machines
MOST_TAGS = 40_000
MOST_ATTRIBUTES = 300  # of one tag: parsers take time that grows with their square
_META_CHARSET = re.compile(rb"""<meta\b[^>]*?charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"^\s*<\?xml\b[^>]*\?>")
_SAVED_FROM = re.compile(r"<!-- saved from url=\(\d+\)(https?://\S+?) -->")
_BLANKS = re.compile(r"[^\S\xa0]+")
# A comment, or a tag with its attributes, as the HTML standard reads them (WHATWG, 13.2.5).
_TAG = re.compile(
    r"""<!--(?:-?>|.*?(?:--!?>|\Z))"""
    r"""|<([a-z][^\s/>]*)((?:[\s/]+|=?[^\s/>=]+(?:\s*=\s*(?:"[^"]*(?:"|\Z)|'[^']*(?:'|\Z)|[^\s"'>][^\s>]*)?)?)*)""",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""[^\s/>=]+(?:\s*=\s*(?:"[^"]*"?|'[^']*'?|[^\s>]+))?""")
_END_OF = {name: re.compile(rf"</{name}|\Z", re.IGNORECASE) for name in ("script", "style")}  # they hold no tags
# Elements that end a paragraph before and after them; all others are within a line.
_BLOCKS = frozenset(
    "address article aside blockquote body caption cell center dd div dl dt fieldset figcaption figure footer form h1 "
    "h2 h3 h4 h5 h6 head header hr item li list main nav ol p pre quote row section table td th tr ul".split()
)
_LINE_ENDS = frozenset(["br", "lb"])
_UNSEEN = frozenset(["script", "style", "template", "noscript", "title", "iframe", "object", "svg"])
# Characters: where an article has fewer, trafilatura takes all words of the page, menus and all, as one paragraph.
_SHORT = 250
_DATES = {"original_date": True, "extensive_search": False}  # what the page says, and no date found in its words


def rows(name: str, raw: bytes, *, url: str = "", charset: str = "") -> Iterator[Row]:
    """The article of a page. ``url`` is where it was found, ``charset`` what came along with it."""
    try:
        yield _row(name, raw, url, charset)
    except Unreadable as error:
        yield Row(name, problem=f"{name}: {error}")


def text_of_fragment(fragment: str) -> str:
    """The words of a piece of HTML as paragraphs, parted by blank lines: all of them, whatever they are."""
    return _paragraphs(_tree(fragment))


def _row(name: str, raw: bytes, url: str, charset: str) -> Row:
    if len(raw) > LONGEST_PAGE:
        raise Unreadable(f"The page has {len(raw):,} bytes; the most is {LONGEST_PAGE:,}.")
    declared = charset or _declared(raw)
    found = decoded(raw, declared=declared)
    tree = _tree(found.text)
    # Trafilatura changes the tree that it is given.
    language = _language(tree)
    document = _article(tree, url)
    text = _text(document)
    if document is None or not text:
        raise Unreadable("No article is found on the page.")
    if len(text) < _SHORT:
        alone = _text(_article(_tree(found.text), url, shortest=1))
        text = alone if 2 * len(alone) >= len(text) else text
    title = _line(document.title)
    text = _without_headline(text, title)
    saved_from = _SAVED_FROM.search(found.text[:4_000])
    fields = {
        "title": title or name,
        "text": text,
        "outlet": _line(document.sitename),
        "author": _line(document.author),
        "published_on": _line(document.date),
        "url": _line(document.url) or url or (saved_from.group(1) if saved_from else ""),
        "language": language,
    }
    return Row(name, fields={key: value for key, value in fields.items() if value}, notes=_notes(found.note, fields))


def _article(tree: Any, url: str, *, shortest: int = _SHORT) -> Any:
    """What trafilatura takes for the article, with what the page says of it; None where it finds none."""
    # Trafilatura and what it brings take 25 MB, of which a process that reads no pages has no need.
    from trafilatura import bare_extraction
    from trafilatura.settings import use_config

    config = use_config()
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", str(shortest))
    try:
        return bare_extraction(
            tree,
            url=url or None,
            include_comments=False,
            with_metadata=True,
            date_extraction_params=dict(_DATES),
            config=config,
        )
    except RecursionError:
        raise Unreadable("The page's elements lie too deep in one another.") from None


def _text(document: Any) -> str:
    return _paragraphs(document.body) if document is not None and document.body is not None else ""


def _declared(raw: bytes) -> str:
    found = _META_CHARSET.search(raw, 0, 4_096)
    return found.group(1).decode() if found else ""


def _tree(text: str) -> Any:
    from lxml import etree, html

    check_size("page", text)
    text = _XML_DECLARATION.sub("", text, count=1).replace("\x00", "")
    try:
        parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
        tree = html.document_fromstring(text.encode(errors="replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(f"It is no page ({str(error)[:80]}).") from error
    return tree


def check_size(what: str, text: str, *, most_tags: int = MOST_TAGS, has_scripts: bool = True) -> None:
    """Refuse markup that costs a parser more than its bytes. In XML a script is a tag like any other."""
    if len(text) > LONGEST_PAGE:
        raise Unreadable(f"The {what} has {len(text):,} characters; the most is {LONGEST_PAGE:,}.")
    if text.count("<") > most_tags:
        raise Unreadable(f"The {what} has more than {most_tags:,} tags.")
    tag = _TAG.search(text)
    while tag:
        if tag.group(2) and len(_ATTRIBUTE.findall(tag.group(2))) > MOST_ATTRIBUTES:
            raise Unreadable(f"A tag of the {what} has more than {MOST_ATTRIBUTES} attributes.")
        over = _END_OF.get((tag.group(1) or "").lower()) if has_scripts else None
        ending = over.search(text, tag.end()) if over else None
        tag = _TAG.search(text, ending.start() if ending else tag.end())


def _language(tree: Any) -> str:
    for found in (tree.get("lang"), *tree.xpath("//meta[@property='og:locale']/@content")[:1]):
        if found and re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*", found.strip()):
            return str(found).strip().replace("_", "-")
    return ""


def _paragraphs(tree: Any) -> str:
    """The words under an element; every block is a paragraph of its own, and a line end within one stays."""
    found: list[str] = [""]
    for moment, element in _walk(tree):
        tag = element.tag if isinstance(element.tag, str) else ""
        if tag in _LINE_ENDS and moment == "begin":
            found[-1] += "\n"
        elif tag in _BLOCKS:
            found.append("")
        words = (element.text if tag else "") if moment == "begin" else (element.tail if element is not tree else "")
        found[-1] += _BLANKS.sub(" ", words or "")
    lines = ("\n".join(line.strip(" ") for line in paragraph.split("\n")).strip("\n ") for paragraph in found)
    text = "\n\n".join(line for line in lines if line.strip())
    _refuse_heaps(text)
    return unicodedata.normalize("NFC", text)


def _refuse_heaps(text: str) -> None:
    try:
        refuse_heaps(text)
    except TextError as error:
        raise Unreadable(str(error)) from error


def _walk(tree: Any) -> Iterator[tuple[str, Any]]:
    """Each element twice, as it begins and as it ends; without recursion, and without what nobody sees."""
    waiting: list[tuple[str, Any]] = [("begin", tree)]
    while waiting:
        moment, element = waiting.pop()
        unseen = element.tag in _UNSEEN
        if not (unseen and moment == "begin"):
            yield moment, element
        if moment == "begin":
            waiting.append(("end", element))
            if not unseen:
                waiting.extend(("begin", child) for child in reversed(element))


def _without_headline(text: str, title: str) -> str:
    """The headline has its own field; a page has it above the text as well."""
    first, parted, rest = text.partition("\n\n")
    return rest if parted and title and _line(first) == title else text


def _line(value: Any) -> str:
    return " ".join(str(value).split()) if value else ""


def _notes(encoding: str, fields: dict[str, str]) -> list[str]:
    wanting = [name for name in ("outlet", "author", "published_on", "url") if not fields[name]]
    told = f"The page does not say its {', '.join(wanting)}.".replace("published_on", "date") if wanting else ""
    return [note for note in (encoding, told) if note]
