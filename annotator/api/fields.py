"""Serializer fields and filters that several nouns share."""

import math
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import QuerySet
from django_filters import CharFilter, ChoiceFilter, DateFilter, Filter, FilterSet, TypedChoiceFilter, UUIDFilter
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotator.domain.annotation import Voice
from annotator.domain.errors import Refused
from annotator.queries.projects import project_of
from articles.models import Project

_SEGMENT = {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2, "examples": [[0, 12]]}
_PLAIN_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@extend_schema_field(_SEGMENT)
class SegmentField(serializers.JSONField):
    """``[start, end]``."""


@extend_schema_field({"type": "array", "items": _SEGMENT, "minItems": 1})
class SpanField(serializers.JSONField):
    """``[[start, end], …]``."""


@extend_schema_field({"type": "array", "items": _SEGMENT})
class OptionalSpanField(serializers.JSONField):
    """``[[start, end], …]`` or null."""


_PARTY = f"({Voice.AUTHOR}|{Voice.UNSPECIFIED}|[0-9a-fA-F]{{8}}(-[0-9a-fA-F]{{4}}){{3}}-[0-9a-fA-F]{{12}})"
PARTY = {
    "type": "string",
    "pattern": f"^{_PARTY}$",
    "description": "An entity's id, or AUTHOR, or UNSPECIFIED.",
    "examples": [str(Voice.AUTHOR)],
}


@extend_schema_field(PARTY)
class PartyField(serializers.CharField):
    pass


class LineField(serializers.CharField):
    """A text of one line: white space within it counts as single blanks. Numbers are no text."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return " ".join(super().to_internal_value(data).split())


class AddressField(LineField):
    """The address of a page or a feed. The document tells its ``pattern``; it is checked when it is asked."""

    pattern = "^https?://"


class SlugField(serializers.CharField):
    """A name in addresses. As with AddressField."""

    pattern = "^[a-z0-9]+(-[a-z0-9]+)*$"


class TextField(serializers.CharField):
    """A text of any number of lines. Numbers are no text."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class DayField(serializers.DateField):
    """YYYY-MM-DD and nothing else."""

    def to_internal_value(self, value: Any) -> Any:
        if isinstance(value, str) and not _PLAIN_DAY.fullmatch(value):
            self.fail("invalid", format="YYYY-MM-DD")
        return super().to_internal_value(value)


class StrictBooleanField(serializers.BooleanField):
    """true or false, not “yes” or 1."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


# Fields that would take values of other types of JSON for their own: what each takes, and what is said else.
_OF_TYPE: list[tuple[type[serializers.Field], type | tuple[type, ...], str]] = [
    (serializers.BooleanField, bool, "true or false is wanted"),
    (serializers.FloatField, (int, float), "a number is wanted"),
    (serializers.IntegerField, int, "a whole number is wanted"),
    (serializers.CharField, str, "a text is wanted"),
    (serializers.UUIDField, str, "an id (a UUID) is wanted"),
]


class StrictSerializer(serializers.Serializer):
    """Refuses fields that it does not have, and values of another type of JSON: “1” is no number, 1 is no text.

    What the server gives may be sent back and is not read.
    """

    def to_internal_value(self, data: Any) -> Any:
        unknown = [name for name in data if name not in self.fields] if isinstance(data, dict) else []
        if unknown:
            known = ", ".join(name for name, field in self.fields.items() if not field.read_only)
            raise serializers.ValidationError(
                {name: [f"There is no such field; known are {known}."] for name in unknown}
            )
        if isinstance(data, dict) and (wrong := _each(data, self.fields.get)):
            raise serializers.ValidationError(wrong)
        return super().to_internal_value(data)


def _wrong(field: serializers.Field | None, value: Any) -> Any:
    """What is wrong with the type of a value, or of what it holds by their places; nothing where they fit."""
    if value is None or field is None or field.read_only:
        return None
    match field, value:
        case serializers.ListField(), list():
            return _each(dict(enumerate(value)), lambda place: field.child)
        case serializers.DictField(), dict():
            return _each(value, lambda name: field.child)
    if (
        isinstance(field, serializers.CharField)
        and isinstance(value, str)
        and len(value) > (field.max_length or math.inf)
    ):
        # As it was sent: what surrounds a text is cut off later.
        return [f"{len(value):,} characters are more than {field.max_length:,}."]
    for of, types, wanted in _OF_TYPE:
        if isinstance(field, of):
            fits = isinstance(value, types) and (of is serializers.BooleanField or not isinstance(value, bool))
            return None if fits else [f"{value!r:.60} does not fit: {wanted}."]
    return None


def _each(values: dict[Any, Any], field: Callable[[Any], serializers.Field | None]) -> dict[Any, Any]:
    found = {place: _wrong(field(place), value) for place, value in values.items()}
    return {place: wrong for place, wrong in found.items() if wrong}


def read_by(serializer: type[StrictSerializer], given: dict[str, Any], *, partial: bool = False) -> dict[str, Any]:
    """The given fields in their Python types, or ValidationError with all that is wrong with them."""
    reading = serializer(data=given, partial=partial)
    reading.is_valid(raise_exception=True)
    return dict(reading.validated_data)


def project_called(user: Any, slug: Any) -> Project:
    """The project that a request names, or Refused: another's is answered like one that does not exist."""
    if slug is None:
        raise Refused.field("project", None, "`project` is required: the slug of the project.")
    found = project_of(user, slug) if isinstance(slug, str) else None
    if found is None:
        raise Refused.field("project", slug, f"`project`: there is no project {slug!r:.60}, or not for you to see.")
    return found


