"""The language in which words are searched: text → tree. docs/search.md explains it to those who search.

query   = either
either  = all, { ("OR" | "|"), all }
all     = each, { ["AND"], each }
each    = ("-" | "NOT"), each | "(", either, ")" | quoted | word
word    = characters up to white space, a quotation mark, a bracket or "|"; "*" at its end asks for a beginning
"""

import re
from dataclasses import dataclass

from articles.words import words_of

LONGEST = 500  # characters
MOST_TERMS = 40
DEEPEST = 10


@dataclass(frozen=True)
class Word:
    """One word, in whatever form the language of the article gives it."""

    word: str


@dataclass(frozen=True)
class Phrase:
    """Words next to each other, as they are written but for case and accents; of the last, maybe its beginning only."""

    words: tuple[str, ...]
    is_beginning: bool = False


@dataclass(frozen=True)
class Not:
    without: "Query"


@dataclass(frozen=True)
class All:
    parts: tuple["Query", ...]


@dataclass(frozen=True)
class Either:
    parts: tuple["Query", ...]


Query = Word | Phrase | Not | All | Either


class QueryError(ValueError):
    """A query that cannot be read. ``at`` is the place in it, in characters from 0."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(f"{message} (at character {at + 1})")
        self.at = at


_QUOTES = {'"': '"', "“": "”“", "”": "”", "„": "“”", "«": "»", "»": "«"}
_CLOSING = "".join(_QUOTES) + "".join(_QUOTES.values())
_TOKEN = re.compile(
    rf"\s*(?:(?P<sign>[()|])|(?P<minus>-+)|(?P<quote>[{''.join(_QUOTES)}])|(?P<word>[^\s()|{_CLOSING}]+))"
)


@dataclass(frozen=True)
class _Token:
    kind: str  # a sign, "OR", "AND", "-", "term" or "end"
    at: int
    term: Query | None = None


def read_query(query: str) -> Query:
    """The tree of a query, with “not” before single terms alone, or QueryError with the reason and the place."""
    if len(query) > LONGEST:
        raise QueryError(f"The query has {len(query):,} characters; the most is {LONGEST}.", LONGEST)
    reader = _Reader(_tokens(query))
    found = reader.either(depth=0)
    if (left := reader.next).kind != "end":
        raise QueryError("This bracket closes none." if left.kind == ")" else "This has no place here.", left.at)
    return _plain(found)


def asked_terms(query: Query) -> list[Word | Phrase]:
    """What is looked for, without what is excluded: that is what a hit is marked by."""
    match query:
        case Not():
            return []
        case All(parts) | Either(parts):
            return list(dict.fromkeys(term for part in parts for term in asked_terms(part)))
        case _:
            return [query]


def excludes_only(query: Query) -> bool:
    """Whether nothing is asked for that an article must have: “-rail” alone."""
    match query:
        case Not(without):
            return not excludes_only(without)
        case All(parts):
            return all(excludes_only(part) for part in parts)
        case Either(parts):
            return any(excludes_only(part) for part in parts)
        case _:
            return False


def opposite(query: Query) -> Query:
    """What holds where ``query`` does not."""
    match query:
        case Not(without):
            return _plain(without)
        case All(parts):
            return Either(tuple(opposite(part) for part in parts))
        case Either(parts):
            return All(tuple(opposite(part) for part in parts))
        case _:
            return Not(query)


def _plain(query: Query) -> Query:
    """The same, with “not” before single terms alone."""
    match query:
        case Not(without):
            return opposite(without)
        case All(parts):
            return All(tuple(_plain(part) for part in parts))
        case Either(parts):
            return Either(tuple(_plain(part) for part in parts))
        case _:
            return query


def _tokens(query: str) -> list[_Token]:
    found: list[_Token] = []
    at, end = 0, len(query.rstrip())
    terms = 0
    while at < end:
        match = _TOKEN.match(query, at)
        if match is None:
            at += len(query[at:]) - len(query[at:].lstrip())
            raise QueryError(f"{query[at]} closes nothing that was opened.", at)
        start, at = match.start(str(match.lastgroup)), match.end()
        if match.lastgroup == "sign":
            found.append(_Token("OR" if match["sign"] == "|" else match["sign"], start))
        elif match.lastgroup == "minus":
            _require_term_after(query, at, start)
            found.append(_Token("-", start))
        elif match.lastgroup == "word" and match["word"] in ("OR", "AND", "NOT"):
            found.append(_Token("-" if match["word"] == "NOT" else match["word"], start))
        else:
            terms += 1
            if terms > MOST_TERMS:
                raise QueryError(f"The query has more than {MOST_TERMS} words and phrases.", start)
            if match.lastgroup == "quote":
                term, at = _quoted(query, start)
                found.append(_Token("term", start, term))
            else:
                found.append(_Token("term", start, _term(match["word"], start)))
    return [*found, _Token("end", len(query))]


def _require_term_after(query: str, at: int, minus: int) -> None:
    if at >= len(query) or query[at].isspace() or query[at] in ")|":
        raise QueryError("After - stands what is left out, without a blank.", minus)


def _quoted(query: str, start: int) -> tuple[Query, int]:
    closing = _QUOTES[query[start]]
    for end in range(start + 1, len(query)):
        if query[end] in closing:
            return _phrase(query[start + 1 : end], start), end + 1
    raise QueryError("This quotation mark is not closed.", start)


def _term(written: str, at: int) -> Query:
    """A bare word; one with a sign in it (don’t, 9.5) is looked for as a phrase."""
    if written.endswith("*") or len(words_of(written)) != 1:
        return _phrase(written, at)
    return Word(words_of(written)[0])


def _phrase(written: str, at: int) -> Phrase:
    words = words_of(written)
    if not words:
        raise QueryError(f"{written.strip()[:20] or 'An empty phrase'} has no word that could be looked for.", at)
    return Phrase(tuple(words), is_beginning=written.rstrip().endswith("*"))


class _Reader:
    """Reads tokens from left to right; ``next`` is the one that comes."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0

    @property
    def next(self) -> _Token:
        return self._tokens[self._at]

    def either(self, depth: int) -> Query:
        parts = [self._all(depth)]
        while self.next.kind == "OR":
            self._at += 1
            parts.append(self._all(depth))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _all(self, depth: int) -> Query:
        parts = [self._each(depth)]
        while self.next.kind in ("-", "(", "term", "AND"):
            if self.next.kind == "AND":
                self._at += 1
            parts.append(self._each(depth))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _each(self, depth: int) -> Query:
        token = self.next
        if depth > DEEPEST:
            raise QueryError(f"More than {DEEPEST} levels of brackets and exclusions.", token.at)
        if token.kind == "term" and token.term is not None:
            self._at += 1
            return token.term
        if token.kind == "-":
            self._at += 1
            return Not(self._each(depth + 1))
        if token.kind == "(":
            self._at += 1
            found = self.either(depth + 1)
            if self.next.kind != ")":
                raise QueryError("This bracket is not closed.", token.at)
            self._at += 1
            return found
        expected = "a word, a phrase in quotation marks or a bracket"
        if token.kind == "end":
            raise QueryError(f"Something is missing at the end: {expected}.", token.at)
        raise QueryError(f"Here stands {token.kind}, where {expected} is expected.", token.at)
