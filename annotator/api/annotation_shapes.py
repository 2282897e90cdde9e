"""The shapes of annotations on the wire, drawn from the declared table of their fields.

They describe what goes over the wire; what comes in is read and checked by the actions, from the same table.
"""

from typing import Any

from rest_framework import serializers

from annotator.api import fields as api_fields
from annotator.domain.annotation import Anchoring, Kind
from annotator.domain.fields import FIELDS, QUANTITY, Field


def _options(field: Field) -> dict[str, Any]:
    if field.required:
        return {"allow_null": field.nullable}
    default = list(field.default) if isinstance(field.default, tuple) else field.default
    return {"default": default, "allow_null": field.nullable}


def _text(field: Field) -> serializers.Field:
    return serializers.CharField(max_length=field.max_length, allow_blank=not field.required, **_options(field))


def _choice(field: Field) -> serializers.Field:
    return serializers.ChoiceField(choices=field.choices, allow_blank=field.default == "", **_options(field))


def _texts(field: Field) -> serializers.Field:
    child = (
        serializers.ChoiceField(choices=field.choices)
        if field.choices
        else serializers.CharField(max_length=field.max_length)
    )
    return serializers.ListField(child=child, **_options(field))


def _span(field: Field) -> serializers.Field:
    return api_fields.OptionalSpanField(**_options(field)) if field.nullable else api_fields.SpanField()


def _number(field: Field) -> serializers.Field:
    return serializers.FloatField(min_value=field.low, max_value=field.high, **_options(field))


def _whole(field: Field) -> serializers.Field:
    return serializers.IntegerField(min_value=int(field.low or 0), max_value=int(field.high or 0), **_options(field))


_MADE_BY = {
    "text": _text,
    "choice": _choice,
    "texts": _texts,
    "span": _span,
    "single_span": _span,
    "pair": lambda field: api_fields.SegmentField(),
    "reference": lambda field: serializers.UUIDField(**_options(field)),
    "party": lambda field: api_fields.PartyField(),
    "day": lambda field: serializers.DateField(**_options(field)),
    "flag": lambda field: serializers.BooleanField(**_options(field)),
    "number": _number,
    "whole": _whole,
    "quantities": lambda field: QuantitySerializer(many=True, required=False),
}


def _serializer(name: str, of: dict[str, serializers.Field]) -> type[serializers.Serializer]:
    return type(name, (serializers.Serializer,), {**of, "__doc__": None})


QuantitySerializer = _serializer(
    "Quantity",
    {
        **{name: _MADE_BY[field.type](field) for name, field in QUANTITY.items()},
        "exact": serializers.CharField(required=False, help_text="The words there; differing ones are answered 422."),
    },
)


def annotation_serializer(kind: Kind) -> type[serializers.Serializer]:
    """All fields of a kind: what is written, and what the server gives beside it."""
    own = {name: _MADE_BY[field.type](field) for name, field in FIELDS[kind].items()}
    for name in ("holder", "claimant"):
        if name in own:
            own[name] = api_fields.PartyField(
                required=False, help_text="Left out beside an `attribution`, it is that one's source."
            )
    read_only: dict[str, serializers.Field] = {
        "kind": serializers.ChoiceField(choices=[kind.value], read_only=True),
        "version": serializers.IntegerField(read_only=True, min_value=1),
        "created_at": serializers.DateTimeField(read_only=True),
        "created_by": serializers.CharField(read_only=True),
        "changed_at": serializers.DateTimeField(read_only=True),
        "changed_by": serializers.CharField(read_only=True),
        "deleted_at": serializers.DateTimeField(read_only=True, allow_null=True),
        "anchoring": serializers.ChoiceField(
            choices=["", *(value.value for value in Anchoring)],
            read_only=True,
            help_text="Not empty: a revision changed or removed its words; it stands on an older one and needs a look.",
        ),
    }
    if kind == Kind.CLAIM:
        read_only["link_confirmed_by"] = serializers.CharField(read_only=True, allow_null=True)
        read_only["link_confirmed_at"] = serializers.DateTimeField(read_only=True, allow_null=True)
    context: dict[str, serializers.Field] = {
        "id": serializers.UUIDField(required=False),
        "article": serializers.UUIDField(required=False, help_text="The article, or `coding`: one of them is needed."),
        "revision": serializers.IntegerField(
            required=False, min_value=1, help_text="Number of the text on which spans stand; needed when any is given."
        ),
        "coding": serializers.UUIDField(required=False, help_text="The layer; by `article` it is your own."),
        "exact": serializers.ListField(
            child=serializers.CharField(),
            required=False,
            help_text="The words of each segment; where given ones differ from the text, the answer is 422.",
        ),
    }
    return _serializer(kind.value.capitalize(), {**context, **own, **read_only})


SERIALIZERS = {kind: annotation_serializer(kind) for kind in Kind}


class SpansSerializer(serializers.Serializer):
    """All spans of an annotation, as `proposal.fields` of the review list has them; null takes one away."""

    revision = serializers.IntegerField(min_value=1, help_text="The number of the current text.")
    segments = api_fields.SpanField()
    source_span = api_fields.OptionalSpanField(required=False)
    cue_span = api_fields.OptionalSpanField(required=False)
    target_span = api_fields.OptionalSpanField(required=False)
    hedge_spans = api_fields.OptionalSpanField(required=False)
    quantities = QuantitySerializer(many=True, required=False)
    exact = serializers.ListField(child=serializers.CharField(), required=False)
