"""RSS and Atom: the items of a feed, each an article."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from articles.readers import html, xml
from articles.readers.row import Row, Unreadable

MOST_ITEMS = 1_000
MOST_TAGS = 200_000
_ITEM = re.compile(rb"<(?:[\w.-]+:)?(?:item|entry)[\s/>]", re.IGNORECASE)


@dataclass(frozen=True)
class Item:
    """One item. ``id`` is what the feed knows it by: what stays when its text changes."""

    id: str
    fields: dict[str, Any]
    problem: str = ""


def rows(name: str, raw: bytes) -> Iterator[Row]:
    try:
        for number, item in enumerate(items(raw), start=1):
            source = f"{name}, item {number}"
            yield Row(source, fields=item.fields, problem=f"{source}: {item.problem}" if item.problem else "")
    except Unreadable as error:
        yield Row(name, problem=f"{name}: {error}")


def items(raw: bytes, *, url: str = "", charset: str = "") -> list[Item]:
    """The items of a feed in its order; ``url`` is where it was found. Raises Unreadable for what is none."""
    import feedparser  # a process that reads no feeds has no need of it

    if len(raw) > html.LONGEST_PAGE:
        raise Unreadable(f"The feed has {len(raw):,} bytes; the most is {html.LONGEST_PAGE:,}.")
    document = xml.checked(raw, charset=charset)
    # Before they are read, each of which costs more than it has bytes.
    if (count := len(_ITEM.findall(document))) > MOST_ITEMS:
        raise Unreadable(f"The feed has {count:,} items; the most is {MOST_ITEMS:,}.")
    html.check_size("feed", document.decode(), most_tags=MOST_TAGS, has_scripts=False)
    # Given a text, feedparser might take it for an address and fetch it; given a stream, it reads that.
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    try:
        feed = feedparser.parse(
            io.BytesIO(document), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        # It reads what is broken too, as far as it can, and stumbles over some.
        raise Unreadable(f"The feed is broken ({str(error)[:80]}).") from error
    if not feed.get("version"):
        raise Unreadable("It is no feed: neither RSS nor Atom.")
    if feed.bozo and not feed.entries:
        raise Unreadable(f"The feed is broken ({str(feed.bozo_exception)[:80]}).")
    outlet = _line(feed.feed.get("title"))
    language = _line(feed.feed.get("language"))
    return [_item(entry, outlet, language) for entry in feed.entries]


def _item(entry: Any, outlet: str, language: str) -> Item:
    link = _line(entry.get("link"))
    identity = _line(entry.get("id")) or link or _line(entry.get("title"))
    markup = max((_body(entry), entry.get("summary") or ""), key=len)
    try:
        text = html.text_of_fragment(markup) if markup.strip() else ""
        title = " ".join(html.text_of_fragment(entry.title).split()) if _line(entry.get("title")) else ""
    except Unreadable as error:
        return Item(identity, {}, str(error))
    if not text:
        return Item(identity, {}, "The item has no text.")
    fields = {
        "title": title or text.partition("\n")[0][:150],
        "text": text,
        "outlet": outlet,
        "author": _line(entry.get("author")),
        "published_on": _day(entry),
        "url": link if link.startswith(("http://", "https://")) else "",
        "language": language,
    }
    return Item(identity, {name: value for name, value in fields.items() if value})


def _body(entry: Any) -> str:
    return "\n".join(part.get("value") or "" for part in entry.get("content", ()))


def _day(entry: Any) -> str:
    moment = entry.get("published_parsed") or entry.get("updated_parsed")
    if moment is None:
        return ""
    try:
        return date(*moment[:3]).isoformat()
    except ValueError:
        return ""


def _line(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""
