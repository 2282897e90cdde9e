"""Every page, light and dark, wide and narrow: no finding of axe, nothing beyond the edge, markup that stays text."""

from io import BytesIO

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from annotator.actions.annotations import delete_annotation
from annotator.actions.articles import delete_article
from annotator.actions.codebook import change_value
from annotator.actions.delivering import take_events_up
from annotator.actions.exports import start_export
from annotator.actions.feeds import follow_feed
from annotator.actions.previews import preview
from annotator.actions.register import assess
from annotator.actions.revisions import revise_article
from annotator.actions.searches import delete_search
from annotator.actions.transfers import start_import
from annotator.actions.webhooks import add_webhook
from annotator.models import CodebookValue
from articles.models import Article
from articles.readers.row import Row
from tests.factories import (
    a_cast,
    a_claim,
    a_mention,
    a_proposition,
    a_search,
    a_stance,
    an_article,
    an_attribution,
    an_entity,
    an_issue,
)
from tests.jobs.working import do_what_waits

MARKUP = "<script>document.title='run'</script><img src=x onerror=alert(1)>"
LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnung" * 3


@pytest.fixture
def things(live_server):
    """A project whose every text field holds markup and a very long word."""
    bad = f"{MARKUP} {LONG}"
    cast = a_cast(name=f"Desk {MARKUP[:80]}", description=bad)
    alice = cast.alice
    alice.name = MARKUP[:140]
    alice.save()
    text = f"{bad}\n\n“{LONG},” said {MARKUP} on Friday."
    article = an_article(
        cast.project, by=alice, title=bad, text=text, outlet=MARKUP, author=bad, external_id="<b>1</b>"
    )
    gone = an_article(cast.project, by=alice, title=MARKUP)
    delete_article(gone, by=alice, version=1)
    entity = an_entity(
        cast.project,
        by=alice,
        name=bad[:290],
        aliases=[MARKUP],
        description=bad,
        identifiers={"<b>wikidata</b>": MARKUP},
    )
    other = an_entity(cast.project, by=alice, name="Plain")
    issue = an_issue(
        cast.project, by=alice, wording=bad[:490], definition=bad, supporting_example=bad, opposing_example=MARKUP
    )
    said = {"holder": str(entity.pk), "target_kind": "issue", "target": issue.pk}
    a_stance(article, by=alice, words="on Friday", comment=MARKUP, **said)
    a_stance(
        article,
        by=alice,
        words="said",
        **{**said, "holder": str(other.pk), "target_kind": "entity", "target": entity.pk},
    )
    said = a_proposition(cast.project, by=alice, wording=bad[:990])
    a_claim(article, by=alice, words=LONG, claimant=str(entity.pk), wording=bad, proposition=str(said.pk))
    evidence = {"url": f"https://example.org/{LONG}", "title": bad[:490], "publisher": MARKUP, "bearing": "refutes"}
    verdict = {"scale": "facts", "rating": "false", "as_of": "2026-11-01", "state": "published", "summary": bad}
    assess(said, {**verdict, "evidence": [{**evidence, "passage": bad}]}, by=alice)
    an_attribution(article, by=alice, words=MARKUP, source=str(entity.pk))
    a_mention(article, by=alice, words=MARKUP, entity=entity.pk)
    delete_annotation(a_mention(article, by=alice, words="Friday"), by=alice, version=1)
    correct = f"{bad}\n\n“{LONG},” says {LONG} on Monday."
    article = revise_article(article, correct, by=alice, version=1)
    value = CodebookValue.objects.filter(project=cast.project, field="mention.type", value="PER").get()
    changes = {"label": MARKUP[:70], "definition": bad, "positive_example": MARKUP, "negative_example": LONG}
    change_value(value, by=alice, version=1, **changes)
    lines = b'{"title": "<b>' + b"x" * 300 + b'"}\nnonsense\n'
    job = start_import(cast.project, [(f"{MARKUP}{LONG}.jsonl", BytesIO(lines))], by=alice)
    looked = start_import(cast.project, [(f"{LONG}.jsonl", BytesIO(lines))], by=alice, look=True)
    start_export(cast.project, by=alice)
    do_what_waits()
    near = Row(f"{MARKUP}{LONG}.txt", fields={"title": bad, "text": f"{correct} {LONG}"}, notes=[bad])
    seen = preview(cast.project, [near, Row(LONG, problem=f"{LONG}: {MARKUP}")], by=alice)
    feed = follow_feed(cast.project, by=alice, url=f"https://courier.example/{LONG}", outlet=MARKUP)
    webhook, _ = add_webhook(cast.project, by=alice, url=f"https://receiver.example/{LONG}", acts=[])
    an_issue(cast.project, by=alice)
    take_events_up(webhook)
    webhook.deliveries.update(status=500, attempts=1, milliseconds=7, excerpt=f"{MARKUP} {LONG}"[:490])
    found = a_search(cast.project, by=alice, name=f"{MARKUP} {LONG}"[:100], query={"q": "Friday"}, shared=True)
    gone = a_search(cast.project, by=alice, name=MARKUP)
    delete_search(gone, by=alice, version=1)
    return {
        "import": job,
        "looked": looked,
        "preview": seen,
        "feed": feed,
        "search": found,
        "webhook": webhook,
        "cast": cast,
        "article": article,
        "entity": entity,
        "issue": issue,
        "value": value,
    }


