"""The fields of an annotation on the wire: their names, types, bounds and defaults, declared once.

The actions read them to check what comes in; the REST interface draws its serializers, and so its OpenAPI document,
from the same table. A span's offsets are checked against the text where the text is at hand (articles.offsets).
"""

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from annotator.domain import attribution, claim, mention, stance
from annotator.domain.annotation import CoderCertainty, Kind, Origin, Voice
from annotator.domain.errors import Problem

MAX_LIST = 50
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_NO_DEFAULT: Any = object()


@dataclass(frozen=True)
class Field:
    """One field. ``type`` is one of: text, choice, texts, span, single_span, reference, party, day, flag, whole,
    number, quantities. ``default`` stands where a write that replaces leaves the field out."""

    type: str
    default: Any = _NO_DEFAULT
    choices: tuple[str, ...] = ()
    max_length: int = 0
    refers_to: str = ""
    nullable: bool = False
    low: float | None = None
    high: float | None = None

    @property
    def required(self) -> bool:
        return self.default is _NO_DEFAULT

    def make_default(self) -> Any:
        return list(self.default) if isinstance(self.default, tuple) else self.default


def _text(max_length: int) -> Field:
    return Field("text", default="", max_length=max_length)


def _choice(values: Iterable[str], default: Any = "") -> Field:
    return Field("choice", default=default, choices=tuple(str(value) for value in values))


def _required_choice(values: Iterable[str]) -> Field:
    return Field("choice", choices=tuple(str(value) for value in values))


def _reference(to: str) -> Field:
    return Field("reference", default=None, refers_to=to, nullable=True)


_SPAN = Field("span")
_OPTIONAL_SPAN = Field("span", default=None, nullable=True)
_PARTY = Field("party")
_DAY = Field("day", default=None, nullable=True)
_FLAG = Field("flag", default=False)

_COMMON = {
    "external_id": _text(200),
    "segments": _SPAN,
    "origin": _choice(Origin, Origin.MANUAL.value),
    "certainty_of_coder": _choice(CoderCertainty, CoderCertainty.CERTAIN.value),
    "comment": _text(10_000),
}

FIELDS: dict[Kind, dict[str, Field]] = {
    Kind.MENTION: {
        **_COMMON,
        "type": _required_choice(mention.EntityType),
        "subtype": _text(40),
        "level": _choice(mention.Level, mention.Level.NAME.value),
        "class": _choice(mention.MentionClass, mention.MentionClass.SPECIFIC.value),
        "entity": _reference("entity"),
        "no_entity_reason": _choice(mention.NoEntityReason),
        "role": _choice(mention.GpeRole),
    },
    Kind.ATTRIBUTION: {
        **_COMMON,
        "source": _PARTY,
        "source_span": _OPTIONAL_SPAN,
        "cue_span": Field("single_span", default=None, nullable=True),
        "mode": _required_choice(attribution.Mode),
        "cue_type": _choice(attribution.CueType),
        "parent": _reference("attribution"),
        "negated": _FLAG,
        "recipient": _text(300),
        "medium": _text(300),
        "said_on": _DAY,
        "said_on_precision": _choice(attribution.Precision),
        "flags": Field("texts", default=(), choices=tuple(str(flag) for flag in attribution.Flag)),
    },
    Kind.STANCE: {
        **_COMMON,
        "holder": _PARTY,
        "target_kind": _required_choice(stance.TargetKind),
        "target": Field("reference", refers_to="target"),
        "target_span": _OPTIONAL_SPAN,
        "position": _required_choice(stance.Position),
        "explicitness": _choice(stance.Explicitness, stance.Explicitness.EXPLICIT.value),
        "attribution": _reference("attribution"),
        "modality": _choice(stance.Modality, stance.Modality.ASSERTED.value),
        "hedge_spans": _OPTIONAL_SPAN,
        "affiliation": _reference("entity"),
        "voiced_by": _reference("entity"),
        "intensity": Field("whole", default=None, nullable=True, low=1, high=3),
        "fidelity": _choice(stance.Fidelity),
        "frames": Field("texts", default=(), max_length=40),
        "valid_on": _DAY,
    },
    Kind.CLAIM: {
        **_COMMON,
        "claimant": _PARTY,
        "claim_kind": _required_choice(claim.ClaimKind),
        "check_worthiness": _choice(claim.CheckWorthiness),
        "wording": _text(2_000),
        "attribution": _reference("attribution"),
        "certainty": _choice(claim.Certainty),
        "hedge_spans": _OPTIONAL_SPAN,
        "quantities": Field("quantities", default=()),
        "time": _choice(claim.Time),
        "deadline": _DAY,
        "presupposed": _FLAG,
        "proposition": _reference("proposition"),
        "link": _choice(claim.Link),
        "link_score": Field("number", default=None, nullable=True, low=0, high=1),
    },
}

