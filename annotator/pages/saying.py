"""What a former annotation said, in a sentence: it is there as its wire form alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from annotator.domain.annotation import Kind, Voice
from annotator.queries.referred import records_in


@dataclass(frozen=True)
class Said:
    """A line of the list below a text. ``layer`` is whose layer it is in, where there are several."""

    id: str
    kind: str
    position: str
    sentence: str
    words: str
    layer: str
    revision: int
    waits: bool


def said_of(
    rows: list[dict[str, Any]], user: Any, *, labels: Mapping[str, Mapping[str, str]], layers: Mapping[str, str]
) -> list[Said]:
    """Who says what, of each of ``rows``. ``layers`` has the name of each layer by its id."""
    records = records_in(rows, user)

    def named(table: str, key: Any) -> str:
        record = records[table].get(str(key), {})
        return str(record.get("name") or record.get("wording") or "")

    def party(key: Any) -> str:
        if key in (Voice.AUTHOR.value, Voice.UNSPECIFIED.value):
            return gettext("The author") if key == Voice.AUTHOR.value else gettext("Somebody not named")
        return named("entity", key)

    def label(field: str, value: str) -> str:
        return labels.get(field, {}).get(value, value)

    def sentence(row: dict[str, Any]) -> str:
        match row["kind"]:
            case Kind.STANCE:
                position = label("stance.position", row["position"])
                return f"{party(row['holder'])} {position} {named(row['target_kind'], row['target'])}"
            case Kind.CLAIM:
                return f"{party(row['claimant'])}: {row['wording'] or named('proposition', row['proposition'])}"
            case Kind.ATTRIBUTION:
                return f"{party(row['source'])} · {label('attribution.mode', row['mode'])}"
            case _:
                return named("entity", row["entity"]) or label("mention.type", row["type"])

    return [
        Said(
            id=str(row["id"]),
            kind=row["kind"],
            position=row.get("position", ""),
            sentence=sentence(row),
            words=" … ".join(row["exact"]),
            layer=layers.get(str(row["coding"]), "") if len({each["coding"] for each in rows}) > 1 else "",
            revision=row["revision"],
            waits=bool(row["anchoring"]),
        )
        for row in rows
    ]
