"""What each route that writes is sent where rights are asked about: nothing is wrong with it but who sends it."""

import json
import uuid
from collections.abc import Callable
from typing import Any

from tests.api.desk import Desk

Body = Callable[[Desk], Any]
LINES = "application/x-ndjson"
ANNOTATIONS = {"mentions": "mention", "attributions": "attribution", "stances": "stance", "claims": "claim"}
REGISTERS = {"entities": "entity", "issues": "issue", "propositions": "proposition"}
# Noun → the attribute of the desk that is one of it.
ONE = {
    **ANNOTATIONS,
    **REGISTERS,
    "articles": "article",
    "assessments": "assessment",
    "codings": "coding",
    "comments": "comment",
    "deliveries": "delivery",
    "exports": "export",
    "feeds": "feed",
    "imports": "import_job",
    "previews": "preview",
    "proposition-links": "link",
    "propositions": "lone",
    "searches": "search",
    "tokens": "token",
    "webhooks": "webhook",
}


def new_article(desk: Desk) -> dict[str, Any]:
    return {"project": "desk", "title": "A", "text": f"Text {uuid.uuid4()}"}


def new_annotation(noun: str) -> Body:
    own: dict[str, Body] = {
        "mentions": lambda desk: {"type": "PER"},
        "attributions": lambda desk: {"source": "AUTHOR", "mode": "indirect"},
        "stances": lambda desk: {
            "holder": "AUTHOR",
            "target_kind": "issue",
            "target": str(desk.issue.pk),
            "position": "support",
        },
        "claims": lambda desk: {"claimant": "AUTHOR", "claim_kind": "event"},
    }
    where = {"revision": 1, "segments": [[0, 4]]}
    return lambda desk: {"article": str(desk.article.pk), **where, **own[noun](desk)}


def new_record(noun: str) -> Body:
    own = {
        "entities": {"name": "A", "type": "PER"},
        "issues": {"wording": "A"},
        "propositions": {"wording": "A", "kind": "event"},
    }
    return lambda desk: {"project": "desk", **own[noun]}


def other_record(noun: str) -> Body:
    others = {"entities": "other", "issues": "other_issue", "propositions": "second"}
    return lambda desk: {"into": str(getattr(desk, others[noun]).pk)}


def _line(desk: Desk) -> str:
    return json.dumps({"title": "A", "text": str(uuid.uuid4())})


def _link(desk: Desk) -> dict[str, Any]:
    return {"from": str(desk.proposition.pk), "to": str(desk.second.pk), "relation": "related"}


def _verdict(desk: Desk) -> dict[str, Any]:
    return {"proposition": str(desk.proposition.pk), "scale": "facts", "rating": "true", "as_of": "2026-11-02"}


def _comment(desk: Desk) -> dict[str, Any]:
    return {"kind": "mention", "annotation": str(desk.mention.pk), "text": "Hm."}


def _batch(desk: Desk) -> dict[str, Any]:
    return {"operations": [{"method": "POST", "path": "/mentions/", "body": desk.new_mention()}]}


def _hit(desk: Desk) -> dict[str, Any]:
    hit = {"article": str(desk.article.pk), "revision": 1, "segments": [[0, 4]]}
    return {"entity": str(desk.entity.pk), "hits": [hit]}


def _fixed(**fields: Any) -> Body:
    return lambda desk: fields


_SEARCH = {"project": "desk", "name": "A", "query": {"q": "vowed"}}

