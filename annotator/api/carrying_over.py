"""Where spans of a former revision stand now: for a client that annotated while the text was replaced."""

from dataclasses import replace
from typing import Any

from rest_framework import serializers

from annotator.api.contracts import WRITE
from annotator.api.operations import Answer, Asked, operation
from annotator.api.revisions import ChoiceSerializer, RevisionViewSet, told_choice
from annotator.domain.errors import Refused
from annotator.domain.spans import SPAN_FIELDS
from annotator.queries.revisions import carry_over
from articles.offsets import SpanError, checked
from articles.reanchoring import State

MOST = 1_000  # annotations in one request


class GivenQuantitySerializer(serializers.Serializer):
    span = serializers.ListField(child=serializers.IntegerField(), min_length=2, max_length=2)


class GivenSpansSerializer(serializers.Serializer):
    """The span fields of an annotation that is not stored, on the revision of the address."""

    segments = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))
    source_span = serializers.ListField(child=serializers.ListField(), required=False, allow_null=True)
    cue_span = serializers.ListField(child=serializers.ListField(), required=False, allow_null=True)
    target_span = serializers.ListField(child=serializers.ListField(), required=False, allow_null=True)
    hedge_spans = serializers.ListField(child=serializers.ListField(), required=False, allow_null=True)
    quantities = GivenQuantitySerializer(many=True, required=False)


class GivenSerializer(serializers.Serializer):
    annotations = GivenSpansSerializer(many=True, help_text=f"At most {MOST:,}.")


class CarriedOverSerializer(serializers.Serializer):
    state = serializers.ChoiceField(choices=[str(state) for state in State])
    place = ChoiceSerializer(allow_null=True, help_text="Where it stands now, for certain; null: nobody can say.")
    choices = ChoiceSerializer(many=True, help_text="Where it may stand, for a person to pick from.")


class OnCurrentTextSerializer(serializers.Serializer):
    article = serializers.UUIDField()
    revision = serializers.IntegerField(min_value=1, help_text="The current one, on which places stand.")
    offset_unit = serializers.ChoiceField(choices=["codepoint"])
    carried = CarriedOverSerializer(many=True, help_text="In the order in which they were given.")


class CarryingViewSet(RevisionViewSet):
    contracts = {"carry": replace(WRITE, request=GivenSerializer, answer=OnCurrentTextSerializer)}

    @operation
    def carry(self, asked: Asked, id: Any, number: int) -> Answer:
        """Where spans of this revision stand on the current text: for what was made offline. Nothing is stored."""
        revision = self.found(asked.user, id=id, number=number)
        rows = [{"revision": number, **spans} for spans in _given_spans(asked.given, revision.text)]
        article = self.article(asked.user, id)
        current = article.current.number
        carried = [
            {
                "state": str(each.state),
                "place": each.place and told_choice(each.place, current),
                "choices": [told_choice(choice, current) for choice in each.choices],
            }
            for each in carry_over(asked.user, article, rows)
        ]
        return Answer(200, {"article": id, "revision": current, "offset_unit": "codepoint", "carried": carried})


def _given_spans(given: dict[str, Any], text: str) -> list[dict[str, Any]]:
    """The span fields of each annotation that was given, checked against the text that they stand on."""
    for name in set(given) - {"annotations"}:
        raise Refused.field(name, given[name], f"`{name:.60}`: there is no such field; known are annotations.")
    annotations = given.get("annotations")
    if not isinstance(annotations, list) or len(annotations) > MOST:
        raise Refused.field("annotations", annotations, f"`annotations` is a list of at most {MOST:,} objects.")
    return [_spans_of(f"annotations.{index}", annotation, text) for index, annotation in enumerate(annotations)]


def _spans_of(path: str, annotation: Any, text: str) -> dict[str, Any]:
    if not isinstance(annotation, dict) or not annotation.get("segments"):
        raise Refused.field(path, annotation, f"`{path}`: an object with `segments` is expected.")
    spans: dict[str, Any] = {}
    for name in SPAN_FIELDS:
        if annotation.get(name) is not None:
            spans[name] = _checked(f"{path}.{name}", annotation[name], text)
    quantities = annotation.get("quantities")
    if quantities is None:
        return spans
    if not isinstance(quantities, list) or not all(isinstance(each, dict) for each in quantities):
        raise Refused.field(f"{path}.quantities", quantities, f"`{path}.quantities`: a list of objects is expected.")
    for index, quantity in enumerate(quantities):
        _checked(f"{path}.quantities.{index}.span", [quantity.get("span")], text)
    return {**spans, "quantities": quantities}


def _checked(path: str, span: Any, text: str) -> list[Any]:
    try:
        return [list(segment) for segment in checked(span, text)]
    except SpanError as error:
        raise Refused.field(path, error.value, error.message) from None
