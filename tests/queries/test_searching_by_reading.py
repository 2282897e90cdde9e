"""What the index of words finds is what reading every article finds."""

import random
import unicodedata
from dataclasses import dataclass

import pytest

from annotator.domain.search import All, Either, Not, Phrase, Query, Word
from annotator.queries import searching
from annotator.queries.searching import FEW_READ, MOST_FEW, read, saying
from articles.models import Article, ArticleWords
from articles.words import is_character, words_of
from tests.factories import a_cast, an_article

# Families of forms that the stemmer of their language takes for one word, with accents and capitals as they come.
ENGLISH = [
    ["vote", "votes", "Voting", "voted"],
    ["train", "trains", "TRAINS"],
    ["café", "Cafés", "cafe"],
    ["the"],
    ["of"],
]
GERMAN = [["Hafen", "Hafens", "hafen"], ["Straße", "Strasse", "Straßen"], ["der"], ["vote", "votes"]]
PLAIN = [["nåvuk"], ["nåvuks"], ["Ünak", "unak"], ["vote"], ["votes"]]
# Runs of characters of which each is a word, and what is written of the same ones in another order, or with a mark.
CHINESE = [["市"], ["长"], ["市长"], ["长市长反对"], ["反"], ["对"], ["反对"], ["vote"], ["二〇二六"]]
JAPANESE = [["か"], ["が"], ["かがか"], ["市長"], ["テスト"], ["テー"], ["トテ"]]
THAI = [["ไม่"], ["ไม"], ["มไ"], ["น้ำ"], ["ไม่น้ำ"]]
VOCABULARIES = {
    "en": ENGLISH,
    "en-GB": ENGLISH,
    "de": GERMAN,
    "pl": PLAIN,
    "zh": CHINESE,
    "ja": JAPANESE,
    "th": THAI,
}
QUERIES = 1_000
# Ways of finding, of which the frequency of what is asked for decides: up to how many are few, and few of a phrase.
WAYS = [(MOST_FEW, FEW_READ), (MOST_FEW, 0), (0, 0)]
LONG = (3, 4)  # numbers of articles


def folded(word: str) -> str:
    if is_character(word):
        return unicodedata.normalize("NFC", word)
    letters = unicodedata.normalize("NFKD", word.replace("ß", "ss"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).lower()


@dataclass
class Read:
    """One article as a reader without an index has it."""

    article: Article
    parts: list[list[str]]
    families: dict[str, int]

    def says(self, query: Query) -> bool:
        match query:
            case Word(word):
                wanted = self.families.get(folded(word), folded(word))
                return any(self.families.get(each, each) == wanted for part in self.parts for each in part)
            case Phrase(words, is_beginning):
                return any(self._runs(part, [folded(word) for word in words], is_beginning) for part in self.parts)
            case Not(without):
                return not self.says(without)
            case All(parts):
                return all(self.says(part) for part in parts)
            case Either(parts):
                return any(self.says(part) for part in parts)
        raise TypeError(query)

    @staticmethod
    def _runs(part: list[str], words: list[str], is_beginning: bool) -> bool:
        runs = [part[at : at + len(words)] for at in range(len(part) - len(words) + 1)]
        if is_beginning:
            return any(run[:-1] == words[:-1] and run[-1].startswith(words[-1]) for run in runs)
        return words in runs


def as_read(article: Article) -> Read:
    families = {folded(form): n for n, family in enumerate(VOCABULARIES[article.language]) for form in family}
    parts = [[folded(word) for word in words_of(text)] for text in (article.title, article.current.text)]
    return Read(article, parts, families)


def a_text(chance: random.Random, language: str, words: int) -> str:
    forms = [form for family in VOCABULARIES[language] for form in family]
    between = chance.choices([" ", ", ", ". ", " – ", "\n\n", "/", "’"], weights=[30, 3, 2, 1, 1, 1, 1], k=words)
    # Without a blank they would run into each other, as they do in Chinese, Japanese and Thai.
    joined = "" if language in ("zh", "ja", "th") else " "
    return "".join(chance.choice(forms) + (joined if mark == " " else mark) for mark in between)


@pytest.fixture(scope="module")
def library(stage):
    """Sixty articles in seven languages, two of them so long that PostgreSQL does not keep every place."""
    chance = random.Random(7)
    cast = a_cast()
    read_all = []
    for number in range(60):
        language = list(VOCABULARIES)[number % len(VOCABULARIES)]
        text = f"{a_text(chance, language, chance.randint(3, 14))} number{number}."
        if number in LONG:
            text = f"{'vote of the train, ' * 260}{text}"
        title = a_text(chance, language, 2).strip()
        read_all.append(as_read(an_article(cast.project, by=cast.alice, title=title, text=text, language=language)))
    assert ArticleWords.objects.filter(is_complete=False).count() == len(LONG)
    return cast.project, read_all


def a_query(chance: random.Random, depth: int = 0) -> str:
    forms = [form for families in VOCABULARIES.values() for family in families for form in family] + ["nowhere"]
    kind = chance.random()
    if depth < 2 and kind < 0.25:
        return f"({a_query(chance, depth + 1)} {chance.choice(['', 'OR', '|', 'AND'])} {a_query(chance, depth + 1)})"
    if depth < 2 and kind < 0.45:
        return f"{a_query(chance, depth + 1)} {a_query(chance, depth + 1)}"
    if kind < 0.6:
        return f"-{a_query(chance, depth + 1)}".replace("-(", "-(") if depth < 2 else f"-{chance.choice(forms)}"
    if kind < 0.75:
        return '"' + " ".join(chance.choices(forms, k=chance.randint(1, 3))) + chance.choice(["", "", "*"]) + '"'
    if kind < 0.85:
        return chance.choice(forms)[: chance.randint(1, 4)] + "*"
    return chance.choice(forms)


@pytest.mark.django_db
def test_a_thousand_queries_find_what_reading_every_article_finds(library, monkeypatch):
    project, read_all = library
    chance = random.Random(11)
    articles = Article.objects.filter(project=project)
    wrong, found = [], 0
    for number in range(QUERIES):
        most_few, few_read = WAYS[number % len(WAYS)]
        monkeypatch.setattr(searching, "MOST_FEW", most_few)
        monkeypatch.setattr(searching, "FEW_READ", few_read)
        written = a_query(chance)
        query = read(written)
        expected = {each.article.pk for each in read_all if each.says(query)}
        given = set(saying(articles, query, projects=[project.pk]).values_list("pk", flat=True))
        found += 0 < len(expected) < len(read_all)
        if given != expected:
            wrong.append((written, number % len(WAYS), len(given - expected), len(expected - given)))

    assert wrong == []
    assert found > QUERIES / 2
