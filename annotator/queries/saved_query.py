"""What a saved search asks for: the parameters of the list of articles, read and bounded before they are kept."""

import uuid
from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from annotator.domain.annotation import Voice
from annotator.domain.claim import ClaimKind
from annotator.domain.errors import Problem, Refused
from annotator.domain.search import LONGEST
from annotator.domain.stance import Position
from annotator.queries.articles import Order
from annotator.queries.chosen_articles import FLAGS, Progress
from annotator.queries.patterns import LONGEST as LONGEST_PATTERN
from annotator.queries.patterns import Pattern
from annotator.queries.searching import read
from articles.text import TextError, refuse_unstorable


def _text(longest: int) -> Callable[[str], None]:
    def check(value: str) -> None:
        if len(value) > longest:
            raise ValueError(f"it has {len(value):,} characters; the most is {longest}.")

    return check


def _one_of(values: Collection[str]) -> Callable[[str], None]:
    def check(value: str) -> None:
        if value not in list(values):
            raise ValueError(f"use one of {', '.join(values)}.")

    return check


def _day(value: str) -> None:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        day = None
    if day is None or day.isoformat() != value:
        raise ValueError(f"{value!r:.60} is no day: YYYY-MM-DD.")


def _id(value: str) -> None:
    try:
        uuid.UUID(value)
    except ValueError:
        raise ValueError(f"{value!r:.60} is no id (a UUID).") from None


def _party(value: str) -> None:
    if value not in (Voice.AUTHOR, Voice.UNSPECIFIED):
        try:
            _id(value)
        except ValueError:
            raise ValueError(f"{value!r:.60} is no party; use an entity's id, AUTHOR or UNSPECIFIED.") from None


# What narrows, by its name in the addresses of the REST interface; and how what is found is shown.
NARROWING: dict[str, Callable[[str], None]] = {
    "q": _text(LONGEST),
    "pattern": _text(LONGEST_PATTERN),
    "outlet": _text(200),
    "author": _text(300),
    "language": _text(35),
    "state": _one_of(Progress),
    "published_from": _day,
    "published_to": _day,
    "coder": _text(150),
    "entity": _id,
    "holder": _party,
    "position": _one_of(Position),
    "target": _id,
    "claim_kind": _one_of(ClaimKind),
    "rating": _text(40),
    **dict.fromkeys(FLAGS, _one_of(["true"])),
}
SHOWING: dict[str, Callable[[str], None]] = {"case": _one_of(["true"]), "ordering": _one_of(Order)}


def saved_query(given: Any) -> dict[str, str]:
    """The parameters, without the empty ones; Refused with each that cannot be read, by its path: ``query.q``."""
    if not isinstance(given, dict):
        raise Refused.field("query", given, "`query` is an object of the parameters of a search, such as `q`.")
    known = NARROWING | SHOWING
    kept = {name: value for name, value in given.items() if value != ""}
    problems = [
        Problem(f"query.{name}"[:60], value, f"`query.{name:.40}`: {told}")
        for name, value in kept.items()
        if (told := _wrong(known.get(name), value, known))
    ]
    if problems:
        raise Refused(*problems)
    if not NARROWING.keys() & kept.keys():
        raise Refused.field("query", given, f"`query` asks for nothing: give some of {', '.join(NARROWING)}.")
    if "q" in kept:
        read(kept["q"], "query.q")
    if "pattern" in kept:
        Pattern(kept["pattern"], ignores_case="case" not in kept)
    return {name: kept[name] for name in known if name in kept}


def _wrong(check: Callable[[str], None] | None, value: Any, known: Collection[str]) -> str:
    if check is None:
        return f"there is no such parameter; known are {', '.join(known)}."
    if not isinstance(value, str):
        return f"a text is expected, not {type(value).__name__}."
    try:
        refuse_unstorable(value)
        check(value)
    except (ValueError, TextError) as error:
        return str(error)
    return ""
