"""Webhooks over REST: the secret is shown once, and what was sent can be looked up and sent again."""

import uuid

import pytest

from annotator.jobs.webhooks import deliver, relay
from annotator.models import Webhook
from tests.api.clients import API, client_of, read
from tests.factories import an_issue
from tests.web import Page, served


@pytest.fixture
def client(cast):
    return client_of(cast.alice)


def make(client, **fields):
    return client.post(f"{API}/webhooks/", {"project": "desk", "url": "https://receiver.example/x", **fields})


def test_a_secret_is_shown_once(client):
    key = {"HTTP_IDEMPOTENCY_KEY": str(uuid.uuid4())}
    body = {"project": "desk", "url": "https://receiver.example/x", "acts": ["stance", "article.revised"]}

    made = client.post(f"{API}/webhooks/", body, **key)
    again = client.post(f"{API}/webhooks/", body, **key)
    shown = client.get(made.headers["Location"])
    rotated = client.post(f"{made.headers['Location']}rotate/")

    assert (made.status_code, again.status_code) == (201, 201)
    assert made.json()["secret"].startswith("whsec_")
    assert "secret" not in again.json() and "secret" not in shown.json()
    assert again.json() == shown.json()
    assert (shown.json()["acts"], shown.json()["on"]) == (["article.revised", "stance"], True)
    assert rotated.json()["secret"] not in ("", made.json()["secret"])
    assert rotated.json()["former_secret_until"] is not None
    assert made.json()["secret"] not in str(read(client, "/events/?project=desk"))
    assert Webhook.objects.count() == 1


def test_deliveries_tell_what_was_answered_and_are_sent_again(cast, client):
    webhook = make(client, acts=["issue"], url="http://receiver.example/x").json()["id"]
    an_issue(cast.project, by=cast.mo)
    with served() as web:
        web.pages["receiver.example/x"] = Page(b"Out of order.", status=503)
        relay()
        deliver(webhook, network=web.network)
        [refused] = read(client, f"/deliveries/?webhook={webhook}&state=waiting")["results"]
        web.pages["receiver.example/x"] = Page(b"Thanks.")
        again = client.post(f"{API}/deliveries/{refused['id']}/send-again/")
        deliver(webhook, network=web.network)
        accepted = read(client, f"/deliveries/{refused['id']}/")

    assert (refused["act"], refused["status"], refused["excerpt"], refused["attempts"]) == (
        "issue.added",
        503,
        "Out of order.",
        1,
    )
    assert refused["next_at"] is not None and refused["milliseconds"] >= 0
    assert again.status_code == 202
    assert (accepted["state"], accepted["status"], accepted["next_at"]) == ("delivered", 200, None)
    assert read(client, "/webhooks/?project=desk")["results"][0]["failing_since"] is None


def test_a_webhook_is_switched_off_changed_and_removed(client):
    address = make(client).headers["Location"]

    off = client.patch(address, {"on": False}).json()
    on = client.patch(address, {"on": True, "acts": ["claim"]}).json()
    nothing = client.patch(address, {"secret": "mine"})
    removed = client.delete(address)

    assert (off["on"], off["off_because"]) == (False, "Switched off by a manager.")
    assert (on["on"], on["off_because"], on["acts"]) == (True, "", ["claim"])
    assert (nothing.status_code, removed.status_code, client.get(address).status_code) == (400, 204, 404)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"url": "ftp://receiver.example/"}, "url"),
        ({"url": "https://alice:secret@receiver.example/"}, "url"),
        ({"url": "https://" + "a" * 2_000}, "url"),
        ({"acts": ["everything"]}, "acts"),
        ({"acts": "stance"}, "acts"),
        ({"cursor": 0}, "cursor"),
        ({"project": "elsewhere"}, "project"),
    ],
)
def test_what_is_wrong_is_named(client, fields, field):
    answer = make(client, **fields)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"].partition(".")[0] == field
    assert Webhook.objects.count() == 0
