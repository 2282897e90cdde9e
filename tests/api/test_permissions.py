"""Who may write what: every route that writes, for everybody."""

import json
import uuid
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.urls import resolve

from annotator.api.urls import urlpatterns
from annotator.models import User
from tests.api.clients import API, client_of
from tests.api.desk import Desk
from tests.factories import (
    Cast,
)

MATCH = {"HTTP_IF_MATCH": "*"}
EVERYBODY = ("nobody", "stranger", "reader", "coder", "editor", "manager")
# Statuses in the order of EVERYBODY.
CODERS = (401, 404, 403, 200, 200, 200)
EDITORS = (401, 404, 403, 403, 200, 200)
MANAGERS = (401, 404, 403, 403, 403, 200)
# Where the project or article is named in the body, not in the address, a stranger is told so there.
NEW_BY_CODERS = (401, 400, 403, 201, 201, 201)
NEW_BY_EDITORS = (401, 400, 403, 403, 201, 201)


Call = Callable[[Any, Desk], Any]


def _patch(path: str, of: str, body: dict[str, Any]) -> Call:
    return lambda client, desk: client.patch(f"{API}/{path}/{getattr(desk, of).pk}/", body, **MATCH)


def _delete(path: str, of: str) -> Call:
    return lambda client, desk: client.delete(f"{API}/{path}/{getattr(desk, of).pk}/", **MATCH)


def _post(path: str, body: Callable[[Desk], dict[str, Any]]) -> Call:
    return lambda client, desk: client.post(f"{API}/{path}/", body(desk))


def _post_to(path: str, of: str, act: str, body: Callable[[Desk], dict[str, Any]] = lambda desk: {}) -> Call:
    return lambda client, desk: client.post(f"{API}/{path}/{getattr(desk, of).pk}/{act}/", body(desk), **MATCH)


def _put_by_name(path: str, body: Callable[[Desk], dict[str, Any]]) -> Call:
    return lambda client, desk: client.put(f"{API}/{path}/?external_id=x-1", body(desk))


