"""Codings: an article × a layer, and how far the work on it is."""

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django_filters import CharFilter, ChoiceFilter, FilterSet, UUIDFilter
from rest_framework import serializers

from annotator.access.visibility import visible_articles, visible_codings
from annotator.actions.codings import open_coding, set_state
from annotator.api.contracts import CHANGE_BY_TAG, WRITE
from annotator.api.fields import ProjectFilter, StrictSerializer, read_by
from annotator.api.operations import Answer, Asked, operation
from annotator.api.views import NounViewSet
from annotator.domain.errors import NotNow, Refused
from annotator.domain.layers import CodingState, Layer
from annotator.queries import wire
from annotator.queries.keyset import Key

_TOLD = [state.value for state in CodingState if state != CodingState.NEW]
_SETTABLE = [CodingState.OPEN.value, CodingState.DONE.value]


class CodingSerializer(StrictSerializer):
    """Made or found by its article: it is the asker's layer that is meant."""

    id = serializers.UUIDField(read_only=True)
    article = serializers.UUIDField()
    layer = serializers.ChoiceField(
        choices=[str(value) for value in Layer],
        required=False,
        help_text="`adjudicated` opens that one; otherwise it is your own or the shared one, as the project has it.",
    )
    coder = serializers.CharField(read_only=True, allow_null=True)
    state = serializers.ChoiceField(choices=_TOLD, required=False)


class CodingStateSerializer(StrictSerializer):
    state = serializers.ChoiceField(choices=_SETTABLE)


class CodingFilter(FilterSet):
    project = ProjectFilter("article__project")
    article = UUIDFilter("article")
    layer = ChoiceFilter(field_name="layer", choices=[(value, value) for value in Layer])
    coder = CharFilter("coder__username")
    state = ChoiceFilter(field_name="state", choices=[(value, value) for value in _TOLD])


class CodingViewSet(NounViewSet):
    noun = "coding"
    filters = CodingFilter
    serializer_class = CodingSerializer
    orders = {"": (Key("created_at"), Key("id"))}
    contracts = {
        "create": WRITE,
        "partial_update": replace(CHANGE_BY_TAG, request=CodingStateSerializer, needs=(("state",),)),
    }

    def visible(self, user: Any) -> QuerySet:
        return visible_codings(user).select_related("article__project", "coder")

    def listable(self, user: Any) -> QuerySet:
        return self.visible(user).filter(article__deleted_at=None)

    def wires(self, user: Any, rows: list[Any]) -> list[dict[str, Any]]:
        return [wire.coding(row) for row in rows]

    @operation
    def create(self, asked: Asked) -> Answer:
        """Open the asker's layer of an article, or say how far it is. Doing it again changes nothing."""
        given = read_by(CodingSerializer, asked.given)
        article = visible_articles(asked.user).select_related("project").filter(pk=given["article"]).first()
        if article is None:
            raise Refused.field(
                "article",
                str(given["article"]),
                f"`article`: there is no article {given['article']}, or not for you to see.",
            )
        if article.deleted_at is not None:
            raise NotNow("The article is in the bin: restore it first.", found=str(article.pk))
        coding = open_coding(article, by=asked.user, adjudicated=given.get("layer") == Layer.ADJUDICATED)
        if given.get("layer", coding.layer) != coding.layer:
            raise Refused.field(
                "layer", given["layer"], f"`layer`: in this project you write to the layer “{coding.layer}”."
            )
        if "state" in given:
            coding = set_state(coding, given["state"], by=asked.user)
        return Answer(200, self.shown(asked.user, id=coding.pk))

    @operation
    def partial_update(self, asked: Asked, id: Any) -> Answer:
        """Say that a layer is done, or open it again."""
        coding = self.held(asked, id=id)
        set_state(coding, read_by(CodingStateSerializer, asked.given)["state"], by=asked.user)
        return Answer(200, self.shown(asked.user, id=id))
