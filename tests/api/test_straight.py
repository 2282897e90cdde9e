"""An article's annotations without the way through Django: letter for letter what Django answers, and no more."""

import gzip
import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection
from django.test.utils import CaptureQueriesContext

from annotator.actions.articles import delete_article
from annotator.actions.codings import open_coding, set_state
from annotator.actions.projects import add_member
from annotator.actions.purging import purge_article
from annotator.actions.tokens import make_token, revoke_token
from annotator.api import straight
from annotator.api.straight import Straight
from annotator.models import Membership, Token
from tests.factories import a_cast, a_claim, a_mention, a_project, a_stance, an_article

pytestmark = pytest.mark.django_db

Answer = tuple[str, list[tuple[str, str]], bytes]
_COUNTED = re.compile(r";[rt]=\d+")


class Site:
    """The application with what it answers, and how often it asked Django."""

    def __init__(self) -> None:
        self.asked_django = 0
        self._django = get_wsgi_application()
        self._straight = Straight(self._through)

    def _through(self, environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        self.asked_django += 1
        return self._django(environ, start)

    def get(self, path: str, secret: str = "", **headers: str) -> Answer:
        return _answer(self._straight, path, secret, headers)

    def by_django(self, path: str, secret: str = "", **headers: str) -> Answer:
        return _answer(self._django, path, secret, headers)


def _answer(application: Any, path: str, secret: str, headers: dict[str, str]) -> Answer:
    address, _, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": headers.pop("method", "GET"),
        "SCRIPT_NAME": "",
        "PATH_INFO": address,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": "",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "HTTP_HOST": "localhost",
        **({"HTTP_AUTHORIZATION": f"Bearer {secret}"} if secret else {}),
        **headers,
    }
    begun: list[tuple[str, list[tuple[str, str]]]] = []
    pieces = application(environ, lambda status, told, *error: begun.append((status, told)))
    content = b"".join(pieces)
    getattr(pieces, "close", lambda: None)()
    [(status, told)] = begun
    named = sorted((name, _COUNTED.sub("", value)) for name, value in told)
    if ("Content-Encoding", "gzip") in named:
        # Padded at random.
        content, named = gzip.decompress(content), [pair for pair in named if pair[0] != "Content-Length"]
    return status, named, content


