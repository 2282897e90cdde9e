"""A checked draft of an article: the only way in. An action of the annotator stores it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from articles import text as texts
from articles.models import MAX_TITLE, Project

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z")
_DATE = re.compile(r"^(\d{4}-\d{2}-\d{2})(?:T.*)?$", re.ASCII)
_LIMITS = {"title": MAX_TITLE, "outlet": 200, "author": 300, "url": 2_000, "external_id": 200}


METADATA = ("title", "outlet", "author", "published_on", "url", "language", "external_id")


class DraftError(ValueError):
    """A draft that cannot be stored. ``problems`` are (field, value, message) triples, all that were found."""

    def __init__(self, problems: list[tuple[str, object, str]]) -> None:
        super().__init__(" ".join(message for _, _, message in problems))
        self.problems = problems


@dataclass(frozen=True)
class Draft:
    """What an article will be. Made by ``checked``; the text is as it will be stored."""

    title: str
    text: str
    outlet: str = ""
    author: str = ""
    published_on: date | None = None
    url: str = ""
    language: str = "en"
    external_id: str = ""
    sha256: str = field(default="", repr=False)

    @classmethod
    def checked(
        cls,
        *,
        text: object,
        title: object = "",
        outlet: object = "",
        author: object = "",
        published_on: object = None,
        url: object = "",
        language: object = "en",
        external_id: object = "",
    ) -> "Draft":
        """A draft of these, or DraftError with all that is wrong. ``published_on`` is a date or ISO 8601 text."""
        problems: list[tuple[str, object, str]] = []
        given = {"title": title, "outlet": outlet, "author": author, "url": url, "external_id": external_id}
        line = {name: _line(name, value, problems) for name, value in given.items()}
        if not line["title"] and not any(name == "title" for name, _, _ in problems):
            problems.append(("title", title, "An article needs a title."))
        if line["url"] and not _is_web_address(line["url"]):
            problems.append(
                ("url", line["url"], f"“{line['url'][:80]}” is no web address: begin with http:// or https://.")
            )
        tag = _line("language", language or "en", problems)
        if tag and not is_language(tag):
            problems.append(("language", tag, f"“{tag}” is no BCP 47 language tag: “en”, “pt-BR”."))
        body = _body(text, problems)
        day = _day(published_on, problems)
        if problems:
            raise DraftError(problems)
        return cls(
            title=line["title"],
            text=body,
            outlet=line["outlet"],
            author=line["author"],
            published_on=day,
            url=line["url"],
            language=tag,
            external_id=line["external_id"],
            sha256=texts.digest(body),
        )


def in_language_of(project: Project, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an article; one that does not say its language is in that of most of the project's."""
    return {**fields, "language": fields.get("language") or project.language}


def checked_metadata(changes: dict[str, object]) -> dict[str, object]:
    """The given metadata fields of an article, checked as those of a draft are; DraftError otherwise.

    Keys are any of title, outlet, author, published_on, url, language, external_id.
    """
    if unknown := sorted(set(changes) - set(METADATA)):
        known = ", ".join(METADATA)
        raise DraftError(
            [(name, changes[name], f"`{name}` of an article cannot be changed; {known} can.") for name in unknown]
        )
    draft = Draft.checked(**{"title": "–", "text": "–", **changes})  # type: ignore[arg-type]
    return {name: getattr(draft, name) for name in changes}


def _body(text: object, problems: list[tuple[str, object, str]]) -> str:
    if text is None:
        problems.append(("text", None, "An article needs a text."))
        return ""
    if not isinstance(text, str):
        problems.append(("text", None, f"`text` is a text, not {type(text).__name__}."))
        return ""
    try:
        return texts.received(text)
    except texts.TextError as error:
        problems.append(("text", None, str(error)))
        return ""


def _line(name: str, value: object, problems: list[tuple[str, object, str]]) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        problems.append((name, value, f"`{name}` is a text, not {type(value).__name__}."))
        return ""
    line = " ".join(value.split())
    try:
        texts.refuse_unstorable(line)
    except texts.TextError as error:
        problems.append((name, None, f"`{name}`: {error}"))
        return ""
    limit = _LIMITS.get(name, 35)
    if len(line) > limit:
        problems.append((name, line[:80], f"`{name}` has {len(line):,} characters; the most is {limit:,}."))
        return ""
    return line


def is_language(tag: str) -> bool:
    """Whether a text is a language tag of BCP 47, as far as its shape tells."""
    return bool(_LANGUAGE.match(tag))


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme.lower() in ("http", "https") and bool(parts.hostname)


def _day(value: object, problems: list[tuple[str, object, str]]) -> date | None:
    if value is None or value == "":
        return None
    if isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    try:
        # fromisoformat alone would take 20161120 and 2016-W46-7 as well.
        return date.fromisoformat(_DATE.match(value).group(1))  # type: ignore[arg-type, union-attr]
    except (AttributeError, TypeError, ValueError):
        problems.append(("published_on", value, f"“{value!s:.40}” is no date: use YYYY-MM-DD."))
        return None
