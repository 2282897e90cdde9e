"""Deliveries of webhooks: made of the events that a webhook has not looked at, and what came of each attempt.

They are made from the events themselves, by a place in them that each webhook keeps: an event is stored together with
what happened, and ids within a project are in the order of commit. So none is skipped, and a write pays nothing for it.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext

from annotator.actions.deferring import defer
from annotator.actions.trace import trace
from annotator.actions.webhooks import TRIED_FOR
from annotator.domain.acts import is_wanted
from annotator.models import Delivery, Event, Webhook
from annotator.models.webhook import DeliveryState
from annotator.queries.history import feed

AT_ONCE = 1_000  # events
# After the first attempt, the second, …; the last one repeats until 24 hours are over.
WAITS = [timedelta(seconds=5), *(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240))]
KEPT = timedelta(days=14)


@transaction.atomic
def take_events_up(webhook: Webhook) -> bool:
    """Make deliveries of what has happened since; True where more is there than was taken up at once."""
    found = Webhook.objects.select_for_update(skip_locked=True, of=("self",)).select_related("by")
    locked = found.filter(pk=webhook.pk, off_at=None).first()
    if locked is None:
        return False
    newest = Event.objects.filter(project=locked.project_id).aggregate(newest=Max("pk"))["newest"] or 0
    visible = feed(locked.by).filter(project=locked.project_id, pk__gt=locked.cursor, pk__lte=newest)
    events = list(visible.values_list("pk", "act")[:AT_ONCE])
    now = timezone.now()
    Delivery.objects.bulk_create(
        (
            Delivery(webhook=locked, event_id=event, next_at=now, until=now + TRIED_FOR)
            for event, act in events
            if is_wanted(act, locked.acts)
        ),
        # Looked at before: in a database that was restored, or where the place was set back.
        ignore_conflicts=True,
    )
    locked.cursor = events[-1][0] if len(events) == AT_ONCE else newest
    locked.save(update_fields=["cursor"])
    return len(events) == AT_ONCE


@transaction.atomic
def note_delivered(delivery: Delivery, *, status: int, milliseconds: int, excerpt: str) -> None:
    _note(delivery, DeliveryState.DELIVERED, status, milliseconds, excerpt)
    Webhook.objects.filter(pk=delivery.webhook_id).exclude(failing_since=None).update(failing_since=None)


@transaction.atomic
def note_failure(delivery: Delivery, *, status: int | None, milliseconds: int, excerpt: str) -> None:
    """Try again later; give it up after a day, and the webhook as well where nothing has been accepted for a day."""
    now = timezone.now()
    webhook = (
        Webhook.objects.select_for_update(of=("self",)).select_related("project", "by").get(pk=delivery.webhook_id)
    )
    if webhook.failing_since is None:
        webhook.failing_since = now
        webhook.save(update_fields=["failing_since"])
    wait = WAITS[min(delivery.attempts, len(WAITS) - 1)]
    if status is None:
        # Nobody is there: those that are due too would each wait for that in vain, and others' work for them.
        waiting = Delivery.objects.filter(webhook=webhook, state=DeliveryState.WAITING.value, next_at__lt=now + wait)
        waiting.update(next_at=now + wait)
    given_up = now + wait > delivery.until
    delivery.next_at = now + wait
    _note(delivery, DeliveryState.FAILED if given_up else DeliveryState.WAITING, status, milliseconds, excerpt)
    if given_up and webhook.off_at is None and now - webhook.failing_since >= TRIED_FOR - WAITS[-1]:
        _switch_off(webhook, excerpt)


def withdraw(delivery: Delivery) -> None:
    """Its webhook's owner may no longer see the event: it is not sent."""
    delivery.state, delivery.excerpt = (
        DeliveryState.FAILED.value,
        "The webhook’s owner may not see this event any more.",
    )
    delivery.save(update_fields=["state", "excerpt"])


def _note(delivery: Delivery, state: DeliveryState, status: int | None, milliseconds: int, excerpt: str) -> None:
    delivery.state = state.value
    delivery.attempts += 1
    delivery.answered_at = timezone.now()
    delivery.status, delivery.milliseconds, delivery.excerpt = status, milliseconds, excerpt
    delivery.save(update_fields=["state", "attempts", "answered_at", "status", "milliseconds", "excerpt", "next_at"])


def _switch_off(webhook: Webhook, excerpt: str) -> None:
    """Send nothing more, and tell: in the history, on its page and to its owner by e-mail."""
    webhook.off_at = timezone.now()
    webhook.off_because = f"Nothing was accepted for 24 hours; the last answer: {excerpt}"[:300]
    webhook.save(update_fields=["off_at", "off_because"])
    after = {"id": str(webhook.pk), "on": False}
    trace(
        "webhook.switched_off",
        by=webhook.by,
        project_id=webhook.project_id,
        thing="webhook",
        thing_id=webhook.pk,
        after=after,
    )
    if webhook.by.email:
        defer(
            "mail",
            to=webhook.by.email,
            subject=gettext("A webhook of “%s” is off") % webhook.project.name,
            text=gettext(
                "%(url)s accepted nothing for 24 hours, so nothing more is sent there. %(because)s\n\n"
                "What has happened since is not lost: once you switch the webhook on again, it goes on where it was."
            )
            % {"url": webhook.url, "because": webhook.off_because},
        )


def forget_deliveries() -> int:
    """Delete those that ended more than ``KEPT`` ago; gives how many."""
    old = Delivery.objects.filter(created_at__lt=timezone.now() - KEPT)
    return old.exclude(state=DeliveryState.WAITING.value).delete()[0]
