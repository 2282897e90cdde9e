"""E-mail (.eml): newsletters, press releases; and saved pages of one file (.mhtml), which are e-mail in form."""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage, MIMEPart
from email.utils import parsedate_to_datetime

from articles.readers import html
from articles.readers.encoding import Decoded, decoded
from articles.readers.row import Row, Unreadable

MOST_PARTS = 200
MOST_HEADERS = 96 * 1024  # bytes, of all parts: the library takes time and memory that grow with their square
# Lines up to an empty one, at the beginning or after a boundary.
_HEADERS = re.compile(rb"(?:\A|[\r\n]--[^\r\n]*(?:\r\n?|\n))((?:[^\r\n]+(?:\r\n?|\n|\Z))*)")
# The library stumbles over some headers that are no proper ones.
_STUMBLES = (ValueError, LookupError, AttributeError, TypeError, OverflowError, RecursionError)
_SOFT_END = re.compile(r" \n(?!-- \n)")


def rows(name: str, raw: bytes) -> Iterator[Row]:
    """The message: its plain text where it has one, else its HTML, all of it."""
    try:
        message = _parsed(raw)
        parts = _texts(message)
        # Some programs part a text at each picture in it.
        plain = [part for part in parts if part.get_content_subtype() == "plain"]
        read = [_read(part) for part in plain or parts]
        text = "\n\n".join(each.text for each in read if each.text.strip())
        if not text:
            raise Unreadable("The message has no text.")
        encodings = dict.fromkeys(each.note for each in read)
        yield Row(name, fields=_fields(message, name) | {"text": text}, notes=_notes([*encodings], message))
    except Unreadable as error:
        yield Row(name, problem=f"{name}: {error}")


def saved_page_rows(name: str, raw: bytes) -> Iterator[Row]:
    """The page of a web archive: its first part of HTML."""
    try:
        message = _parsed(raw)
        page = next((part for part in _texts(message) if part.get_content_subtype() == "html"), None)
        if page is None:
            raise Unreadable("The archive has no page.")
        url = _header(page, "Content-Location") or _header(message, "Snapshot-Content-Location")
        content, charset = _payload(page), page.get_content_charset() or ""
    except Unreadable as error:
        yield Row(name, problem=f"{name}: {error}")
        return
    yield from html.rows(name, content, url=url if url.startswith(("http://", "https://")) else "", charset=charset)


def _parsed(raw: bytes) -> EmailMessage:
    # As many boundaries as parts, and one part within another costs depth: both are bounded before parsing.
    if raw.lower().count(b"content-type:") > MOST_PARTS:
        raise Unreadable(f"It has more than {MOST_PARTS} parts.")
    if (size := sum(len(found.group(1)) for found in _HEADERS.finditer(raw))) > MOST_HEADERS:
        raise Unreadable(f"Its headers have {size:,} bytes; the most is {MOST_HEADERS:,}.")
    try:
        message = email.message_from_bytes(raw, policy=email.policy.default)
        if not message.keys():
            raise Unreadable("It is no message: it has no header.")
        return message
    except (RecursionError, ValueError, LookupError) as error:
        raise Unreadable(f"It is no proper message ({type(error).__name__}).") from error


def _texts(message: MIMEPart) -> list[MIMEPart]:
    """Its parts of text: what is attached, another message for instance, is none of it."""
    try:
        if message.get_content_maintype() == "multipart":
            return [text for part in message.iter_parts() for text in _texts(part)]
        is_text = message.get_content_type() in ("text/plain", "text/html") and not message.is_attachment()
    except _STUMBLES as error:
        raise Unreadable(f"It is no proper message ({type(error).__name__}).") from error
    return [message] if is_text else []


def _read(part: MIMEPart) -> Decoded:
    found = decoded(_payload(part), declared=part.get_content_charset() or "")
    if part.get_content_subtype() == "html":
        return replace(found, text=html.text_of_fragment(found.text))
    return replace(found, text=_unflowed(found.text, part))


def _payload(part: MIMEPart) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _unflowed(text: str, part: MIMEPart) -> str:
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


def _header(message: MIMEPart, name: str) -> str:
    try:
        return " ".join(str(message.get(name, "")).split())
    except _STUMBLES:
        return ""


def _day(date: str) -> str:
    try:
        return parsedate_to_datetime(date).date().isoformat()
    except _STUMBLES:
        return ""


def _notes(encodings: list[str], message: EmailMessage) -> list[str]:
    attached = list(filter(None, map(_attached, message.walk())))
    told = f"Left out are its attachments: {', '.join(attached)[:200]}." if attached else ""
    return [note for note in (*encodings, told) if note]


def _attached(part: MIMEPart) -> str:
    """What an attachment is called, or its kind; nothing of a part that is none."""
    try:
        kind = part.get_content_type()
        return (part.get_filename() or kind) if part.is_attachment() or kind == "message/rfc822" else ""
    except _STUMBLES:
        return "one that does not say what it is"
