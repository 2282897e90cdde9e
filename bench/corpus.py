"""Articles to measure with: made up, the same in every run, and as uneven as real ones.

Words, outlets, entities and coders are few that come often and many that come seldom; one article in a hundred is ten
times as long as the others.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, cycle, islice
from typing import Any

from articles.offsets import WHITE_SPACE
from articles.readers.row import Row

WORDS = 500
LONG_WORDS = 5_000
LONG_EVERY = 100  # articles
SPANS = 30
# What the rows of the table look for.
COMMON = "the"
FREQUENT = "harbour"  # in nearly every article, now and then
PHRASE = "said the harbour master"
PHRASE_EVERY = 50  # articles
LANGUAGES = ("en", "de", "fr", "nb")
_LANGUAGES_OFTEN = (80, 12, 5, 3)
_POSITIONS = ("support", "oppose", "neutral", "mixed", "unclear")
_POSITIONS_OFTEN = (50, 30, 10, 7, 3)
_CLAIM_KINDS = ("event", "quantity", "promise", "causal")
_CLAIM_KINDS_OFTEN = (50, 25, 15, 10)
_STATES = ("open", "done", "adjudicated")
_STATES_OFTEN = (50, 33, 17)
# Articles of which some things are true that are true of no others, however many there are: of the last coder, the last
# entity, and a stance and a claim of it.
FEW = 5
_SYLLABLES = "ba co di fu ga hel ik jo ka lum mar no or pel qui ra sto tun ur vel".split()


@dataclass(frozen=True)
class Register:
    """What annotations of a project refer to (ids) and who makes them (keys of users), the most frequent first."""

    issues: Sequence[str]
    entities: Sequence[str]
    propositions: Sequence[str]
    coders: Sequence[int]


def rows(count: int, *, seed: int = 1) -> Iterator[Row]:
    """``count`` articles, without their annotations."""
    chance = random.Random(seed)
    for number in range(count):
        yield Row(
            source=f"article {number}",
            fields={
                "title": f"Article {number} of run {seed}",
                "text": _text(chance, number, seed),
                "outlet": f"Outlet {_seldom(chance, 40)}",
                "language": chance.choices(LANGUAGES, _LANGUAGES_OFTEN)[0],
                "published_on": f"{2026 - number % 12}-{number % 11 + 1:02}-{number % 28 + 1:02}",
                "external_id": f"{seed}-{number}",
            },
        )


def rare(number: int, seed: int) -> str:
    """A word that stands in this article and in the two around it, and nowhere else."""
    letters = "bcdfghjklmnpqrstvwxz"
    word, left = "", number // 3 + 1
    while left:
        left, at = divmod(left, len(letters))
        word += letters[at]
    return f"{word}y{letters[seed]}"


def row(words: int, spans: int, register: Register) -> Row:
    """One article of as many words with as many annotations."""
    text = _in_paragraphs(_words(random.Random(f"{words} {spans}"), words))
    title = f"{words:,} words with {spans:,} annotations"
    fields = {"title": title, "text": text}
    return Row(source=title, fields=fields, annotations=annotations(text, register, words, spans=spans))


def annotations(text: str, register: Register, number: int, *, spans: int = SPANS) -> list[dict[str, Any]]:
    """Annotations of the text of this number, in the wire form, spread over it: mentions, then the others in turn.

    Each stays within its paragraph, as what people mark does.
    """
    chance = _chance(number, 0)
    kinds = ["mention"] * (SPANS * 2 // 5)
    kinds += [("attribution", "stance", "claim")[at % 3] for at in range(SPANS - len(kinds))]
    found = []
    for place, kind in enumerate(islice(cycle(kinds), spans)):
        start = place * len(text) // (spans + 1)
        while text[start] in WHITE_SPACE or (start and text[start - 1] not in WHITE_SPACE):
            start += 1
        end = start + (12 if kind == "mention" else 40)
        end = start + len(text[start:end].split("\n", 1)[0])
        while text[end - 1] in WHITE_SPACE:
            end += 1
        found.append({"kind": kind, "segments": [[start, end]], "revision": 1, **_fields(chance, kind, register)})
    if number < FEW:
        _make_seldom(found, register)
    return found


def coder(register: Register, number: int) -> int:
    """Who annotated the article of this number: the last coder but a few."""
    if number < FEW:
        return register.coders[-1]
    return register.coders[_seldom(_chance(number, 1), len(register.coders) - 1)]


def state(number: int) -> str:
    """How far the work on it is."""
    return _chance(number, 2).choices(_STATES, _STATES_OFTEN)[0]


def _chance(number: int, of: int) -> random.Random:
    """What is left to chance about the article of this number."""
    return random.Random(f"{number} {of}")


def _make_seldom(found: list[dict[str, Any]], register: Register) -> None:
    """Have the last entity, of whom there is nothing elsewhere, oppose the most frequent issue."""
    for annotation in found:
        if annotation["kind"] == "stance":
            annotation |= {"holder": register.entities[-1], "target": register.issues[0], "position": "oppose"}
        elif annotation["kind"] == "claim":
            annotation["claim_kind"] = "other"


def _fields(chance: random.Random, kind: str, register: Register) -> dict[str, Any]:
    match kind:
        case "mention":
            return {"type": "PER", "entity": _one_of(chance, register.entities[:-1])}
        case "attribution":
            return {"source": _one_of(chance, register.entities[:-1]), "mode": "indirect"}
        case "stance":
            return {
                "holder": _one_of(chance, register.entities[:-1]) if chance.random() < 0.7 else "AUTHOR",
                "target_kind": "issue",
                "target": _one_of(chance, register.issues),
                "position": chance.choices(_POSITIONS, _POSITIONS_OFTEN)[0],
            }
        case _:
            told = {
                "claimant": "AUTHOR",
                "claim_kind": chance.choices(_CLAIM_KINDS, _CLAIM_KINDS_OFTEN)[0],
                "wording": "It happened.",
            }
            if chance.random() < 0.2:
                told |= {"proposition": _one_of(chance, register.propositions), "link": "suggested"}
            return told


def _text(chance: random.Random, number: int, seed: int) -> str:
    length = LONG_WORDS if number % LONG_EVERY == 7 else WORDS
    said = f"It is late, {PHRASE}." if number % PHRASE_EVERY == 3 else "It is early, nobody answered."
    return f"{_in_paragraphs(_words(chance, length - 8))}\n\n{said} Number {number}, {rare(number, seed)}."


def _in_paragraphs(words: list[str]) -> str:
    sentences = [" ".join(words[i : i + 16]).capitalize() + "." for i in range(0, len(words), 16)]
    return "\n\n".join(" ".join(sentences[i : i + 4]) for i in range(0, len(sentences), 4))


def _words(chance: random.Random, count: int) -> list[str]:
    words, frequencies = _vocabulary()
    return chance.choices(words, cum_weights=frequencies, k=count)


@cache
def _vocabulary() -> tuple[list[str], list[float]]:
    """Words, with their frequencies summed up: the n-th comes an n-th as often as the first, as in a natural text."""
    chance = random.Random(0)
    made = {"".join(chance.choices(_SYLLABLES, k=chance.randint(2, 5))): None for _ in range(20_000)}
    words = [COMMON, "of", "and", "to", "in", FREQUENT, *made]
    return words, list(accumulate(1 / (place + 1) for place in range(len(words))))


def _seldom(chance: random.Random, count: int) -> int:
    """A number below ``count``: the small ones often, the large ones seldom."""
    return int((count + 1) ** chance.random()) - 1


def _one_of(chance: random.Random, ids: Sequence[str]) -> str:
    return ids[_seldom(chance, len(ids))]
