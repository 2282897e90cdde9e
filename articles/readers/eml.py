"""E-mail (.eml): newsletters, press releases; and saved pages of one file (.mhtml), which are e-mail in form."""

import email
import email.policy
import re
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

from articles.readers import html
from articles.readers.encoding import decoded
from articles.readers.row import Row, Unreadable

MOST_PARTS = 200
_SOFT_END = re.compile(r" \n(?!-- \n)")


def rows(name: str, raw: bytes) -> Iterator[Row]:
    """The message: its plain text where it has one, else its HTML, all of it."""
    try:
        message = _parsed(raw)
        parts = _texts(message)
        plain = next((part for part in parts if part.get_content_subtype() == "plain"), None)
        part = plain or next(iter(parts), None)
        if part is None:
            raise Unreadable("The message has no text.")
        found = decoded(_payload(part), declared=part.get_content_charset() or "")
        text = _unflowed(found.text, part) if part is plain else html.text_of_fragment(found.text)
        if not text.strip():
            raise Unreadable("The message has no text.")
        yield Row(name, fields=_fields(message, name) | {"text": text}, notes=_notes(found.note, message))
    except Unreadable as error:
        yield Row(name, problem=f"{name}: {error}")


def saved_page_rows(name: str, raw: bytes) -> Iterator[Row]:
    """The page of a web archive: its first part of HTML."""
    try:
        message = _parsed(raw)
        page = next((part for part in _texts(message) if part.get_content_subtype() == "html"), None)
        if page is None:
            raise Unreadable("The archive has no page.")
        url = str(page.get("Content-Location") or message.get("Snapshot-Content-Location") or "")
        content, charset = _payload(page), page.get_content_charset() or ""
    except Unreadable as error:
        yield Row(name, problem=f"{name}: {error}")
        return
    yield from html.rows(name, content, url=url if url.startswith(("http://", "https://")) else "", charset=charset)


def _parsed(raw: bytes) -> EmailMessage:
    # As many boundaries as parts, and one part within another costs depth: both are bounded before parsing.
    if raw.lower().count(b"content-type:") > MOST_PARTS:
        raise Unreadable(f"It has more than {MOST_PARTS} parts.")
    try:
        message = email.message_from_bytes(raw, policy=email.policy.default)
        if not message.keys():
            raise Unreadable("It is no message: it has no header.")
        return message
    except (RecursionError, ValueError, LookupError) as error:
        raise Unreadable(f"It is no proper message ({type(error).__name__}).") from error


def _texts(message: EmailMessage) -> list[EmailMessage]:
    return [
        part
        for part in message.walk()
        if part.get_content_type() in ("text/plain", "text/html") and part.get_content_disposition() != "attachment"
    ]


def _payload(part: EmailMessage) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _unflowed(text: str, part: EmailMessage) -> str:
    """Lines that were wrapped for the way are whole again where the message says so (RFC 3676)."""
    text = text.replace("\r\n", "\n")
    if str(part.get_param("format", "")).lower() != "flowed":
        return text
    return _SOFT_END.sub("" if str(part.get_param("delsp", "")).lower() == "yes" else " ", text)


def _fields(message: EmailMessage, name: str) -> dict[str, str]:
    sender = _header(message, "From")
    fields = {
        "title": _header(message, "Subject") or name,
        "author": re.sub(r"\s*<[^>]*>$", "", sender).strip('" ') or sender,
        "published_on": _day(_header(message, "Date")),
        "language": _header(message, "Content-Language").partition(",")[0].strip(),
    }
    return {field: value for field, value in fields.items() if value}


def _header(message: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(message.get(name, "")).split())
    except (ValueError, LookupError, IndexError, AttributeError):
        return ""  # the library stumbles over some headers that are no proper ones


def _day(date: str) -> str:
    try:
        return parsedate_to_datetime(date).date().isoformat()
    except (ValueError, TypeError):
        return ""


def _notes(encoding: str, message: EmailMessage) -> list[str]:
    attached = [part.get_filename() or "?" for part in message.walk() if part.get_content_disposition() == "attachment"]
    told = f"Left out are its attachments: {', '.join(attached)[:200]}." if attached else ""
    return [note for note in (encoding, told) if note]
