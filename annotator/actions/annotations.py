"""Annotations: added, revised, deleted, restored. The four kinds share their verbs; their fields differ."""

import uuid
from typing import Any

from django.utils import timezone

from annotator.access.rules import require
from annotator.actions.assessed import Assessed, assessed_by, told_since
from annotator.actions.codings import begin_coding
from annotator.actions.columns import check_speakers, columns
from annotator.actions.known import desk_of
from annotator.actions.saving import explained, save_changes
from annotator.actions.storing import insert
from annotator.actions.trace import changed, event, part_of_a_write, trace_all
from annotator.domain.annotation import Kind
from annotator.domain.errors import NotNow, Problem, Refused, RevisionSuperseded
from annotator.domain.layers import CodingState
from annotator.models import ANNOTATIONS, Annotation, Coding, User
from articles.models import Article


@part_of_a_write
def annotate(
    kind: Kind | str, given: dict[str, Any], *, coding: Coding, by: User, id: uuid.UUID | None = None
) -> Annotation:
    """Add an annotation to a layer. ``given`` is its wire form; ``revision`` in it is required.

    Raises Forbidden unless ``by`` codes this layer; RevisionSuperseded, WordsDiffer, Refused, NotNow (layer done,
    article in the bin) and AlreadyThere (the id is taken).
    """
    kind = Kind(kind)
    article = _article_for("annotation.add", coding, by=by, subject=coding)
    _require_place(given, kind=kind, coding=coding, id=id)
    _require_current(article, given, required=True)
    written = columns(kind, given, coding=coding, text=article.current.text, by=by)
    annotation = ANNOTATIONS[kind](
        pk=id or uuid.uuid4(), coding=coding, revision=article.current, created_by=by, changed_by=by, **written
    )
    if annotation.KIND == Kind.CLAIM and annotation.link_confirmed_by_id:
        annotation.link_confirmed_by = by
    with explained(given):
        insert(annotation)
    trace_annotation("added", annotation, by=by, before=None, after=annotation.stated())
    return annotation


@part_of_a_write
def revise_annotation(
    annotation: Annotation, given: dict[str, Any], *, by: User, version: int, whole: bool = False
) -> Annotation:
    """Change the given fields of an annotation; with ``whole``, fields left out go back to their defaults.

    Given spans for one whose words a revision changed, it stands on the current text again: all its spans, then.
    Raises Forbidden unless ``by`` may change it; Stale when ``version`` is no longer current; else as ``annotate``.
    """
    article = _article_for("annotation.change", annotation.coding, by=by, subject=annotation)
    _require_place(given, kind=annotation.KIND, coding=annotation.coding, id=annotation.pk)
    _require_in_place(annotation)
    spans = {*annotation.SPANS, "quantities"} & set(given)
    _require_current(article, given, required=bool(spans))
    written = columns(
        annotation.KIND,
        given,
        coding=annotation.coding,
        text=article.current.text if spans else annotation.revision.text,
        by=by,
        present=annotation,
        whole=whole,
    )
    if annotation.anchoring and spans:
        if not whole:
            require_all_spans(annotation, given)
        written |= {"revision": article.current, "anchoring": ""}
    before, assessed = wire(annotation), assessed_by(annotation, linked_to=written.get("proposition_id"))
    save_changes(
        annotation,
        version=version,
        current=lambda: wire(annotation),
        given=given,
        **written,
        changed_by=by,
        changed_at=timezone.now(),
    )
    trace_annotation("revised", annotation, by=by, before=before, assessed=assessed)
    return annotation


@part_of_a_write
def delete_annotation(annotation: Annotation, *, by: User, version: int) -> Annotation:
    """Put an annotation in the bin. One that others rest on stays: NotNow says which."""
    _article_for("annotation.delete", annotation.coding, by=by, subject=annotation)
    _require_in_place(annotation)
    _require_unused(annotation)
    before, assessed = wire(annotation), assessed_by(annotation)
    now = timezone.now()
    save_changes(
        annotation, version=version, current=lambda: wire(annotation), deleted_at=now, changed_by=by, changed_at=now
    )
    trace_annotation("deleted", annotation, by=by, before=before, assessed=assessed)
    return annotation


@part_of_a_write
def restore_annotation(annotation: Annotation, *, by: User) -> Annotation:
    """Bring an annotation back from the bin, as it was; one that is not there stays as it is.

    No version is asked for: nobody can have changed it in the bin. Raises NotNow when what it points to is in the bin,
    and Refused when it no longer goes with that.
    """
    article = _article_for("annotation.restore", annotation.coding, by=by, subject=annotation)
    annotation.refresh_from_db(fields=["deleted_at", "version"])
    if annotation.deleted_at is None:
        return annotation
    if annotation.revision_id != article.current_id and not annotation.anchoring:
        raise RevisionSuperseded(given=annotation.revision.number, current=article.current.number)
    _require_kept_references(annotation)
    check_speakers(annotation.KIND, {}, annotation)
    before, assessed = wire(annotation), assessed_by(annotation)
    save_changes(
        annotation,
        version=annotation.version,
        current=lambda: wire(annotation),
        deleted_at=None,
        changed_by=by,
        changed_at=timezone.now(),
    )
    trace_annotation("restored", annotation, by=by, before=before, assessed=assessed)
    return annotation


