"""Imports with how far they are, exports to fetch, webhooks with what was answered."""

import json
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotator.actions.transfers import start_import
from annotator.jobs.webhooks import deliver, relay
from annotator.models import Export, Import, Webhook
from tests.factories import an_article, an_issue
from tests.jobs.working import do_what_waits
from tests.web import Page, served

LINES = b"".join(json.dumps({"title": f"A {n}", "text": f"Text {n}."}).encode() + b"\n" for n in (1, 2)) + b"no\n"


def begun(cast, by) -> Import:
    return start_import(cast.project, [("news.jsonl", BytesIO(LINES))], by=by)


def to(name: str, *args) -> str:
    return reverse(name, args=["desk", *args])


def test_an_import_shows_how_far_it_is_and_what_was_refused(cast, as_user):
    job, client = begun(cast, cast.mo), as_user(cast.mo)
    waiting = client.get(to("import_progress", job.pk)).content.decode()
    do_what_waits()
    done = client.get(to("import_progress", job.pk)).content.decode()
    new = client.get(to("import_progress", job.pk), {"rows": "new"}).content.decode()
    listed = client.get(to("imports")).content.decode()

    assert "Waiting" in waiting and "js/pages/progress" in waiting
    assert f'data-job="/api/v1/imports/{job.pk}/"' in waiting
    assert "Done" in done and "js/pages/progress" not in done
    assert "news.jsonl, line 3" in done and "not JSON" in done
    assert ">A 1</a>" in new and "not JSON" not in new
    assert client.get(to("import_progress", job.pk), {"rows": "odd"}).status_code == 404
    assert to("import_progress", job.pk) in listed


def test_an_import_is_stopped_and_goes_on(cast, as_user):
    job, client = begun(cast, cast.mo), as_user(cast.mo)

    stopped = client.post(to("import_stop", job.pk), follow=True).content.decode()
    again = client.post(to("import_stop", job.pk), follow=True).content.decode()
    client.post(to("import_resume", job.pk))
    do_what_waits()
    job.refresh_from_db()

    assert "What has come in stays." in stopped and to("import_resume", job.pk) in stopped
    assert "This import is stopped already." in again
    assert (job.state, job.counts) == ("done", {"new": 2, "refused": 1})
    others = as_user(cast.sam).post(to("import_stop", job.pk)).status_code
    assert (others, as_user(cast.zoe).post(to("import_resume", job.pk)).status_code) == (404, 404)


def test_an_export_is_written_fetched_and_removed(cast, as_user):
    an_article(cast.project, by=cast.mo, title="Keep the line")
    client = as_user(cast.sam)
    client.post(to("exports"))
    export = Export.objects.get()
    early = client.get(to("export_file", export.pk), follow=True).content.decode()
    do_what_waits()
    listed = client.get(to("exports")).content.decode()
    file = client.get(to("export_file", export.pk))
    others = as_user(cast.alice)

    assert "This export is waiting: its file is there once it is done." in early
    assert to("export_file", export.pk) in listed
    assert json.loads(b"".join(file.streaming_content))["title"] == "Keep the line"
    assert file.headers["Content-Disposition"].startswith("attachment; ")
    assert to("export_file", export.pk) not in others.get(to("exports")).content.decode()
    assert others.post(to("export_remove", export.pk)).status_code == 404
    client.post(to("export_remove", export.pk))
    assert Export.objects.count() == 0


def test_the_whole_project_is_written_for_who_asks(cast, as_user):
    client = as_user(cast.sam)

    client.post(to("exports"), {"content": "all"})

    assert Export.objects.get().content == "all"
    assert "the whole project" in client.get(to("exports")).content.decode()


def test_a_webhook_is_added_with_its_secret_shown_once(cast, as_user):
    client = as_user(cast.alice)

    shown = client.post(to("webhooks"), {"url": "https://receiver.example/x", "acts": "stance, claim"}, follow=True)
    webhook = Webhook.objects.get()
    again = client.get(to("webhook", webhook.pk))

    assert webhook.acts == ["claim", "stance"]
    assert webhook.secret in shown.content.decode().replace("&#x2B;", "+")
    assert "whsec_" not in again.content.decode()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"url": "ftp://receiver.example/"}, "begin with http:// or https://."),
        ({"url": "https://receiver.example/", "acts": "everything"}, "is no event; use one of"),
        ({"url": ""}, "This field is required."),
    ],
)
def test_what_is_wrong_stands_beside_its_field(cast, as_user, given, said):
    answer = as_user(cast.alice).post(to("webhooks"), given)

    assert (answer.status_code, said in answer.content.decode()) == (400, True)
    assert Webhook.objects.count() == 0