class ProjectFilter(CharFilter):
    """Rows of the project of this slug."""

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        if not value:
            return qs
        project = project_called(self.parent.request.user, value)
        return qs.filter(**{self.field_name: project.pk})


class FlagFilter(TypedChoiceFilter):
    """true or false: whether the column has a value, or what ``method`` makes of it."""

    def __init__(self, field_name: str | None = None, **options: Any) -> None:
        choices = [("true", "true"), ("false", "false")]
        super().__init__(field_name=field_name, choices=choices, coerce=lambda value: value == "true", **options)

    def filter(self, qs: QuerySet, value: bool | str) -> QuerySet:
        return qs if value == "" else qs.filter(**{f"{self.field_name}__isnull": not value})


class BinFilter(FlagFilter):
    """Of a list that leaves out what is in the bin: what is there, in its place."""

    def __init__(self) -> None:
        super().__init__("deleted_at", help_text="Those in the bin, or not (the default).")

    def filter(self, qs: QuerySet, value: bool | str) -> QuerySet:
        return qs.filter(deleted_at__isnull=value is not True)


class AskedFilterSet(FilterSet):
    """Filters of which those alone are made that somebody asks by, and those that do something unasked.

    Making twenty of which two are asked was an eighth of what the list of articles took.
    """

    def __init__(self, data: Any = None, queryset: QuerySet | None = None, **options: Any) -> None:
        asked = data or {}
        self.base_filters = {
            name: each for name, each in self.base_filters.items() if name in asked or isinstance(each, BinFilter)
        }
        super().__init__(data, queryset, **options)


class DayFilter(DateFilter):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, input_formats=["%Y-%m-%d"], **kwargs)


def flag(parameters: Mapping[str, str], name: str) -> bool:
    """Whether a parameter of an address says “true”; left out it says “false”."""
    given = parameters.get(name, "false")
    if given not in ("true", "false"):
        raise Refused.field(name, given, f"`{name}`: use true or false.")
    return given == "true"


def uuid_in(given: dict[str, Any], name: str) -> uuid.UUID | None:
    """The id that a body has under ``name``; None where it has none."""
    value = given.get(name)
    if value is None:
        return None
    try:
        return uuid.UUID(value)
    except (ValueError, TypeError, AttributeError):
        raise Refused.field(name, value, f"`{name}`: {value!r:.60} is no id (a UUID).") from None


def party(value: str) -> str | uuid.UUID:
    """AUTHOR, UNSPECIFIED or an entity's id; ValueError for anything else."""
    if value in (Voice.AUTHOR, Voice.UNSPECIFIED):
        return value
    try:
        return uuid.UUID(value)
    except ValueError:
        raise ValueError(f"{value!r:.60} is no party; use an entity's id, AUTHOR or UNSPECIFIED.") from None


def party_called(field: str, value: str) -> str | uuid.UUID:
    """The party that a parameter names, or Refused."""
    try:
        return party(value)
    except ValueError as error:
        raise Refused.field(field, value, f"`{field}`: {error}") from None


class PartyFilter(CharFilter):
    """Rows with this party: an entity's id, AUTHOR or UNSPECIFIED."""

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        if not value:
            return qs
        found = party_called(self.field_name, value)
        column = f"{self.field_name}_voice" if isinstance(found, str) else f"{self.field_name}_entity"
        return qs.filter(**{column: found})


def described(by: Filter) -> dict[str, Any]:
    """A filter as a parameter, in OpenAPI."""
    schema: dict[str, Any] = {"type": "string"}
    match by:
        case UUIDFilter():
            schema = {"type": "string", "format": "uuid"}
        case FlagFilter():
            schema = {"type": "boolean"}
        case PartyFilter():
            schema = {**PARTY, "pattern": f"^{_PARTY}?$"}
        case ChoiceFilter():
            schema = {"type": "string", "enum": [str(value) for value, _ in by.extra["choices"]]}
        case DateFilter():
            schema = {"type": "string", "format": "date"}
    told = by.extra.get("help_text")
    return {"schema": schema, **({"description": str(told)} if told else {})}