def says_the_same(annotation: Annotation, given: dict[str, Any], *, by: User) -> bool:
    """Whether replacing ``annotation`` by ``given`` would change nothing, its place in a layer included."""
    _require_place(given, kind=annotation.KIND, coding=annotation.coding, id=annotation.pk)
    text = annotation.revision.text
    if given.get("revision") not in (None, annotation.revision.number):
        return False
    written = columns(
        annotation.KIND, given, coding=annotation.coding, text=text, by=by, present=annotation, whole=True
    )
    return all(getattr(annotation, name) == value for name, value in written.items())


def require_all_spans(annotation: Annotation, given: dict[str, Any]) -> None:
    """Refuse to place some spans of an annotation on the current text and leave the others on a former one."""
    left = [name for name in (*annotation.SPANS, "quantities") if getattr(annotation, name, None) and name not in given]
    if left:
        raise Refused(
            *(
                Problem(
                    name, None, f"`{name}` is required: it stands on revision {annotation.revision.number} as well."
                )
                for name in left
            )
        )


def wire(annotation: Annotation) -> dict[str, Any]:
    """The annotation's wire form, as stored now."""
    return type(annotation).objects.filter(pk=annotation.pk).wire()[0]


def _require_place(given: dict[str, Any], *, kind: Kind, coding: Coding, id: uuid.UUID | None) -> None:
    """Refuse a wire form that says it is another annotation, or one of another kind, layer or article."""
    places = {"kind": kind, "id": id, "coding": coding.pk, "article": coding.article_id}
    for name, present in places.items():
        said = given.get(name)
        if said is not None and present is not None and not _same(said, present):
            raise Refused.field(name, str(said), f"`{name}`: {said!s:.60} is not that of this annotation, {present}.")


def _same(said: Any, present: Kind | uuid.UUID) -> bool:
    if isinstance(present, Kind):
        return bool(said == present)
    try:
        return uuid.UUID(str(said)) == present
    except ValueError:
        return False


def _article_for(act: str, coding: Coding, *, by: User, subject: Coding | Annotation) -> Article:
    """The article of a layer that is open for writing, held so that no revision comes in between.

    Raises Forbidden unless ``by`` may do ``act`` to ``subject``.
    """
    desk = desk_of(by, coding.article_id)
    require(by, act, subject, role=desk.role if desk else None)
    if desk is None:
        raise NotNow("The article has been purged.", found=str(coding.article_id))
    if desk.article.deleted_at is not None:
        raise NotNow("The article is in the bin: restore it first.", found=str(coding.article_id))
    stored = desk.codings.get(coding.pk)
    state = stored.state if stored else Coding.objects.values_list("state", flat=True).get(pk=coding.pk)
    if state == CodingState.NEW:
        state = begin_coding(coding, by=by).state
    if state != CodingState.OPEN:
        raise NotNow(f"This layer is {state}: open it again first.", found=str(coding.pk))
    return desk.article


def _require_current(article: Article, given: dict[str, Any], *, required: bool) -> None:
    """Spans stand on one revision: a write that names another, or none, is not taken."""
    number = given.get("revision")
    if number is None:
        if required:
            raise Refused(
                Problem("revision", None, "`revision` is required: the number of the text that spans stand on.")
            )
        return
    if type(number) is not int:
        raise Refused(Problem("revision", number, f"`revision`: {number!r:.40} is no whole number."))
    if number != article.current.number:
        raise RevisionSuperseded(given=number, current=article.current.number)


def _require_in_place(annotation: Annotation) -> None:
    if annotation.deleted_at is not None:
        raise NotNow(f"This {annotation.KIND} is in the bin: restore it first.", found=str(annotation.pk))


def _require_kept_references(annotation: Annotation) -> None:
    for field in annotation._meta.concrete_fields:
        if not field.is_relation or not hasattr(field.related_model, "deleted_at"):
            continue
        of_it = field.related_model.objects.filter(pk=getattr(annotation, field.attname))
        if rests_on := of_it.exclude(deleted_at=None).first():
            noun = field.related_model._meta.verbose_name
            raise NotNow(f"Its {noun} “{rests_on}” is in the bin: restore that first.", found=str(rests_on.pk))


def _require_unused(annotation: Annotation) -> None:
    if annotation.KIND != Kind.ATTRIBUTION:
        return
    users = {
        "inner attribution": annotation.children.kept().count(),
        "stance": annotation.stances.kept().count(),
        "claim": annotation.claims.kept().count(),
    }
    told = [f"{count} {noun}{'s' if count > 1 else ''}" for noun, count in users.items() if count]
    if told:
        raise NotNow(f"This attribution is used by {' and '.join(told)}: unlink or delete them first.")


def trace_annotation(
    fact: str,
    annotation: Annotation,
    *,
    by: User,
    before: dict[str, Any] | None,
    after: Any = None,
    assessed: Assessed | None = None,
) -> None:
    """Leave the event of what happened to an annotation, and those of the assessments that it now says another thing
    of than ``assessed`` before."""
    after = after or wire(annotation)
    article = annotation.coding.article
    happened = event(
        f"{annotation.KIND}.{fact}",
        by=by,
        project_id=article.project_id,
        article_id=article.pk,
        coding_id=annotation.coding_id,
        thing=str(annotation.KIND),
        thing_id=annotation.pk,
        before=changed(before, after) if before else None,
        after=after,
        version=annotation.version,
    )
    trace_all([happened, *told_since(assessed, article, by=by)])
