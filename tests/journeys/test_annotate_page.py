"""The page itself: what it loads, what it forbids, and what is left of it without script and on paper."""

import gzip
import json
import re

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from tests.factories import TEXT, a_cast, a_mention, a_stance, an_article, an_attribution
from tests.journeys.screen import Screen
from tests.served import ServedSite


def _page_of(article, user) -> str:
    client = Client()
    client.force_login(user)
    return client.get(reverse("annotate", args=[article.project.slug, article.pk]))


def test_a_first_visit_is_light_and_stays_at_home(page: Page, live_server: ServedSite) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    a_stance(article, by=cast.mo)
    bodies: dict[str, bytes] = {}
    screen = Screen(page, cast.mo, article, hands=False)
    page.on("requestfinished", lambda request: bodies.setdefault(request.url, request.response().body()))
    screen.load()
    page.wait_for_load_state("networkidle")

    assert {url.split("/")[2] for url in bodies} == {live_server.url.split("/")[2]}
    assert len(bodies) <= 30
    assert sum(len(gzip.compress(body)) for body in bodies.values()) <= 150_000


def test_every_module_is_led_to_the_file_with_its_digest(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    html = _page_of(article, cast.mo).content.decode()
    led = json.loads(re.search(r'<script type="importmap"[^>]*>(.*?)</script>', html).group(1))["imports"]
    screen = Screen(page, cast.mo, article)
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url.partition("/static/")[2]))

    screen.load()
    page.wait_for_selector("html[data-stream=streaming]")

    modules = {name for name in loaded if name.startswith("js/")}
    # Loaded where there are colleagues, where the session ran out, where the text was replaced.
    late = ("presence.js", "news.js", "signing_in.js", "carrying.js", "elsewhere.js")
    on_need = {address for name, address in led.items() if name.endswith(late)}
    assert len(on_need) == len(late)
    assert modules == {address.removeprefix("/static/") for address in set(led.values()) - on_need}
    assert all(re.search(r"\.[0-9a-f]{12}\.js$", name) for name in modules)


@pytest.mark.django_db
def test_the_policy_allows_neither_foreign_scripts_nor_markup_made_by_script() -> None:
    cast = a_cast()
    response = _page_of(an_article(cast.project, by=cast.alice), cast.mo)
    policy = dict(part.strip().partition(" ")[::2] for part in response["Content-Security-Policy"].split(";"))

    assert policy["require-trusted-types-for"] == "'script'"
    assert policy["trusted-types"] == "worker"
    assert policy["worker-src"] == "'self'"
    assert re.fullmatch(r"'self' 'nonce-[^']+'", policy["script-src"])
    assert policy["default-src"] == "'self'"


@pytest.mark.expects_console_error("TrustedHTML")
@pytest.mark.expects_console_error(
    "Refused by the policy: require-trusted-types-for trusted-types-sink Element innerHTML"
)
def test_the_browser_refuses_markup_made_by_script(page: Page) -> None:
    cast = a_cast()
    Screen(page, cast.mo, an_article(cast.project, by=cast.alice))

    refused = page.evaluate(
        "(() => { try { document.body.innerHTML = '<b>x</b>'; return ''; } catch (error) { return error.name; } })()"
    )

    assert refused == "TypeError"


@pytest.mark.django_db(transaction=True)
def test_the_text_reads_without_script(browser: Browser, live_server: ServedSite) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice, title="Without script", text=TEXT)
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    client = Client()
    client.force_login(cast.mo)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page.goto(f"/p/desk/articles/{article.pk}/")

    assert page.locator("[data-text] p").all_text_contents() == TEXT.split("\n\n")
    assert page.get_by_role("button").all_text_contents() == []
    context.close()


@pytest.mark.django_db
def test_the_paragraphs_and_what_parts_them_are_the_text() -> None:
    cast = a_cast()
    text = "\n\nOne.\n \n\nTwo\nlines.\n"
    article = an_article(cast.project, by=cast.alice, text=text)
    html = _page_of(article, cast.mo).content.decode()
    inside = re.search(r"<div [^>]*data-text[^>]*>(.*?)</div>\n", html, re.DOTALL).group(1)

    assert re.sub(r"<[^>]+>", "", inside) == article.current.text


@pytest.mark.django_db
def test_a_stranger_finds_nothing_and_who_is_not_signed_in_is_asked_to() -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)

    assert _page_of(article, cast.zoe).status_code == 404
    address = reverse("annotate", args=[article.project.slug, article.pk])
    assert Client().get(address).headers["Location"] == f"/accounts/login/?next={address}"


def test_on_paper_marks_keep_their_shapes(page: Page) -> None:
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    a_mention(article, by=cast.mo, no_entity_reason="unknown")
    a_stance(article, by=cast.mo)
    an_attribution(article, by=cast.mo)
    screen = Screen(page, cast.mo, article)
    page.emulate_media(media="print")

    assert screen.shapes("mention", "stance", "attribution") == ["none dotted", "none solid", "solid none"]
    adjust = "getComputedStyle(document.querySelector('.lane.attribution')).printColorAdjust"
    assert page.evaluate(adjust) == "exact"
    expect(page.locator(".rail-head")).to_be_hidden()


def test_before_printing_every_mark_and_every_card_is_there(page: Page) -> None:
    cast = a_cast()
    text = "\n\n".join(f"Paragraph {number} stands here." for number in range(150))
    article = an_article(cast.project, by=cast.alice, text=text)
    for number in range(150):
        a_mention(article, by=cast.mo, words=f"Paragraph {number} ".strip(), no_entity_reason="unknown")
    # A browser that is busy all the time.
    page.add_init_script("window.requestIdleCallback = () => 0")
    Screen(page, cast.mo, article, hands=False)
    assert page.locator(".note").count() < 150

    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")

    assert page.locator(".note").count() == 150
    assert page.locator("mark").count() == 150
    in_order = "[...document.querySelectorAll('.note')].map(note => /Paragraph (\\d+)/.exec(note.textContent)[1])"
    assert page.evaluate(in_order) == [str(number) for number in range(150)]
