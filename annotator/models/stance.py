from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from annotator.domain.annotation import Kind, Voice
from annotator.domain.stance import INTENSITIES, Explicitness, Fidelity, Modality, Position
from annotator.models.annotation import (
    COMMON_HEAD,
    COMMON_TAIL,
    Annotation,
    FirstGiven,
    Party,
    common_indexes,
    common_rules,
    counted_by,
    party_rules,
)
from annotator.models.rules import SegmentsField, in_order, one_of, rule

_TARGETS = ("issue", "entity", "proposition")


def _exactly_the_target_of_its_kind() -> Q:
    condition = Q()
    for kind in _TARGETS:
        condition |= Q(target_kind=kind, **{f"target_{other}__isnull": other != kind for other in _TARGETS})
    return condition


class Stance(Annotation):
    """A holder's position towards a target, and the words that show it."""

    KIND = Kind.STANCE
    SPANS = ("segments", "target_span", "hedge_spans")

    holder_voice = models.CharField(max_length=11, default=Voice.ENTITY.value)
    holder_entity = models.ForeignKey(
        "annotator.Entity", on_delete=models.PROTECT, null=True, blank=True, related_name="stances_held"
    )
    target_kind = models.CharField(max_length=11)
    target_issue = models.ForeignKey(
        "annotator.Issue", on_delete=models.PROTECT, null=True, blank=True, related_name="stances"
    )
    target_entity = models.ForeignKey(
        "annotator.Entity", on_delete=models.PROTECT, null=True, blank=True, related_name="stances_towards"
    )
    target_proposition = models.ForeignKey(
        "annotator.Proposition", on_delete=models.PROTECT, null=True, blank=True, related_name="stances"
    )
    target_span = SegmentsField(null=True, blank=True)
    position = models.CharField(max_length=7)
    explicitness = models.CharField(max_length=8, default=Explicitness.EXPLICIT.value)
    attribution = models.ForeignKey(
        "annotator.Attribution", on_delete=models.PROTECT, null=True, blank=True, related_name="stances"
    )
    modality = models.CharField(max_length=12, default=Modality.ASSERTED.value)
    hedge_spans = SegmentsField(null=True, blank=True)
    affiliation = models.ForeignKey(
        "annotator.Entity", on_delete=models.PROTECT, null=True, blank=True, related_name="stances_spoken_for"
    )
    voiced_by = models.ForeignKey(
        "annotator.Entity", on_delete=models.PROTECT, null=True, blank=True, related_name="stances_voiced"
    )
    intensity = models.PositiveSmallIntegerField(null=True, blank=True)
    fidelity = models.CharField(max_length=12, blank=True)
    frames = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    valid_on = models.DateField(null=True, blank=True, help_text="Else the article's date.")

    WIRE = {
        **COMMON_HEAD,
        "holder": Party("holder"),
        "target_kind": F("target_kind"),
        "target": FirstGiven("target_issue_id", "target_entity_id", "target_proposition_id"),
        "target_span": F("target_span"),
        "position": F("position"),
        "explicitness": F("explicitness"),
        "attribution": F("attribution_id"),
        "modality": F("modality"),
        "hedge_spans": F("hedge_spans"),
        "affiliation": F("affiliation_id"),
        "voiced_by": F("voiced_by_id"),
        "intensity": F("intensity"),
        "fidelity": F("fidelity"),
        "frames": F("frames"),
        "valid_on": F("valid_on"),
        **COMMON_TAIL,
    }

    class Meta:
        indexes = [
            *common_indexes("stance"),
            models.Index(fields=["position"], name="stance_by_position"),
            counted_by("stance", "holder_entity"),
            counted_by("stance", "target_entity"),
            counted_by("stance", "target_issue", "position", "holder_voice", "holder_entity"),
        ]
        constraints = [
            *common_rules("stance"),
            *party_rules("stance", "holder"),
            in_order("stance_target_span_in_order", "target_span", optional=True),
            in_order("stance_hedge_spans_in_order", "hedge_spans", optional=True),
            one_of("stance_position_known", "position", Position),
            one_of("stance_explicitness_known", "explicitness", Explicitness),
            one_of("stance_modality_known", "modality", Modality),
            one_of("stance_fidelity_known", "fidelity", Fidelity, blank=True),
            rule(
                "stance_one_target",
                "target",
                _exactly_the_target_of_its_kind(),
                "A stance has exactly one target, of its `target_kind`.",
            ),
            rule(
                "stance_holder_is_not_target",
                "target",
                Q(holder_entity=None) | Q(target_entity=None) | ~Q(holder_entity=F("target_entity")),
                "The holder of a stance cannot be its target.",
            ),
            rule(
                "stance_intensity_in_range",
                "intensity",
                Q(intensity=None) | Q(intensity__in=INTENSITIES),
                "`intensity` is 1, 2 or 3.",
            ),
            rule(
                "stance_intensity_needs_direction",
                "intensity",
                Q(intensity=None) | ~Q(position__in=[Position.NEUTRAL, Position.UNCLEAR]),
                "A neutral or unclear stance has no intensity.",
            ),
        ]
