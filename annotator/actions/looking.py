"""The rows of a long import: looked at first, and then stored as was chosen; or stored at once."""

from collections.abc import Sequence

from annotator.actions.choosing import PROPOSED, Choice, Chosen, possible, store_chosen
from annotator.actions.imports import Outcome, import_chunk
from annotator.actions.rehearsing import foreseen
from annotator.models import Import, ImportRow
from annotator.queries.arriving import State, Verdict, verdicts
from articles.readers.row import Row
from articles.remnants import remnants

_FLAGGED = 5  # stretches of a text that are told word for word


def outcomes_of(job: Import, rows: Sequence[Row]) -> list[Outcome]:
    """What becomes of rows of an import: stored, or, while it only looks, what each of them would be."""
    if not job.looking and not job.choices:
        return import_chunk(job.project, rows, by=job.by)
    if job.looking:
        found = _beside_earlier(job, foreseen(job.project, rows, by=job.by))
        return [_looked_at(row, verdict) for row, verdict in zip(rows, found, strict=True)]
    found = verdicts(job.by, job.project, rows)
    return store_chosen(
        job.project, [_chosen(job, row, verdict) for row, verdict in zip(rows, found, strict=True)], by=job.by
    )


def _beside_earlier(job: Import, found: Sequence[Verdict]) -> list[Verdict]:
    """Those whose text a row has that was looked at before and would come in are there already, by then."""
    texts = {_text_to_come(verdict) for verdict in found} - {""}
    earlier = dict(
        ImportRow.objects.filter(of=job, sha256__in=texts).exclude(sha256="").values_list("sha256", "source")
    )
    return [
        Verdict(State.SAME, verdict.draft, because=earlier[sha256])
        if (sha256 := _text_to_come(verdict)) in earlier
        else verdict
        for verdict in found
    ]


def _text_to_come(verdict: Verdict) -> str:
    """The digest of a text that would come in, else nothing."""
    comes = verdict.draft is not None and verdict.state not in (State.SAME, State.REFUSED)
    return verdict.draft.sha256 if comes else ""


def _looked_at(row: Row, verdict: Verdict) -> Outcome:
    """What a row would be; its notes tell what may not belong to its text."""
    if _text_to_come(verdict):
        text = verdict.draft.text
        flagged = [text[found.start : found.end].strip() for found in remnants(text)]
        if flagged:
            told = ", ".join(f"“{words:.60}”" for words in flagged[:_FLAGGED])
            more = f" and {len(flagged) - _FLAGGED} more" if len(flagged) > _FLAGGED else ""
            row.notes.append(f"May not belong to the text: {told}{more}.")
    told = {"reason": verdict.because, "likeness": verdict.likeness, "sha256": _text_to_come(verdict)}
    return Outcome(row.source, verdict.state, verdict.article, **told)


def _chosen(job: Import, row: Row, verdict: Verdict) -> Chosen:
    """What a row is now may be another thing than when it was looked at: the choice is for what it is."""
    article, choice = verdict.article, Choice(job.choices.get(verdict.state, PROPOSED[verdict.state]))
    if choice not in possible(verdict.state, article=article is not None):
        choice = Choice.LEAVE
    if verdict.draft is not None:
        row.fields["text"] = verdict.draft.text
    seen = article.version if article and article.changed_at <= job.created_at else None
    article_id = article.pk if article else None
    return Chosen(row, verdict.state, choice, article=article_id, version=seen, because=verdict.because)
