"""Webhooks: every event that is wanted and may be seen arrives, signed, at least once, under one id."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from annotator.access.background import visible_deliveries, visible_webhooks
from annotator.actions.deferring import defer
from annotator.actions.delivering import KEPT, forget_deliveries
from annotator.actions.exports import start_export
from annotator.actions.projects import change_role
from annotator.actions.webhooks import (
    MOST,
    TRIED_FOR,
    add_webhook,
    change_webhook,
    remove_webhook,
    rotate_secret,
    send_again,
)
from annotator.domain.errors import Forbidden, NotNow, Refused
from annotator.jobs import webhooks as sending
from annotator.jobs.webhooks import AT_ONCE, deliver, relay
from annotator.jobs.worker import PLACES
from annotator.models import Delivery, Event, Webhook
from tests.factories import a_cast, a_mention, an_article, an_issue
from tests.jobs.working import do_what_waits, take_next, waiting
from tests.web import Page, served

URL = "http://receiver.example/hook"


@pytest.fixture
def cast(db):
    return a_cast()


@pytest.fixture
def web():
    with served() as opened:
        opened.pages["receiver.example/hook"] = Page(b"Thanks.")
        yield opened


def a_webhook(cast, *acts: str, url: str = URL, by=None) -> tuple[Webhook, str]:
    return add_webhook(cast.project, by=by or cast.alice, url=url, acts=list(acts))


def sent(webhook: Webhook, web) -> list[tuple[str, str, int | None]]:
    """Have everything sent that is due; gives what the deliveries say then."""
    relay()
    while (taken := take_next()) is not None:
        assert taken == ("deliver", {"id": str(webhook.pk)})
        deliver(taken[1]["id"], network=web.network)
        relay()
    webhook.refresh_from_db()
    return list(webhook.deliveries.order_by("event").values_list("event__act", "state", "status"))


def a_while_later(by: timedelta = timedelta(hours=5)) -> None:
    """As if that time had passed."""
    for model, names in (
        (Delivery, ("next_at", "until", "created_at")),
        (Webhook, ("failing_since", "former_until")),
    ):
        for row in model.objects.all():
            moved = {name: getattr(row, name) - by for name in names if getattr(row, name)}
            model.objects.filter(pk=row.pk).update(**moved)


def test_what_happens_arrives_in_order_and_signed(cast, web):
    webhook, secret = a_webhook(cast)
    issue = an_issue(cast.project, by=cast.mo, wording="Keep the line")
    article = an_article(cast.project, by=cast.mo)

    assert sent(webhook, web) == [
        ("webhook.added", "delivered", 200),
        ("issue.added", "delivered", 200),
        ("article.added", "delivered", 200),
    ]
    told = [json.loads(seen.body) for seen in web.seen]
    assert [(each["type"], each["data"]["thing_id"]) for each in told][1:] == [
        ("issue.added", str(issue.pk)),
        ("article.added", str(article.pk)),
    ]
    assert told[1]["data"]["after"]["wording"] == "Keep the line"
    assert told[1]["timestamp"] == told[1]["data"]["at"]
    for seen in web.seen:
        said = f"{seen.headers['webhook-id']}.{seen.headers['webhook-timestamp']}.".encode() + seen.body
        key = base64.b64decode(secret.removeprefix("whsec_"))
        expected = base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
        assert seen.headers["webhook-signature"] == f"v1,{expected}"
    delivery = webhook.deliveries.first()
    assert (delivery.excerpt, delivery.attempts) == ("Thanks.", 1)


def test_a_signature_is_that_of_the_published_example():
    """The vector of standardwebhooks.com and of Svix, whose libraries verify it."""
    from annotator.jobs.webhooks import _signature

    said = b'msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}'

    assert _signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", said) == "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_only_what_is_wanted_is_sent(cast, web):
    webhook, _ = a_webhook(cast, "issue", "article.added")
    an_issue(cast.project, by=cast.mo)
    article = an_article(cast.project, by=cast.mo)
    a_mention(article, by=cast.mo)

    assert [act for act, _, _ in sent(webhook, web)] == ["issue.added", "article.added"]


def test_what_happened_before_is_not_sent_and_nothing_comes_twice(cast, web):
    an_issue(cast.project, by=cast.mo)
    webhook, _ = a_webhook(cast, "issue")
    first = sent(webhook, web)
    an_issue(cast.project, by=cast.mo)
    second = sent(webhook, web)
    third = sent(webhook, web)

    assert (len(first), len(second), len(third), len(web.seen)) == (0, 1, 1, 1)


def test_a_failed_one_is_sent_again_under_its_id_and_the_others_go_on(cast, web):
    webhook, _ = a_webhook(cast, "issue")
    an_issue(cast.project, by=cast.mo, wording="Refused at first")
    an_issue(cast.project, by=cast.mo)
    refused = []

    def page(seen):
        if b"Refused at first" in seen.body and not refused:
            refused.append(seen.headers["webhook-id"])
            return Page(b"Not now.", status=500)
        return Page()

    web.pages["receiver.example/hook"] = page
    first = sent(webhook, web)
    failing = webhook.failing_since
    soon = webhook.deliveries.get(state="waiting").next_at - timezone.now()
    a_while_later()
    second = sent(webhook, web)

    assert [state for _, state, _ in first] == ["waiting", "delivered"]
    assert timedelta(0) < soon <= timedelta(seconds=5)
    assert [state for _, state, _ in second] == ["delivered", "delivered"]
    assert failing is None  # another was accepted after it
    ids = [seen.headers["webhook-id"] for seen in web.seen]
    assert ids[0] == ids[2] == refused[0] != ids[1]


def test_where_nobody_answers_the_others_wait_too(cast, web):
    webhook, _ = a_webhook(cast, "issue")
    for _ in range(3):
        an_issue(cast.project, by=cast.mo)
    web.names["receiver.example"] = ["10.0.0.7"]

    assert sent(webhook, web) == [
        ("issue.added", "waiting", None),
        ("issue.added", "waiting", None),
        ("issue.added", "waiting", None),
    ]
    assert sorted(webhook.deliveries.values_list("attempts", flat=True)) == [0, 0, 1]
    assert webhook.deliveries.get(attempts=1).excerpt == (
        "“receiver.example” leads to an address that is not public: only public ones are asked."
    )
    assert web.connected == []


def test_a_redirect_is_no_acceptance_and_is_not_followed(cast, web):
    webhook, _ = a_webhook(cast, "issue")
    an_issue(cast.project, by=cast.mo)
    web.pages["receiver.example/hook"] = Page(status=307, headers={"Location": "http://10.0.0.7/"})

    assert sent(webhook, web) == [("issue.added", "waiting", 307)]
    assert len(web.connected) == 1


def test_after_a_day_without_success_it_is_off_and_says_so(cast, web):
    webhook, _ = a_webhook(cast, "issue")
    an_issue(cast.project, by=cast.mo)
    web.pages["receiver.example/hook"] = Page(b"Broken.", status=500)
    sent(webhook, web)
    tries = 0
    while not webhook.off_at:
        a_while_later(timedelta(hours=4, minutes=1))
        sent_now = sent_until_mail(webhook, web)
        tries += 1
        assert tries < 20
    an_issue(cast.project, by=cast.mo)
    relay()

    assert tries == 6
    assert sent_now == [("issue.added", "failed", 500)]
    assert webhook.off_because == "Nothing was accepted for 24 hours; the last answer: Broken."
    assert Event.objects.filter(act="webhook.switched_off").count() == 1
    [message] = mail.outbox
    assert message.to == ["alice@example.org"] and URL in message.body
    assert waiting() == []  # what happens meanwhile is not lost, and not sent

    change_webhook(webhook, by=cast.alice, on=True)
    web.pages["receiver.example/hook"] = Page()
    assert sent(webhook, web) == [("issue.added", "failed", 500), ("issue.added", "delivered", 200)]


def sent_until_mail(webhook, web):
    relay()
    while (taken := take_next()) is not None:
        if taken[0] == "mail":
            mail.send_mail(taken[1]["subject"], taken[1]["text"], None, [taken[1]["to"]])
        else:
            deliver(taken[1]["id"], network=web.network)
    webhook.refresh_from_db()
    return list(webhook.deliveries.order_by("event").values_list("event__act", "state", "status"))


def test_mail_is_sent_by_a_worker(db):
    from annotator.actions.deferring import defer

    defer("mail", to="alice@example.org", subject="A webhook is off", text="It is.")

    assert do_what_waits() == ["mail"]
    assert [message.subject for message in mail.outbox] == ["A webhook is off"]


def test_one_that_failed_is_sent_again_by_hand(cast, web):
    webhook, _ = a_webhook(cast, "issue")
    an_issue(cast.project, by=cast.mo)
    sent(webhook, web)
    delivery = webhook.deliveries.get()
    Delivery.objects.update(state="failed", attempts=9)

    send_again(delivery, by=cast.alice)

    assert sent(webhook, web) == [("issue.added", "delivered", 200)]
    assert len({seen.headers["webhook-id"] for seen in web.seen}) == 1 and len(web.seen) == 2
    with pytest.raises(Forbidden):
        send_again(delivery, by=cast.rita)
    change_webhook(webhook, by=cast.alice, on=False)
    with pytest.raises(NotNow, match="This webhook is off: switch it on first."):
        send_again(delivery, by=cast.alice)


def test_what_its_owner_may_not_see_is_not_sent(web, db):
    cast = a_cast(layers="independent")
    article = an_article(cast.project, by=cast.mo)
    webhook, _ = a_webhook(cast, "mention", "issue")
    second = add_another_manager(cast)
    an_issue(cast.project, by=cast.mo)
    a_mention(article, by=cast.mo)
    relay()
    take_next()
    change_role(cast.project.memberships.get(user=cast.alice), "reader", by=second)
    a_mention(article, by=cast.mo, words="Tomas Quill")

    assert sent(webhook, web) == [("issue.added", "delivered", 200), ("mention.added", "failed", None)]
    assert b"mention" not in b"".join(seen.body for seen in web.seen)
    assert webhook.deliveries.get(state="failed").excerpt == "The webhook’s owner may not see this event any more."


def add_another_manager(cast):
    membership = change_role(cast.project.memberships.get(user=cast.rita), "manager", by=cast.alice)
    return membership.user


def test_while_a_secret_is_replaced_both_sign(cast, web):
    webhook, former = a_webhook(cast, "issue")
    _, secret = rotate_secret(webhook, by=cast.alice)
    an_issue(cast.project, by=cast.mo)
    sent(webhook, web)
    a_while_later(timedelta(hours=25))
    an_issue(cast.project, by=cast.mo)
    sent(webhook, web)

    assert former != secret and secret.startswith("whsec_")
    assert [len(seen.headers["webhook-signature"].split()) for seen in web.seen] == [2, 1]


def test_an_address_or_an_event_that_is_none_is_refused(cast):
    for url in (
        "ftp://receiver.example/",
        "receiver.example",
        "http://a:b@receiver.example/",
        "http://receiver.example:25/",
    ):
        with pytest.raises(Refused, match="`url`: "):
            a_webhook(cast, url=url)
    with pytest.raises(Refused, match="`acts`: 'stanze' is no event; use one of mention, attribution, stance, claim"):
        a_webhook(cast, "stance", "stanze")
    with pytest.raises(Refused, match="`acts` has 51 entries; the most is 50."):
        a_webhook(cast, *["stance"] * 51)
    for _ in range(MOST):
        a_webhook(cast)
    with pytest.raises(NotNow, match="A project has 20 webhooks at the most"):
        a_webhook(cast)


def test_webhooks_are_for_managers(cast):
    webhook, _ = a_webhook(cast)
    relay()

    people = {**cast.members, "stranger": cast.zoe}
    assert {name: visible_webhooks(user).count() for name, user in people.items()} == {
        "manager": 1,
        "editor": 0,
        "coder": 0,
        "reader": 0,
        "stranger": 0,
    }
    assert (visible_deliveries(cast.alice).count(), visible_deliveries(cast.rita).count()) == (1, 0)
    for user in (cast.rita, cast.zoe):
        with pytest.raises(Forbidden):
            a_webhook(cast, by=user)
        with pytest.raises(Forbidden):
            change_webhook(webhook, by=user, on=False)
        with pytest.raises(Forbidden):
            remove_webhook(webhook, by=user)
        with pytest.raises(Forbidden):
            rotate_secret(webhook, by=user)


def test_events_about_a_webhook_keep_its_path_and_secret(cast):
    webhook, secret = a_webhook(cast, url="https://receiver.example/key-4711")
    change_webhook(webhook, by=cast.alice, on=False)
    remove_webhook(webhook, by=cast.alice)

    told = list(Event.objects.filter(thing="webhook").order_by("id").values_list("act", "after"))
    assert [act for act, _ in told] == ["webhook.added", "webhook.changed", "webhook.removed"]
    assert "4711" not in str(told) and secret not in str(told)


def test_a_write_pays_nothing_for_webhooks(cast):
    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            an_issue(cast.project, by=cast.mo)
        return len(made)

    without = queries()
    a_webhook(cast)

    assert queries() == without


def test_many_are_sent_a_few_at_a_time(cast, web):
    webhook, _ = a_webhook(cast, "issue")
    for _ in range(AT_ONCE + 1):
        an_issue(cast.project, by=cast.mo)
    relay()
    relay()

    assert [name for name, _ in waiting()] == ["deliver"]
    deliver(str(webhook.pk), network=web.network)
    assert len(web.seen) == AT_ONCE
    assert {state for _, state, _ in sent(webhook, web)} == {"delivered"}


def test_a_turn_ends_when_its_time_is_over(cast, web, monkeypatch):
    monkeypatch.setattr(sending, "SECONDS", 0.0)
    webhook, _ = a_webhook(cast, "issue")
    for _ in range(3):
        an_issue(cast.project, by=cast.mo)
    relay()

    deliver(str(webhook.pk), network=web.network)

    assert len(web.seen) == 1
    assert sorted(webhook.deliveries.values_list("state", flat=True)) == ["delivered", "waiting", "waiting"]


def test_what_waits_for_other_servers_has_places_of_its_own(cast, web):
    a_webhook(cast, "issue")
    an_issue(cast.project, by=cast.mo)
    relay()
    defer("feed", id="some")
    start_export(cast.project, by=cast.mo)

    assert dict(ProcrastinateJob.objects.values_list("task_name", "queue_name")) == {
        "deliver": "outside", "feed": "outside", "export": "default",
    }  # fmt: skip
    assert set(PLACES) == {"outside", "default"}


def test_old_deliveries_are_forgotten(cast, web):
    webhook, _ = a_webhook(cast, "issue")
    an_issue(cast.project, by=cast.mo)
    sent(webhook, web)
    an_issue(cast.project, by=cast.mo)
    relay()
    kept = forget_deliveries()
    a_while_later(KEPT + TRIED_FOR)

    assert (kept, forget_deliveries()) == (0, 1)
    assert webhook.deliveries.get().state == "waiting"
