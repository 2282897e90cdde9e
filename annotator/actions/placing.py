"""An annotation whose words a revision changed is put in its place by a person, or taken back from there."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from annotator.access.rules import require
from annotator.actions.annotations import require_all_spans, trace_annotation
from annotator.actions.annotations import wire as annotation_wire
from annotator.actions.assessed import assessed_by
from annotator.actions.columns import columns
from annotator.actions.revisions import locked
from annotator.actions.saving import save_changes
from annotator.domain.annotation import Kind
from annotator.domain.errors import NotNow, Refused, RevisionSuperseded
from annotator.domain.spans import spans_of, with_spans
from annotator.models import Annotation, Event, User


@transaction.atomic
def accept_place(annotation: Annotation, given: dict[str, Any], *, by: User, version: int) -> Annotation:
    """Let an annotation whose words a revision changed stand on the current text, at the given spans.

    ``given`` has the number of the ``revision`` and every span of the annotation in its wire form; one that is given
    as null is taken away. A layer that is done stays done: it is the text that changed. Raises NotNow for an annotation
    that stands in its place, else as ``revise_annotation``.
    """
    require(by, "annotation.change", annotation)
    article = locked(annotation.coding.article)
    if annotation.deleted_at is not None:
        raise NotNow(f"This {annotation.KIND} is in the bin: restore it first.", found=str(annotation.pk))
    if not annotation.anchoring:
        raise NotNow(f"This {annotation.KIND} stands on the current text.", found=str(annotation.pk))
    if given.get("revision") != article.current.number:
        if type(given.get("revision")) is int:
            raise RevisionSuperseded(given=given["revision"], current=article.current.number)
        raise Refused.field("revision", given.get("revision"), "`revision` is required: the number of the text.")
    known = [*annotation.SPANS, *(["quantities"] if annotation.KIND == Kind.CLAIM else []), "exact", "revision"]
    if unknown := sorted(set(given) - set(known)):
        raise Refused.field(unknown[0], given[unknown[0]], f"`{unknown[0]:.60}` is no span; give {', '.join(known)}.")
    require_all_spans(annotation, given)
    written = columns(
        annotation.KIND,
        given,
        coding=annotation.coding,
        text=article.current.text,
        by=by,
        present=annotation,
        whole=False,
    )
    before, assessed = annotation_wire(annotation), assessed_by(annotation)
    save_changes(
        annotation,
        version=version,
        current=lambda: annotation_wire(annotation),
        given=given,
        **written,
        revision=article.current,
        anchoring="",
        changed_by=by,
        changed_at=timezone.now(),
    )
    trace_annotation("placed", annotation, by=by, before=before, assessed=assessed)
    return annotation


@transaction.atomic
def take_back_place(annotation: Annotation, *, by: User, version: int) -> Annotation:
    """Let an annotation wait again, where it stood before a person put it in its place.

    Raises NotNow where that is not the last thing that was done to it, else as ``accept_place``.
    """
    require(by, "annotation.change", annotation)
    article = locked(annotation.coding.article)
    done = Event.objects.filter(article=article.pk, thing_id=str(annotation.pk), version=annotation.version).last()
    if done is None or done.act != f"{annotation.KIND}.placed" or done.before is None:
        raise NotNow(f"This {annotation.KIND} was changed after it was put there.", found=str(annotation.pk))
    before, assessed = annotation_wire(annotation), assessed_by(annotation)
    stood = {**before, **done.before}
    save_changes(
        annotation,
        version=version,
        current=lambda: annotation_wire(annotation),
        **with_spans(stood, spans_of(stood)),
        revision=article.revisions.get(number=stood["revision"]),
        anchoring=stood["anchoring"],
        changed_by=by,
        changed_at=timezone.now(),
    )
    trace_annotation("unplaced", annotation, by=by, before=before, assessed=assessed)
    return annotation
