"""Webhooks: events of a project sent to another service as they happen, after Standard Webhooks."""

import base64
import secrets
import uuid
from enum import StrEnum

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from annotator.models.rules import one_of


class Webhook(models.Model):
    """Where a project's events are sent, on behalf of its owner, who must be able to see them.

    ``cursor`` is the last event that was looked at. Ids within a project are in the order of commit, so that whoever
    goes on after it skips none. The secrets are kept as they are, since every signature needs them.
    """

    SECRET_PREFIX = "whsec_"  # noqa: S105

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    project = models.ForeignKey("articles.Project", on_delete=models.PROTECT, related_name="webhooks")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="webhooks")
    url = models.CharField(max_length=2_000)
    acts = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, help_text="Events that are sent; none: all."
    )
    secret = models.CharField(max_length=100)
    former_secret = models.CharField(max_length=100, blank=True)
    former_until = models.DateTimeField(null=True, help_text="Until then the former secret signs as well.")
    cursor = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)
    failing_since = models.DateTimeField(null=True, help_text="The first failure since the last success.")
    off_at = models.DateTimeField(null=True)
    off_because = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.url

    @staticmethod
    def new_secret() -> str:
        return Webhook.SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


class DeliveryState(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


class Delivery(models.Model):
    """One event on its way to one webhook. Its id is the ``webhook-id``, the same at each attempt."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    event = models.ForeignKey("annotator.Event", on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10, default=DeliveryState.WAITING.value)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(help_text="When it is tried next, while it waits.")
    until = models.DateTimeField(help_text="When it is given up, if nobody has accepted it.")
    created_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, help_text="The last attempt.")
    status = models.PositiveSmallIntegerField(null=True, help_text="Of the last answer; null where none came.")
    milliseconds = models.PositiveIntegerField(null=True)
    excerpt = models.CharField(max_length=500, blank=True, help_text="The answer's beginning, or why none came.")

    class Meta:
        ordering = ["-event_id"]
        constraints = [
            one_of("delivery_state_known", "state", DeliveryState),
            models.UniqueConstraint(
                fields=["webhook", "event"],
                name="delivery_once",
                violation_error_code="event",
                violation_error_message="The event is on its way to this webhook already.",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="delivery_due"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.state}"
