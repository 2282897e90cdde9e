"""What is to become of rows that come in, where they meet what is there: chosen by a person, and done row for row."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction

from annotator.actions.imports import Outcome, import_rows
from annotator.actions.revisions import revise_article
from annotator.domain.errors import AnnotatorError
from annotator.models import User
from annotator.queries.arriving import State
from articles.models import Article, Project
from articles.readers.row import Row
from articles.readers.title import is_said
from articles.text import digest


class Choice(StrEnum):
    """What is to become of a row."""

    BRING_IN = "new"
    REVISE = "revision"
    LEAVE = "leave"


# What is proposed for a row of each state; of a near duplicate a person decides, and nothing is stored unasked.
PROPOSED = {
    State.NEW: Choice.BRING_IN,
    State.REVISION: Choice.REVISE,
    State.NEAR: Choice.LEAVE,
    State.SAME: Choice.LEAVE,
    State.REFUSED: Choice.LEAVE,
}
_POSSIBLE = {
    State.NEW: (Choice.BRING_IN, Choice.LEAVE),
    State.REVISION: (Choice.REVISE, Choice.LEAVE),
    State.NEAR: (Choice.LEAVE, Choice.REVISE, Choice.BRING_IN),
    State.SAME: (Choice.LEAVE,),
    State.REFUSED: (Choice.LEAVE,),
}


def possible(state: State, *, article: bool = True) -> tuple[Choice, ...]:
    """What may become of a row of this state; one that is like another row has no ``article`` to be a revision of."""
    return tuple(choice for choice in _POSSIBLE[state] if article or choice != Choice.REVISE)


@dataclass(frozen=True)
class Chosen:
    """A row with what it would be and what is to become of it.

    ``version`` is the one of the article that whoever chose has seen; None where it has changed since.
    """

    row: Row
    state: State
    choice: Choice
    article: uuid.UUID | None = None
    version: int | None = None
    because: str = ""


def store_chosen(project: Project, several: Sequence[Chosen], *, by: User) -> list[Outcome]:
    """Store rows as chosen, each for itself, and say in their order what became of each."""
    outcomes: dict[int, Outcome] = {}
    new: dict[int, Row] = {}
    known = Article.objects.filter(project=project).in_bulk(
        [chosen.article for chosen in several if chosen.state == State.SAME and chosen.article]
    )
    for place, chosen in enumerate(several):
        source = chosen.row.source
        if chosen.state == State.REFUSED:
            outcomes[place] = Outcome(source, "refused", reason=chosen.because)
        elif chosen.state == State.SAME:
            if same := known.get(chosen.article):
                outcomes[place] = Outcome(source, "same", article=same)
        elif chosen.choice == Choice.REVISE:
            outcomes[place] = _revised(project, chosen, by=by)
        elif chosen.choice == Choice.BRING_IN:
            new[place] = chosen.row
        else:
            outcomes[place] = _left(chosen.row)
    outcomes |= zip(new, import_rows(project, new.values(), by=by), strict=True)
    outcomes |= _like_others(project, {place: each for place, each in enumerate(several) if place not in outcomes})
    return [outcomes[place] for place in range(len(several))]


def _like_others(project: Project, rows: dict[int, Chosen]) -> dict[int, Outcome]:
    """What became of rows that have the text of a row before: there already, unless that one stayed out."""
    digests = {place: digest(chosen.row.fields["text"]) for place, chosen in rows.items()}
    stored = Article.objects.filter(project=project, sha256__in=digests.values(), purged_at=None)
    there = {article.sha256: article for article in stored}
    return {
        place: Outcome(rows[place].row.source, "same", article=there[sha256])
        if sha256 in there
        else _left(rows[place].row)
        for place, sha256 in digests.items()
    }


def _left(row: Row) -> Outcome:
    return Outcome(row.source, "left", reason=row.fields.get("title", ""))


def _revised(project: Project, chosen: Chosen, *, by: User) -> Outcome:
    source = chosen.row.source
    article = Article.objects.filter(project=project, pk=chosen.article).select_related("project", "current").first()
    if article is None:
        return Outcome(source, "refused", reason="The article that it would revise is gone.")
    if chosen.version is None:
        return Outcome(source, "refused", reason="The article that it would revise was changed meanwhile.")
    try:
        with transaction.atomic():
            details = dict(chosen.row.fields)
            if not is_said(details, source=source):
                del details["title"]
            revised = revise_article(article, details["text"], by=by, version=chosen.version, details=details)
    except AnnotatorError as error:
        return Outcome(source, "refused", reason=error.message, error=error)
    return Outcome(source, "revised", article=revised)
