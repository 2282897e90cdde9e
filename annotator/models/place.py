from typing import Any

from django.db import models
from django.db.models import Q

from annotator.domain.annotation import Kind, PlaceState
from annotator.domain.encoding import Encoder
from annotator.models.rules import one_of, rule

_ANNOTATIONS = [str(kind) for kind in Kind]


def _exactly_one_annotation() -> Q:
    condition = Q()
    for kind in _ANNOTATIONS:
        condition |= Q(**{f"{other}__isnull": other != kind for other in _ANNOTATIONS})
    return condition


class OfAnnotation(models.Model):
    """What hangs on one annotation of any kind: four keys that the database can check, exactly one of them set."""

    mention = models.ForeignKey(
        "annotator.Mention", on_delete=models.PROTECT, null=True, blank=True, related_name="%(class)ss"
    )
    attribution = models.ForeignKey(
        "annotator.Attribution", on_delete=models.PROTECT, null=True, blank=True, related_name="%(class)ss"
    )
    stance = models.ForeignKey(
        "annotator.Stance", on_delete=models.PROTECT, null=True, blank=True, related_name="%(class)ss"
    )
    claim = models.ForeignKey(
        "annotator.Claim", on_delete=models.PROTECT, null=True, blank=True, related_name="%(class)ss"
    )

    class Meta:
        abstract = True

    @property
    def annotation_id(self) -> object:
        return self.mention_id or self.attribution_id or self.stance_id or self.claim_id

    @property
    def kind(self) -> str:
        return next(kind for kind in _ANNOTATIONS if getattr(self, f"{kind}_id"))


def on_any(**wanted: Any) -> Q:
    """Of what hangs on annotations: that all of this holds of the one, whatever its kind.

    A key that is null is also of an annotation of which nothing is set: it has to be one that is there.
    """
    of_any = Q()
    for kind in _ANNOTATIONS:
        of_any |= Q(**{f"{kind}__{column}": value for column, value in wanted.items()}, **{f"{kind}__isnull": False})
    return of_any


def of_one_annotation(name: str) -> models.CheckConstraint:
    return rule(name, "annotation", _exactly_one_annotation(), "It belongs to exactly one annotation.")


class Place(OfAnnotation):
    """How an annotation was when a revision ceased to be the current one: all its spans, and all that it said.

    An annotation's own row has its place on the current revision; an old revision is read through these.
    """

    revision = models.ForeignKey("articles.Revision", on_delete=models.PROTECT, related_name="places")
    wire = models.JSONField(encoder=Encoder, help_text="Its wire form then.")
    state = models.CharField(max_length=8)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            of_one_annotation("place_of_one_annotation"),
            one_of("place_state_known", "state", PlaceState),
            *[
                models.UniqueConstraint(
                    fields=["revision", kind],
                    condition=Q(**{f"{kind}__isnull": False}),
                    name=f"place_of_{kind}_once",
                    violation_error_code="revision",
                    violation_error_message="The annotation's place on this revision is recorded already.",
                )
                for kind in _ANNOTATIONS
            ],
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.annotation_id} on {self.revision_id}: {self.state}"
