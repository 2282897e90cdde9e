"""Mentions, attributions, stances and claims. Their shapes stand in annotation_shapes.py."""

import uuid
from dataclasses import replace
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django_filters import CharFilter, ChoiceFilter, FilterSet, UUIDFilter
from rest_framework.request import Request

from annotator.access.visibility import visible_codings
from annotator.actions.annotations import (
    annotate,
    delete_annotation,
    restore_annotation,
    revise_annotation,
    says_the_same,
)
from annotator.actions.codings import open_coding
from annotator.actions.known import desk_of
from annotator.actions.placing import accept_place, take_back_place
from annotator.api import fields as api_fields
from annotator.api.annotation_shapes import SERIALIZERS, SpansSerializer
from annotator.api.contracts import CHANGE, USUAL, Contract
from annotator.api.offsets import Inward, unit_in
from annotator.api.operations import Answer, Asked, operation
from annotator.api.upserts import UpsertViewSet
from annotator.domain.annotation import CoderCertainty, Kind, Origin
from annotator.domain.errors import Refused
from annotator.domain.fields import FIELDS
from annotator.domain.formats import web_annotation
from annotator.models import Annotation, Coding, User
from annotator.models.prepared import among
from annotator.queries.annotations import detailed, with_words
from annotator.queries.codings import own_layer
from annotator.queries.keyset import Key
from annotator.queries.searching import MOST_FEW, few_of
from annotator.queries.texts import text_of

# --- Filters ---


class AnnotationFilter(FilterSet):
    # Filters that may leave few of very many.
    seeking: ClassVar[tuple[str, ...]] = ("created_by",)

    project = api_fields.ProjectFilter("coding__article__project")
    article = UUIDFilter("coding__article")
    coding = UUIDFilter("coding")
    external_id = CharFilter("external_id")
    origin = ChoiceFilter(field_name="origin", choices=[(value, value) for value in Origin])
    certainty_of_coder = ChoiceFilter(field_name="certainty_of_coder", choices=[(v, v) for v in CoderCertainty])
    created_by = CharFilter(method="of_coder", help_text="The name of who tagged it.")
    needs_look = api_fields.FlagFilter(method="waiting")
    deleted = api_fields.BinFilter()

    def waiting(self, annotations: QuerySet, name: str, waits: bool) -> QuerySet:
        """Those whose words a revision changed, or those that stand in their place."""
        return annotations.needing_a_look() if waits else annotations.filter(anchoring="")

    def of_coder(self, annotations: QuerySet, name: str, username: str) -> QuerySet:
        """By the key of the coder, of which PostgreSQL knows how frequent it is."""
        coder = User.objects.filter(username=username).first()
        return annotations.filter(created_by=coder) if coder else annotations.none()

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """What is seldom is found by itself: along the list, PostgreSQL would look through all annotations for it."""
        found, sought = super().filter_queryset(queryset), queryset.model.objects.all()
        asked = {name: value for name in self.seeking if (value := self.form.cleaned_data.get(name))}
        for name, value in asked.items():
            sought = self.filters[name].filter(sought, value)
        # That they are many is told by the index alone, before any is read.
        if not asked or sought.order_by()[MOST_FEW : MOST_FEW + 1].exists():
            return found
        few = few_of(sought, "pk", MOST_FEW)
        return found if few is None else found.filter(among("pk", few))


def _choice_filter(kind: Kind, name: str) -> ChoiceFilter:
    return ChoiceFilter(field_name=name, choices=[(value, value) for value in FIELDS[kind][name].choices])


class MentionFilter(AnnotationFilter):
    seeking = (*AnnotationFilter.seeking, "entity")

    type = _choice_filter(Kind.MENTION, "type")
    entity = UUIDFilter("entity")


class AttributionFilter(AnnotationFilter):
    seeking = (*AnnotationFilter.seeking, "source", "parent")

    source = api_fields.PartyFilter("source")
    mode = _choice_filter(Kind.ATTRIBUTION, "mode")
    parent = UUIDFilter("parent")


class TargetFilter(UUIDFilter):
    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        if not value:
            return qs
        return qs.filter(Q(target_issue=value) | Q(target_entity=value) | Q(target_proposition=value))


class StanceFilter(AnnotationFilter):
    seeking = (*AnnotationFilter.seeking, "holder", "target", "attribution")

    holder = api_fields.PartyFilter("holder")
    target = TargetFilter()
    target_kind = _choice_filter(Kind.STANCE, "target_kind")
    position = _choice_filter(Kind.STANCE, "position")
    attribution = UUIDFilter("attribution")


class ClaimFilter(AnnotationFilter):
    seeking = (*AnnotationFilter.seeking, "claimant", "proposition", "attribution")

    claimant = api_fields.PartyFilter("claimant")
    claim_kind = _choice_filter(Kind.CLAIM, "claim_kind")
    check_worthiness = _choice_filter(Kind.CLAIM, "check_worthiness")
    proposition = UUIDFilter("proposition")
    attribution = UUIDFilter("attribution")


def base_of(request: Request) -> str:
    """The address of the interface, as the client knows the site."""
    return request.build_absolute_uri("/api/v1/")


# --- ViewSets ---


_WHERE = ("article", "coding")


def _contracts(*whose: str) -> dict[str, Contract]:
    """Those of a kind. One of ``whose`` says in a whole annotation who holds or claims it."""
    whole = (("revision",), *((whose,) if whose else ()))
    needs = {"create": (_WHERE, *whole), "upsert": (_WHERE, *whole), "update": whole}
    return {
        **{name: replace(USUAL[name], needs=groups) for name, groups in needs.items()},
        "place": replace(CHANGE, request=SpansSerializer, problems=(*CHANGE.problems, 422)),
        "unplace": replace(CHANGE, request=None),
    }


