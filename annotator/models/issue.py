from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q

from annotator.models.record import Record, external_id_once, not_merged_into_itself
from annotator.models.rules import rule


class Folded(Func):
    """A text with case and accents folded (function made by the first migration)."""

    function = "annotator_folded"
    output_field = models.TextField()


class Issue(Record):
    """What stances are about, worded as a positive proposition one can support or oppose; in a tree."""

    wording = models.CharField(max_length=500)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    definition = models.TextField(blank=True, max_length=5_000)
    supporting_example = models.TextField(blank=True, max_length=2_000)
    opposing_example = models.TextField(blank=True, max_length=2_000)
    archived_at = models.DateTimeField(null=True, blank=True)
    wording_folded = models.GeneratedField(
        expression=Folded(F("wording")), output_field=models.TextField(), db_persist=True
    )

    class Meta:
        ordering = ["wording", "id"]
        constraints = [
            rule("issue_has_wording", "wording", ~Q(wording=""), "An issue has a wording."),
            rule(
                "issue_not_under_itself",
                "parent",
                Q(parent=None) | ~Q(parent=F("id")),
                "An issue is not its own parent.",
            ),
            external_id_once("issue"),
            not_merged_into_itself("issue"),
        ]
        indexes = [
            models.Index(fields=["project", "wording", "id"], name="issue_by_wording"),
            GinIndex(OpClass(F("wording_folded"), name="gin_trgm_ops"), name="issue_wording_trigrams"),
        ]

    @property
    def label(self) -> str:
        return self.wording
