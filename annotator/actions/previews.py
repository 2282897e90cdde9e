"""Files and addresses looked at before they come in; what is stored then is what was looked at, row for row."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone

from annotator.access.rules import require
from annotator.actions.choosing import PROPOSED, Choice, Chosen, possible, store_chosen
from annotator.actions.imports import Outcome
from annotator.actions.rehearsing import foreseen
from annotator.actions.sketching import defer_sketches, keep_sketches
from annotator.domain.errors import Refused, Stale
from annotator.models import Preview, User
from annotator.queries.arriving import State, Verdict
from articles.models import Project
from articles.readers.row import Row

MOST_ROWS = 500
KEPT = timedelta(days=1)


class TooMany(Refused):
    """More rows than a page shows one by one."""


def preview(project: Project, rows: Iterable[Row], *, by: User) -> Preview:
    """Keep the rows, with what each of them would be, to be looked at; raises TooMany for more than MOST_ROWS."""
    require(by, "article.add", project)
    read = list(islice(rows, MOST_ROWS + 1))
    if len(read) > MOST_ROWS:
        raise TooMany.field("files", None, f"These are more than {MOST_ROWS} articles: an import looks at so many.")
    uncompared = keep_sketches(project)
    if uncompared:
        defer_sketches(project)
    told = [_told(row, verdict) for row, verdict in zip(read, foreseen(project, read, by=by), strict=True)]
    return Preview.objects.create(project=project, by_id=by.pk, rows=told, uncompared=uncompared)


def store_preview(preview: Preview, choices: Mapping[int, Choice], *, by: User) -> list[Outcome]:
    """Store the rows of a preview as chosen, each for itself, and forget it; of those without a choice the proposed.

    A revision is stored on the version of the article that was there when the preview was made: what has changed since
    is refused with the reason, like a row that cannot be stored.
    """
    require(by, "article.add", preview.project)
    with transaction.atomic():
        # Pressed twice, it is stored once: whoever comes second finds nothing to take away.
        taken, _ = Preview.objects.filter(pk=preview.pk).delete()
        if not taken:
            raise Stale("These files have been brought in already.", current=None)
        several = [_chosen(place, row, choices.get(place)) for place, row in enumerate(preview.rows)]
        return store_chosen(preview.project, several, by=by)


def discard_preview(preview: Preview, *, by: User) -> None:
    """Throw a preview away."""
    require(by, "article.add", preview.project)
    Preview.objects.filter(pk=preview.pk, by_id=by.pk).delete()


def forget_previews() -> int:
    """Delete the previews of yesterday; gives how many there were."""
    return Preview.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]


def _chosen(place: int, row: dict[str, Any], choice: Choice | None) -> Chosen:
    state, article = State(row["state"]), row["article"] and uuid.UUID(row["article"])
    choice = choice or PROPOSED[state]
    if choice not in possible(state, article=bool(article)):
        raise Refused.field(f"rows.{place}", choice, f"Row {place + 1} is {state}: “{choice}” is not for it.")
    read = Row(row["source"], fields=row["fields"], annotations=row["annotations"])
    return Chosen(read, state, choice, article=article, version=row["version"], because=row["because"])


def _told(row: Row, verdict: Verdict) -> dict[str, Any]:
    article = verdict.article
    fields = dict(row.fields)
    if verdict.draft is not None:
        fields |= {"text": verdict.draft.text, "language": verdict.draft.language}
    is_refused = verdict.state == State.REFUSED
    return {
        "source": _shown(row.source),
        "fields": _shown(fields) if is_refused else fields,
        "annotations": _shown(row.annotations) if is_refused else row.annotations,
        "notes": _shown(row.notes),
        "state": verdict.state,
        "because": _shown(verdict.because),
        "article": str(article.pk) if article else None,
        "article_title": article.title if article else "",
        "in_bin": bool(article and article.deleted_at),
        "version": article.version if article else None,
        "likeness": round(verdict.likeness, 3) if verdict.likeness is not None else None,
    }


def _shown(value: Any) -> Any:
    """What was refused as it can be kept, to be shown: no column holds a NUL or half a character."""
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd").encode(errors="replace").decode()
    if isinstance(value, list):
        return [_shown(each) for each in value]
    if isinstance(value, dict):
        return {_shown(name): _shown(each) for name, each in value.items()}
    return value
