"""What filters and facets tell is what reading every article with its annotations tells."""

import random
import uuid
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest

from annotator.actions.imports import import_rows
from annotator.actions.register import assess
from annotator.queries import chosen_articles as choosing
from annotator.queries import facets as counting
from annotator.queries import searching
from annotator.queries.articles import chosen_articles
from annotator.queries.chosen_articles import Chosen
from annotator.queries.facets import facets
from articles.readers.row import Row
from tests.factories import Cast, a_cast, a_proposition, an_entity, an_issue

ARTICLES = 60
QUERIES = 1_000
FACETS_EVERY = 20  # queries
WORDS = ["rail", "port", "ferry", "council", "vote"]
POSITIONS = ["support", "oppose", "neutral", "mixed"]
CLAIM_KINDS = ["event", "quantity", "promise"]
# What is chosen of one and the same annotation.
OF_ONE = {"stance": {"holder", "position", "target"}, "claim": {"claim_kind", "rating", "unassessed"}}
VERDICT = {
    "scale": "facts",
    "as_of": "2031-01-01",
    "state": "published",
    "evidence": [{"url": "https://example.org", "bearing": "supports"}],
}


@dataclass
class Read:
    """One article as a reader has it who has no database."""

    fields: dict[str, Any]
    coder: str
    annotations: list[dict[str, Any]]

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [each for each in self.annotations if each["kind"] == kind]

    @property
    def words(self) -> set[str]:
        return set(self.fields["text"].split())

    @property
    def entities(self) -> set[str]:
        """Who is named, holds, claims or is quoted."""
        parties = {each.get(name) for each in self.annotations for name in ("entity", "source", "holder", "claimant")}
        return parties - {None, "AUTHOR"}


@dataclass
class Library:
    cast: Cast
    articles: dict[Any, Read]
    entities: list[str]
    issues: list[str]
    ratings: dict[str, str]  # of the propositions that were assessed

    def rating(self, claim: dict[str, Any]) -> str | None:
        return self.ratings.get(claim.get("proposition", ""))

    def fits(self, article: Read, asked: dict[str, Any]) -> bool:
        return (
            asked.get("language", article.fields["language"]) == article.fields["language"]
            and asked.get("q", next(iter(article.words))) in article.words
            and asked.get("coder", article.coder) == article.coder
            and ("entity" not in asked or asked["entity"] in article.entities)
            and asked.get("progress", self.progress(article)) == self.progress(article)
            and all(self.such(kind, article, asked) for kind, names in OF_ONE.items() if names & asked.keys())
        )

    def such(self, kind: str, article: Read, asked: dict[str, Any]) -> list[dict[str, Any]]:
        """The stances or claims in an article that are as asked."""
        if kind == "claim":
            return [each for each in article.of("claim") if self._is_such(each, asked)]
        stance = {name: value for name, value in asked.items() if name in OF_ONE["stance"]}
        return [each for each in article.of("stance") if stance.items() <= each.items()]

    def progress(self, article: Read) -> str:
        return "begun" if article.annotations else "new"

    def _is_such(self, claim: dict[str, Any], asked: dict[str, Any]) -> bool:
        return (
            asked.get("claim_kind", claim["claim_kind"]) == claim["claim_kind"]
            and asked.get("rating", self.rating(claim)) == self.rating(claim)
            and (not asked.get("unassessed") or self.rating(claim) is None)
        )


