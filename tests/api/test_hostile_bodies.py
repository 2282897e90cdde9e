"""Bodies that mean harm or make no sense: each is refused with a reason, and nothing is stored."""

import uuid
from typing import Any

from annotator.models import ANNOTATIONS, Entity, Issue
from articles.models import Article
from tests.api.clients import API, client_of
from tests.api.hostile import told
from tests.factories import an_article

NESTED = "[" * 100_000 + "]" * 100_000
DEEP = '{"comment": ' + '{"a": ' * 25 + "1" + "}" * 25 + "}"
HUGE = 10**400
SOME_ID = "6f1a4a2e-0000-4000-8000-000000000001"

# What a mention is written with; each case replaces one thing in it.
SOUND = {"revision": 1, "segments": [[0, 11]], "type": "PER"}

MENTIONS: list[tuple[str, dict[str, Any]]] = [
    ("segments missing", {"segments": None}),
    ("segments empty", {"segments": []}),
    ("segments a text", {"segments": "[[0, 11]]"}),
    ("segments an object", {"segments": {"0": 11}}),
    ("segments flat", {"segments": [0, 11]}),
    ("segment of three", {"segments": [[0, 5, 11]]}),
    ("segment of texts", {"segments": [["0", "11"]]}),
    ("segment of floats", {"segments": [[0.5, 11]]}),
    ("segment of flags", {"segments": [[False, True]]}),
    ("segment negative", {"segments": [[-3, 11]]}),
    ("segment backwards", {"segments": [[11, 0]]}),
    ("segment empty", {"segments": [[4, 4]]}),
    ("segment past the text", {"segments": [[0, 10_000]]}),
    ("segment past 32 bits", {"segments": [[0, 2**31]]}),
    ("segment past 64 bits", {"segments": [[0, 2**64]]}),
    ("segment past everything", {"segments": [[0, HUGE]]}),
    ("segments out of order", {"segments": [[5, 11], [0, 4]]}),
    ("segments that overlap", {"segments": [[0, 6], [4, 11]]}),
    ("segments that touch", {"segments": [[0, 4], [4, 11]]}),
    ("segment of white space", {"segments": [[4, 5]]}),
    ("too many segments", {"segments": [[2 * n, 2 * n + 1] for n in range(300)]}),
    ("revision missing", {"revision": None}),
    ("revision a text", {"revision": "1"}),
    ("revision a float", {"revision": 1.5}),
    ("revision huge", {"revision": HUGE}),
    ("type unknown", {"type": "PERSON"}),
    ("type missing", {"type": None}),
    ("type a list", {"type": ["PER"]}),
    ("type an object", {"type": {"PER": 1}}),
    ("class unknown", {"class": "__class__"}),
    ("role of no place", {"role": "ORG"}),
    ("entity no id", {"entity": "1 OR 1=1"}),
    ("entity a number", {"entity": 7}),
    ("entity unknown", {"entity": SOME_ID}),
    ("entity and a reason", {"entity": SOME_ID, "no_entity_reason": "unknown"}),
    ("comment a number", {"comment": 5}),
    ("comment with NUL", {"comment": "a\u0000b"}),
    ("comment too long", {"comment": "x" * 10_001}),
    ("external id too long", {"external_id": "x" * 201}),
    ("unknown field", {"is_superuser": True}),
    ("a column of the table", {"created_by_id": 1}),
    ("a lookup", {"coding__article": SOME_ID}),
    ("a prototype", {"__proto__": {"admin": True}}),
    ("another kind", {"kind": "stance"}),
    ("another id", {"id": SOME_ID}),
    ("id no id", {"id": "../../etc/passwd"}),
    ("article no id", {"article": "1"}),
    ("article unknown", {"article": SOME_ID}),
    ("coding unknown", {"coding": SOME_ID}),
    ("coding a list", {"coding": [SOME_ID]}),
    ("certainty unknown", {"certainty_of_coder": "maybe"}),
    ("origin unknown", {"origin": "robot"}),
]


def test_hostile_mentions_are_refused_with_a_reason(cast):
    client = client_of(cast.mo)
    article = an_article(cast.project, by=cast.mo)

    answers = {
        case: told(client.put(f"{API}/mentions/{uuid.uuid4()}/", {"article": str(article.pk), **SOUND, **change}))
        for case, change in MENTIONS
    }

    assert answers == {case: (400, True) for case, _ in MENTIONS}
    assert [model.objects.count() for model in ANNOTATIONS.values()] == [0, 0, 0, 0]


def test_a_mention_without_harm_is_taken(cast):
    """So that the cases above are refused for what they say and nothing else."""
    article = an_article(cast.project, by=cast.mo)

    response = client_of(cast.mo).put(f"{API}/mentions/{uuid.uuid4()}/", {"article": str(article.pk), **SOUND})

    assert response.status_code == 201


