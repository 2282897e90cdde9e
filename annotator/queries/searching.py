"""Articles by their words: a query of the search language as conditions that the index of words answers."""

from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from itertools import pairwise
from operator import and_, or_
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import (
    BooleanField,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    UUIDField,
    Value,
)
from django.db.models.functions import Cast, Concat, RTrim
from django.db.models.lookups import IsNull

from annotator.domain.errors import Refused
from annotator.domain.search import (
    All,
    Either,
    Not,
    Phrase,
    Query,
    QueryError,
    Word,
    excludes_only,
    opposite,
    read_query,
)
from annotator.models.prepared import among
from articles.models import Article, ArticleWords, Words
from articles.words import is_character

PLAIN = "pg_catalog.simple"

# Articles that are given one by one to the query of the list. Of a phrase, whose places have to be read of each, fewer.
MOST_FEW = 2_500
FEW_READ = 50

# One lookup a language, however many articles there are: PostgreSQL does not skip along an index by itself.
_LANGUAGES = """
WITH RECURSIVE found AS (
    (SELECT project_id, language FROM articles_article WHERE project_id = ANY(%(projects)s)
     ORDER BY project_id, language LIMIT 1)
    UNION ALL
    SELECT following.* FROM found, LATERAL (
        SELECT project_id, language FROM articles_article
        WHERE project_id = ANY(%(projects)s) AND (project_id, language) > (found.project_id, found.language)
        ORDER BY project_id, language LIMIT 1) AS following
)
SELECT DISTINCT language, articles_configuration(language) FROM found ORDER BY 1
"""


class _Beginning(SearchQuery):
    """Words, of the last its beginning."""

    def as_sql(self, compiler: Any, connection: Any, function: str | None = None, template: str | None = None) -> Any:
        sql, params = super(SearchQuery, self).as_sql(compiler, connection, function, template)
        sql = f"(({sql})::text || ':*')::tsquery"
        return f"!!{sql}" if self.invert else sql, params


class _Pairs(Func):
    function = "articles_pairs"
    output_field = TextField()


class _Says(Func):
    function = "articles_says"
    output_field = BooleanField()


def read(query: str, field: str = "q") -> Query:
    """The tree of a query, or Refused naming the place where it cannot be read."""
    try:
        return read_query(query)
    except QueryError as error:
        raise Refused.field(field, query, f"`{field}`: {error}") from error


def saying(articles: QuerySet[Article], query: Query, *, projects: Iterable[int]) -> QuerySet[Article]:
    """Those of the articles, which are of ``projects``, whose title or current text is as the query asks."""
    # Phrases are not brought to stems: they are the same in every language.
    has_words = any(isinstance(term, Word) for term in _terms(query))
    names = sorted(set(languages(projects).values())) if has_words else [PLAIN]
    if excludes_only(query):
        # What all have but a few is found by the few.
        return articles.exclude(pk__in=_entries(opposite(query), names).values("article"))
    entries, asks_places = _entries(query, names), _asks_places(query)
    # PostgreSQL guesses of every word that it does not know as frequent that one in two hundred articles has it, and
    # would look through the list for the three that have it.
    few = few_of(entries, "pk", FEW_READ if asks_places else MOST_FEW)
    if few is not None:
        return articles.filter(among("pk", few))
    if asks_places and (few := few_of(_candidates(query, names), "pk", MOST_FEW)) is not None:
        # Places of words are not in the index. One entry is read for them after the other, in the order of the list and
        # until a page of it is full.
        entry = entries.filter(pk=OuterRef("pk")).values("pk")[:1]
        return articles.filter(among("pk", few), IsNull(Subquery(entry), False))
    return articles.filter(pk__in=entries.values("article"))


def few_of(rows: QuerySet[Any], column: str, most: int) -> Cast | None:
    """The ids in a column, as an array; None where they are many, and a page of the list is soon full of them.

    They stay the text that PostgreSQL makes of them, for nobody here looks at them.
    """
    found = list(rows.order_by().values_list(Cast(column, TextField()), flat=True)[: most + 1])
    return Cast(Value(f"{{{','.join(found)}}}"), ArrayField(UUIDField())) if len(found) <= most else None


def languages(projects: Iterable[int]) -> dict[str, str]:
    """The languages of the articles in these projects, each with its text search configuration."""
    with connection.cursor() as cursor:
        cursor.execute(_LANGUAGES, {"projects": list(projects)})
        return dict(cursor.fetchall())


def _entries(query: Query, names: list[str]) -> QuerySet[ArticleWords]:
    """The entries of the index that are as the query asks, in texts of these configurations.

    The text itself is asked where the index cannot tell: for a phrase, where PostgreSQL has not kept all places; for
    anything, where it has not kept all words.
    """
    candidates, all_whole = _candidates(query, names), _all_whole()
    if len(names) == 1:
        return candidates.filter(_entry(query, names[0], all_whole=all_whole))
    each = (Q(configuration=name) & _entry(query, name, all_whole=all_whole) for name in names)
    return candidates.filter(reduce(or_, each, Q(pk__in=[])))


def _candidates(query: Query, names: list[str]) -> QuerySet[ArticleWords]:
    """The same and maybe others, as far as indexes tell: none is read for it. Without a phrase they tell all."""
    if not _asks_places(query):
        return ArticleWords.objects.all()
    needed = [_needed(query, name) for name in names]
    return ArticleWords.objects.filter(reduce(or_, needed, Q(is_whole=False)) if all(needed) else Q())


