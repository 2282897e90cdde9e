"""Files and addresses looked at before they come in; what is stored then is what was looked at, row for row."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone

from annotator.access.rules import require
from annotator.actions.imports import Outcome, import_rows
from annotator.actions.revisions import revise_article
from annotator.actions.sketching import keep_sketches
from annotator.domain.errors import AnnotatorError, Refused, Stale
from annotator.models import Preview, User
from annotator.queries.arriving import State, Verdict, verdicts
from articles.models import Article, Project
from articles.readers.row import Row

MOST_ROWS = 500
KEPT = timedelta(days=1)
_NONE = str(uuid.UUID(int=0))


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
POSSIBLE = {
    State.NEW: (Choice.BRING_IN, Choice.LEAVE),
    State.REVISION: (Choice.REVISE, Choice.LEAVE),
    State.NEAR: (Choice.LEAVE, Choice.REVISE, Choice.BRING_IN),
    State.SAME: (Choice.LEAVE,),
    State.REFUSED: (Choice.LEAVE,),
}


def preview(project: Project, rows: Iterable[Row], *, by: User) -> Preview:
    """Keep the rows, with what each of them would be, to be looked at; raises Refused for more than MOST_ROWS."""
    require(by, "article.add", project)
    read = list(islice(rows, MOST_ROWS + 1))
    if len(read) > MOST_ROWS:
        raise Refused.field(
            "files",
            None,
            f"These are more than {MOST_ROWS} articles: bring so many in by `imports` of the REST interface.",
        )
    keep_sketches(project)
    told = [_told(row, verdict) for row, verdict in zip(read, verdicts(by, project, read), strict=True)]
    return Preview.objects.create(project=project, by_id=by.pk, rows=told)


def store_preview(preview: Preview, choices: Mapping[int, Choice], *, by: User) -> list[Outcome]:
    """Store the rows of a preview as chosen, each for itself, and forget it; of those without a choice the proposed.

    A revision is stored on the version of the article that was there when the preview was made: what has changed since
    is refused with the reason, like a row that cannot be stored.
    """
    require(by, "article.add", preview.project)
    outcomes = []
    with transaction.atomic():
        # Pressed twice, it is stored once: whoever comes second finds nothing to take away.
        taken, _ = Preview.objects.filter(pk=preview.pk).delete()
        if not taken:
            raise Stale("These files have been brought in already.", current=None)
        new = []
        known = Article.objects.filter(project=preview.project).in_bulk(
            [row["article"] for row in preview.rows if row["state"] == State.SAME and row["article"]]
        )
        for place, row in enumerate(preview.rows):
            state = State(row["state"])
            choice = choices.get(place, PROPOSED[state])
            if choice not in POSSIBLE[state]:
                raise Refused.field(f"rows.{place}", choice, f"Row {place + 1} is {state}: “{choice}” is not for it.")
            if state == State.REFUSED:
                outcomes.append(Outcome(row["source"], "refused", reason=row["because"]))
            elif state == State.SAME and (same := known.get(uuid.UUID(row["article"] or _NONE))):
                outcomes.append(Outcome(row["source"], "same", article=same))
            elif choice == Choice.REVISE:
                outcomes.append(_revised(preview.project, row, by=by))
            elif choice == Choice.BRING_IN:
                new.append(Row(row["source"], fields=row["fields"], annotations=row["annotations"]))
            else:
                outcomes.append(Outcome(row["source"], "left", reason=row["fields"].get("title", "")))
        outcomes += import_rows(preview.project, new, by=by)
    return outcomes


def forget_previews() -> int:
    """Delete the previews of yesterday; gives how many there were."""
    return Preview.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]


def _revised(project: Project, row: dict[str, Any], *, by: User) -> Outcome:
    article = Article.objects.filter(project=project, pk=row["article"]).select_related("project", "current").first()
    if article is None:
        return Outcome(row["source"], "refused", reason="The article that it would revise is gone.")
    try:
        with transaction.atomic():
            revised = revise_article(article, row["fields"]["text"], by=by, version=row["version"])
    except AnnotatorError as error:
        return Outcome(row["source"], "refused", reason=error.message, error=error)
    return Outcome(row["source"], "revised", article=revised)


def _told(row: Row, verdict: Verdict) -> dict[str, Any]:
    article = verdict.article
    fields = dict(row.fields)
    if verdict.draft is not None:
        fields["text"] = verdict.draft.text
    return {
        "source": row.source,
        "fields": fields,
        "annotations": row.annotations,
        "notes": row.notes,
        "state": verdict.state,
        "because": verdict.because,
        "article": str(article.pk) if article else None,
        "article_title": article.title if article else "",
        "in_bin": bool(article and article.deleted_at),
        "version": article.version if article else None,
        "likeness": round(verdict.likeness, 3) if verdict.likeness is not None else None,
    }