BODIES = [
    ("nothing", b""),
    ("no JSON", b"nonsense"),
    ("half of it", b'{"name": "A'),
    ("two of them", b'{"name": "A"} {"name": "B"}'),
    ("a list", b"[]"),
    ("a text", b'"name"'),
    ("null", b"null"),
    ("NaN", b'{"name": NaN}'),
    ("infinity", b'{"name": 1e999}'),
    ("a number of 5,000 digits", b'{"name": ' + b"9" * 5_000 + b"}"),
    ("a repeated name", b'{"project": "desk", "name": "A", "type": "PER", "name": "B"}'),
    ("a lone surrogate", b'{"project": "desk", "type": "PER", "name": "\\ud800"}'),
    ("half of another", b'{"project": "desk", "type": "PER", "name": "\\udc00"}'),
    ("a lone surrogate for a name", b'{"\\ud800": 1}'),
    ("NUL", b'{"project": "desk", "type": "PER", "name": "\\u0000"}'),
    ("a bare control character", b'{"project": "desk", "type": "PER", "name": "a\x01"}'),
    ("not UTF-8", b'{"project": "desk", "type": "PER", "name": "\xff"}'),
    ("UTF-16", '{"project": "desk", "type": "PER", "name": "A"}'.encode("utf-16")),
    ("nested without end", NESTED.encode()),
    ("nested too deep", DEEP.encode()),
    ("XML with a DOCTYPE", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
]


def test_hostile_bodies_are_refused(cast):
    client = client_of(cast.mo)

    answers = {
        case: told(client.post(f"{API}/entities/", data=raw, content_type="application/json")) for case, raw in BODIES
    }

    assert answers == {case: (400, True) for case, _ in BODIES}
    assert Entity.objects.count() == 0


def test_json_that_is_nested_too_deep_is_told_the_bound(cast):
    client = client_of(cast.mo)

    told = [
        client.post(f"{API}/entities/", data=raw, content_type="application/json").json()["detail"]
        for raw in (NESTED, DEEP)
    ]

    assert told == ["The body is not JSON: it is nested deeper than 20 levels."] * 2


RECORDS = [
    ("entities", {"name": ""}),
    ("entities", {"name": "   "}),
    ("entities", {"name": 5}),
    ("entities", {"name": None}),
    ("entities", {"name": "x" * 301}),
    ("entities", {"name": "a\u0000"}),
    ("entities", {"name": ["A"]}),
    ("entities", {"type": "person"}),
    ("entities", {"subtype": "party"}),
    ("entities", {"project": None}),
    ("entities", {"project": "elsewhere"}),
    ("entities", {"project": "desk\u0000"}),
    ("entities", {"project": ["desk"]}),
    ("entities", {"aliases": "A"}),
    ("entities", {"aliases": [1]}),
    ("entities", {"aliases": [["A"]]}),
    ("entities", {"aliases": ["x" * 301]}),
    ("entities", {"aliases": ["x"] * 1_000}),
    ("entities", {"identifiers": []}),
    ("entities", {"identifiers": {"wikidata": 42}}),
    ("entities", {"identifiers": {"a\u0000": "b"}}),
    ("entities", {"identifiers": {str(n): "x" for n in range(51)}}),
    ("entities", {"affiliations": {}}),
    ("entities", {"affiliations": [5]}),
    ("entities", {"affiliations": [{"organisation": SOME_ID}]}),
    ("entities", {"affiliations": [{"organisation": "x"}]}),
    ("entities", {"affiliations": [{"organisation": SOME_ID, "since": "yesterday"}]}),
    ("entities", {"merged_into": SOME_ID, "password": "x"}),
    ("entities", {"id": SOME_ID}),
    ("issues", {"wording": ""}),
    ("issues", {"wording": "x" * 501}),
    ("issues", {"parent": SOME_ID}),
    ("issues", {"parent": "x"}),
    ("issues", {"archived": "yes"}),
    ("issues", {"archived": 1}),
    ("issues", {"definition": {"a": 1}}),
    ("propositions", {"kind": "stance"}),
    ("propositions", {"wording": "x" * 1_001}),
]
_SOUND_RECORDS: dict[str, dict[str, Any]] = {
    "entities": {"name": "A", "type": "PER"},
    "issues": {"wording": "A"},
    "propositions": {"wording": "A", "kind": "event"},
}


def test_hostile_records_are_refused(cast):
    client = client_of(cast.mo)

    answers = {
        f"{noun} {change!r:.80}": told(
            client.post(f"{API}/{noun}/", {"project": "desk", **_SOUND_RECORDS[noun], **change})
        )
        for noun, change in RECORDS
    }

    assert answers == dict.fromkeys(answers, (400, True))
    assert (len(answers), Entity.objects.count(), Issue.objects.count()) == (len(RECORDS), 0, 0)


ARTICLES = [
    {"text": ""},
    {"text": "  \n "},
    {"text": None},
    {"text": 5},
    {"text": ["a"]},
    {"text": "a\u0000b"},
    {"text": "x" * 1_000_001},
    {"title": ""},
    {"title": 7},
    {"title": "x" * 501},
    {"title": "a\u0000"},
    {"url": "javascript:alert(1)"},
    {"url": "ftp://example.org"},
    {"url": "http://"},
    {"url": "http://[::1"},
    {"url": 5},
    {"language": "<script>"},
    {"language": ["en"]},
    {"published_on": "yesterday"},
    {"published_on": "2026-02-30"},
    {"published_on": 20260101},
    {"published_on": "0000-00-00"},
    {"published_on": "999999-01-01"},
    {"project": "elsewhere"},
    {"annotations": "all"},
    {"annotations": [5]},
    {"annotations": [{}]},
    {"annotations": [{"kind": "verdict"}]},
    {"annotations": [{"kind": "mention", "type": "PER", "segments": [[0, 99]]}]},
    {"annotations": [{"kind": "mention", "type": "PER", "segments": [[0, 4]], "exact": ["Not so"]}]},
    {"annotations": [{"kind": ["mention"]}]},
    {"sha256": "0" * 64, "purged_at": None},
]


def test_hostile_articles_are_refused(cast):
    client = client_of(cast.mo)

    answers = {
        f"{change!r:.80}": told(
            client.post(f"{API}/articles/", {"project": "desk", "title": "A", "text": "Text of it.", **change})
        )
        for change in ARTICLES
    }

    assert answers == dict.fromkeys(answers, (400, True))
    assert (len(answers), Article.objects.count()) == (len(ARTICLES), 0)
