"""Assessments: verdicts on propositions, with their evidence."""

import uuid
from collections import defaultdict
from typing import Any

from django.db.models import QuerySet
from django_filters import CharFilter, ChoiceFilter, FilterSet, UUIDFilter
from rest_framework import serializers
from rest_framework.exceptions import NotAcceptable
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.access.visibility import visible_assessments, visible_propositions
from annotator.actions.register import assess, change_assessment, delete_assessment, restore_assessment
from annotator.api.fields import BinFilter, DayField, LineField, ProjectFilter, StrictSerializer, TextField, read_by
from annotator.api.lists import filtered
from annotator.api.operations import Asked
from annotator.api.upserts import UpsertViewSet
from annotator.domain.errors import Refused
from annotator.domain.register import AssessmentState, Bearing, Scale, SourceChange
from annotator.models import Assessment, Proposition
from annotator.queries import wire
from annotator.queries.claim_review import claim_reviews, feed_of
from annotator.queries.keyset import Key
from annotator.queries.sources import changed_sources, gravest


class EvidenceSerializer(StrictSerializer):
    url = LineField(max_length=2_000)
    title = LineField(max_length=500, allow_blank=True, default="")
    publisher = LineField(max_length=200, allow_blank=True, default="")
    published_on = DayField(allow_null=True, default=None)
    passage = TextField(max_length=5_000, allow_blank=True, default="", help_text="The words quoted from it.")
    bearing = serializers.ChoiceField(choices=[str(value) for value in Bearing])


class AssessmentSerializer(StrictSerializer):
    id = serializers.UUIDField(required=False)
    proposition = serializers.UUIDField()
    external_id = LineField(max_length=200, allow_blank=True, default="")
    scale = serializers.ChoiceField(choices=[str(value) for value in Scale])
    rating = LineField(max_length=40, help_text="A value of the project's codebook: `rating.facts` and so on.")
    as_of = DayField()
    summary = TextField(max_length=10_000, allow_blank=True, default="")
    state = serializers.ChoiceField(
        choices=[str(value) for value in AssessmentState], default=str(AssessmentState.DRAFT)
    )
    evidence = EvidenceSerializer(many=True, default=list, max_length=100)
    reviewer = serializers.CharField(read_only=True)
    published_at = serializers.DateTimeField(read_only=True, allow_null=True)
    source_changed = serializers.ChoiceField(
        choices=[str(value) for value in SourceChange],
        read_only=True,
        allow_null=True,
        help_text="The gravest thing that befell a claim it rests on since it was published, or dated anew.",
    )
    version = serializers.IntegerField(read_only=True, min_value=1)
    created_at = serializers.DateTimeField(read_only=True)
    changed_at = serializers.DateTimeField(read_only=True)
    deleted_at = serializers.DateTimeField(read_only=True, allow_null=True)


class AssessmentFilter(FilterSet):
    project = ProjectFilter("proposition__project")
    proposition = UUIDFilter("proposition")
    external_id = CharFilter("external_id")
    scale = ChoiceFilter(field_name="scale", choices=[(value, value) for value in Scale])
    state = ChoiceFilter(field_name="state", choices=[(value, value) for value in AssessmentState])
    deleted = BinFilter()


class AssessmentViewSet(UpsertViewSet):
    noun = "assessment"
    filters = AssessmentFilter
    serializer_class = AssessmentSerializer
    orders = {"": (Key("created_at"), Key("id"))}
    links = ("list", "retrieve")

    def visible(self, user: Any) -> QuerySet:
        return visible_assessments(user).select_related("proposition__project", "reviewer").prefetch_related("evidence")

    def wires(self, user: Any, rows: list[Any]) -> list[dict[str, Any]]:
        changes: dict[uuid.UUID, list[SourceChange]] = defaultdict(list)
        for changed in changed_sources(user, pk__in=[row.pk for row in rows]):
            changes[changed.assessment].append(changed.change)
        return [wire.assessment(row) | {"source_changed": gravest(changes[row.pk])} for row in rows]

    def linked(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        """Only a published verdict leaves the house in a form that search engines read."""
        row = self.found(request.user, id=body["id"])
        reviews = claim_reviews(request.user, [row], lambda assessment: request.build_absolute_uri())
        if not reviews:
            what = "is a draft" if body["state"] == "draft" else "was withdrawn"
            raise NotAcceptable(f"This assessment {what}: only a published one is told as ClaimReview.")
        return reviews[0]

    def list(self, request: Request, **named: Any) -> Response:
        """A page of those that you may see; as linked data, the published ones as a feed of ClaimReviews."""
        if not self.is_linked(request):
            return super().list(request, **named)
        self.require_whole(request)
        rows = filtered(self.listable(request.user), self.filters, request).filter(state=AssessmentState.PUBLISHED)
        rows = self.paginate_queryset(rows)
        here = request.build_absolute_uri(request.path)
        body = feed_of(claim_reviews(request.user, rows, lambda assessment: f"{here}{assessment.pk}/"), here)
        following = self.get_paginated_response([]).data["next"]
        answer = self.tagged(request, body)
        if following:
            answer.headers["Link"] = f'<{following}>; rel="next"'
        return answer

    def scope(self, asked: Asked) -> tuple[Any, dict[str, Any]]:
        """An external id is unique among the assessments of one proposition."""
        proposition = _proposition(asked, read_by(AssessmentSerializer, asked.given)["proposition"])
        return proposition.pk, {"proposition": proposition.pk}

    def make(self, asked: Asked, id: Any) -> Any:
        given = read_by(AssessmentSerializer, asked.given)
        given.pop("id", None)
        return assess(_proposition(asked, given.pop("proposition")), given, by=asked.user, id=id).pk

    def replace(self, row: Assessment, asked: Asked, version: int) -> None:
        change_assessment(row, _given(row, asked), by=asked.user, version=version)

    def change(self, row: Assessment, asked: Asked, version: int) -> None:
        change_assessment(row, _given(row, asked, partial=True), by=asked.user, version=version)

    def put_in_bin(self, row: Assessment, asked: Asked, version: int) -> None:
        delete_assessment(row, by=asked.user, version=version)

    def bring_back(self, row: Assessment, asked: Asked) -> None:
        restore_assessment(row, by=asked.user)

    def says_the_same(self, row: Assessment, asked: Asked) -> bool:
        present = wire.assessment(row)
        return all(value == present[name] for name, value in _given(row, asked).items())


def _proposition(asked: Asked, wanted: Any) -> Proposition:
    """What is assessed, as the body says."""
    proposition = visible_propositions(asked.user).filter(pk=wanted, deleted_at=None).first()
    if proposition is None:
        told = f"`proposition`: there is no proposition {wanted}, or not for you to see."
        raise Refused.field("proposition", str(wanted), told)
    return proposition


def _given(row: Assessment, asked: Asked, *, partial: bool = False) -> dict[str, Any]:
    given = read_by(AssessmentSerializer, asked.given, partial=partial)
    given.pop("id", None)
    proposition = given.pop("proposition", row.proposition_id)
    if proposition != row.proposition_id:
        raise Refused.field("proposition", str(proposition), "`proposition`: an assessment stays with its proposition.")
    return {name: [dict(each) for each in value] if name == "evidence" else value for name, value in given.items()}