def addresses(things):
    def of(name, *key):
        return reverse(name, args=["desk", *key])

    article, entity, issue = things["article"].pk, things["entity"].pk, things["issue"].pk
    return [
        "/",
        "/account/",
        "/accounts/password/",
        "/projects/new/",
        of("project"),
        of("project_edit"),
        of("articles"),
        of("articles") + "?q=nothing+is+called+so",
        of("search"),
        of("search") + "?q=Friday",
        of("search_edit", things["search"].pk),
        of("article_new"),
        of("article_details", article),
        of("article_history", article),
        of("article_revise", article),
        of("article_review", article),
        of("revisions", article),
        of("to_review"),
        of("entities"),
        *(f"{of('entity', entity)}?section={name}" for name in ("held", "towards", "claims", "quotations", "mentions")),
        of("entity_edit", entity),
        of("entity_merge", entity),
        of("issues"),
        of("issue", issue),
        of("issue_edit", issue),
        of("issue_merge", issue),
        of("assessments"),
        of("codebook"),
        of("value_edit", things["value"].pk),
        of("value_new", "stance.frames"),
        of("search"),
        of("search") + "?q=Friday",
        of("search_tag") + "?q=Friday",
        of("article_preview", things["preview"].pk),
        of("imports"),
        of("import_progress", things["import"].pk),
        of("import_progress", things["looked"].pk),
        of("feeds"),
        of("feed", things["feed"].pk),
        of("exports"),
        of("webhooks"),
        of("webhook", things["webhook"].pk),
        of("bin"),
    ]


def signed_in(browser, live_server, user, **options):
    from django.test import Client

    client = Client()
    client.force_login(user)
    context = browser.new_context(base_url=live_server.url, **options)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    return context


def findings(page):
    """What axe has to say, and how far the page reaches beyond its edge."""
    said = [f"{page.url}: {violation['id']}" for violation in Axe().run(page).response["violations"]]
    beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return said + ([f"{page.url}: {beyond} px too wide"] if beyond > 0 else [])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible_and_markup_stays_text(things, browser, live_server, scheme):
    width = {"light": 1440, "dark": 390}[scheme]
    options = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    context = signed_in(browser, live_server, things["cast"].alice, **options)
    page = context.new_page()
    complaints = []
    page.on("dialog", lambda dialog: complaints.append(f"dialog on {page.url}"))
    page.on("console", lambda message: complaints.append(f"{message.text} on {page.url}"))

    for address in addresses(things):
        page.goto(address)
        complaints += findings(page)
        if page.locator("main script, main img[src='x']").count() or page.title().startswith("run"):
            complaints.append(f"markup ran on {page.url}")

    context.close()
    assert complaints == []
    assert Article.objects.count() == 2


@pytest.mark.expects_console_error("status of 404")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_signing_in_are_accessible(sessions, transactional_db, scheme):
    page = sessions(color_scheme=scheme).new_page()
    complaints = []

    for address in ("/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/sent/"):
        page.goto(address)
        complaints += findings(page)
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill("nobody")
    page.get_by_label("Password").fill("nothing")
    page.get_by_role("button", name="Sign in").click()
    complaints += findings(page)
    page.goto("/there/is/nothing/here/")
    complaints += findings(page)

    assert complaints == []


def test_errors_beside_their_fields_are_accessible(things, browser, live_server):
    context = signed_in(browser, live_server, things["cast"].alice)
    page = context.new_page()

    page.goto(reverse("article_new", args=["desk"]))
    page.get_by_label("Title").fill("T")
    page.get_by_label("Text").fill("Some words.")
    page.get_by_role("textbox", name="Web address (optional)").fill("javascript:alert(1)")
    page.get_by_role("button", name="Bring in", exact=True).click()

    field = page.get_by_role("textbox", name="Web address (optional)")
    assert field.get_attribute("aria-invalid") == "true"
    described = page.locator(f"#{field.get_attribute('aria-describedby').split()[-1]}")
    assert "no web address" in described.inner_text()
    assert findings(page) == []
    context.close()


def test_what_is_said_after_a_press_is_accessible(things, browser, live_server):
    context = signed_in(browser, live_server, things["cast"].alice)
    page = context.new_page()

    page.goto("/account/")
    page.get_by_label("What it is for").fill(MARKUP)
    page.get_by_role("button", name="Make a token").click()

    assert "shown this once" in page.get_by_role("status").inner_text()
    assert findings(page) == []
    page.goto(reverse("issue", args=["desk", things["issue"].pk]))
    page.get_by_role("button", name="Delete").click()
    assert "Not done." in page.get_by_role("status").inner_text()
    assert findings(page) == []
    context.close()