# What is done, and how each of EVERYBODY is answered. Nothing here is the asker's own.
WRITES: dict[str, tuple[Call, tuple[int, ...]]] = {
    "add a mention": (_post("mentions", lambda desk: desk.new_mention()), NEW_BY_CODERS),
    "add a mention to a layer": (
        _post("mentions", lambda desk: desk.new_mention(coding=str(desk.coding.pk))),
        NEW_BY_CODERS,
    ),
    "put a mention": (
        lambda client, desk: client.put(f"{API}/mentions/{uuid.uuid4()}/", desk.new_mention()),
        NEW_BY_CODERS,
    ),
    "change another's mention": (_patch("mentions", "mention", {"level": "NOM"}), EDITORS),
    "replace another's mention": (
        lambda client, desk: client.put(f"{API}/mentions/{desk.mention.pk}/", desk.new_mention(), **MATCH),
        (401, 404, 403, 403, 200, 200),
    ),
    "delete what is of another kind": (_delete("mentions", "attribution"), (401, 404, 404, 404, 404, 404)),
    "delete another's attribution": (_delete("attributions", "attribution"), EDITORS),
    "restore another's mention": (_post_to("mentions", "mention", "restore"), EDITORS),
    "say that a layer is done": (_patch("codings", "coding", {"state": "done"}), CODERS),
    "open a layer": (
        _post("codings", lambda desk: {"article": str(desk.article.pk)}),
        (401, 400, 403, 200, 200, 200),
    ),
    "bring an article in": (
        _post("articles", lambda desk: {"project": "desk", "title": "A", "text": f"Text {uuid.uuid4()}"}),
        NEW_BY_CODERS,
    ),
    "put an article": (
        lambda client, desk: client.put(
            f"{API}/articles/{uuid.uuid4()}/", {"project": "desk", "title": "A", "text": f"Text {uuid.uuid4()}"}
        ),
        NEW_BY_CODERS,
    ),
    "import articles": (
        lambda client, desk: client.post(
            f"{API}/articles/import/?project=desk",
            data=json.dumps({"title": "A", "text": str(uuid.uuid4())}),
            content_type="application/x-ndjson",
        ),
        (401, 400, 403, 200, 200, 200),
    ),
    "put all annotations of an article": (
        lambda client, desk: client.put(
            f"{API}/articles/{desk.article.pk}/annotations/", {"revision": 1, "annotations": []}, **MATCH
        ),
        EDITORS,
    ),
    "put an article by its external id": (
        _put_by_name("articles", lambda desk: {"project": "desk", "title": "A", "text": f"Text {uuid.uuid4()}"}),
        NEW_BY_CODERS,
    ),
    "put a mention by its external id": (_put_by_name("mentions", lambda desk: desk.new_mention()), NEW_BY_CODERS),
    "put an entity by its external id": (
        _put_by_name("entities", lambda desk: {"project": "desk", "name": "A", "type": "PER"}),
        NEW_BY_CODERS,
    ),
    "put an issue by its external id": (
        _put_by_name("issues", lambda desk: {"project": "desk", "wording": "A"}),
        NEW_BY_CODERS,
    ),
    "change an article": (_patch("articles", "article", {"author": "E. Nuñez"}), EDITORS),
    "delete an article": (_delete("articles", "article"), EDITORS),
    "restore an article": (_post_to("articles", "article", "restore"), EDITORS),
    "say where one is in an article": (
        _post_to("articles", "article", "presence", lambda desk: {"paragraph": 1}),
        (401, 404, 204, 204, 204, 204),
    ),
    "purge an article": (
        _post_to("articles", "article", "purge", lambda desk: {"reason": "A court order."}),
        (401, 404, 403, 403, 403, 204),
    ),
    "give an article a new text": (
        _post_to("articles", "article", "revisions", lambda desk: {"text": "Another text."}),
        (401, 404, 403, 403, 201, 201),
    ),
    "see what a new text would do": (
        _post_to("articles", "article", "revisions/preview", lambda desk: {"text": "Another text."}),
        EDITORS,
    ),
    "ask where words of a revision stand now": (
        _post_to("articles", "article", "revisions/1/carry", lambda desk: {"annotations": [{"segments": [[0, 4]]}]}),
        (401, 404, 200, 200, 200, 200),
    ),
    "undo a revision": (_post_to("articles", "article", "revisions/undo"), (401, 404, 403, 403, 409, 409)),
    "place another's mention": (
        _post_to("mentions", "mention", "place", lambda desk: {"revision": 1, "segments": [[0, 4]]}),
        (401, 404, 403, 403, 409, 409),
    ),
    "add an entity": (_post("entities", lambda desk: {"project": "desk", "name": "A", "type": "PER"}), NEW_BY_CODERS),
    "change an entity": (_patch("entities", "entity", {"description": "Mayor"}), CODERS),
    "delete an entity": (_delete("entities", "entity"), EDITORS),
    "restore an entity": (_post_to("entities", "entity", "restore"), EDITORS),
    "merge entities": (_post_to("entities", "entity", "merge", lambda desk: {"into": str(desk.other.pk)}), EDITORS),
    "undo a merge": (_post_to("entities", "entity", "unmerge"), (401, 404, 403, 403, 409, 409)),
    "add an issue": (_post("issues", lambda desk: {"project": "desk", "wording": "A"}), NEW_BY_CODERS),
    "change an issue": (_patch("issues", "issue", {"archived": True}), CODERS),
    "delete an issue": (_delete("issues", "issue"), EDITORS),
    "add a proposition": (
        _post("propositions", lambda desk: {"project": "desk", "wording": "A", "kind": "event"}),
        NEW_BY_CODERS,
    ),
    "link propositions": (
        _post(
            "proposition-links",
            lambda desk: {"from": str(desk.proposition.pk), "to": str(desk.second.pk), "relation": "related"},
        ),
        NEW_BY_CODERS,
    ),
    "unlink propositions": (_delete("proposition-links", "link"), (401, 404, 403, 204, 204, 204)),
    "assess": (
        _post(
            "assessments",
            lambda desk: {
                "proposition": str(desk.proposition.pk),
                "scale": "facts",
                "rating": "true",
                "as_of": "2026-11-02",
            },
        ),
        NEW_BY_EDITORS,
    ),
    "withdraw an assessment": (_patch("assessments", "assessment", {"state": "withdrawn"}), EDITORS),
    "delete a published assessment": (_delete("assessments", "assessment"), (401, 404, 403, 403, 409, 409)),
    "restore an assessment": (_post_to("assessments", "assessment", "restore"), EDITORS),
    "comment": (
        _post("comments", lambda desk: {"kind": "mention", "annotation": str(desk.mention.pk), "text": "Hm."}),
        NEW_BY_CODERS,
    ),
    "settle another's comment": (_patch("comments", "comment", {"resolved": True}), EDITORS),
    "delete another's comment": (_delete("comments", "comment"), (401, 404, 403, 403, 204, 204)),
    "change the project": (
        lambda client, desk: client.patch(f"{API}/projects/desk/", {"name": "Desk 2"}, **MATCH),
        MANAGERS,
    ),
    "add a member": (
        lambda client, desk: client.post(f"{API}/projects/desk/memberships/", {"user": "zoe", "role": "reader"}),
        (401, 404, 403, 403, 403, 201),
    ),
    "ask whether an account exists": (
        lambda client, desk: client.post(f"{API}/projects/desk/memberships/", {"user": "nobody", "role": "reader"}),
        (401, 404, 403, 403, 403, 400),
    ),
    "give a role": (
        lambda client, desk: client.put(f"{API}/projects/desk/memberships/sam/", {"role": "coder"}),
        MANAGERS,
    ),
    "remove a member": (
        lambda client, desk: client.delete(f"{API}/projects/desk/memberships/sam/"),
        (401, 404, 403, 403, 403, 204),
    ),
    "add a value": (
        lambda client, desk: client.post(
            f"{API}/projects/desk/codebook/", {"field": "stance.frames", "value": "sport"}
        ),
        (401, 404, 403, 403, 403, 201),
    ),
    "use a field": (
        lambda client, desk: client.patch(f"{API}/projects/desk/codebook/stance.intensity/", {"in_use": True}),
        MANAGERS,
    ),
    "explain a value": (
        lambda client, desk: client.patch(
            f"{API}/projects/desk/codebook/stance.position/support/", {"label": "For"}, **MATCH
        ),
        MANAGERS,
    ),
    "merge values": (
        lambda client, desk: client.post(
            f"{API}/projects/desk/codebook/stance.frames/morality/merge/", {"into": "political"}, **MATCH
        ),
        MANAGERS,
    ),
    "begin an import": (
        lambda client, desk: client.post(
            f"{API}/imports/?project=desk",
            data=json.dumps({"title": "A", "text": "A"}),
            content_type="application/x-ndjson",
        ),
        (401, 400, 403, 202, 202, 202),
    ),
    # Only editors see the imports of others.
    "store another's import": (_post_to("imports", "import_job", "store"), (401, 404, 404, 404, 409, 409)),
    "stop another's import": (_post_to("imports", "import_job", "stop"), (401, 404, 404, 404, 200, 200)),
    "resume another's import": (_post_to("imports", "import_job", "resume"), (401, 404, 404, 404, 409, 409)),
    "begin an export": (_post("exports", lambda desk: {"project": "desk"}), (401, 400, 202, 202, 202, 202)),
    "remove Alice's export": (_delete("exports", "export"), (401, 404, 404, 404, 404, 204)),
    "follow a feed": (
        _post("feeds", lambda desk: {"project": "desk", "url": "https://courier.example/other"}),
        (401, 400, 403, 403, 201, 201),
    ),
    # The address of a paid feed is like a password.
    "change a feed": (_patch("feeds", "feed", {"interval": 30}), (401, 404, 404, 404, 200, 200)),
    "look at a feed": (_post_to("feeds", "feed", "look"), (401, 404, 404, 404, 202, 202)),
    "leave a feed": (_delete("feeds", "feed"), (401, 404, 404, 404, 204, 204)),
    "add a webhook": (
        _post("webhooks", lambda desk: {"project": "desk", "url": "https://receiver.example/"}),
        (401, 400, 403, 403, 403, 201),
    ),
    # What is sent, and where, is for managers to see.
    "change a webhook": (_patch("webhooks", "webhook", {"on": False}), (401, 404, 404, 404, 404, 200)),
    "rotate a secret": (_post_to("webhooks", "webhook", "rotate"), (401, 404, 404, 404, 404, 200)),
    "remove a webhook": (_delete("webhooks", "webhook"), (401, 404, 404, 404, 404, 204)),
    "send a delivery again": (_post_to("deliveries", "delivery", "send-again"), (401, 404, 404, 404, 404, 202)),
    "write a batch": (
        _post(
            "batch",
            lambda desk: {"operations": [{"method": "POST", "path": "/mentions/", "body": desk.new_mention()}]},
        ),
        (401, 400, 403, 200, 200, 200),
    ),
}