def _all_whole() -> bool:
    """Whether the index has all words of every text. To say what else would be asked costs a third of a search."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT NOT EXISTS (SELECT FROM articles_articlewords WHERE NOT is_whole)")
        return bool(cursor.fetchone()[0])


def _entry(query: Query, configuration: str, *, all_whole: bool) -> Q:
    of_words = _by_index(query, configuration)
    if _asks_places(query):
        of_words &= Q(is_complete=True)
        of_words |= Q(is_complete=False, is_whole=True) & _by_text(query, configuration)
    if all_whole:
        return of_words
    return Q(is_whole=True) & of_words | Q(is_whole=False) & _by_text(query, configuration)


def _asks_places(query: Query) -> bool:
    """Whether a phrase is asked for: two characters of a script without blanks are one thing in the index."""
    return any(isinstance(term, Phrase) and not _is_pair(term) for term in _terms(query))


def _is_pair(phrase: Phrase) -> bool:
    return len(phrase.words) == 2 and all(map(is_character, phrase.words))


def _terms(query: Query) -> Iterator[Word | Phrase]:
    match query:
        case Not(without):
            yield from _terms(without)
        case All(parts) | Either(parts):
            for part in parts:
                yield from _terms(part)
        case _:
            yield query


def _needed(query: Query, configuration: str) -> Q:
    """What is true of every entry that is as the query asks, by its words alone: the index answers it."""
    match query:
        case Not():
            return Q()
        case All(parts):
            return reduce(and_, (_needed(part, configuration) for part in parts))
        case Either(parts):
            each = [_needed(part, configuration) for part in parts]
            return reduce(or_, each) if all(each) else Q()
        case Phrase() if not _is_pair(query):
            return _all_words(query)
    return _by_index(query, configuration)


def _by_index(query: Query, configuration: str) -> Q:
    """What the two columns of words answer, each asked as few times as may be."""
    match query:
        case All(parts):
            return _joined(parts, configuration, and_)
        case Either(parts):
            return _joined(parts, configuration, or_)
        case _:
            [(column, asked)] = _asked(query, configuration).items()
            return Q(**{column: asked})


def _joined(parts: Iterable[Query], configuration: str, join: Callable[[Any, Any], Any]) -> Q:
    """Parts that are of one column become one question to it."""
    asked: dict[str, list[Any]] = {}
    others: list[Q] = []
    for part in parts:
        of_part = _asked(part, configuration)
        if len(of_part) == 1:
            [(column, question)] = of_part.items()
            asked.setdefault(column, []).append(question)
        else:
            others.append(_by_index(part, configuration))
    joined = [Q(**{column: reduce(join, questions)}) for column, questions in asked.items()]
    return reduce(join, [*joined, *others])


def _asked(query: Query, configuration: str) -> dict[str, Any]:
    """Column → the question to it, where one column can answer; nothing where both are needed."""
    match query:
        case Word(word):
            return {"stems": SearchQuery(_folded(word), config=configuration, search_type="plain")}
        case Phrase() if _is_pair(query):
            return {"stems": _pairs(query)}
        case Phrase(words, is_beginning):
            written = _folded(" ".join(words))
            asked = _Beginning if is_beginning else SearchQuery
            return {"forms": asked(written, config=PLAIN, search_type="phrase")}
        case Not(without):
            return {column: ~question for column, question in _asked(without, configuration).items()}
        case All(parts) | Either(parts):
            found = [_asked(part, configuration) for part in parts]
            columns = {column for each in found for column in each}
            if len(columns) != 1 or not all(found):
                return {}
            [column] = columns
            join = and_ if isinstance(query, All) else or_
            return {column: reduce(join, (each[column] for each in found))}
    raise TypeError(query)


def _by_text(query: Query, configuration: str) -> Q:
    """What the index does not say, the text does; places that it has are right."""
    match query:
        case Word(word):
            return _by_index(query, configuration) | (Q(is_whole=False) & _says(word, is_beginning=False))
        case Phrase(words, is_beginning):
            may = Q(is_whole=False) if _is_pair(query) else _all_words(query) | Q(is_whole=False)
            return _by_index(query, configuration) | (may & _says(" ".join(words), is_beginning=is_beginning))
        case Not(without):
            return ~_by_text(without, configuration)
        case All(parts):
            return reduce(and_, (_by_text(part, configuration) for part in parts))
        case Either(parts):
            return reduce(or_, (_by_text(part, configuration) for part in parts))
    raise TypeError(query)


def _all_words(phrase: Phrase) -> Q:
    """Its words, wherever they stand; but of characters of scripts without blanks each two next to each other."""
    *whole, last = phrase.words
    asked = [_all(_folded(" ".join(whole)))] if whole else []
    words = Q(forms=reduce(and_, [*asked, _all(_folded(last), is_beginning=phrase.is_beginning)]))
    has_pairs = any(is_character(one) and is_character(other) for one, other in pairwise(phrase.words))
    return words & Q(stems=_pairs(phrase)) if has_pairs else words


def _pairs(phrase: Phrase) -> SearchQuery:
    """Each two characters of scripts without blanks that stand next to each other in it."""
    return _all(_Pairs(_folded(" ".join(phrase.words))), is_beginning=phrase.is_beginning)


def _all(words: Func, *, is_beginning: bool = False) -> SearchQuery:
    return (_Beginning if is_beginning else SearchQuery)(words, config=PLAIN, search_type="plain")


def _says(words: str, *, is_beginning: bool) -> Q:
    """Words hold no sign that LIKE would read: such signs separate them."""
    folded = _folded(words)
    pattern = Concat(Value("%"), RTrim(folded) if is_beginning else folded, Value("%"), output_field=TextField())
    return Q(_Says(F("article"), pattern))


def _folded(words: str) -> Words:
    return Words(Value(words))
