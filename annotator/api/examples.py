"""Examples for the OpenAPI document, drawn from the shapes: one story, the one of docs/api.md."""

import json
import uuid
from typing import Any

from rest_framework import serializers

from annotator.api.annotation_shapes import SERIALIZERS
from annotator.api.fields import OptionalSpanField, PartyField, SegmentField, SpanField
from annotator.api.strict_json import LINES
from annotator.domain.annotation import Kind

_WORDS = "vowed on Friday to keep the line open"
_TEXT = f"Mayor Ilsa Marrow {_WORDS}."
_AT = "2026-11-23T20:17:00.123456Z"
_PLACE = [[18, 55]]

# By the name of a field or parameter, and where one name has several senses by “Shape.name”.
_VALUES: dict[str, Any] = {
    "act": "stance.revised",
    "addresses": ["https://courier.example/a-vow"],
    "because": "external_id",
    "after": 124,
    "Event.after": {"comment": "A promise as well.", "version": 2},
    "CodebookValue.definition": "Who gains and who loses in a contest.",
    "Comment.text": "Really?",
    "Event.before": {"comment": "", "version": 1},
    "aliases": ["Mayor Marrow"],
    "author": "E. Nuñez",
    "body": {"comment": "A promise as well."},
    "coder": "mo",
    "comment": "A promise as well.",
    "counts": {"new": 2, "refused": 1},
    "Article.counts": {"mention": 4, "attribution": 1, "stance": 2, "claim": 1},
    "created_by": "mo",
    "changed_by": "mo",
    "by": "mo",
    "definition": "All trains of the Tarn line run on.",
    "description": "Mayor of Port Aldis since 2024.",
    "email": "mo@example.org",
    "etag": "9f2c4a",
    "exact": [_WORDS],
    "Quantity.exact": "9 percent",
    "external_id": "cms-17",
    "field": "stance.frames",
    "CodebookField.name": "stance.frames",
    "hint": "ann_b4X2",
    "FollowedFeed.url": "https://courier.example/feed",
    "FeedChange.url": "https://courier.example/feed",
    "identifiers": {"wikidata": "Q42"},
    "interval": 60,
    "invitation": "https://annotator.example/accounts/password/set/MQ/c2x-5f/",
    "keys": {"mention": ["e"]},
    "label": "Sport",
    "language": "en",
    "length": len(_TEXT),
    "MyProject.name": "Desk",
    "Project.name": "Desk",
    "ProjectChange.name": "Desk",
    "Me.name": "Mo Ardent",
    "Membership.name": "Mo Ardent",
    "Token.name": "The nightly export",
    "NewToken.name": "The nightly export",
    "ImportJob.name": "news.jsonl",
    "name": "Ilsa Marrow",
    "number": 1,
    "offsets": "utf16",
    "outlet": "The Courier",
    "page_size": 50,
    "paragraphs": [[0, len(_TEXT)]],
    "Operation.method": "PATCH",
    "Operation.path": f"/stances/{uuid.uuid5(uuid.NAMESPACE_URL, 'id')}/",
    "Operation.if_match": 1,
    "place": 0,
    "project": "desk",
    "published_on": "2026-11-23",
    "publisher": "Port Aldis Council",
    "q": "line",
    "query": {"q": "line -strike", "language": "en"},
    "Search.name": "The line",
    "rating": "true",
    "reason": "A court order of 2026-11-20.",
    "revision": 1,
    "reviewer": "rita",
    "secret": "ann_b4X2…",
    "NewWebhook.secret": "whsec_…",
    "segments": _PLACE,
    "selection": [18, 55],
    "sha256": "b24c0a4e0c6f0d3a5f1c7be9c8f1f2ad6b3e55d27b1fa0a0c2e6a8b1d4c9e7f3",
    "slug": "desk",
    "source": "news.jsonl, line 3",
    "status": 200,
    "summary": "The minutes of the council say so.",
    "text": _TEXT,
    "thing": "stance",
    "title": "A vow on the line",
    "url": "https://courier.example/a-vow",
    "Webhook.url": "https://receiver.example/annotator",
    "user": "mo",
    "username": "mo",
    "value": "sport",
    "version": 1,
    "wording": "Keep the Tarn line open",
    "into": str(uuid.uuid5(uuid.NAMESPACE_URL, "into")),
}
# What a new thing is shown with, beside what it must have.
_TOLD = {"external_id", "comment", "exact", "revision", "article", "outlet", "published_on", "project", "text"}
_TOLD |= {
    "hits",
    "holder",
    "claimant",
    "state",
    "label",
    "definition",
    "paragraph",
    "interval",
    "aliases",
    "acts",
    "if_match",
    "body",
}
# What a change is shown with: the first of these that there is.
_CHANGED = ("comment", "description", "definition", "author", "state", "resolved", "on", "interval", "in_use")


