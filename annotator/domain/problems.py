"""Problem documents (RFC 9457): the form of every error that is told to a program, wherever it comes from."""

from typing import Any

import orjson

MEDIA_TYPE = "application/problem+json"
TITLES = {
    "refused": "Not accepted",
    "not-signed-in": "Not signed in",
    "forbidden": "Not allowed",
    "not-there": "Not there",
    "no-such-method": "No such method",
    "too-slow": "Too slow",
    "too-large": "Too large",
    "too-many": "Too many requests",
    "fault": "Our fault",
}


def document(status: int, name: str, detail: str, *, title: str = "") -> dict[str, Any]:
    return {
        "type": f"urn:annotator:{name}",
        "title": title or TITLES[name],
        "status": status,
        "detail": detail,
        "errors": [],
    }


def written(status: int, name: str, detail: str) -> bytes:
    """One as it is sent, for those who answer without a framework."""
    return orjson.dumps(document(status, name, detail))
