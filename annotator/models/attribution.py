from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from annotator.domain.annotation import Kind, Voice
from annotator.domain.attribution import CueType, Flag, Mode, Precision
from annotator.models.annotation import (
    COMMON_HEAD,
    COMMON_TAIL,
    Annotation,
    Party,
    common_indexes,
    common_rules,
    counted_by,
    party_rules,
)
from annotator.models.rules import SegmentsField, in_order, one_of, rule


class Attribution(Annotation):
    """Who is made to say it: a quotation or report, its source and its cue."""

    KIND = Kind.ATTRIBUTION
    SPANS = ("segments", "source_span", "cue_span")

    source_voice = models.CharField(max_length=11, default=Voice.ENTITY.value)
    source_entity = models.ForeignKey(
        "annotator.Entity", on_delete=models.PROTECT, null=True, blank=True, related_name="attributions"
    )
    source_span = SegmentsField(null=True, blank=True)
    cue_span = SegmentsField(null=True, blank=True)
    mode = models.CharField(max_length=8)
    cue_type = models.CharField(max_length=13, blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    negated = models.BooleanField(default=False)
    recipient = models.CharField(max_length=300, blank=True)
    medium = models.CharField(max_length=300, blank=True)
    said_on = models.DateField(null=True, blank=True)
    said_on_precision = models.CharField(max_length=5, blank=True)
    flags = ArrayField(models.CharField(max_length=30), default=list, blank=True)

    WIRE = {
        **COMMON_HEAD,
        "source": Party("source"),
        "source_span": F("source_span"),
        "cue_span": F("cue_span"),
        "mode": F("mode"),
        "cue_type": F("cue_type"),
        "parent": F("parent_id"),
        "negated": F("negated"),
        "recipient": F("recipient"),
        "medium": F("medium"),
        "said_on": F("said_on"),
        "said_on_precision": F("said_on_precision"),
        "flags": F("flags"),
        **COMMON_TAIL,
    }

    class Meta:
        indexes = [*common_indexes("attribution"), counted_by("attribution", "source_entity")]
        constraints = [
            *common_rules("attribution"),
            *party_rules("attribution", "source"),
            in_order("attribution_source_span_in_order", "source_span", optional=True),
            in_order("attribution_cue_span_single", "cue_span", optional=True, single=True),
            one_of("attribution_mode_known", "mode", Mode),
            one_of("attribution_cue_type_known", "cue_type", CueType, blank=True),
            one_of("attribution_said_on_precision_known", "said_on_precision", Precision, blank=True),
            rule(
                "attribution_said_on_with_precision",
                "said_on_precision",
                Q(said_on=None, said_on_precision="") | (Q(said_on__isnull=False) & ~Q(said_on_precision="")),
                "`said_on` and `said_on_precision` are given together.",
            ),
            rule(
                "attribution_flags_known",
                "flags",
                Q(flags__contained_by=[str(flag) for flag in Flag]),
                f"`flags`: use any of {', '.join(Flag)}.",
            ),
            rule(
                "attribution_not_its_own_parent",
                "parent",
                Q(parent=None) | ~Q(parent=F("id")),
                "An attribution is not its own parent.",
            ),
        ]