QUANTITY = {
    "span": Field("pair"),
    "comparator": _choice(claim.Comparator, claim.Comparator.EQUAL.value),
    "low": Field("number", default=None, nullable=True),
    "high": Field("number", default=None, nullable=True),
    "unit": _text(60),
    "vague": _FLAG,
    "certainty": _choice(claim.Certainty),
}

_REQUIRED = {kind: [name for name, field in fields.items() if field.required] for kind, fields in FIELDS.items()}
# Makers of defaults: a list is a new one each time.
_DEFAULTS = {
    kind: {name: field.make_default for name, field in fields.items() if not field.required}
    for kind, fields in FIELDS.items()
}

# Given by the server: a client that sends back what it read is not told off for them.
READ_ONLY = frozenset(
    "kind version created_at created_by changed_at changed_by deleted_at anchoring "
    "link_confirmed_by link_confirmed_at".split()
)
# Where the annotation stands, and the words there: read by the action itself.
CONTEXT = frozenset(["id", "article", "revision", "coding", "exact"])


class Unreadable(ValueError):
    """A value that is not of its field's type or bounds."""


def read(
    kind: Kind, given: Mapping[str, Any], *, whole: bool, may_miss: frozenset[str] = frozenset()
) -> tuple[dict[str, Any], list[Problem]]:
    """The given fields in their Python types, and what is wrong with them.

    With ``whole``, fields left out get their defaults and missing required ones, but for ``may_miss``, are problems.
    """
    fields = FIELDS[kind]
    values = {name: value() for name, value in _DEFAULTS[kind].items()} if whole else {}
    wrong: dict[str, Problem] = {}
    for name, value in given.items():
        field = fields.get(name)
        if field is not None:
            try:
                values[name] = read_value(field, value)
            except Unreadable as error:
                wrong[name] = Problem(name, value, f"`{name}`: {error}")
        elif name not in READ_ONLY and name not in CONTEXT:
            told = f"`{name:.60}` is not a field of this {kind}; it has {', '.join(fields)}."
            wrong[name] = Problem(name, value, told)
    for name in _REQUIRED[kind] if whole else ():
        if name not in given and name not in may_miss:
            wrong[name] = Problem(name, None, f"`{name}` is required for a {kind}.")
    if not wrong:
        return values, []
    # In the order in which they are declared; those that are no fields first.
    places = {name: place for place, name in enumerate(fields)}
    return values, sorted(wrong.values(), key=lambda problem: places.get(problem.field, -1))


def read_value(field: Field, value: Any) -> Any:
    """``value`` in the field's Python type, or Unreadable with what is wrong and what is accepted."""
    if value is None:
        if field.nullable:
            return None
        raise Unreadable("a value is required, not null.")
    return _READERS[field.type](field, value)


def _read_text(field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise Unreadable(f"a text is expected, not {type(value).__name__}.")
    if "\x00" in value or _has_surrogate(value):
        raise Unreadable("it has a NUL character or half of a surrogate pair; remove it.")
    if field.max_length and len(value) > field.max_length:
        raise Unreadable(f"it has {len(value):,} characters; the most is {field.max_length:,}.")
    return value.strip()


def _has_surrogate(text: str) -> bool:
    # Whether UTF-8 can hold it: far quicker than a look at each character.
    try:
        text.isascii() or text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _read_choice(field: Field, value: Any) -> str:
    if value == "" and field.default == "":
        return ""
    if not isinstance(value, str) or value not in field.choices:
        raise Unreadable(f"{value!r:.60} is unknown; use one of {', '.join(field.choices)}.")
    return value


def _read_texts(field: Field, value: Any) -> list[str]:
    if not isinstance(value, list) or len(value) > MAX_LIST:
        raise Unreadable(f"a list of at most {MAX_LIST} texts is expected.")
    texts = list(dict.fromkeys(_read_text(field, entry) for entry in value))
    for text in texts:
        if not text or (field.choices and text not in field.choices):
            accepted = f"; use any of {', '.join(field.choices)}" if field.choices else ""
            raise Unreadable(f"{text!r:.60} is unknown{accepted}.")
    return texts


def _read_reference(_: Field, value: Any) -> uuid.UUID:
    try:
        return value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))
    except ValueError:
        raise Unreadable(f"{value!r:.60} is no id (a UUID).") from None