@pytest.fixture(scope="module")
def library(stage):
    chance = random.Random(5)
    cast = a_cast()
    propositions = [a_proposition(cast.project, by=cast.alice) for _ in range(4)]
    for proposition, rating in zip(propositions, ("true", "false"), strict=False):
        assess(proposition, {**VERDICT, "rating": rating}, by=cast.alice)
    library = Library(
        cast,
        {},
        entities=[str(an_entity(cast.project, by=cast.alice).pk) for _ in range(6)],
        issues=[str(an_issue(cast.project, by=cast.alice).pk) for _ in range(3)],
        ratings={str(propositions[0].pk): "true", str(propositions[1].pk): "false"},
    )
    claimed = [str(proposition.pk) for proposition in propositions]
    for coder in (cast.alice, cast.rita):
        rows = [a_row(chance, f"{coder.username}{number}", library, claimed) for number in range(ARTICLES // 2)]
        for row, outcome in zip(rows, import_rows(cast.project, rows, by=coder), strict=True):
            assert outcome.article is not None, outcome.reason
            by = coder.username if row.annotations else ""
            library.articles[outcome.article.pk] = Read(row.fields, by, row.annotations)
    return library


def a_row(chance: random.Random, name: str, library: Library, propositions: list[str]) -> Row:
    text = " ".join([*chance.sample(WORDS, k=chance.randint(1, 3)), name])
    fields = {
        "title": name,
        "text": text,
        "outlet": chance.choice(["Courier", "Herald", ""]),
        "language": chance.choice(["en", "de"]),
        "published_on": f"{chance.randint(2029, 2031)}-05-01",
    }
    span = {"segments": [[0, len(text)]], "revision": 1}
    kinds = chance.choices(["mention", "attribution", "stance", "claim"], k=chance.randint(0, 5))
    return Row(name, fields, annotations=[{**span, **said(chance, kind, library, propositions)} for kind in kinds])


def said(chance: random.Random, kind: str, library: Library, propositions: list[str]) -> dict[str, Any]:
    party = chance.choice(["AUTHOR", *library.entities])
    match kind:
        case "mention":
            return {"kind": kind, "type": "PER", "entity": chance.choice(library.entities)}
        case "attribution":
            return {"kind": kind, "source": party, "mode": "indirect"}
        case "stance":
            target = {"target_kind": "issue", "target": chance.choice(library.issues)}
            return {"kind": kind, "holder": party, "position": chance.choice(POSITIONS[:3]), **target}
    claim = {"kind": kind, "claimant": party, "claim_kind": chance.choice(CLAIM_KINDS[:2]), "wording": "It is so."}
    if chance.random() < 0.7:
        claim |= {"proposition": chance.choice(propositions), "link": "suggested"}
    return claim


def a_choice(chance: random.Random, library: Library) -> dict[str, Any]:
    """Of one to three filters; some of them ask for what there is none of."""
    values: dict[str, list[Any]] = {
        "q": [*WORDS, "nowhere"],
        "language": ["en", "de", "fr"],
        "coder": ["alice", "rita", "mo"],
        "progress": ["new", "begun", "done"],
        "entity": library.entities,
        "holder": ["AUTHOR", *library.entities],
        "position": POSITIONS,
        "target": library.issues,
        "claim_kind": CLAIM_KINDS,
        "rating": ["true", "false", "mostly-true"],
        "unassessed": [True],
    }
    return {name: chance.choice(values[name]) for name in chance.sample(list(values), k=chance.randint(1, 3))}


def with_ids(asked: dict[str, Any]) -> dict[str, Any]:
    ids = {
        name: uuid.UUID(asked[name]) for name in ("entity", "holder", "target") if asked.get(name, "AUTHOR") != "AUTHOR"
    }
    return {**asked, **ids}


@pytest.fixture(params=["by what is seldom", "article by article"])
def way(request, monkeypatch):
    """Both ways of finding what is chosen, of which the frequency of it decides."""
    if request.param == "article by article":
        monkeypatch.setattr(choosing, "FREQUENT", 0)
        monkeypatch.setattr(choosing, "FEW", 0)
        monkeypatch.setattr(searching, "MOST_FEW", 0)


@pytest.mark.django_db
def test_filters_and_facets_tell_what_reading_every_article_tells(library, way):
    chance = random.Random(13)
    user, project = library.cast.sam, library.cast.project
    found = 0
    for number in range(QUERIES // 2):
        asked = a_choice(chance, library)
        expected = {id: article for id, article in library.articles.items() if library.fits(article, asked)}
        articles = chosen_articles(user, project, Chosen(**with_ids(asked)))
        assert set(articles.values_list("pk", flat=True)) == set(expected), asked
        found += bool(expected)
        if number % FACETS_EVERY == 0:
            counted = facets(user, articles, project, chosen=Chosen(**with_ids(asked)))
            assert as_told(counted) == as_read(library, list(expected.values()), asked), asked

    assert found > QUERIES / 10


@pytest.mark.django_db
@pytest.mark.parametrize("asked", [{}, {"q": "rail"}, {"position": "oppose"}])
def test_facets_of_all_tell_what_reading_every_article_tells(library, monkeypatch, asked):
    monkeypatch.setattr(counting, "MOST_COUNTED", 7)  # articles at once
    user, project = library.cast.sam, library.cast.project
    expected = [article for article in library.articles.values() if library.fits(article, asked)]

    chosen = Chosen(**asked)
    counted = facets(user, chosen_articles(user, project, chosen), project, chosen=chosen, of_all=True)

    assert (counted.counted, counted.all_read, counted.out_of_time) == (len(expected), True, False)
    assert counted.counted > 7
    assert as_told(counted) == as_read(library, expected, asked)


def as_told(counted) -> dict[str, Counter]:
    return {
        "outlets": Counter({outlet.name if outlet else "": count for outlet, count in counted.outlets}),
        "languages": Counter(dict(counted.languages)),
        "years": Counter(dict(counted.years)),
        "states": Counter(dict(counted.states)),
        "coders": Counter({user.username: count for user, count in counted.coders}),
        "entities": Counter({str(entity.pk): count for entity, count in counted.entities}),
        "issues": Counter({str(issue.pk): count for issue, count in counted.issues}),
        "positions": Counter(dict(counted.positions)),
        "claim_kinds": Counter(dict(counted.claim_kinds)),
        "ratings": Counter(dict(counted.ratings)),
    }


def as_read(library: Library, articles: list[Read], asked: dict[str, Any]) -> dict[str, Counter]:
    """What is said of a stance or a claim is counted of those that are as asked."""

    def count(values) -> Counter:
        return Counter(value for article in articles for value in set(values(article)))

    return {
        "outlets": count(lambda article: [article.fields["outlet"]]),
        "languages": count(lambda article: [article.fields["language"]]),
        "years": count(lambda article: [int(article.fields["published_on"][:4])]),
        "states": count(lambda article: [library.progress(article)]),
        "coders": count(lambda article: [article.coder] if article.coder else []),
        "entities": count(lambda article: article.entities),
        "issues": count(lambda article: [each["target"] for each in library.such("stance", article, asked)]),
        "positions": count(lambda article: [each["position"] for each in library.such("stance", article, asked)]),
        "claim_kinds": count(lambda article: [each["claim_kind"] for each in library.such("claim", article, asked)]),
        "ratings": count(lambda article: [library.rating(each) for each in library.such("claim", article, asked)])
        - Counter([None] * 999),
    }