def test_deliveries_are_shown_and_sent_again(cast, as_user):
    client = as_user(cast.alice)
    client.post(to("webhooks"), {"url": "http://receiver.example/x", "acts": "issue"})
    webhook = Webhook.objects.get()
    an_issue(cast.project, by=cast.mo)
    with served() as web:
        web.pages["receiver.example/x"] = Page(b"<b>Out of order</b>", status=503)
        relay()
        deliver(str(webhook.pk), network=web.network)
        failing = client.get(to("webhook", webhook.pk)).content.decode()
        client.post(to("delivery_again", webhook.deliveries.get().pk))
        deliver(str(webhook.pk), network=web.network)

    assert "503" in failing and "&lt;b&gt;Out of order&lt;/b&gt;" in failing and "Nothing has been accepted" in failing
    assert len(web.seen) == 2


def test_a_webhook_is_changed_switched_given_a_secret_and_removed(cast, as_user):
    client = as_user(cast.alice)
    client.post(to("webhooks"), {"url": "https://receiver.example/x"})
    webhook = Webhook.objects.get()
    address = to("webhook", webhook.pk)

    client.post(address, {"url": "https://other.example/y", "acts": "claim"})
    off = client.post(to("webhook_switch", webhook.pk), {"on": "no"}, follow=True).content.decode()
    on = client.post(to("webhook_switch", webhook.pk), {"on": "yes"}, follow=True).content.decode()
    rotated = client.post(to("webhook_rotate", webhook.pk), follow=True).content.decode()
    former, webhook = webhook.secret, Webhook.objects.get()

    assert (webhook.url, webhook.acts, webhook.former_secret) == ("https://other.example/y", ["claim"], former)
    assert "Switched off by a manager." in off and "goes on where it was" in on and "whsec_" in rotated
    client.post(to("webhook_remove", webhook.pk))
    assert Webhook.objects.count() == 0


def test_the_lists_ask_as_often_for_three_as_for_one(cast, as_user):
    client = as_user(cast.alice)
    costs = {}
    for _ in range(2):
        for _ in range(2 if costs else 1):
            begun(cast, cast.mo)
            client.post(to("webhooks"), {"url": "https://receiver.example/x"})
            client.post(to("exports"))
        relay()
        for name, args in (
            ("imports", ()),
            ("exports", ()),
            ("webhooks", ()),
            ("webhook", (Webhook.objects.order_by("created_at").first().pk,)),
        ):
            with CaptureQueriesContext(connection) as made:
                client.get(to(name, *args))
            costs.setdefault(name, []).append(len(made))

    assert {name: one for name, (one, _) in costs.items()} == {name: three for name, (_, three) in costs.items()}


def test_many_articles_are_looked_at_in_the_background_and_brought_in_as_chosen(cast, as_user, monkeypatch):
    monkeypatch.setattr("annotator.actions.previews.MOST_ROWS", 1)
    an_article(cast.project, by=cast.rita, title="Keep the line", text="Text 9.", external_id="9")
    rows = [{"title": f"A {n}", "text": f"Text {n} again.", "external_id": str(n)} for n in (8, 9)]
    file = BytesIO(b"".join(json.dumps(row).encode() + b"\n" for row in rows))
    file.name = "news.jsonl"
    client = as_user(cast.rita)

    begun = client.post(to("article_new"), {"how": "files", "files": file})
    do_what_waits()
    looked = client.get(begun.url).content.decode()
    revisions = client.get(begun.url, {"rows": "revision"}).content.decode()
    client.post(to("import_store", Import.objects.get().pk), {"revision": "revision"})
    do_what_waits()
    done = client.get(begun.url, {"rows": "revised"}).content.decode()

    assert "Looked at" in looked and "Nothing is stored yet" in looked and "Revision (1)" in looked
    assert '<span dir="auto">A 8</span><div class="quietly" dir="auto">news.jsonl, line 1</div>' in looked
    assert ">Keep the line</a>" in revisions and "known by its external id" in revisions
    assert "Done" in done and ">A 9</a>" in done  # the headline is corrected with the text
    assert dict(Import.objects.get().counts) == {"new": 1, "revised": 1}