class AnnotationViewSet(UpsertViewSet):
    """The verbs that the four kinds share."""

    kind: ClassVar[Kind]
    orders = {"": (Key("id"),)}
    links = ("retrieve",)
    parameters = {
        **dict.fromkeys(
            ("list", "create", "retrieve", "update", "partial_update", "destroy", "restore", "place", "unplace"),
            ("offsets",),
        ),
        "upsert": ("external_id", "offsets"),
    }
    contracts = _contracts()

    def visible(self, user: Any) -> QuerySet:
        return detailed(user, self.kind)

    def listable(self, user: Any) -> QuerySet:
        return super().listable(user).filter(coding__article__deleted_at=None)

    def fetch(self, rows: QuerySet) -> list[Any]:
        return rows.wire()

    def wires(self, user: Any, rows: list[Any]) -> list[dict[str, Any]]:
        return with_words(rows, unit=self.unit)

    def linked(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        return web_annotation.annotation(body, base_of(request))

    def made(self, asked: Asked, id: Any) -> Answer:
        # The fast path: nothing is read again, and a taken id spoils nothing that a savepoint would have to save.
        coding = coding_in(asked.user, asked.given)
        row = annotate(self.kind, self._counted(asked, coding), coding=coding, by=asked.user, id=id)
        current = row.revision
        return Answer(201, with_words([row.stated()], unit=self.unit, revision=current.number, text=current.text)[0])

    def replace(self, row: Annotation, asked: Asked, version: int) -> None:
        given = self._counted(asked, row.coding)
        revise_annotation(row, given, by=asked.user, version=version, whole=True)

    def change(self, row: Annotation, asked: Asked, version: int) -> None:
        revise_annotation(row, self._counted(asked, row.coding), by=asked.user, version=version)

    def scope(self, asked: Asked) -> tuple[uuid.UUID, dict[str, Any]]:
        coding = coding_in(asked.user, asked.given)
        return coding.pk, {"coding": coding.pk}

    def _counted(self, asked: Asked, coding: Coding) -> dict[str, Any]:
        """What was given, in code points: of the text whose revision it names."""
        number = asked.given.get("revision")
        return Inward(self.unit, lambda: text_of(asked.user, coding.article_id, number)).annotation(asked.given)

    @operation
    def place(self, asked: Asked, id: Any) -> Answer:
        """Let it stand on the current text, when a revision changed its words: all its spans, and the `revision`."""
        row = self._kept(asked, id)
        version = asked.preconditions.version(row.version, thing=self.noun)
        given = self._counted(asked, row.coding)
        return self.written(asked.user, lambda: accept_place(row, given, by=asked.user, version=version), id=id)

    @operation
    def unplace(self, asked: Asked, id: Any) -> Answer:
        """Let it wait again as before it was placed, when nothing else was done to it since."""
        row = self._kept(asked, id)
        version = asked.preconditions.version(row.version, thing=self.noun)
        return self.written(asked.user, lambda: take_back_place(row, by=asked.user, version=version), id=id)

    def put_in_bin(self, row: Annotation, asked: Asked, version: int) -> None:
        delete_annotation(row, by=asked.user, version=version)

    def bring_back(self, row: Annotation, asked: Asked) -> None:
        restore_annotation(row, by=asked.user)

    def says_the_same(self, row: Annotation, asked: Asked) -> bool:
        return says_the_same(row, self._counted(asked, row.coding), by=asked.user)


class MentionViewSet(AnnotationViewSet):
    noun, kind, filters = "mention", Kind.MENTION, MentionFilter
    serializer_class = SERIALIZERS[Kind.MENTION]


class AttributionViewSet(AnnotationViewSet):
    noun, kind, filters = "attribution", Kind.ATTRIBUTION, AttributionFilter
    serializer_class = SERIALIZERS[Kind.ATTRIBUTION]


class StanceViewSet(AnnotationViewSet):
    noun, kind, filters = "stance", Kind.STANCE, StanceFilter
    serializer_class = SERIALIZERS[Kind.STANCE]
    contracts = _contracts("holder", "attribution")


class ClaimViewSet(AnnotationViewSet):
    noun, kind, filters = "claim", Kind.CLAIM, ClaimFilter
    serializer_class = SERIALIZERS[Kind.CLAIM]
    contracts = _contracts("claimant", "attribution")


def offset_unit(request: Request) -> str:
    """The unit that a reader asks for in ``?offsets=``."""
    return unit_in(request.query_params)


def coding_in(user: Any, given: dict[str, Any]) -> Coding:
    """The layer that a new annotation goes to: the one named by ``coding``, or the writer's of ``article``.

    A layer comes into being with the first write: until then it is named together with its article.
    """
    article_id, coding_id = (api_fields.uuid_in(given, name) for name in ("article", "coding"))
    desk = desk_of(user, article_id) if article_id is not None else None
    if article_id is not None and desk is None:
        told = f"`article`: there is no article {article_id}, or not for you to see."
        raise Refused.field("article", str(article_id), told)
    if desk is not None:
        own = own_layer(desk.article, user)
        if coding_id in (None, own.pk):
            return desk.codings.get(own.pk) or open_coding(desk.article, by=user)
    elif coding_id is None:
        raise Refused.field("article", None, "`article` is required, or `coding`: where the annotation goes.")
    coding = visible_codings(user).select_related("article__project").filter(pk=coding_id).first()
    if coding is None:
        told = f"`coding`: there is no layer {coding_id}, or not for you to see."
        raise Refused.field("coding", str(coding_id), told)
    if article_id not in (None, coding.article_id):
        told = f"`coding`: {coding_id} is no layer of article {article_id}."
        raise Refused.field("coding", str(coding_id), told)
    return coding
