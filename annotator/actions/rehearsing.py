"""What rows would be that come in, and whether they would: what is new is brought in, and taken back at once.

Whether its annotations hold, and whether its external id is free, the bin included, nothing else tells as exactly.
"""

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction

from annotator.actions.imports import import_rows
from annotator.actions.trace import left_untold
from annotator.models import User
from annotator.queries.arriving import State, Verdict, verdicts
from annotator.queries.earlier_rows import NO_ROWS, EarlierRows
from articles.models import Project
from articles.readers.row import Row


def foreseen(project: Project, rows: Sequence[Row], *, by: User, earlier: EarlierRows = NO_ROWS) -> list[Verdict]:
    """One for each row; one that could not be brought in is refused, with the reason that it would be refused for."""
    found = verdicts(by, project, rows, earlier=earlier)
    new = [place for place, verdict in enumerate(found) if verdict.state in (State.NEW, State.NEAR)]
    with transaction.atomic(), left_untold():
        outcomes = list(import_rows(project, [rows[place] for place in new], by=by))
        transaction.set_rollback(True)
    for place, outcome in zip(new, outcomes, strict=True):
        if outcome.state == "refused":
            because = outcome.reason.removeprefix(f"{outcome.source}: ")
            found[place] = replace(found[place], state=State.REFUSED, likeness=None, because=because)
    for row, verdict in zip(rows, found, strict=True):
        if row.annotations and verdict.article is not None:
            row.notes.append("Its annotations come with a new article alone: one that is there keeps its own.")
    return found
