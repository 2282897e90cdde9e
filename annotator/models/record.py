"""What entities, issues and propositions have in common: records of a project that annotations refer to."""

import uuid

from django.conf import settings
from django.db import models


class RecordQuerySet(models.QuerySet):
    def kept(self) -> "RecordQuerySet":
        """Those neither in the bin nor merged into another."""
        return self.filter(deleted_at=None, merged_into=None)


class Record(models.Model):
    """A record of a project's registers. Merging redirects (``merged_into``) and can be undone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    project = models.ForeignKey("articles.Project", on_delete=models.PROTECT, related_name="+")
    external_id = models.CharField(max_length=200, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The words by which people know the record."""
        raise NotImplementedError


def external_id_once(model: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(
        fields=["project", "external_id"],
        condition=~models.Q(external_id=""),
        name=f"{model}_external_id_once",
        violation_error_code="external_id",
        violation_error_message="The project has a record with this external id.",
    )


def not_merged_into_itself(model: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=models.Q(merged_into=None) | ~models.Q(merged_into=models.F("id")),
        name=f"{model}_not_merged_into_itself",
        violation_error_code="into",
        violation_error_message="A record cannot be merged into itself.",
    )
