import uuid

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q

from annotator.domain.claim import ClaimKind
from annotator.domain.register import AssessmentState, Bearing, Relation, Scale
from annotator.models.issue import Folded
from annotator.models.record import Record, external_id_once, not_merged_into_itself
from annotator.models.rules import one_of, rule


class Proposition(Record):
    """What claims assert, across all articles: an entry of the claim register. Verdicts hang on it."""

    wording = models.CharField(max_length=1_000)
    kind = models.CharField(max_length=12)
    wording_folded = models.GeneratedField(
        expression=Folded(F("wording")), output_field=models.TextField(), db_persist=True
    )

    class Meta:
        ordering = ["wording", "id"]
        constraints = [
            rule("proposition_has_wording", "wording", ~Q(wording=""), "A proposition has a wording."),
            one_of("proposition_kind_known", "kind", ClaimKind),
            external_id_once("proposition"),
            not_merged_into_itself("proposition"),
        ]
        indexes = [
            models.Index(fields=["project", "wording", "id"], name="proposition_by_wording"),
            GinIndex(OpClass(F("wording_folded"), name="gin_trgm_ops"), name="proposition_wording_trigrams"),
        ]

    @property
    def label(self) -> str:
        return self.wording


class PropositionLink(models.Model):
    """How one proposition is related to another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    from_proposition = models.ForeignKey(Proposition, on_delete=models.PROTECT, related_name="links")
    to_proposition = models.ForeignKey(Proposition, on_delete=models.PROTECT, related_name="backlinks")
    relation = models.CharField(max_length=12)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            one_of("proposition_link_relation_known", "relation", Relation),
            rule(
                "proposition_link_not_to_itself",
                "to",
                ~Q(from_proposition=F("to_proposition")),
                "A proposition is not linked to itself.",
            ),
            models.UniqueConstraint(
                fields=["from_proposition", "to_proposition", "relation"],
                name="proposition_link_once",
                violation_error_code="to",
                violation_error_message="The two propositions are linked so already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_proposition_id} {self.relation} {self.to_proposition_id}"


class AssessmentQuerySet(models.QuerySet):
    def published(self) -> "AssessmentQuerySet":
        return self.filter(state=AssessmentState.PUBLISHED, deleted_at=None)


class Assessment(models.Model):
    """A verdict on a proposition as of a day, with its evidence. Only a published one leaves the house."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    proposition = models.ForeignKey(Proposition, on_delete=models.PROTECT, related_name="assessments")
    external_id = models.CharField(max_length=200, blank=True)
    scale = models.CharField(max_length=10)
    rating = models.CharField(max_length=40)
    as_of = models.DateField()
    summary = models.TextField(blank=True, max_length=10_000)
    state = models.CharField(max_length=10, default=AssessmentState.DRAFT.value)
    reviewer = models.ForeignKey("annotator.User", on_delete=models.PROTECT, related_name="assessments")
    published_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When it was last published, or given as of another day: its sources were seen.",
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["-as_of", "-created_at", "id"]
        constraints = [
            one_of("assessment_scale_known", "scale", Scale),
            one_of("assessment_state_known", "state", AssessmentState),
            rule(
                "assessment_published_has_date",
                "state",
                ~Q(state=AssessmentState.PUBLISHED) | Q(published_at__isnull=False),
                "A published assessment has a date of publication.",
            ),
            models.UniqueConstraint(
                fields=["proposition", "external_id"],
                condition=~Q(external_id=""),
                name="assessment_external_id_once",
                violation_error_code="external_id",
                violation_error_message="The proposition has an assessment with this external id.",
            ),
        ]
        indexes = [models.Index(fields=["proposition", "-as_of"], name="assessment_of_proposition")]

    def __str__(self) -> str:
        return f"{self.rating} ({self.as_of})"

    @property
    def is_published(self) -> bool:
        return bool(self.state == AssessmentState.PUBLISHED)


class Evidence(models.Model):
    """What an assessment rests on."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="evidence")
    position = models.PositiveSmallIntegerField()
    url = models.CharField(max_length=2_000)
    title = models.CharField(max_length=500, blank=True)
    publisher = models.CharField(max_length=200, blank=True)
    published_on = models.DateField(null=True, blank=True)
    passage = models.TextField(blank=True, max_length=5_000, help_text="The words quoted from it.")
    bearing = models.CharField(max_length=10)

    class Meta:
        ordering = ["assessment", "position"]
        constraints = [
            one_of("evidence_bearing_known", "bearing", Bearing),
            rule(
                "evidence_url_is_web",
                "url",
                Q(url__istartswith="http://") | Q(url__istartswith="https://"),
                "Evidence has a URL that begins with http:// or https://.",
            ),
            models.UniqueConstraint(
                fields=["assessment", "position"],
                name="evidence_position_once",
                violation_error_code="evidence",
                violation_error_message="Another piece of evidence has this place.",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.url
