"""The OpenAPI document: sound in itself, with examples, and what it says of rows is what they are.

That the server answers as it says is asked by schemathesis, in tests/test_drills.py.
"""

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator, FormatChecker
from playwright.sync_api import expect

from annotator.actions.comments import add_comment
from annotator.actions.delivering import take_events_up
from annotator.actions.exports import start_export
from annotator.actions.feeds import follow_feed
from annotator.actions.previews import preview
from annotator.actions.register import assess, link_propositions
from annotator.actions.tokens import make_token
from annotator.actions.transfers import start_import
from annotator.actions.webhooks import add_webhook
from annotator.api.urls import urlpatterns
from articles.readers.row import Row
from tests.api.clients import API, client_of
from tests.factories import (
    Cast,
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


def test_the_document_is_sound(tmp_path):
    file = tmp_path / "schema.yml"

    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(file))

    document = yaml.safe_load(file.read_text())
    silent = [
        f"{method} {path}"
        for path, operations in document["paths"].items()
        for method, described in operations.items()
        if not described.get("description")
    ]
    assert (document["openapi"], silent) == ("3.1.0", [])


def test_anybody_may_read_the_document_and_the_page_to_try_it(cast):
    stranger = client_of(None)

    document, page = stranger.get(f"{API}/schema/"), stranger.get(f"{API}/docs/")

    assert document.json()["info"]["title"] == "Annotator"
    assert page.status_code == 200
    assert [host for host in ("http://", "https://", "//cdn") if host in page.content.decode()] == []


def test_the_document_is_made_once_and_not_for_each_who_asks(cast, monkeypatch):
    client = client_of(None)
    first = client.get(f"{API}/schema/")
    monkeypatch.setattr(SchemaGenerator, "get_schema", None)

    again = client.get(f"{API}/schema/")

    assert (again.content, again["Content-Type"]) == (first.content, "application/vnd.oai.openapi+json")


@pytest.mark.django_db(transaction=True)
def test_a_request_is_tried_on_the_page_with_a_token_and_nothing_goes_elsewhere(page, live_server):
    """Under the rules that the page is let off by name, and no others: the console stays silent."""
    cast = a_cast()
    an_article(cast.project, by=cast.mo, title="A text to try")
    _, secret = make_token(by=cast.mo, name="trying", scope="read")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{API}/docs/")

    page.get_by_role("button", name="Authorize").first.click(timeout=60_000)
    by_token = page.locator(".auth-container", has_text="(http, Bearer)")
    by_token.locator("input").fill(secret)
    by_token.get_by_role("button", name="Apply credentials").click()
    page.locator(".modal-ux .close-modal").click()
    # One of the first: the page makes the rest when it is scrolled to.
    page.locator("#operations-articles-articles_list .opblock-summary-control").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    answer = page.locator(".live-responses-table")

    expect(answer.locator(".response-col_status").last).to_contain_text("200")
    expect(answer).to_contain_text("A text to try")
    assert [url for url in asked if url.startswith(f"{live_server.url}{API}/articles/?")] != []
    assert [url for url in asked if not url.startswith((f"{live_server.url}/", "data:"))] == []


def test_the_root_leads_to_every_noun(cast):
    index = client_of(None).get(f"{API}/").json()
    client = client_of(cast.mo)

    answers = {noun: client.get(address).status_code for noun, address in index.items()}

    assert {noun: status for noun, status in answers.items() if status != 200} == {
        "batch": 405,
        "networks": 400,  # of which project?
        "agreement": 400,
        "events": 400,
    }
    assert index["stances"] == "http://testserver/api/v1/stances/"


def test_each_row_has_the_fields_that_the_document_says(cast):
    views = {
        str(route.pattern).removesuffix("/<uuid:id>/"): route.callback.cls
        for route in urlpatterns
        if str(route.pattern).endswith("/<uuid:id>/")
    }
    client = client_of(cast.alice)
    rows = one_of_each(cast)

    given = {noun: set(client.get(f"{API}/{noun}/{row}/").json()) for noun, row in rows.items()}
    told = {
        noun: {name for name, field in views[noun].serializer_class().fields.items() if not field.write_only}
        for noun in rows
    }

    assert given == told
    assert set(views) - set(rows) == {"tokens"}


