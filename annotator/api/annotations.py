"""Mentions, attributions, stances and claims. Their serializers are drawn from the declared table of their fields.

They describe what goes over the wire; what comes in is read and checked by the actions, from the same table.
"""

from dataclasses import replace
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Q, QuerySet
from django_filters import CharFilter, ChoiceFilter, FilterSet, UUIDFilter
from rest_framework import serializers
from rest_framework.request import Request

from annotator.access.visibility import visible_articles, visible_codings
from annotator.actions.annotations import (
    annotate,
    delete_annotation,
    restore_annotation,
    revise_annotation,
    says_the_same,
)
from annotator.actions.codings import open_coding
from annotator.actions.revisions import accept_place
from annotator.api import fields as api_fields
from annotator.api.contracts import CHANGE
from annotator.api.operations import Answer, Asked, operation
from annotator.api.views import VersionedViewSet
from annotator.domain.annotation import Anchoring, CoderCertainty, Kind, Origin
from annotator.domain.errors import Refused
from annotator.domain.fields import FIELDS, QUANTITY, Field
from annotator.models import Annotation, Coding
from annotator.queries.annotations import detailed, with_words
from annotator.queries.codings import layer_of
from annotator.queries.keyset import Key
from articles.models import Article

OFFSET_UNITS = ("codepoint", "utf16", "utf8")


# --- Serializers ---


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
    """All fields of a kind in the order of its wire form."""
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


# --- Filters ---


class AnnotationFilter(FilterSet):
    project = api_fields.ProjectFilter("coding__article__project")
    article = UUIDFilter("coding__article")
    coding = UUIDFilter("coding")
    external_id = CharFilter("external_id")
    origin = ChoiceFilter(field_name="origin", choices=[(value, value) for value in Origin])
    certainty_of_coder = ChoiceFilter(field_name="certainty_of_coder", choices=[(v, v) for v in CoderCertainty])
    created_by = CharFilter("created_by__username")
    needs_look = api_fields.FlagFilter(method="waiting")

    def waiting(self, annotations: QuerySet, name: str, waits: bool) -> QuerySet:
        """Those whose words a revision changed, or those that stand in their place."""
        return annotations.needing_a_look() if waits else annotations.filter(anchoring="")


def _choice_filter(kind: Kind, name: str) -> ChoiceFilter:
    return ChoiceFilter(field_name=name, choices=[(value, value) for value in FIELDS[kind][name].choices])


class PartyFilter(CharFilter):
    """Rows with this party: an entity's id, AUTHOR or UNSPECIFIED."""

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        if not value:
            return qs
        try:
            party = api_fields.party(value)
        except ValueError as error:
            raise Refused.field(self.field_name, value, f"`{self.field_name}`: {error}") from None
        column = f"{self.field_name}_voice" if isinstance(party, str) else f"{self.field_name}_entity"
        return qs.filter(**{column: party})


class MentionFilter(AnnotationFilter):
    type = _choice_filter(Kind.MENTION, "type")
    entity = UUIDFilter("entity")


class AttributionFilter(AnnotationFilter):
    source = PartyFilter("source")
    mode = _choice_filter(Kind.ATTRIBUTION, "mode")
    parent = UUIDFilter("parent")


class TargetFilter(UUIDFilter):
    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        if not value:
            return qs
        return qs.filter(Q(target_issue=value) | Q(target_entity=value) | Q(target_proposition=value))


class StanceFilter(AnnotationFilter):
    holder = PartyFilter("holder")
    target = TargetFilter()
    target_kind = _choice_filter(Kind.STANCE, "target_kind")
    position = _choice_filter(Kind.STANCE, "position")
    attribution = UUIDFilter("attribution")


class ClaimFilter(AnnotationFilter):
    claimant = PartyFilter("claimant")
    claim_kind = _choice_filter(Kind.CLAIM, "claim_kind")
    check_worthiness = _choice_filter(Kind.CLAIM, "check_worthiness")
    proposition = UUIDFilter("proposition")
    attribution = UUIDFilter("attribution")


# --- ViewSets ---


