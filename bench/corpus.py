"""Articles to measure with: made up, the same in every run."""

import random
from collections.abc import Iterator
from typing import Any

from articles.offsets import WHITE_SPACE
from articles.readers.row import Row

WORDS = 500
SPANS = 30
_SYLLABLES = "ba co di fu ga hel ik jo ka lum mar no or pel qui ra sto tun ur vel".split()


def rows(count: int, *, seed: int = 1) -> Iterator[Row]:
    """``count`` articles of 500 words with 30 annotations each: 12 mentions, 6 attributions, 6 stances, 6 claims.

    Stances and claims are the author's, about an issue whose id the importer puts in (``issue``).
    """
    chance = random.Random(seed)
    vocabulary = sorted({"".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4))) for _ in range(4_000)})
    for number in range(count):
        yield Row(
            source=f"article {number}",
            fields={
                "title": f"Article {number} of run {seed}",
                "text": _text(chance, vocabulary, number, seed),
                "outlet": f"Outlet {number % 20}",
                "published_on": f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}",
                "external_id": f"{seed}-{number}",
            },
        )


def _text(chance: random.Random, vocabulary: list[str], number: int, seed: int) -> str:
    words = chance.choices(vocabulary, k=WORDS - 2)
    sentences = [" ".join(words[i : i + 16]).capitalize() + "." for i in range(0, len(words), 16)]
    paragraphs = [" ".join(sentences[i : i + 4]) for i in range(0, len(sentences), 4)]
    return "\n\n".join([*paragraphs, f"Number {number}-{seed}."])


def annotations(text: str, issue: str) -> list[dict[str, Any]]:
    """30 annotations of a text, in the wire form, spread over it."""
    kinds = ["mention"] * 12 + ["attribution", "stance", "claim"] * 6
    step = len(text) // (SPANS + 1)
    found = []
    for place, kind in enumerate(kinds):
        start = place * step
        while text[start] in WHITE_SPACE or (start and text[start - 1] not in WHITE_SPACE):
            start += 1
        end = start + (12 if kind == "mention" else 40)
        while text[end - 1] in WHITE_SPACE:
            end += 1
        found.append({"kind": kind, "segments": [[start, end]], "revision": 1, **_fields(kind, issue)})
    return found


def _fields(kind: str, issue: str) -> dict[str, Any]:
    return {
        "mention": {"type": "PER"},
        "attribution": {"source": "UNSPECIFIED", "mode": "indirect"},
        "stance": {"holder": "AUTHOR", "target_kind": "issue", "target": issue, "position": "support"},
        "claim": {"claimant": "AUTHOR", "claim_kind": "event", "wording": "It happened."},
    }[kind]