def asker(name: str, cast: Cast) -> User | None:
    return {"nobody": None, "stranger": cast.zoe, **cast.members}[name]


def test_each_write_is_answered_by_role(cast):
    desk = Desk(cast)
    users = {"nobody": None, "stranger": cast.zoe, **cast.members}
    clients = {name: client_of(users[name]) for name in EVERYBODY}

    answers = {
        act: {name: undone(lambda call=call, name=name: call(clients[name], desk)) for name in EVERYBODY}
        for act, (call, _) in WRITES.items()
    }

    assert answers == {act: dict(zip(EVERYBODY, expected, strict=True)) for act, (_, expected) in WRITES.items()}


def undone(call: Callable[[], Any]) -> int:
    """The status of an answer. What was done is undone, so that each asks about the same."""
    with transaction.atomic():
        status = call().status_code
        transaction.set_rollback(True)
    return status


def test_every_route_that_writes_is_in_the_table(cast):
    """A route that is added without its line here fails."""
    desk = Desk(cast)
    called: set[tuple[str, str]] = set()

    class Recorder:
        def __getattr__(self, method: str) -> Any:
            def called_with(path: str, *args: Any, **named: Any) -> None:
                match = resolve(path.partition("?")[0])
                called.add((match.func.cls.__name__, match.func.actions[method]))

            return called_with

    for call, _ in WRITES.values():
        call(Recorder(), desk)

    shared = {"AttributionViewSet", "StanceViewSet", "ClaimViewSet", "IssueViewSet", "PropositionViewSet"}
    writes = {
        (route.callback.cls.__name__, action)
        for route in urlpatterns
        for method, action in getattr(route.callback, "actions", {}).items()
        if method not in ("get", "head") and route.callback.cls.__name__ not in shared
    }
    own = {("TokenViewSet", "create"), ("TokenViewSet", "destroy"), ("ProjectViewSet", "create")}
    puts = {(cls, action) for cls, action in writes if action == "update" and cls not in ("MentionViewSet",)}

    assert writes - called - own - puts == set()
