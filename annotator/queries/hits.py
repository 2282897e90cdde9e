"""Where in its articles a search found something: spans in code points, and the words around them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from annotator.domain.search import Phrase, Query, Word, asked_terms
from annotator.queries.contexts import Piece, around
from articles.models import Article
from articles.words import spans_of_words

MOST_SHOWN = 10  # hits of one article
_MOST_REMEMBERED = 100_000

Span = tuple[int, int]

# (configuration, word as written) → as it is compared: folded, and its stems. What a word folds to never changes.
_remembered: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {}
_FOLDED = """
SELECT word, btrim(folded), tsvector_to_array(to_tsvector(%(configuration)s::regconfig, folded))
FROM (SELECT word, articles_words(word) AS folded FROM unnest(%(words)s::text[]) AS word) AS words
"""


@dataclass(frozen=True)
class Hit:
    """``[start, end)`` of the article's current text, with what stands before, in and after it."""

    start: int
    end: int
    before: str
    words: str
    after: str


@dataclass(frozen=True)
class InArticle:
    """The hits of an article, ``more`` of which are not shown; ``title`` in pieces."""

    article: Article
    title: list[Piece]
    hits: list[Hit]
    more: int


def in_context(articles: Iterable[Article], query: Query, *, most: int = MOST_SHOWN) -> list[InArticle]:
    """The articles, with their current text at hand, and where they say what is asked for."""
    articles = list(articles)
    terms = asked_terms(query)
    told = _told([*(a.title for a in articles), *(a.current.text for a in articles)], articles * 2, terms)
    return [
        shown(article, spans, most=most, title_spans=title_spans)
        for article, title_spans, spans in zip(articles, told[: len(articles)], told[len(articles) :], strict=True)
    ]


def spans_in(articles: Sequence[Article], query: Query) -> list[list[Span]]:
    """For each of the articles, with its current text at hand, where that says what is asked for."""
    return _told([article.current.text for article in articles], list(articles), asked_terms(query))


def shown(article: Article, spans: Sequence[Span], *, most: int, title_spans: Sequence[Span] = ()) -> InArticle:
    text = article.current.text
    return InArticle(
        article,
        _pieces(article.title, title_spans),
        [hit_at(text, span) for span in spans[:most]],
        max(len(spans) - most, 0),
    )


def hit_at(text: str, span: Span) -> Hit:
    """A span of a text, with what stands around it."""
    start, end = span
    sides = {"before": "", "after": ""}
    side = "before"
    for piece in around(text, [span]):
        if piece.marked:
            side = "after"
        else:
            sides[side] = piece.text
    return Hit(start, end, words=text[start:end], **sides)


def _pieces(text: str, spans: Sequence[Span]) -> list[Piece]:
    found, at = [], 0
    for start, end in spans:
        found += [Piece(text[at:start], marked=False), Piece(text[start:end], marked=True)]
        at = end
    return [piece for piece in (*found, Piece(text[at:], marked=False)) if piece.text]


def _told(texts: list[str], articles: list[Article], terms: list[Word | Phrase]) -> list[list[Span]]:
    """For each text the spans of what it says of the terms."""
    cut = [spans_of_words(text) for text in texts]
    by_configuration: dict[str, set[str]] = {}
    asked = {word for term in terms for word in ([term.word] if isinstance(term, Word) else term.words)}
    configurations = [article.words.configuration for article in articles]
    for text, spans, configuration in zip(texts, cut, configurations, strict=True):
        words = by_configuration.setdefault(configuration, set(asked))
        words.update(text[start:end] for start, end in spans)
    for configuration, words in by_configuration.items():
        _remember(configuration, words)
    return [
        _apart(_places(text, spans, configuration, terms))
        for text, spans, configuration in zip(texts, cut, configurations, strict=True)
    ]


def _remember(configuration: str, words: set[str]) -> None:
    if len(_remembered) > _MOST_REMEMBERED:
        _remembered.clear()
    unknown = [word for word in words if (configuration, word) not in _remembered]
    if unknown:
        with connection.cursor() as cursor:
            cursor.execute(_FOLDED, {"configuration": configuration, "words": unknown})
            for word, folded, stems in cursor.fetchall():
                _remembered[configuration, word] = (folded, tuple(stems))


def _places(text: str, spans: list[Span], configuration: str, terms: list[Word | Phrase]) -> list[Span]:
    compared = [_remembered[configuration, text[start:end]] for start, end in spans]
    forms = [folded for folded, _ in compared]
    found: list[Span] = []
    for term in terms:
        if isinstance(term, Word):
            _, stems = _remembered[configuration, term.word]
            found += [span for span, (_, each) in zip(spans, compared, strict=True) if each == stems]
            continue
        *whole, last = [_remembered[configuration, word][0] for word in term.words]
        for at in range(len(spans) - len(whole)):
            end = at + len(whole)
            fits = forms[end].startswith(last) if term.is_beginning else forms[end] == last
            if fits and forms[at:end] == whole:
                found.append((spans[at][0], spans[end][1]))
    return found


def _apart(spans: list[Span]) -> list[Span]:
    """In text order, those left out that begin within another."""
    found: list[Span] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not found or start >= found[-1][1]:
            found.append((start, end))
    return found