def of_file(media_type: str) -> str:
    """A body that is a file."""
    if media_type != LINES:
        return _TEXT
    mention = {"kind": "mention", "segments": [[6, 17]], "type": "PER"}
    article = {"title": _VALUES["title"], "text": _TEXT, "annotations": [mention]}
    return json.dumps(article) + "\n"


def of_parameter(name: str, schema: dict[str, Any]) -> Any:
    """A parameter of an address."""
    if schema.get("enum"):
        return schema["enum"][-1]
    match schema.get("type"), schema.get("format"):
        case "string", "uuid":
            return _id(name)
        case "string", "date":
            return "2026-11-23"
        case "boolean", _:
            return True
    if schema.get("examples"):
        return schema["examples"][0]
    return _VALUES.get(name, schema.get("default", "A"))


def of_shape(shape: Any, *, is_change: bool = False, is_answer: bool = False) -> dict[str, Any]:
    """What is sent to make or change something of this shape, or what is answered."""
    fields = shape().fields if isinstance(shape, type) else shape.fields
    name = type(shape()).__name__ if isinstance(shape, type) else type(shape).__name__
    if is_answer:
        shown = [each for each, field in fields.items() if not field.write_only]
    else:
        written = {each: field for each, field in fields.items() if not field.read_only}
        shown = [each for each in _CHANGED if each in written][:1] if is_change else []
        shown = shown or [each for each, field in written.items() if field.required or each in _TOLD]
    return {each: _of_field(each, fields[each], name.removesuffix("Serializer"), is_answer) for each in shown}


def _of_field(name: str, field: Any, shape: str, is_answer: bool) -> Any:
    if name == "annotations" and isinstance(field, serializers.ListField):
        return [{"kind": "stance", **of_shape(SERIALIZERS[Kind.STANCE], is_answer=is_answer)}]
    for known in (f"{shape}.{name}", name):
        if known in _VALUES and (known != name or not isinstance(field, _OF_THEIR_OWN)):
            return _VALUES[known]
    match field:
        case serializers.ListSerializer():
            return [of_shape(field.child, is_answer=is_answer)] if not field.allow_null else []
        case serializers.Serializer():
            return None if field.allow_null else of_shape(field, is_answer=is_answer)
        case _ if field.allow_null:
            return None
        case serializers.ChoiceField():
            return next(iter(field.choices)) if field.default is serializers.empty else field.default
        case serializers.UUIDField():
            return _id(name)
        case PartyField():
            return "AUTHOR"
        case SpanField() | OptionalSpanField():
            return _PLACE
        case SegmentField():
            return _PLACE[0]
        case serializers.DateTimeField():
            return _AT
        case serializers.DateField():
            return "2026-11-23"
        case serializers.BooleanField():
            return False
        case serializers.IntegerField() | serializers.FloatField():
            return max(field.min_value or 0, 1)
        case serializers.FileField():
            return "news.jsonl"
        case serializers.ListField():
            return [_of_field(name, field.child, shape, is_answer)] if field.child and name == "files" else []
        case serializers.DictField() | serializers.JSONField():
            return {}
    return ""


# Fields that say more of their values than their name does.
_OF_THEIR_OWN = (
    serializers.BaseSerializer,
    serializers.ChoiceField,
    serializers.UUIDField,
    serializers.BooleanField,
    PartyField,
)


def _id(name: str) -> str:
    """Always the same one for the same name."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))
