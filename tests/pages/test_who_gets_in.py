"""Every page by every role: what one may not see is 404, what one may not do is 403."""

import uuid
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse

from annotator.actions.comments import add_comment
from annotator.actions.delivering import take_events_up
from annotator.actions.exports import start_export
from annotator.actions.feeds import follow_feed
from annotator.actions.register import assess
from annotator.actions.transfers import start_import
from annotator.actions.webhooks import add_webhook
from annotator.models import CodebookValue
from annotator.pages import urls
from tests.factories import a_mention, a_proposition, a_search, an_article, an_entity, an_issue
from tests.jobs.working import do_what_waits

PUBLISHED = {"scale": "facts", "rating": "unverifiable", "state": "published"}
EVERYBODY = {"reader": 200, "coder": 200, "editor": 200, "manager": 200}
CODERS = {**EVERYBODY, "reader": 403}
EDITORS = {**CODERS, "coder": 403}
MANAGERS = {**EDITORS, "editor": 403}

PAGES = {
    "project": EVERYBODY,
    "project_edit": MANAGERS,
    "articles": EVERYBODY,
    "article_new": CODERS,
    "annotate": EVERYBODY,
    "article_details": EVERYBODY,
    "article_history": EVERYBODY,
    "article_revise": EDITORS,
    "article_review": EVERYBODY,
    "revisions": EVERYBODY,
    "to_review": EVERYBODY,
    "search": EVERYBODY,
    "search_tag": CODERS,
    # One that the manager shared.
    "search_edit": EDITORS,
    "entities": EVERYBODY,
    "entity_new": CODERS,
    "entity": EVERYBODY,
    "entity_edit": CODERS,
    "entity_merge": EDITORS,
    "issues": EVERYBODY,
    "issue_new": CODERS,
    "issue": EVERYBODY,
    "issue_edit": CODERS,
    "issue_merge": EDITORS,
    "assessments": EVERYBODY,
    "codebook": EVERYBODY,
    "value_edit": MANAGERS,
    "value_new": MANAGERS,
    "imports": CODERS,
    # A coder sees the own imports alone, and each of all the own exports: these are the manager's.
    "import_progress": {**EVERYBODY, "reader": 404, "coder": 404},
    "exports": EVERYBODY,
    "export_file": {"reader": 404, "coder": 404, "editor": 404, "manager": 200},
    "feeds": EDITORS,
    "feed": EDITORS,
    "webhooks": MANAGERS,
    "webhook": MANAGERS,
    "bin": EVERYBODY,
}
# What is done by pressing a button: the status for those who may is that of the page that follows.
VERBS = {
    "member_role": "manager",
    "member_remove": "manager",
    "article_delete": "editor",
    "article_restore": "editor",
    "article_undo": "editor",
    "annotation_place": "editor",
    "search_untag": "coder",
    "search_save": "reader",
    "search_delete": "editor",
    "search_restore": "editor",
    "entity_delete": "editor",
    "entity_restore": "editor",
    "entity_unmerge": "editor",
    "issue_delete": "editor",
    "issue_restore": "editor",
    "issue_unmerge": "editor",
    "value_archive": "manager",
    "value_merge": "manager",
    "field_use": "manager",
    "proposition_restore": "editor",
    "assessment_restore": "editor",
    "annotation_restore": "editor",
    "comment_restore": "editor",
    "feed_switch": "editor",
    "feed_look": "editor",
    "feed_leave": "editor",
    "webhook_switch": "manager",
    "webhook_rotate": "manager",
    "webhook_remove": "manager",
    "delivery_again": "manager",
}
# Pages of what somebody did oneself, and verbs for one's own: tested in test_transfers.py and test_previewing.py.
OTHERS = {
    "article_report",
    "article_preview",
    "previewed_text",
    "import_store",
    "import_stop",
    "import_resume",
    "export_remove",
}
ROLES = ["reader", "coder", "editor", "manager"]


@pytest.fixture
def addresses(cast):
    """The address of every page of the cast's project, by name."""
    article = an_article(cast.project, by=cast.alice)
    proposition = a_proposition(cast.project, by=cast.alice)
    value = CodebookValue.objects.filter(project=cast.project, field="stance.position").first()
    keys = {
        **in_the_background(cast),
        "article_id": article.pk,
        "entity_id": an_entity(cast.project, by=cast.alice).pk,
        "issue_id": an_issue(cast.project, by=cast.alice).pk,
        "proposition_id": proposition.pk,
        "assessment_id": assess(proposition, PUBLISHED, by=cast.alice).pk,
        "value_id": value.pk,
        "search_id": a_search(cast.project, by=cast.alice, shared=True).pk,
        "username": "sam",
        "kind": "mention",
        "annotation_id": (mention := a_mention(article, by=cast.alice)).pk,
        "comment_id": add_comment(mention, "Is it she?", by=cast.alice).pk,
    }
    fields = {"value_new": "mention.subtype", "field_use": "stance.intensity"}

    def address(name):
        wanted = next(str(entry.pattern) for entry in urls._project if entry.name == name)
        given = {key: value for key, value in keys.items() if f":{key}>" in wanted}
        if "<str:field>" in wanted:
            given["field"] = fields[name]
        return reverse(name, kwargs={"slug": cast.project.slug, **given})

    return {name: address(name) for name in [*PAGES, *VERBS]}


