"""Webhooks: made, changed and removed by managers; every change leaves an event, without the address's path."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from annotator.access.rules import require
from annotator.actions.trace import trace
from annotator.domain.acts import ABOUT, MOST_WANTED, is_act
from annotator.domain.errors import NotNow, Problem, Refused
from annotator.models import Delivery, Event, User, Webhook
from annotator.models.webhook import DeliveryState
from articles.fetching import FetchError, checked_url
from articles.models import Project

MOST = 20  # webhooks of one project
BOTH_SIGN = timedelta(days=1)  # after a change of secret
TRIED_FOR = timedelta(hours=24)


@transaction.atomic
def add_webhook(project: Project, *, by: User, url: str, acts: list[str]) -> tuple[Webhook, str]:
    """Have the events that happen from now on sent to ``url``, on behalf of ``by``; gives the secret as well."""
    require(by, "webhook.manage", project)
    # Two at once wait for each other here: the bound holds.
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    if project.webhooks.count() >= MOST:
        raise NotNow(f"A project has {MOST} webhooks at the most: remove one first.")
    secret = Webhook.new_secret()
    newest = Event.objects.filter(project=project).aggregate(newest=Max("pk"))["newest"] or 0
    webhook = Webhook.objects.create(
        project=project, by_id=by.pk, url=_url(url), acts=_acts(acts), secret=secret, cursor=newest
    )
    _trace("webhook.added", webhook, by=by)
    return webhook, secret


@transaction.atomic
def change_webhook(webhook: Webhook, *, by: User, **changes: Any) -> Webhook:
    """Change ``url``, ``acts`` or ``on``. One that is switched on again goes on where it was: no event is left out."""
    webhook = _held(webhook, by=by)
    if "url" in changes:
        webhook.url = _url(changes["url"])
    if "acts" in changes:
        webhook.acts = _acts(changes["acts"])
    if "on" in changes:
        _switch(webhook, on=changes["on"])
    webhook.save()
    _trace("webhook.changed", webhook, by=by)
    return webhook


def _switch(webhook: Webhook, *, on: bool) -> None:
    now = timezone.now()
    if on and webhook.off_at is not None:
        webhook.off_at, webhook.off_because, webhook.failing_since = None, "", None
        Delivery.objects.filter(webhook=webhook, state=DeliveryState.WAITING.value).update(
            next_at=now, until=now + TRIED_FOR
        )
    elif not on and webhook.off_at is None:
        webhook.off_at, webhook.off_because = now, "Switched off by a manager."


@transaction.atomic
def rotate_secret(webhook: Webhook, *, by: User) -> tuple[Webhook, str]:
    """A new secret. For a day the former one signs beside it, so that the receiver can change over without a gap."""
    webhook = _held(webhook, by=by)
    webhook.former_secret, webhook.former_until = webhook.secret, timezone.now() + BOTH_SIGN
    webhook.secret = Webhook.new_secret()
    webhook.save(update_fields=["secret", "former_secret", "former_until"])
    _trace("webhook.secret_changed", webhook, by=by)
    return webhook, webhook.secret


@transaction.atomic
def remove_webhook(webhook: Webhook, *, by: User) -> None:
    """Send nothing more, and forget what was sent."""
    webhook = _held(webhook, by=by)
    _trace("webhook.removed", webhook, by=by)
    webhook.delete()


@transaction.atomic
def send_again(delivery: Delivery, *, by: User) -> Delivery:
    """Send it once more under the same id, at once and for as long as a new one, whatever came of it before."""
    webhook = _held(delivery.webhook, by=by)
    if webhook.off_at is not None:
        raise NotNow("This webhook is off: switch it on first.", found=str(webhook.pk))
    delivery = Delivery.objects.select_for_update(of=("self",)).select_related("event").get(pk=delivery.pk)
    now = timezone.now()
    delivery.state, delivery.next_at, delivery.until = DeliveryState.WAITING.value, now, now + TRIED_FOR
    delivery.attempts = 0
    delivery.save(update_fields=["state", "next_at", "until", "attempts"])
    return delivery


def _held(webhook: Webhook, *, by: User) -> Webhook:
    require(by, "webhook.manage", webhook.project)
    return Webhook.objects.select_for_update(of=("self",)).select_related("project", "by").get(pk=webhook.pk)


def _url(given: Any) -> str:
    """An address that may be asked, as far as it tells itself; where it leads is looked at when it is asked."""
    try:
        checked_url(given)
    except FetchError as error:
        raise Refused.field("url", given, f"`url`: {error}") from error
    return given.strip()


def _acts(given: list[str]) -> list[str]:
    known = f"use one of {', '.join(ABOUT)}, or such as stance.revised"
    problems = [Problem("acts", act, f"`acts`: {act!r:.60} is no event; {known}.") for act in given if not is_act(act)]
    if len(given) > MOST_WANTED:
        problems = [Problem("acts", len(given), f"`acts` has {len(given)} entries; the most is {MOST_WANTED}.")]
    if problems:
        raise Refused(*problems)
    return sorted(set(given))


def _trace(act: str, webhook: Webhook, *, by: User) -> None:
    """All members read it, and a path may be a key: the event names the host alone."""
    after = {
        "id": str(webhook.pk),
        "host": urlsplit(webhook.url).hostname,
        "acts": webhook.acts,
        "on": webhook.off_at is None,
    }
    trace(act, by=by, project_id=webhook.project_id, thing="webhook", thing_id=webhook.pk, after=after)