def test_every_request_and_answer_has_an_example_that_is_sound():
    """Bodies, answers of success and parameters of addresses: each has one, of the shape that it is told to have."""
    document = json.loads(json.dumps(SchemaGenerator().get_schema(public=True), default=str))
    wrong = []

    for place, schema, described in in_the_document(document):
        example = described.get("example", schema.get("examples", [None])[0])
        if example is None:
            wrong.append(f"{place}: none")
            continue
        checked = Draft202012Validator({**schema, "components": document["components"]}, format_checker=FormatChecker())
        wrong += [f"{place}: {error.message}" for error in checked.iter_errors(example)]

    assert wrong == []
    assert len(list(in_the_document(document))) > 600


def test_examples_are_taken_when_they_are_sent(cast):
    """Where they name nothing that must be there already."""
    document = SchemaGenerator().get_schema(public=True)
    sent = {
        noun: document["paths"][f"{API}/{noun}/"]["post"]["requestBody"]["content"]["application/json"]["example"]
        for noun in ("articles", "entities", "issues", "propositions", "exports", "feeds", "webhooks")
    }
    client = client_of(cast.alice)

    answers = {noun: client.post(f"{API}/{noun}/", body).status_code for noun, body in sent.items()}

    assert answers == dict.fromkeys(sent, 201) | {"exports": 202}


def in_the_document(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """What wants an example: where it stands, its schema, and how it is described."""
    for path, operations in document["paths"].items():
        for method, told in operations.items():
            place = f"{method.upper()} {path}"
            for media_type, content in told.get("requestBody", {}).get("content", {}).items():
                yield f"{place} {media_type}", content["schema"], content
            for status, answer in told["responses"].items():
                for media_type, content in answer.get("content", {}).items():
                    if status.startswith("2"):
                        yield f"{place} {status} {media_type}", content["schema"], content
            for parameter in told.get("parameters", []):
                # A cursor is only ever taken from an answer.
                if parameter["in"] in ("path", "query") and parameter["name"] != "cursor":
                    yield f"{place} {parameter['name']}", parameter["schema"], parameter


def one_of_each(cast: Cast) -> dict[str, str]:
    """Noun → the id of one that is there."""
    article = an_article(cast.project, by=cast.mo)
    attribution = an_attribution(article, by=cast.mo)
    mention = a_mention(article, by=cast.mo)
    start, to = (a_proposition(cast.project, by=cast.rita) for _ in range(2))
    link = link_propositions(start, to, "variant", by=cast.rita)
    verdict = {"scale": "facts", "rating": "true", "as_of": "2026-11-01"}
    feed = follow_feed(cast.project, by=cast.alice, url="https://courier.example/feed")
    webhook, _ = add_webhook(cast.project, by=cast.alice, url="https://receiver.example/", acts=[])
    an_issue(cast.project, by=cast.mo)
    take_events_up(webhook)
    made = {
        "articles": article,
        "codings": mention.coding,
        "mentions": mention,
        "attributions": attribution,
        "stances": a_stance(article, by=cast.mo),
        "claims": a_claim(article, by=cast.mo),
        "entities": an_entity(cast.project, by=cast.mo),
        "issues": an_issue(cast.project, by=cast.mo),
        "propositions": start,
        "proposition-links": link,
        "assessments": assess(start, verdict, by=cast.rita),
        "comments": add_comment(mention, "Really?", by=cast.mo),
        "searches": a_search(cast.project, by=cast.alice),
        "imports": start_import(cast.project, [("a.txt", BytesIO(b"A text."))], by=cast.mo),
        "previews": preview(cast.project, [Row("a.txt", fields={"title": "A", "text": "A."})], by=cast.alice),
        "exports": start_export(cast.project, by=cast.alice),
        "feeds": feed,
        "webhooks": webhook,
        "deliveries": webhook.deliveries.first(),
    }
    return {noun: str(row.pk) for noun, row in made.items()}
