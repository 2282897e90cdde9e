"""W3C Web Annotation (Sanderson, Ciccarese & Young 2017, https://www.w3.org/TR/annotation-model/) of our annotations.

Positions count Unicode code points, as the standard has them. The source is a text of an article, which stays as it is.
"""

import json
from collections.abc import Mapping
from typing import Any

from annotator.domain.spans import SPAN_FIELDS

MEDIA_TYPE = "application/ld+json"
CONTEXT = "http://www.w3.org/ns/anno.jsonld"

_PLURAL = {"mention": "mentions", "attribution": "attributions", "stance": "stances", "claim": "claims"}
# What the standard says itself; all else about an annotation is in its body.
_SAID = {"kind", "id", "article", "revision", "segments", "exact", "comment", "version", *SPAN_FIELDS}
_SAID |= {"created_at", "created_by", "changed_at", "changed_by", "deleted_at"}


def annotation(row: Mapping[str, Any], base: str) -> dict[str, Any]:
    """One annotation of its wire form, with ``exact``; ``base`` is the address of the interface, `https://…/api/v1/`."""
    return {"@context": CONTEXT, **_annotation(row, base)}


def page(rows: list[dict[str, Any]], address: str, base: str) -> dict[str, Any]:
    """The annotations of an article, in text order, found at ``address``."""
    items = [_annotation(row, base) for row in rows]
    return {"@context": CONTEXT, "id": address, "type": "AnnotationPage", "startIndex": 0, "items": items}


def _annotation(row: Mapping[str, Any], base: str) -> dict[str, Any]:
    source = f"{base}articles/{row['article']}/revisions/{row['revision']}/"
    targets = [_target(source, segment, exact) for segment, exact in zip(row["segments"], row["exact"], strict=True)]
    return {
        "id": f"{base}{_PLURAL[row['kind']]}/{row['id']}/",
        "type": "Annotation",
        "motivation": "identifying" if row["kind"] == "mention" else "classifying",
        "created": row["created_at"],
        "creator": {"type": "Person", "nickname": row["created_by"]},
        "modified": row["changed_at"],
        "body": list(_bodies(row, base)),
        # Several segments are one thing said in pieces, and not several targets that are each spoken of.
        "target": targets[0] if len(targets) == 1 else {"type": "Composite", "items": targets},
    }


def _target(source: str, segment: list[int], exact: str) -> dict[str, Any]:
    start, end = segment
    return {
        "type": "SpecificResource",
        "source": source,
        "selector": [
            {"type": "TextPositionSelector", "start": start, "end": end},
            {"type": "TextQuoteSelector", "exact": exact},
        ],
    }


def _bodies(row: Mapping[str, Any], base: str) -> Any:
    """What is said: the entity that is named; the fields of the kind, whole, as JSON; the coder's comment."""
    if row.get("entity"):
        yield {"type": "SpecificResource", "purpose": "identifying", "source": f"{base}entities/{row['entity']}/"}
    fields = {name: value for name, value in row.items() if name not in _SAID}
    spans = {name: row[name] for name in SPAN_FIELDS if name != "segments" and row.get(name)}
    told = json.dumps({"kind": row["kind"], **fields, **spans}, default=str, ensure_ascii=False)
    yield {"type": "TextualBody", "purpose": "classifying", "format": "application/json", "value": told}
    if row["comment"]:
        yield {"type": "TextualBody", "purpose": "commenting", "format": "text/plain", "value": row["comment"]}
