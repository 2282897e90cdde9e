"""Who may write what: every route that writes, for everybody."""

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.urls import resolve

from annotator.actions.comments import add_comment
from annotator.actions.projects import create_project
from annotator.actions.register import assess, link_propositions
from annotator.api.urls import urlpatterns
from annotator.models import Token, User
from tests.api.clients import API, client_of, client_with_token
from tests.factories import (
    Cast,
    a_coding,
    a_mention,
    a_proposition,
    an_article,
    an_attribution,
    an_entity,
    an_issue,
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


class Desk:
    """One of everything in the project, made by Alice so that nobody else acts upon their own."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.article = an_article(cast.project, by=cast.alice)
        self.coding = a_coding(self.article, by=cast.alice)
        self.mention = a_mention(self.article, by=cast.alice)
        self.attribution = an_attribution(self.article, by=cast.alice)
        self.entity, self.other = (an_entity(cast.project, by=cast.alice) for _ in range(2))
        self.issue = an_issue(cast.project, by=cast.alice)
        self.proposition, self.second = (a_proposition(cast.project, by=cast.alice) for _ in range(2))
        self.link = link_propositions(self.proposition, self.second, "variant", by=cast.alice)
        verdict = {"scale": "facts", "rating": "true", "as_of": "2026-11-01", "state": "published"}
        evidence = [{"url": "https://example.org", "bearing": "supports"}]
        self.assessment = assess(self.proposition, {**verdict, "evidence": evidence}, by=cast.alice)
        self.comment = add_comment(self.mention, "Really?", by=cast.alice)

    def new_mention(self, **fields: Any) -> dict[str, Any]:
        return {"article": str(self.article.pk), "revision": 1, "segments": [[0, 4]], "type": "PER", **fields}


Call = Callable[[Any, Desk], Any]


def _patch(path: str, of: str, body: dict[str, Any]) -> Call:
    return lambda client, desk: client.patch(f"{API}/{path}/{getattr(desk, of).pk}/", body, **MATCH)


def _delete(path: str, of: str) -> Call:
    return lambda client, desk: client.delete(f"{API}/{path}/{getattr(desk, of).pk}/", **MATCH)


def _post(path: str, body: Callable[[Desk], dict[str, Any]]) -> Call:
    return lambda client, desk: client.post(f"{API}/{path}/", body(desk))


def _post_to(path: str, of: str, act: str, body: Callable[[Desk], dict[str, Any]] = lambda desk: {}) -> Call:
    return lambda client, desk: client.post(f"{API}/{path}/{getattr(desk, of).pk}/{act}/", body(desk), **MATCH)


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
    "change an article": (_patch("articles", "article", {"author": "E. Nuñez"}), EDITORS),
    "delete an article": (_delete("articles", "article"), EDITORS),
    "restore an article": (_post_to("articles", "article", "restore"), EDITORS),
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


@pytest.mark.parametrize(
    ("scope", "expected"),
    [("read", (200, 403, 403, 403)), ("annotate", (200, 201, 403, 403)), ("manage", (200, 201, 200, 403))],
)
def test_a_token_does_what_its_scope_covers_and_no_more(cast, scope, expected):
    desk = Desk(cast)
    client = client_with_token(cast.alice, scope=scope)

    answers = (
        client.get(f"{API}/mentions/"),
        client.post(f"{API}/mentions/", desk.new_mention()),
        client.patch(f"{API}/projects/desk/", {"name": "B"}, **MATCH),
        client.post(f"{API}/tokens/", {"name": "more", "scope": "manage"}),
    )

    assert tuple(answer.status_code for answer in answers) == expected


def test_a_token_of_one_project_sees_and_does_nothing_in_another(cast):
    article = an_article(cast.project, by=cast.alice)
    other = create_project(slug="second", name="Second", by=cast.alice)
    client = client_with_token(cast.alice, project=other)

    assert [row["slug"] for row in client.get(f"{API}/projects/").json()["results"]] == ["second"]
    assert client.get(f"{API}/articles/{article.pk}/").status_code == 404
    assert client.post(f"{API}/issues/", {"project": "desk", "wording": "A"}).status_code == 400
    assert client.post(f"{API}/projects/", {"slug": "third", "name": "Third"}).status_code == 403


def test_a_disabled_account_is_out_at_once(cast):
    browser, program = client_of(cast.mo), client_with_token(cast.mo)
    assert (browser.get(f"{API}/me/").status_code, program.get(f"{API}/me/").status_code) == (200, 200)

    User.objects.filter(pk=cast.mo.pk).update(is_active=False)

    assert (browser.get(f"{API}/me/").status_code, program.get(f"{API}/me/").status_code) == (401, 401)


def test_a_revoked_and_an_expired_token_are_out(cast):
    client = client_with_token(cast.mo)
    token = Token.objects.get()
    assert client.get(f"{API}/me/").status_code == 200

    Token.objects.update(expires_at=token.created_at)
    expired = client.get(f"{API}/me/")
    Token.objects.update(expires_at=None)
    client_of(cast.mo).delete(f"{API}/tokens/{token.pk}/")
    revoked = client.get(f"{API}/me/")

    assert (expired.status_code, revoked.status_code) == (401, 401)
    assert revoked["WWW-Authenticate"] == 'Bearer realm="annotator"'


def test_the_use_of_a_token_is_noted_once_a_minute(cast):
    client = client_with_token(cast.mo)
    client.get(f"{API}/me/")
    first = Token.objects.get().last_used_at
    client.get(f"{API}/me/")

    assert first is not None
    assert Token.objects.get().last_used_at == first

    Token.objects.update(last_used_at=first - timedelta(minutes=2))
    client.get(f"{API}/me/")

    assert Token.objects.get().last_used_at > first


def test_ids_of_another_project_are_unknown_in_every_field(cast):
    """Zoe writes in her own project, and points to things of the desk."""
    desk = Desk(cast)
    client = client_of(cast.zoe)
    article = client.post(
        f"{API}/articles/", {"project": "elsewhere", "title": "A", "text": "Ilsa Marrow spoke."}
    ).json()
    own = client.post(f"{API}/propositions/", {"project": "elsewhere", "wording": "A", "kind": "event"}).json()["id"]
    words = {"article": article["id"], "revision": 1, "segments": [[0, 11]]}
    stance = {**words, "holder": "AUTHOR", "position": "oppose"}
    claim = {**words, "claimant": "AUTHOR", "claim_kind": "event", "wording": "A"}
    entity, issue, proposition = str(desk.entity.pk), str(desk.issue.pk), str(desk.proposition.pk)
    writes = {
        ("mentions", "entity"): {**words, "type": "PER", "entity": entity},
        ("mentions", "coding"): {**words, "type": "PER", "coding": str(desk.coding.pk)},
        ("attributions", "source"): {**words, "source": entity, "mode": "direct"},
        ("attributions", "parent"): {
            **words,
            "source": "AUTHOR",
            "mode": "direct",
            "parent": str(desk.attribution.pk),
        },
        ("stances", "holder"): {**stance, "holder": entity, "target_kind": "proposition", "target": own},
        ("stances", "target"): {**stance, "target_kind": "issue", "target": issue},
        ("stances", "affiliation"): {**stance, "target_kind": "proposition", "target": own, "affiliation": entity},
        ("stances", "voiced_by"): {**stance, "target_kind": "proposition", "target": own, "voiced_by": entity},
        ("claims", "claimant"): {**claim, "claimant": entity},
        ("claims", "proposition"): {**claim, "proposition": proposition},
        ("claims", "attribution"): {**claim, "attribution": str(desk.attribution.pk)},
        ("issues", "parent"): {"project": "elsewhere", "wording": "A", "parent": issue},
        ("proposition-links", "to"): {"from": own, "to": proposition, "relation": "variant"},
        ("assessments", "proposition"): {
            "proposition": proposition,
            "scale": "facts",
            "rating": "true",
            "as_of": "2026-11-01",
        },
        ("comments", "annotation"): {"kind": "mention", "annotation": str(desk.mention.pk), "text": "A"},
    }

    answers = {(noun, field): client.post(f"{API}/{noun}/", body) for (noun, field), body in writes.items()}

    assert {key: answer.status_code for key, answer in answers.items()} == dict.fromkeys(writes, 400)
    assert {key: answer.json()["errors"][0]["field"] for key, answer in answers.items()} == {
        key: key[1] for key in writes
    }
