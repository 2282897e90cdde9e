"""The OpenAPI document says what the server does: it is checked, then each of its operations is called."""

from io import BytesIO
from typing import Any

import pytest
import schemathesis
import yaml
from django.core.management import call_command
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from annotator.actions.comments import add_comment
from annotator.actions.delivering import take_events_up
from annotator.actions.exports import start_export
from annotator.actions.feeds import follow_feed
from annotator.actions.register import assess, link_propositions
from annotator.actions.tokens import make_token
from annotator.actions.transfers import start_import
from annotator.actions.webhooks import add_webhook
from annotator.api.urls import urlpatterns
from tests.api.clients import API, client_of
from tests.factories import (
    Cast,
    a_cast,
    a_claim,
    a_mention,
    a_proposition,
    a_stance,
    an_article,
    an_attribution,
    an_entity,
    an_issue,
)

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 2  # of each operation, sound ones and broken ones


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


@pytest.mark.django_db(transaction=True)
def test_the_page_to_try_it_works_in_a_browser(page, live_server):
    """Under the rules that it is let off by name, and no others: the console stays silent."""
    page.goto(f"{API}/docs/")

    # The page makes the rest when it is scrolled to.
    page.get_by_text("/api/v1/articles/{id}/restore/").wait_for()


def test_the_root_leads_to_every_noun(cast):
    index = client_of(None).get(f"{API}/").json()
    client = client_of(cast.mo)

    answers = {noun: client.get(address).status_code for noun, address in index.items()}

    assert {noun: status for noun, status in answers.items() if status != 200} == {"batch": 405}
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


@pytest.mark.django_db(transaction=True)
def test_every_operation_answers_as_the_document_says(live_server):
    document = schemathesis.openapi.from_url(f"{live_server.url}{API}/schema/")
    cast = a_cast()
    _, secret = make_token(by=cast.alice, name="schema", scope="manage")
    operations = [result.ok() for result in document.get_all_operations()]
    known = one_of_each(cast)

    failures = [call(operation, secret, known) for operation in operations]

    assert "\n\n".join(filter(None, failures)) == ""
    assert len(operations) > 100


def call(operation: Any, secret: str, known: dict[str, str]) -> str:
    """What is wrong with the answers to a few requests, drawn from the document, with and without ids that exist."""
    noun = operation.path.removeprefix(f"{API}/").partition("/")[0]
    cases = st.one_of(operation.as_strategy(generation_mode=mode) for mode in GenerationMode)

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, is_there=st.booleans())
    def check(case: Any, is_there: bool) -> None:
        if is_there and "id" in case.path_parameters:
            case.path_parameters["id"] = known.get(noun, case.path_parameters["id"])
        if is_there and "slug" in case.path_parameters:
            case.path_parameters["slug"] = "desk"
        case.call_and_validate(headers={"Authorization": f"Bearer {secret}"}, checks=CHECKS)

    try:
        check()
    except (Exception, BaseExceptionGroup) as failure:
        return f"{operation.label}: {failure}\n{getattr(failure, 'exceptions', '')}"
    return ""


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
        "imports": start_import(cast.project, [("a.txt", BytesIO(b"A text."))], by=cast.mo),
        "exports": start_export(cast.project, by=cast.alice),
        "feeds": feed,
        "webhooks": webhook,
        "deliveries": webhook.deliveries.first(),
    }
    return {noun: str(row.pk) for noun, row in made.items()}
