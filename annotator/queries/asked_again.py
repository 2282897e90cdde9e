"""An article's annotations for a program that asks for one article after the other: in one round trip.

Three would be needed: whose the token is, what that one sees of the article, and its annotations, of which the rule
depends on what that one is in the project. All are asked at once as if that were what it was the last time; whether it
is so still is in the same answer. Where it is not, what came is thrown away and asked for anew.
"""

import uuid
from dataclasses import dataclass, field
from typing import Any

from annotator.access.visibility import prepared_for
from annotator.models import Token
from annotator.models.prepared import run_together
from annotator.queries.annotations import Seen, annotations_in, asked_together, seen, seen_article, told_together

_KNOWN = 1_000  # tokens


@dataclass(frozen=True)
class Reading:
    """What one request finds: the live token, the article as its user sees it, and the annotations that stand on it."""

    token: Token | None
    article: Seen | None = None
    annotations: list[dict[str, Any]] = field(default_factory=list)


class AskedAgain:
    """Remembers of tokens, by their digests, who asked by them and in which role. It is never believed, only tried."""

    def __init__(self) -> None:
        self._likely: dict[str, tuple[Any, str, str]] = {}

    def read(self, secret: str, id: uuid.UUID) -> Reading:
        question = Token.question(secret)
        if question is None:
            return Reading(None)
        digest = question[1]["digest"]
        likely = self._likely.get(digest)
        reading = _tried(question, id, *likely) if likely else _read(Token.presented(secret), id)
        if reading.token is not None and reading.article is not None:
            if len(self._likely) >= _KNOWN:
                self._likely.clear()
            self._likely[digest] = (prepared_for(reading.token.user), reading.article.layers, reading.article.role)
        return reading


def _tried(question: Any, id: uuid.UUID, asked: Any, layers: str, role: str) -> Reading:
    asker, given = asked
    statements = asked_together(asker, layers=layers, role=role)
    presented, articles, *found = run_together(
        [question, *((statement, {**given, "article": id}) for statement in statements)]
    )
    token = Token.told(presented)
    if token is None or prepared_for(token.user) != asked:
        return _read(token, id)
    article = seen(articles)
    if article is None or (article.layers, article.role) == (layers, role):
        return Reading(token, article, told_together(article, found) if article else [])
    return Reading(token, article, annotations_in(article, token.user))


def _read(token: Token | None, id: uuid.UUID) -> Reading:
    article = seen_article(token.user, id) if token else None
    return Reading(token, article, annotations_in(article, token.user) if token and article else [])
