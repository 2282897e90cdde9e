"""Sending webhooks, after Standard Webhooks (standardwebhooks.com): signed, at least once, under a stable id."""

import base64
import hashlib
import hmac
import time

import orjson
from django.utils import timezone

from annotator.actions.deferring import defer
from annotator.actions.delivering import note_delivered, note_failure, take_events_up, withdraw
from annotator.models import Delivery, Webhook
from annotator.queries.webhooks import behind, due, payload_of, with_deliveries_due
from articles.fetching import INTERNET, FetchError, Limits, Network, post

AT_ONCE = 20  # deliveries, then others' have their turn
SECONDS = 20.0  # as long as one more is begun in a turn
LIMITS = Limits(seconds=10.0, size=1024 * 1024)
EXCERPT = 500  # characters


def relay() -> None:
    """Take up what has happened, and ask for the deliveries that are due to be sent."""
    for webhook in behind():
        while take_events_up(webhook):
            pass
    for id in with_deliveries_due(timezone.now()).values_list("pk", flat=True):
        defer("deliver", once=f"webhook {id}", id=str(id))


def deliver(id: str, *, network: Network = INTERNET) -> None:
    """Send what is due of one webhook, oldest events first, until one fails: the others wait for their next turn."""
    until = time.monotonic() + SECONDS
    for delivery in (
        due(timezone.now())
        .filter(webhook=id, webhook__off_at=None)
        .select_related("webhook__by", "event")
        .order_by("event")[:AT_ONCE]
    ):
        if not _deliver(delivery, network) or time.monotonic() > until:
            return


def _deliver(delivery: Delivery, network: Network) -> bool:
    """Send one; whether others may follow at once."""
    payload = payload_of(delivery)
    if payload is None:
        withdraw(delivery)
        return True
    body = orjson.dumps(payload, default=str, option=orjson.OPT_UTC_Z)
    headers = signed(delivery, body, at=int(time.time()))
    begun = time.monotonic()
    try:
        answer = post(delivery.webhook.url, body, headers=headers, limits=LIMITS, network=network)
    except FetchError as error:
        note_failure(delivery, status=None, milliseconds=_since(begun), excerpt=str(error)[:EXCERPT])
        return False
    excerpt = answer.body[: 4 * EXCERPT].decode(errors="replace").replace("\x00", "\ufffd")[:EXCERPT]
    if 200 <= answer.status < 300:
        note_delivered(delivery, status=answer.status, milliseconds=_since(begun), excerpt=excerpt)
        return True
    note_failure(delivery, status=answer.status, milliseconds=_since(begun), excerpt=excerpt)
    return False


def signed(delivery: Delivery, body: bytes, *, at: int) -> dict[str, str]:
    """The headers of a message that is sent at ``at`` (seconds since 1970): with both secrets while one is replaced."""
    webhook: Webhook = delivery.webhook
    secrets = [webhook.secret]
    if webhook.former_secret and webhook.former_until and webhook.former_until > timezone.now():
        secrets.append(webhook.former_secret)
    said = f"{delivery.pk}.{at}.".encode() + body
    return {
        "Content-Type": "application/json",
        "webhook-id": str(delivery.pk),
        "webhook-timestamp": str(at),
        "webhook-signature": " ".join(f"v1,{_signature(secret, said)}" for secret in secrets),
    }


def _signature(secret: str, said: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(Webhook.SECRET_PREFIX))
    return base64.b64encode(hmac.digest(key, said, hashlib.sha256)).decode()


def _since(begun: float) -> int:
    return round(1000 * (time.monotonic() - begun))
