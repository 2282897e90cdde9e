"""Queries, headers and addresses that mean harm or make no sense: each is a 4xx with a reason."""

from typing import Any

from rest_framework.test import APIClient

from annotator.models import Issue
from articles.models import Article
from tests.api.clients import API, client_of
from tests.api.hostile import told

SOME_ID = "6f1a4a2e-0000-4000-8000-000000000001"

QUERIES = [
    ("articles", "password=x"),
    ("articles", "project__memberships__user__password__startswith=a"),
    ("articles", "ordering=created_by__password"),
    ("articles", "ordering="),
    ("articles", "page_size=0"),
    ("articles", "page_size=201"),
    ("articles", "page_size=1e2"),
    ("articles", "page_size=٣"),
    ("articles", "page_size=" + "9" * 400),
    ("articles", "cursor=x"),
    ("articles", "cursor=WzAsMV0"),
    ("articles", "cursor=" + "A" * 5_000),
    ("articles", "published_from=01/02/2026"),
    ("articles", "published_to=2026-02-30"),
    ("articles", "state=all"),
    ("articles", "title=%00"),
    ("articles", "project=desk&project=elsewhere"),
    ("articles", "project=elsewhere"),
    ("articles", "project=%00"),
    ("stances", "holder=someone"),
    ("stances", "target=1"),
    ("stances", "position=for"),
    ("stances", "offsets=bytes"),
    ("mentions", "article=1"),
    ("mentions", "created_by=%00"),
    ("entities", "q=%00"),
    ("entities", "merged=perhaps"),
    ("comments", "annotation=x"),
    ("searches", "shared=perhaps"),
    ("searches", "deleted=1"),
    ("searches", "ordering=name"),
    ("searches", "project=elsewhere"),
    ("events", "after=-1"),
    ("events", "after=x"),
    ("events", "after=" + "9" * 30),
    ("events", "limit=0"),
    ("events", "limit=1001"),
    ("me", "user=1"),
]


def test_hostile_queries_are_refused(cast):
    client = client_of(cast.mo)

    answers = {f"{noun}?{query[:80]}": told(client.get(f"{API}/{noun}/?{query}")) for noun, query in QUERIES}

    assert answers == dict.fromkeys(answers, (400, True))
    assert len(answers) == len(QUERIES)


HEADERS = [
    ({"HTTP_IF_MATCH": "1"}, 400),
    ({"HTTP_IF_MATCH": '"1'}, 400),
    ({"HTTP_IF_MATCH": '"a"b"'}, 400),
    ({"HTTP_IF_MATCH": ""}, 400),
    ({"HTTP_IF_MATCH": '"one"'}, 412),
    ({"HTTP_IF_MATCH": '"99999999999999999999"'}, 412),
    ({"HTTP_IF_MATCH": '"0"'}, 412),
    ({"HTTP_IF_MATCH": '"²"'}, 412),
    ({"HTTP_IF_MATCH": '"1"', "HTTP_IDEMPOTENCY_KEY": "again"}, 400),
    ({"HTTP_IF_MATCH": '"1"', "HTTP_IDEMPOTENCY_KEY": ""}, 400),
    ({"HTTP_IF_MATCH": '"1"', "content_type": "application/xml"}, 415),
    ({"HTTP_IF_MATCH": '"1"', "HTTP_ACCEPT": "application/xml"}, 406),
    ({"HTTP_IF_MATCH": '"1"', "HTTP_AUTHORIZATION": "Bearer ann_nothing"}, 401),
    ({"HTTP_IF_MATCH": '"1"', "HTTP_AUTHORIZATION": "Bearer ann_é"}, 401),
    ({"HTTP_IF_MATCH": '"1"', "HTTP_AUTHORIZATION": "Bearer"}, 401),
]


def test_hostile_headers_are_refused(cast):
    client = client_of(cast.mo)
    issue = client.post(f"{API}/issues/", {"project": "desk", "wording": "A"}).json()

    def patched(content_type: str = "application/json", **headers: str) -> Any:
        path = f"{API}/issues/{issue['id']}/"
        return client.generic("PATCH", path, '{"wording": "B"}', content_type=content_type, **headers)

    answers = {str(headers): told(patched(**headers))[0] for headers, _ in HEADERS}

    assert answers == {str(headers): status for headers, status in HEADERS}
    assert Issue.objects.get().wording == "A"


ADDRESSES = [
    ("GET", "/articles/1/", 404),
    ("GET", "/articles/..%2f..%2fetc/", 404),
    ("GET", f"/articles/{SOME_ID}/", 404),
    ("GET", f"/articles/{SOME_ID}/revisions/1/", 404),
    ("GET", f"/articles/{SOME_ID}/revisions/99999999999999999999/", 404),
    ("GET", f"/articles/{SOME_ID}/revisions/", 404),
    ("GET", f"/articles/{SOME_ID}/annotations/", 404),
    ("GET", f"/stances/{SOME_ID}/history/", 404),
    ("POST", f"/stances/{SOME_ID}/restore/", 404),
    ("GET", "/projects/elsewhere/", 404),
    ("GET", "/projects/elsewhere/codebook/", 404),
    ("GET", "/projects/elsewhere/memberships/", 404),
    ("GET", "/projects/desk/memberships/%00/", 400),
    ("GET", "/projects/desk/codebook/stance.position/%00/", 400),
    ("GET", "/admin/", 404),
    ("GET", "/stances", 404),
    ("PUT", "/stances/", 400),
    ("DELETE", "/projects/desk/", 405),
    ("OPTIONS", "/stances/", 405),
    ("TRACE", "/nowhere/", 404),
]


def test_addresses_that_are_none_are_told(cast):
    client = client_of(cast.mo)

    answers = {
        f"{method} {path}": told(client.generic(method, f"{API}{path}", "", content_type="application/json"))[0]
        for method, path, _ in ADDRESSES
    }

    assert answers == {f"{method} {path}": status for method, path, status in ADDRESSES}


def test_markup_is_text_like_any_other(cast):
    client = client_of(cast.mo)
    words = "<script>alert(1)</script>"
    article = client.post(f"{API}/articles/", {"project": "desk", "title": words, "text": words, "outlet": words})
    entity = client.post(f"{API}/entities/", {"project": "desk", "name": words, "type": "PER"})

    assert (article.json()["title"], article.json()["outlet"], entity.json()["name"]) == (words, words, words)
    assert (article["Content-Type"], article["X-Content-Type-Options"]) == ("application/json", "nosniff")


def test_a_body_that_is_too_large_is_413(cast, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    client = client_of(cast.mo)

    response = client.post(f"{API}/articles/", {"project": "desk", "title": "A", "text": "x" * 2_000})

    assert (response.status_code, response.json()["type"]) == (413, "urn:annotator:too-large")
    assert Article.objects.count() == 0


def test_a_session_without_its_csrf_token_writes_nothing(cast):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(cast.mo)

    response = client.post(f"{API}/issues/", {"project": "desk", "wording": "A"})

    assert (response.status_code, response.json()["detail"]) == (403, "CSRF Failed: CSRF cookie not set.")
    assert Issue.objects.count() == 0