class AnnotationViewSet(VersionedViewSet):
    """The verbs that the four kinds share."""

    kind: ClassVar[Kind]
    orders = {"": (Key("id"),)}
    parameters = {"list": ("offsets",), "retrieve": ("offsets",)}
    contracts = {"place": replace(CHANGE, request=SpansSerializer, problems=(*CHANGE.problems, 422))}

    def visible(self, user: Any) -> QuerySet:
        return detailed(user, self.kind)

    def listable(self, user: Any) -> QuerySet:
        return super().listable(user).filter(coding__article__deleted_at=None)

    def fetch(self, rows: QuerySet) -> list[Any]:
        return rows.wire()

    def wires(self, user: Any, rows: list[Any]) -> list[dict[str, Any]]:
        unit = offset_unit(self.request) if getattr(self, "request", None) else "codepoint"
        return with_words(rows, unit=unit)

    def make(self, asked: Asked, id: Any) -> Any:
        with transaction.atomic():
            coding = _coding(asked.user, asked.given)
            return annotate(self.kind, asked.given, coding=coding, by=asked.user, id=id).pk

    def replace(self, row: Annotation, asked: Asked, version: int) -> None:
        revise_annotation(row, asked.given, by=asked.user, version=version, whole=True)

    def change(self, row: Annotation, asked: Asked, version: int) -> None:
        revise_annotation(row, asked.given, by=asked.user, version=version)

    @operation
    def place(self, asked: Asked, id: Any) -> Answer:
        """Let it stand on the current text, when a revision changed its words: all its spans, and the `revision`."""
        row = self._kept(asked, id)
        version = asked.preconditions.version(row.version, thing=self.noun)
        return self.written(asked.user, lambda: accept_place(row, asked.given, by=asked.user, version=version), id=id)

    def put_in_bin(self, row: Annotation, asked: Asked, version: int) -> None:
        delete_annotation(row, by=asked.user, version=version)

    def bring_back(self, row: Annotation, asked: Asked) -> None:
        restore_annotation(row, by=asked.user)

    def says_the_same(self, row: Annotation, asked: Asked) -> bool:
        return says_the_same(row, asked.given, by=asked.user)


class MentionViewSet(AnnotationViewSet):
    noun, kind, filters = "mention", Kind.MENTION, MentionFilter
    serializer_class = SERIALIZERS[Kind.MENTION]


class AttributionViewSet(AnnotationViewSet):
    noun, kind, filters = "attribution", Kind.ATTRIBUTION, AttributionFilter
    serializer_class = SERIALIZERS[Kind.ATTRIBUTION]


class StanceViewSet(AnnotationViewSet):
    noun, kind, filters = "stance", Kind.STANCE, StanceFilter
    serializer_class = SERIALIZERS[Kind.STANCE]


class ClaimViewSet(AnnotationViewSet):
    noun, kind, filters = "claim", Kind.CLAIM, ClaimFilter
    serializer_class = SERIALIZERS[Kind.CLAIM]


def offset_unit(request: Request) -> str:
    """The unit that a reader asks for in ``?offsets=``."""
    unit = request.query_params.get("offsets", "codepoint")
    if unit not in OFFSET_UNITS:
        raise Refused.field("offsets", unit, f"`offsets`: use one of {', '.join(OFFSET_UNITS)}.")
    return unit


def _coding(user: Any, given: dict[str, Any]) -> Coding:
    """The layer that a new annotation goes to: the one named by ``coding``, or the writer's of ``article``.

    A layer comes into being with the first write: until then it is named together with its article.
    """
    article, coding_id = _article(user, given), api_fields.uuid_in(given, "coding")
    if coding_id is None:
        if article is None:
            raise Refused.field("article", None, "`article` is required, or `coding`: where the annotation goes.")
        return open_coding(article, by=user)
    coding = visible_codings(user).select_related("article__project").filter(pk=coding_id).first()
    if coding is not None and article is not None and coding.article_id != article.pk:
        raise Refused.field("coding", str(coding_id), f"`coding`: {coding_id} is no layer of article {article.pk}.")
    if coding is None and article is not None and layer_of(article, user).pk == coding_id:
        return open_coding(article, by=user)
    if coding is None:
        raise Refused.field(
            "coding", str(coding_id), f"`coding`: there is no layer {coding_id}, or not for you to see."
        )
    return coding


def _article(user: Any, given: dict[str, Any]) -> Article | None:
    article_id = api_fields.uuid_in(given, "article")
    if article_id is None:
        return None
    article = visible_articles(user).select_related("project").filter(pk=article_id).first()
    if article is None:
        raise Refused.field(
            "article", str(article_id), f"`article`: there is no article {article_id}, or not for you to see."
        )
    return article
