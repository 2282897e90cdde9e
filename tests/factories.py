"""The cast and the things of the tests, made through the product's own actions.

Alice manages, Rita edits, Mo codes, Sam reads; Zoe is a stranger, who manages a project of her own.
"""

import itertools
from dataclasses import dataclass
from typing import Any

from annotator.actions.annotations import annotate
from annotator.actions.articles import bring_in, draft
from annotator.actions.codings import open_coding
from annotator.actions.projects import add_member, create_project
from annotator.actions.records import add_record
from annotator.actions.searches import save_search
from annotator.models import Annotation, Coding, Entity, Issue, Proposition, SavedSearch, User
from articles.models import Article, Project

PASSWORD = "a password for tests"
TEXT = (
    "Ilsa Marrow vowed on Friday to fight the plan.\n\n"
    "“We are not going to lose a single train,” she told The Courier. “They can send whoever they like.”\n\n"
    "Tomas Quill said the closures could save 9 percent of the budget."
)

_numbers = itertools.count(1)


@dataclass
class Cast:
    """A project with one member of each role, and a stranger."""

    project: Project
    alice: User
    rita: User
    mo: User
    sam: User
    zoe: User

    @property
    def members(self) -> dict[str, User]:
        return {"manager": self.alice, "editor": self.rita, "coder": self.mo, "reader": self.sam}


def a_user(username: str = "", **fields: Any) -> User:
    number = next(_numbers)
    return User.objects.create_user(
        username or f"user{number}",
        email=f"{username or number}@example.org",
        password=PASSWORD,
        **{"name": username.title(), **fields},
    )


def a_project(by: User, *, slug: str = "", **fields: Any) -> Project:
    number = next(_numbers)
    return create_project(
        slug=slug or f"project-{number}", name=fields.pop("name", f"Project {number}"), by=by, **fields
    )


def a_cast(**project: Any) -> Cast:
    alice, rita, mo, sam, zoe = (a_user(name) for name in ("alice", "rita", "mo", "sam", "zoe"))
    made = a_project(alice, **{"slug": "desk", "name": "Desk", **project})
    for user, role in ((rita, "editor"), (mo, "coder"), (sam, "reader")):
        add_member(made, user, role, by=alice)
    a_project(zoe, slug="elsewhere", name="Elsewhere")
    return Cast(made, alice, rita, mo, sam, zoe)


def an_article(project: Project, *, by: User, text: str = "", **fields: Any) -> Article:
    number = next(_numbers)
    given = {"title": f"Article {number}", "text": text or f"{TEXT}\n\nNumber {number}.", **fields}
    return bring_in(project, draft(given), by=by).article


def a_coding(article: Article, *, by: User) -> Coding:
    return open_coding(article, by=by)


def an_entity(project: Project, *, by: User, name: str = "", type: str = "PER", **fields: Any) -> Entity:
    return add_record("entity", project, {"name": name or f"Entity {next(_numbers)}", "type": type, **fields}, by=by)


def an_issue(project: Project, *, by: User, wording: str = "", **fields: Any) -> Issue:
    return add_record("issue", project, {"wording": wording or f"Issue {next(_numbers)}", **fields}, by=by)


def a_proposition(project: Project, *, by: User, wording: str = "", kind: str = "event") -> Proposition:
    return add_record("proposition", project, {"wording": wording or f"P {next(_numbers)}", "kind": kind}, by=by)


def a_search(project: Project, *, by: User, name: str = "", query: Any = None, **fields: Any) -> SavedSearch:
    given = {"name": name or f"Search {next(_numbers)}", "query": query or {"q": "train"}, **fields}
    return save_search(project, given, by=by)


def at(article: Article, words: str, nth: int = 1) -> list[list[int]]:
    """The span of the ``nth`` time that ``words`` stand in the article's text."""
    start = -1
    for _ in range(nth):
        start = article.current.text.index(words, start + 1)
    return [[start, start + len(words)]]


def a_mention(article: Article, *, by: User, words: str = "Ilsa Marrow", **fields: Any) -> Annotation:
    return _annotation("mention", article, by, words, {"type": "PER", **fields})


def an_attribution(article: Article, *, by: User, words: str = "to fight the plan", **fields: Any) -> Annotation:
    return _annotation("attribution", article, by, words, {"source": "UNSPECIFIED", "mode": "indirect", **fields})


def a_stance(article: Article, *, by: User, words: str = "vowed on Friday to fight", **fields: Any) -> Annotation:
    if "target" not in fields:
        fields |= {"target_kind": "issue", "target": an_issue(article.project, by=by).pk}
    return _annotation("stance", article, by, words, {"holder": "AUTHOR", "position": "oppose", **fields})


def a_claim(article: Article, *, by: User, words: str = "save 9 percent of the budget", **fields: Any) -> Annotation:
    given = {"claimant": "AUTHOR", "claim_kind": "quantity", "wording": "Closures save 9 percent.", **fields}
    return _annotation("claim", article, by, words, given)


def _annotation(kind: str, article: Article, by: User, words: str, fields: dict[str, Any]) -> Annotation:
    given = {"segments": at(article, words), "revision": article.current.number, **fields}
    coding = given.pop("coding", None) or open_coding(article, by=by)
    return annotate(kind, given, coding=coding, by=by)
