"""The one way out of the history: an article's text, and all that was made of it, removed for good."""

import uuid
from collections.abc import Iterable

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models, transaction
from django.db.models import Exists, F, Func, OuterRef, Q
from django.utils import timezone

from annotator.access.rules import require
from annotator.actions.checking import storable
from annotator.actions.known import RECORDS
from annotator.actions.locks import allow_purge, lock_history
from annotator.actions.trace import event_of, trace_all
from annotator.domain.errors import Gone, Problem, Refused
from annotator.models import (
    ANNOTATIONS,
    Affiliation,
    Coding,
    Comment,
    Export,
    FeedItem,
    FeedPage,
    Import,
    ImportPiece,
    ImportRow,
    ImportText,
    Operation,
    Place,
    Preview,
    User,
)
from annotator.models.record import Record
from annotator.models.transfer import OVER, TransferState
from articles.models import Article, Outlet, Revision, Sketch

LONGEST_REASON = 2_000
_ENDED = "An article that came with its files was purged, and the files with it: send the rest again."
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


class _IdsIn(Func):
    """The ids that stand in a JSON value."""

    # Holds nothing from outside.
    template = f"ARRAY(SELECT found[1] FROM regexp_matches((%(expressions)s)::text, '{_UUID}', 'g') AS found)"  # noqa: S608
    output_field = ArrayField(models.TextField())


@transaction.atomic
def purge_article(article: Article, *, by: User, reason: str) -> None:
    """Remove an article's text, annotations and history for good: a court order, a takedown, a right to be forgotten.

    With it go the records (entities, issues, propositions) and the outlet that nothing but this article used, since
    they say in other words what it said. What stays is that it was there, who removed it, when and why. There is no
    way back.
    """
    require(by, "article.purge", article)
    _check_reason(reason)
    _forget_files(article)
    article = Article.objects.select_for_update().select_related("project").get(pk=article.pk)
    if article.purged_at is not None:
        raise Gone("This article has been purged already.")
    lock_history(article.project_id)
    allow_purge()
    outlet_id = article.outlet_id
    codings = list(article.codings.all())
    used = _records_used(codings)
    ids = {article.pk, *_remove_annotations(codings)}
    Revision.objects.filter(article=article).update(text="", sha256="", length=0)
    Sketch.objects.filter(revision__article=article).delete()
    now = timezone.now()
    Article.objects.filter(pk=article.pk).update(
        title="(purged)",
        external_id="",
        author="",
        outlet=None,
        url="",
        published_on=None,
        sha256="",
        purged_at=now,
        deleted_at=now,
        version=F("version") + 1,
    )
    Outlet.objects.filter(pk=outlet_id, articles=None).delete()
    removed = _remove_unused(used)
    unused = set().union(*removed.values())
    _empty_history(article, unused)
    _forget_answers(ids | unused)
    # Files of the project's texts; whoever needs one has it written again.
    Export.objects.filter(project=article.project_id).delete()
    Preview.objects.filter(project=article.project_id).delete()
    FeedPage.objects.filter(item__article=article).delete()
    FeedItem.objects.filter(article=article).update(title="(purged)", problem="")
    article.refresh_from_db()
    # Who follows has the names and wordings of what went along, and nothing else tells of it.
    after = {
        "id": str(article.pk),
        "reason": reason.strip(),
        "records": {noun: sorted(map(str, removed[model])) for noun, model in RECORDS.items()},
    }
    trace_all([event_of(article, "article.purged", by=by, after=after)])


def _forget_files(article: Article) -> None:
    """Delete what imports of the project keep to be resumed, and the files by which the article came in.

    First, as a worker does it: imports are locked before articles. One that still goes on is ended, and says why.
    """
    rows = ImportRow.objects.filter(article=article)
    imports = Import.objects.filter(project=article.project_id).filter(
        Q(state__in=OVER) | Exists(rows.filter(of=OuterRef("pk")))
    )
    held = list(imports.select_for_update().values_list("pk", "state"))
    ImportPiece.objects.filter(of__in=[pk for pk, _ in held]).delete()
    ImportText.objects.filter(of__in=[pk for pk, _ in held]).delete()
    Import.objects.filter(pk__in=[pk for pk, state in held if state not in OVER]).update(
        state=TransferState.FAILED.value, problem=_ENDED, finished_at=timezone.now()
    )
    rows.update(title="", reason="", notes=[])