def _read_party(field: Field, value: Any) -> str | uuid.UUID:
    if value in (Voice.AUTHOR, Voice.UNSPECIFIED):
        return str(value)
    try:
        return _read_reference(field, value)
    except Unreadable:
        raise Unreadable(f"{value!r:.60} is no party; use an entity's id, AUTHOR or UNSPECIFIED.") from None


def _read_day(_: Field, value: Any) -> date:
    if isinstance(value, date):
        return value
    try:
        # fromisoformat alone would take 20161120 and 2016-W46-7 as well.
        if written := _DATE.match(value):
            return date.fromisoformat(written.group())
    except (TypeError, ValueError):
        pass
    raise Unreadable(f"{value!r:.60} is no date; use YYYY-MM-DD.")


def _read_flag(_: Field, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unreadable(f"{value!r:.60} is neither true nor false.")
    return value


def _read_number(field: Field, value: Any) -> float | int:
    # Written so that NaN fails too, and a number too long for a float does not overflow.
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1e18 <= value <= 1e18:
        raise Unreadable(f"{value!r:.60} is no number between -1e18 and 1e18.")
    if (field.low is not None and value < field.low) or (field.high is not None and value > field.high):
        raise Unreadable(f"{value} is not between {field.low:g} and {field.high:g}.")
    return value


def _read_whole(field: Field, value: Any) -> int:
    if type(value) is not int:
        raise Unreadable(f"{value!r:.60} is no whole number.")
    return int(_read_number(field, value))


def _read_span(_: Field, value: Any) -> list[Any] | None:
    if not isinstance(value, list):
        raise Unreadable("a list of [start, end] pairs is expected.")
    return value or None


def _read_required_span(field: Field, value: Any) -> list[Any] | None:
    span = _read_span(field, value)
    if span is None and not field.nullable:
        raise Unreadable("a span has at least one [start, end] pair.")
    return span


def _read_single_span(field: Field, value: Any) -> list[Any] | None:
    span = _read_span(field, value)
    if span and len(span) != 1:
        raise Unreadable(f"exactly one [start, end] pair is expected, not {len(span)}.")
    return span


def _read_pair(_: Field, value: Any) -> list[int]:
    if not isinstance(value, list) or len(value) != 2 or not all(type(offset) is int for offset in value):
        raise Unreadable("one [start, end] pair is expected.")
    return value


def _read_quantities(_: Field, value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or len(value) > MAX_LIST or not all(isinstance(entry, dict) for entry in value):
        raise Unreadable(f"a list of at most {MAX_LIST} objects is expected.")
    return [_read_quantity(index, entry) for index, entry in enumerate(value)]


def _read_quantity(index: int, entry: dict[str, Any]) -> dict[str, Any]:
    unknown = sorted(set(entry) - set(QUANTITY) - {"exact"})
    if unknown:
        raise Unreadable(f"quantity {index}: `{unknown[0]:.60}` is not a field; it has {', '.join(QUANTITY)}.")
    quantity = {}
    for name, field in QUANTITY.items():
        if name not in entry and field.required:
            raise Unreadable(f"quantity {index}: `{name}` is required.")
        try:
            quantity[name] = read_value(field, entry[name]) if name in entry else field.default
        except Unreadable as error:
            raise Unreadable(f"quantity {index}, `{name}`: {error}") from None
    return quantity


_READERS = {
    "text": _read_text,
    "choice": _read_choice,
    "texts": _read_texts,
    "reference": _read_reference,
    "party": _read_party,
    "day": _read_day,
    "flag": _read_flag,
    "number": _read_number,
    "whole": _read_whole,
    "span": _read_required_span,
    "single_span": _read_single_span,
    "pair": _read_pair,
    "quantities": _read_quantities,
}
