import uuid

from django.conf import settings
from django.db import models

from annotator.domain.encoding import Encoder


class Event(models.Model):
    """One thing that happened: who, what, before, after. Append-only (a trigger sees to it) but for a purge.

    ``after`` is the whole wire form; ``before`` the former values of what changed, None when the thing is new.
    Within a project, ids are in the order of commit.
    """

    id = models.BigAutoField(primary_key=True)
    project = models.ForeignKey("articles.Project", on_delete=models.PROTECT, related_name="events", db_index=False)
    article = models.ForeignKey(
        "articles.Article", on_delete=models.PROTECT, null=True, related_name="events", db_index=False
    )
    coding = models.ForeignKey(
        "annotator.Coding", on_delete=models.PROTECT, null=True, related_name="events", help_text="Who may see it."
    )
    act = models.CharField(max_length=40, help_text="A fact: “stance.revised”.")
    thing = models.CharField(max_length=20, help_text="What it happened to: “stance”.")
    thing_id = models.CharField(max_length=60)
    version = models.PositiveIntegerField(null=True)
    before = models.JSONField(null=True, encoder=Encoder)
    after = models.JSONField(null=True, encoder=Encoder)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="events", db_index=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["project", "id"], name="event_feed"),
            models.Index(fields=["thing_id", "id"], name="event_of_thing"),
            models.Index(fields=["article", "id"], name="event_of_article"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.act}"


class Operation(models.Model):
    """The answer once given to an operation id, given again for good when the operation is repeated."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(help_text="Idempotency-Key, chosen by the client.")
    digest = models.CharField(
        max_length=64, help_text="Of method, path and body: the same key with another is refused."
    )
    status = models.PositiveSmallIntegerField()
    body = models.JSONField(null=True, encoder=Encoder)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"],
                name="operation_once",
                violation_error_code="Idempotency-Key",
                violation_error_message="This Idempotency-Key has been used.",
            )
        ]

    def __str__(self) -> str:
        return str(self.key)