def _check_reason(reason: str) -> None:
    if not isinstance(reason, str) or not reason.strip():
        raise Refused(Problem("reason", reason, "`reason` is required: it is what stays."))
    if len(reason) > LONGEST_REASON or not storable(reason):
        told = f"`reason` has at most {LONGEST_REASON:,} characters, without NUL and halves of surrogate pairs."
        raise Refused(Problem("reason", reason[:80], told))


def _records_used(codings: list[Coding]) -> dict[type[Record], set[uuid.UUID]]:
    """The records that annotations of these layers point to, and those that stand for them."""
    used: dict[type[Record], set[uuid.UUID]] = {model: set() for model in RECORDS.values()}
    for annotation in ANNOTATIONS.values():
        rows = annotation.objects.filter(coding__in=codings)
        for field in annotation._meta.concrete_fields:
            if field.related_model in used:
                used[field.related_model] |= set(rows.values_list(field.attname, flat=True)) - {None}
    for model, ids in used.items():
        while into := set(model.objects.filter(pk__in=ids).values_list("merged_into", flat=True)) - {None} - ids:
            ids |= into
    return used


def _remove_annotations(codings: list[Coding]) -> set[uuid.UUID]:
    """Delete the annotations of these layers with all that hangs on them; the ids of what was deleted."""
    hanging = Q()
    for kind in ANNOTATIONS:
        hanging |= Q(**{f"{kind}__coding__in": codings})
    comments = Comment.objects.filter(hanging)
    ids = set(comments.values_list("pk", flat=True))
    comments.delete()
    Place.objects.filter(hanging).delete()
    for kind in ("claim", "stance", "mention", "attribution"):
        rows = ANNOTATIONS[kind].objects.filter(coding__in=codings)
        ids |= set(rows.values_list("pk", flat=True))
        if kind == "attribution":
            rows.update(parent=None)
        rows.delete()
    return ids


def _remove_unused(candidates: dict[type[Record], set[uuid.UUID]]) -> dict[type[Record], set[uuid.UUID]]:
    """Delete those records that nothing points to any more; the ids of what was deleted."""
    removed: dict[type[Record], set[uuid.UUID]] = {model: set() for model in candidates}
    for model, ids in candidates.items():
        # One that goes may have been the last to point to another: until no more go.
        while unused := _unused(model, ids):
            if model is RECORDS["entity"]:
                Affiliation.objects.filter(entity__in=unused).delete()
            model.objects.filter(pk__in=unused).delete()
            ids -= unused
            removed[model] |= unused
    return removed


def _unused(model: type[Record], ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    unused = set(ids)
    for relation in model._meta.related_objects:
        # An entity's own affiliations go with it.
        if relation.related_model is not Affiliation or relation.field.name != "entity":
            column = relation.field.name
            pointing = relation.related_model._default_manager.filter(**{f"{column}__in": unused})
            unused -= set(pointing.order_by().values_list(column, flat=True))
    return unused


def _empty_history(article: Article, things: Iterable[uuid.UUID]) -> None:
    """Empty the events of the article and of these things: through the tables' owner, since who serves may not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT annotator_empty_history(%s, %s)", [article.pk, [str(key) for key in things]])


def _forget_answers(ids: Iterable[uuid.UUID]) -> None:
    """Empty the remembered answers in which one of these ids stands, those to batches among them."""
    Operation.objects.exclude(body=None).annotate(named=_IdsIn(F("body"))).filter(
        named__overlap=[str(key) for key in ids]
    ).update(body=None)
