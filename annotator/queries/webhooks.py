"""Webhooks: how they look on the wire, which of them have something to send, and what is sent."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from annotator.models import Delivery, Event, Webhook
from annotator.models.webhook import DeliveryState
from annotator.queries import wire
from annotator.queries.history import feed


def webhook_wire(row: Webhook) -> dict[str, Any]:
    """Without its secret, which is shown once, when it is made."""
    return {
        "id": str(row.pk),
        "project": row.project.slug,
        "url": row.url,
        "acts": row.acts,
        "on": row.off_at is None,
        "off_at": row.off_at,
        "off_because": row.off_because,
        "failing_since": row.failing_since,
        "former_secret_until": row.former_until,
        "created_at": row.created_at,
        "created_by": row.by.username,
    }


def delivery_wire(row: Delivery) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "webhook": str(row.webhook_id),
        "event": row.event_id,
        "act": row.event.act,
        "state": row.state,
        "attempts": row.attempts,
        "next_at": row.next_at if row.state == DeliveryState.WAITING else None,
        "created_at": row.created_at,
        "answered_at": row.answered_at,
        "status": row.status,
        "milliseconds": row.milliseconds,
        "excerpt": row.excerpt,
    }


def payload_of(delivery: Delivery) -> dict[str, Any] | None:
    """What is sent of an event, with what its webhook's owner may see of it now; None where that is nothing."""
    event = feed(delivery.webhook.by).filter(pk=delivery.event_id).first()
    return event and {"type": event.act, "timestamp": event.at, "data": wire.event(event)}


def behind() -> QuerySet[Webhook]:
    """Webhooks that are on and have not looked at all events of their project (index ``event_feed``)."""
    later = Event.objects.filter(project=OuterRef("project"), pk__gt=OuterRef("cursor"))
    return Webhook.objects.filter(Exists(later), off_at=None)


def with_deliveries_due(now: datetime) -> QuerySet[Webhook]:
    """Webhooks that are on and have something to send (index ``delivery_due``)."""
    return Webhook.objects.filter(Exists(due(now).filter(webhook=OuterRef("pk"))), off_at=None)


def due(now: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(Q(state=DeliveryState.WAITING.value, next_at__lte=now))