def in_the_background(cast):
    """The manager's import, export and webhook, with a delivery."""
    job = start_import(cast.project, [("a.txt", BytesIO(b"A text."))], by=cast.alice)
    export = start_export(cast.project, by=cast.alice)
    do_what_waits()
    webhook, _ = add_webhook(cast.project, by=cast.alice, url="https://receiver.example/", acts=[])
    take_events_up(webhook)
    return {
        "import_id": job.pk,
        "export_id": export.pk,
        "feed_id": follow_feed(cast.project, by=cast.alice, url="https://courier.example/feed").pk,
        "webhook_id": webhook.pk,
        "delivery_id": webhook.deliveries.get().pk,
    }


def test_every_page_of_a_project_is_tested_here():
    assert {entry.name for entry in urls._project} == {*PAGES, *VERBS, *OTHERS}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_sees_the_pages_that_are_for_it(cast, addresses, as_user, role):
    client = as_user(cast.members[role])

    statuses = {name: client.get(addresses[name]).status_code for name in PAGES}

    assert statuses == {name: expected[role] for name, expected in PAGES.items()}


@pytest.mark.parametrize("role", ROLES)
def test_each_verb_is_refused_below_its_role(cast, addresses, as_user, role):
    client = as_user(cast.members[role])
    refused = {name for name, least in VERBS.items() if ROLES.index(role) < ROLES.index(least)}

    answers = {name: client.post(addresses[name], {"role": "editor", "version": "1"}).status_code for name in refused}

    assert answers == dict.fromkeys(refused, 403)


def test_a_stranger_finds_nothing(cast, addresses, as_user):
    client = as_user(cast.zoe)

    assert {client.get(address).status_code for name, address in addresses.items() if name in PAGES} == {404}
    assert {client.post(addresses[name]).status_code for name in VERBS} == {404}


def test_nobody_gets_in_without_signing_in(cast, addresses):
    client = Client()

    for name in PAGES:
        assert client.get(addresses[name]).headers["Location"] == f"/accounts/login/?next={addresses[name]}"
    for name in VERBS:
        assert client.post(addresses[name]).status_code == 302
    assert client.get("/").headers["Location"] == "/accounts/login/?next=/"
    assert client.get("/account/").headers["Location"] == "/accounts/login/?next=/account/"


def test_a_verb_cannot_be_called_by_a_link(addresses, cast, as_user):
    client = as_user(cast.alice)

    assert {client.get(addresses[name]).status_code for name in VERBS} == {405}


@pytest.mark.parametrize("name", ["annotate", "article_details", "entity", "issue", "entity_edit", "value_edit"])
def test_ids_of_another_project_lead_nowhere(cast, as_user, name):
    """Zoe's own project, with the ids of the cast's things in the address."""
    article = an_article(cast.project, by=cast.alice)
    ids = {
        "annotate": article.pk,
        "article_details": article.pk,
        "entity": an_entity(cast.project, by=cast.alice).pk,
        "entity_edit": an_entity(cast.project, by=cast.alice).pk,
        "issue": an_issue(cast.project, by=cast.alice).pk,
        "value_edit": CodebookValue.objects.filter(project=cast.project).first().pk,
    }

    assert as_user(cast.zoe).get(reverse(name, args=["elsewhere", ids[name]])).status_code == 404


def test_what_does_not_exist_is_404_for_a_member_too(cast, as_user):
    assert as_user(cast.alice).get(reverse("entity", args=["desk", uuid.uuid4()])).status_code == 404


def test_controls_are_shown_to_those_who_may_use_them(cast, addresses, as_user):
    def shown(role, page, *addressed):
        body = as_user(cast.members[role]).get(addresses[page]).content.decode()
        return {name for name in addressed if addresses[name] in body}

    assert shown("reader", "entity", "entity_edit", "entity_merge", "entity_delete") == set()
    assert shown("coder", "entity", "entity_edit", "entity_merge", "entity_delete") == {"entity_edit"}
    assert shown("editor", "entity", "entity_edit", "entity_merge") == {"entity_edit", "entity_merge"}
    assert shown("reader", "articles", "article_new") == set()
    assert shown("coder", "articles", "article_new") == {"article_new"}
    assert shown("coder", "article_details", "article_delete") == set()
    assert shown("editor", "article_details", "article_delete") == {"article_delete"}
    assert shown("editor", "codebook", "value_edit") == set()
    assert shown("manager", "codebook", "value_edit", "value_new") == {"value_edit", "value_new"}
    assert shown("editor", "project", "member_role", "member_remove") == set()
    assert shown("manager", "project", "member_role", "member_remove") == {"member_role", "member_remove"}


def test_a_disabled_member_is_out_at_once(cast, addresses, as_user):
    client = as_user(cast.mo)
    cast.mo.is_active = False
    cast.mo.save()

    assert client.get(addresses["articles"]).status_code == 302
