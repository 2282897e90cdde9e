"""The rows of a long import: looked at first, and then stored as was chosen; or stored at once."""

from collections.abc import Sequence

from annotator.actions.choosing import PROPOSED, Choice, Chosen, possible, store_chosen
from annotator.actions.imports import Outcome, import_chunk
from annotator.actions.rehearsing import foreseen
from annotator.models import Import, ImportText
from annotator.models.transfer import LONGEST_SOURCE
from annotator.queries.arriving import State, Verdict, verdicts
from annotator.queries.earlier_rows import EarlierRows, within
from articles.likeness import packed, sequences, sketch_of
from articles.readers.row import Row
from articles.remnants import remnants

_FLAGGED = 5  # stretches of a text that are told word for word


def outcomes_of(job: Import, rows: Sequence[Row]) -> list[Outcome]:
    """What becomes of rows of an import: stored, or, while it only looks, what each of them would be."""
    if not job.looking and not job.choices:
        return import_chunk(job.project, rows, by=job.by)
    earlier = EarlierRows(job.pk)
    if job.looking:
        found = foreseen(job.project, rows, by=job.by, earlier=earlier)
        outcomes = [_looked_at(row, verdict) for row, verdict in zip(rows, found, strict=True)]
    else:
        found = verdicts(job.by, job.project, rows, earlier=earlier)
        chosen = [_chosen(job, row, verdict) for row, verdict in zip(rows, found, strict=True)]
        outcomes = store_chosen(job.project, chosen, by=job.by)
    ImportText.objects.bulk_create(
        _told_by(job, outcome.source, verdict)
        for verdict, outcome in zip(found, outcomes, strict=True)
        if _comes(verdict) and outcome.state != State.REFUSED
    )
    return outcomes


def _comes(verdict: Verdict) -> bool:
    """Whether it would come in, if somebody chose so."""
    return verdict.state not in (State.SAME, State.REFUSED)


def _told_by(job: Import, source: str, verdict: Verdict) -> ImportText:
    """What tells the row from those that follow. With a revision nothing is compared but whether it is the same."""
    draft = verdict.draft
    said = set() if verdict.state == State.REVISION else sequences(draft.text)
    return ImportText(
        of=job,
        source=source[:LONGEST_SOURCE],
        sha256=draft.sha256,
        external_id=draft.external_id,
        digests=within(job.pk, sketch_of(said)),
        sequences=packed(said),
    )


def _looked_at(row: Row, verdict: Verdict) -> Outcome:
    """What a row would be; its notes tell what may not belong to its text."""
    if _comes(verdict):
        text = verdict.draft.text
        flagged = [text[found.start : found.end].strip() for found in remnants(text)]
        if flagged:
            told = ", ".join(f"“{words:.60}”" for words in flagged[:_FLAGGED])
            more = f" and {len(flagged) - _FLAGGED} more" if len(flagged) > _FLAGGED else ""
            row.notes.append(f"May not belong to the text: {told}{more}.")
    title = verdict.draft.title if verdict.draft is not None else ""
    told = {"reason": verdict.because, "likeness": verdict.likeness, "title": title}
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