# “METHOD address” → what is sent; {} where nothing stands here.
BODIES: dict[str, Body] = {
    "PATCH /me/": _fixed(name="A"),
    "POST /projects/": _fixed(slug="new", name="New"),
    "PATCH /projects/{slug}/": _fixed(name="Desk 2"),
    "POST /projects/{slug}/memberships/": _fixed(user="zoe", role="reader"),
    "POST /projects/{slug}/memberships/#nobody": _fixed(user="no such account", role="reader"),
    "POST /projects/{slug}/invitations/": _fixed(email="nina@example.org", role="reader"),
    "POST /projects/{slug}/invitations/#known": _fixed(email="zoe@example.org", role="reader"),
    "PUT /projects/{slug}/memberships/{username}/": _fixed(role="coder"),
    "POST /projects/{slug}/codebook/": _fixed(field="stance.frames", value="sport"),
    "PATCH /projects/{slug}/codebook/{field}/": _fixed(in_use=True),
    "PATCH /projects/{slug}/codebook/{field}/{value}/": _fixed(label="Moral"),
    "POST /projects/{slug}/codebook/{field}/{value}/merge/": _fixed(into="political"),
    "POST /articles/import/": _line,
    "POST /articles/": new_article,
    "PUT /articles/": new_article,
    "PUT /articles/{id}/": _fixed(title="A"),
    "PUT /articles/{id}/#new": new_article,
    "PATCH /articles/{id}/": _fixed(author="E. Nuñez"),
    "PUT /articles/{id}/annotations/": _fixed(revision=1, annotations=[]),
    "POST /articles/{id}/presence/": _fixed(paragraph=1),
    "POST /articles/{id}/purge/": _fixed(reason="A court order."),
    "POST /articles/{id}/revisions/": _fixed(text="Another text."),
    "POST /articles/{id}/revisions/preview/": _fixed(text="Another text."),
    "POST /articles/{id}/revisions/{number}/carry/": _fixed(annotations=[{"segments": [[0, 4]]}]),
    "POST /codings/": lambda desk: {"article": str(desk.article.pk)},
    "PATCH /codings/{id}/": _fixed(state="done"),
    "POST /mentions/#layer": lambda desk: desk.new_mention(coding=str(desk.coding.pk)),
    "POST /proposition-links/": _link,
    "PUT /proposition-links/{id}/": _link,
    "PUT /proposition-links/{id}/#new": _link,
    "POST /assessments/": _verdict,
    "PUT /assessments/": _verdict,
    "PUT /assessments/{id}/": _verdict,
    "PATCH /assessments/{id}/": _fixed(state="withdrawn"),
    "POST /comments/": _comment,
    "PUT /comments/": _comment,
    "PUT /comments/{id}/": _comment,
    "PUT /comments/{id}/#new": _comment,
    "PATCH /comments/{id}/": _fixed(resolved=True),
    "POST /searches/": _fixed(**_SEARCH),
    "POST /searches/#shared": _fixed(**_SEARCH, shared=True),
    "PUT /searches/": _fixed(**_SEARCH),
    "PUT /searches/{id}/": _fixed(**_SEARCH, shared=True),
    "PUT /searches/{id}/#new": _fixed(**_SEARCH),
    "PATCH /searches/{id}/": _fixed(name="B"),
    "POST /searches/tag/": _hit,
    "POST /searches/untag/": lambda desk: {"mentions": [str(desk.mention.pk)]},
    "POST /imports/": _line,
    "POST /previews/": _line,
    **dict.fromkeys(
        ("POST /articles/import/fetch/", "POST /previews/fetch/"), _fixed(addresses=["ftp://courier.example/"])
    ),
    "POST /exports/": _fixed(project="desk"),
    "POST /feeds/": _fixed(project="desk", url="https://courier.example/other"),
    "PATCH /feeds/{id}/": _fixed(interval=30),
    "POST /webhooks/": _fixed(project="desk", url="https://receiver.example/"),
    "PATCH /webhooks/{id}/": _fixed(on=False),
    "POST /batch/": _batch,
    "POST /tokens/": _fixed(name="T", scope="read"),
}
for _noun in ANNOTATIONS:
    _new = new_annotation(_noun)
    BODIES |= {f"POST /{_noun}/": _new, f"PUT /{_noun}/": _new, f"PUT /{_noun}/{{id}}/#new": _new}
    BODIES |= {f"PUT /{_noun}/{{id}}/": _new, f"PATCH /{_noun}/{{id}}/": _fixed(comment="Hm.")}
    BODIES |= {f"POST /{_noun}/{{id}}/place/": _fixed(revision=1, segments=[[0, 4]])}
for _noun in REGISTERS:
    _new = new_record(_noun)
    BODIES |= {f"POST /{_noun}/": _new, f"PUT /{_noun}/": _new, f"PUT /{_noun}/{{id}}/": _new}
    BODIES |= {f"PUT /{_noun}/{{id}}/#new": _new, f"PATCH /{_noun}/{{id}}/": _fixed(external_id="x-2")}
    BODIES |= {f"POST /{_noun}/{{id}}/merge/": other_record(_noun)}

# Addresses that want something in their query, and bodies that are not JSON.
QUERIES = {
    **dict.fromkeys(("POST /articles/import/", "POST /imports/", "POST /previews/"), "project=desk"),
    **dict.fromkeys(("POST /articles/import/fetch/", "POST /previews/fetch/"), "project=desk"),
    "GET /searches/hits/": "q=vowed",
    "GET /searches/facets/": "project=desk",
    "GET /networks/": "project=desk",
    "GET /agreement/": "project=desk",
    "GET /events/": "project=desk",
}
_BY_NAME = ("articles", *ANNOTATIONS, *REGISTERS, "assessments", "comments", "searches")
QUERIES |= {f"PUT /{noun}/": "external_id=x-1" for noun in _BY_NAME}
MEDIA = dict.fromkeys(("POST /articles/import/", "POST /imports/", "POST /previews/"), LINES)
