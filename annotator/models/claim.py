from django.db import models
from django.db.models import F, Q

from annotator.domain.annotation import Kind, Voice
from annotator.domain.claim import Certainty, CheckWorthiness, ClaimKind, Link, Time
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


class Claim(Annotation):
    """Words that put forward something checkable, and the proposition they assert."""

    KIND = Kind.CLAIM
    SPANS = ("segments", "hedge_spans")  # and the span of each of its quantities

    claimant_voice = models.CharField(max_length=11, default=Voice.ENTITY.value)
    claimant_entity = models.ForeignKey(
        "annotator.Entity", on_delete=models.PROTECT, null=True, blank=True, related_name="claims"
    )
    claim_kind = models.CharField(max_length=12)
    check_worthiness = models.CharField(max_length=3, blank=True)
    wording = models.TextField(blank=True, max_length=2_000)
    attribution = models.ForeignKey(
        "annotator.Attribution", on_delete=models.PROTECT, null=True, blank=True, related_name="claims"
    )
    certainty = models.CharField(max_length=3, blank=True)
    hedge_spans = SegmentsField(null=True, blank=True)
    # [{"span": [start, end], "comparator", "low", "high", "unit", "vague", "certainty"}], read and written whole.
    quantities = models.JSONField(default=list, blank=True)
    time = models.CharField(max_length=7, blank=True)
    deadline = models.DateField(null=True, blank=True)
    presupposed = models.BooleanField(default=False)
    proposition = models.ForeignKey(
        "annotator.Proposition", on_delete=models.PROTECT, null=True, blank=True, related_name="claims"
    )
    link = models.CharField(max_length=9, blank=True)
    link_score = models.FloatField(null=True, blank=True)
    link_confirmed_by = models.ForeignKey(
        "annotator.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    link_confirmed_at = models.DateTimeField(null=True, blank=True)

    WIRE = {
        **COMMON_HEAD,
        "claimant": Party("claimant"),
        "claim_kind": F("claim_kind"),
        "check_worthiness": F("check_worthiness"),
        "wording": F("wording"),
        "attribution": F("attribution_id"),
        "certainty": F("certainty"),
        "hedge_spans": F("hedge_spans"),
        "quantities": F("quantities"),
        "time": F("time"),
        "deadline": F("deadline"),
        "presupposed": F("presupposed"),
        "proposition": F("proposition_id"),
        "link": F("link"),
        "link_score": F("link_score"),
        "link_confirmed_by": F("link_confirmed_by__username"),
        "link_confirmed_at": F("link_confirmed_at"),
        **COMMON_TAIL,
    }

    class Meta:
        indexes = [
            *common_indexes("claim"),
            models.Index(fields=["claim_kind"], name="claim_by_kind"),
            counted_by("claim", "claimant_entity"),
        ]
        constraints = [
            *common_rules("claim"),
            *party_rules("claim", "claimant"),
            in_order("claim_hedge_spans_in_order", "hedge_spans", optional=True),
            one_of("claim_kind_known", "claim_kind", ClaimKind),
            one_of("claim_check_worthiness_known", "check_worthiness", CheckWorthiness, blank=True),
            one_of("claim_certainty_known", "certainty", Certainty, blank=True),
            one_of("claim_time_known", "time", Time, blank=True),
            one_of("claim_link_known", "link", Link, blank=True),
            rule(
                "claim_opinion_is_not_factual",
                "check_worthiness",
                ~Q(claim_kind=ClaimKind.OPINION) | Q(check_worthiness__in=["", CheckWorthiness.NOT_FACTUAL]),
                "An opinion is not factual: its `check_worthiness` is NFS.",
            ),
            rule(
                "claim_of_the_future_not_in_past",
                "time",
                ~Q(claim_kind__in=[ClaimKind.PROMISE, ClaimKind.PREDICTION]) | ~Q(time=Time.PAST),
                "A promise or a prediction is not in the past.",
            ),
            rule(
                "claim_link_iff_proposition",
                "link",
                Q(proposition=None, link="", link_score=None) | (Q(proposition__isnull=False) & ~Q(link="")),
                "`link` says how sure the `proposition` is: both are given, or neither.",
            ),
            rule(
                "claim_link_score_in_range",
                "link_score",
                Q(link_score=None) | Q(link_score__gte=0, link_score__lte=1),
                "`link_score` is between 0 and 1.",
            ),
            rule(
                "claim_confirmed_by_someone",
                "link",
                ~Q(link=Link.CONFIRMED) | Q(link_confirmed_by__isnull=False, link_confirmed_at__isnull=False),
                "A confirmed link names who confirmed it, and when.",
            ),
        ]