@pytest.fixture
def site(monkeypatch) -> Iterator[Site]:
    """As Django's client for tests has it, the connection, and with it the test's transaction, is kept."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    monkeypatch.setattr(straight, "close_old_connections", lambda: None)
    yield Site()
    for signal in signals:
        signal.connect(close_old_connections)


def address(article: Any) -> str:
    return f"/api/v1/articles/{article.pk}/annotations/"


def a_secret(user: Any, **options: Any) -> str:
    """Of a token that has been used a moment ago."""
    token, secret = make_token(by=user, **{"name": "tests", "scope": "read", **options})
    Token.objects.filter(pk=token.pk).update(last_used_at=token.created_at)
    return secret


def annotated(article: Any, *coders: Any) -> None:
    for coder in coders:
        for made in (a_mention, a_stance, a_claim):
            made(article, by=coder)


@pytest.mark.parametrize("layers", ["shared", "independent"])
def test_everybody_is_answered_as_by_django(site, layers):
    cast = a_cast(layers=layers)
    article = an_article(cast.project, by=cast.alice)
    annotated(article, cast.mo, cast.rita)
    secrets = {name: a_secret(user) for name, user in {**cast.members, "stranger": cast.zoe}.items()}
    secrets |= {
        "of the project": a_secret(cast.alice, project=cast.project),
        "of another": a_secret(cast.alice, project=a_project(cast.alice)),
        "nobody": "",
        "no token": "ann_of_nobody",
    }
    sizes = {}

    for state in ("open", "done"):
        set_state(open_coding(article, by=cast.mo), state, by=cast.mo)
        for name, secret in secrets.items():
            site.get(address(article), secret)
            given = site.get(address(article), secret)
            assert given == site.by_django(address(article), secret), (name, state)
            sizes[name, state] = given[2].count(b'"kind"') if given[0] == "200 OK" else given[0][:3]

    coder, reader = (6, 6) if layers == "shared" else (3, 0)
    assert {name: size for (name, state), size in sizes.items() if state == "open"} == {
        "manager": 6, "editor": 6, "coder": coder, "reader": reader, "stranger": "404",
        "of the project": 6, "of another": "404", "nobody": "401", "no token": "401",
    }  # fmt: skip


def test_who_is_another_in_each_project_is_answered_as_by_django_whatever_was_asked_before(site):
    cast = a_cast(layers="independent")
    shared = a_project(cast.alice)
    add_member(shared, cast.mo, "reader", by=cast.alice)
    own, finished, theirs = (an_article(project, by=cast.alice) for project in (cast.project, cast.project, shared))
    annotated(own, cast.mo, cast.rita)
    annotated(finished, cast.rita)
    annotated(theirs, cast.alice)
    secret = a_secret(cast.mo)

    asked = [own, theirs, theirs, finished, own, own, theirs, own]
    given = [site.get(address(article), secret) for article in asked]
    Membership.objects.filter(user=cast.mo).update(role="editor")
    later = [site.get(address(article), secret) for article in asked]

    assert [answer[2].count(b'"kind"') for answer in given] == [3, 3, 3, 0, 3, 3, 3, 3]
    assert [answer[2].count(b'"kind"') for answer in later] == [6, 3, 3, 3, 6, 6, 3, 6]
    assert later == [site.by_django(address(article), secret) for article in asked]


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("", {"HTTP_ACCEPT": "application/json"}),
        ("", {"HTTP_ACCEPT_ENCODING": "gzip, br", "HTTP_USER_AGENT": "x"}),
        ("", {"HTTP_ACCEPT": "application/ld+json"}),
        ("", {"HTTP_ACCEPT": "text/html"}),
        ("", {"HTTP_HOST": "elsewhere.example"}),
        ("", {"HTTP_IF_NONE_MATCH": "*"}),
        ("", {"HTTP_IF_NONE_MATCH": "no tag"}),
        ("", {"HTTP_IF_MATCH": "no tag"}),
        ("", {"HTTP_COOKIE": "sessionid=x"}),
        ("?offsets=utf16", {}),
        ("?needs_look=true", {}),
        ("?unknown=1", {}),
        ("", {"method": "HEAD"}),
        ("", {"method": "DELETE"}),
        ("", {"method": "OPTIONS"}),
    ],
)
def test_whatever_is_asked_for_is_answered_as_by_django(site, query, headers):
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    annotated(article, cast.mo)
    secret = a_secret(cast.mo)
    site.get(address(article), secret)
    site.get(address(article), secret)

    given = [site.get(address(article) + query, secret, **headers) for _ in range(2)]

    assert given == [site.by_django(address(article) + query, secret, **headers)] * 2


def test_plain_questions_ask_django_once(site):
    cast = a_cast()
    article, other = (an_article(cast.project, by=cast.alice) for _ in range(2))
    annotated(article, cast.mo)
    secret = a_secret(cast.mo)

    first = site.get(address(article), secret)
    with CaptureQueriesContext(connection) as asked:
        again = site.get(address(article), secret)
    queries = len(asked)
    site.get(address(other), secret)

    # The token, the article as it is seen, and its annotations of each kind.
    assert (first, queries) == (again, 6)
    # The first; and the one without annotations, which is too short to be compressed.
    assert site.asked_django == 2


def test_who_has_it_is_told_so(site):
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    secret = a_secret(cast.mo)
    tag = dict(site.get(address(article), secret)[1])["ETag"]

    unchanged = [site.get(address(article), secret, HTTP_IF_NONE_MATCH=tag) for _ in range(3)]
    by_django = site.by_django(address(article), secret, HTTP_IF_NONE_MATCH=tag)
    annotated(article, cast.mo)
    changed = site.get(address(article), secret, HTTP_IF_NONE_MATCH=tag)

    assert unchanged == [by_django] * 3
    assert (unchanged[0][0], unchanged[0][2], changed[0]) == ("304 Not Modified", b"", "200 OK")
    # Once for each kind of answer: a short one, none, a long one.
    assert site.asked_django == 3


def test_the_requests_of_a_token_are_counted_in_one_account(site, settings):
    settings.TOKEN_REQUESTS_PER_MINUTE = 3
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    secret = a_secret(cast.mo)

    statuses = [site.get(address(article), secret)[0][:3] for _ in range(5)]

    assert statuses == ["200", "200", "200", "429", "429"]


@pytest.mark.parametrize("end", ["revoked", "disabled", "left", "bin", "purged"])
def test_what_ends_has_ended_with_the_next_request(site, end):
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    annotated(article, cast.mo)
    secret = a_secret(cast.mo)
    before = [site.get(address(article), secret)[0][:3] for _ in range(2)]

    match end:
        case "revoked":
            revoke_token(cast.mo.tokens.get(), by=cast.mo)
        case "disabled":
            cast.mo.is_active = False
            cast.mo.save()
        case "left":
            Membership.objects.filter(user=cast.mo).delete()
        case "bin":
            delete_article(article, by=cast.rita, version=1)
        case "purged":
            purge_article(article, by=cast.alice, reason="A court order.")
    after = site.get(address(article), secret)

    assert before == ["200", "200"]
    assert after[0][:3] == {"revoked": "401", "disabled": "401", "bin": "410"}.get(end, "404")
    assert b"annotations" not in after[2]


def test_that_a_token_is_used_is_noted_though_django_is_not_asked(site):
    cast = a_cast()
    article = an_article(cast.project, by=cast.alice)
    secret = a_secret(cast.mo)
    site.get(address(article), secret)
    Token.objects.update(last_used_at=None)

    site.get(address(article), secret)

    assert Token.objects.filter(user=cast.mo, last_used_at=None).count() == 0
