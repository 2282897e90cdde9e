"""Opening a layer of an article, and saying how far the work on it is."""

import uuid
from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from annotator.access.rules import require
from annotator.actions.trace import event, trace_all
from annotator.domain.errors import NotNow, Problem, Refused
from annotator.domain.layers import CodingState, Layer, Layers
from annotator.models import ANNOTATIONS, Claim, Coding, Event, User
from annotator.queries import wire
from annotator.queries.codings import layer_of
from articles.models import Article


@transaction.atomic
def open_coding(article: Article, *, by: User, adjudicated: bool = False) -> Coding:
    """The layer that ``by`` writes to, stored: it comes into being with the first write.

    With ``adjudicated`` it is that layer of an independent project, which editors write to.
    """
    if adjudicated and article.project.layers == Layers.SHARED:
        raise Refused.field("layer", Layer.ADJUDICATED, "`layer`: a shared project has one layer, “shared”.")
    coding = layer_of(article, by, adjudicated=adjudicated)
    require(by, "coding.open", coding)
    if coding.created_at is None:
        coding = begin_coding(coding, by=by)
        coding.article = article
    return coding


def begin_coding(coding: Coding, *, by: User) -> Coding:
    """Store a layer, or begin one again that was taken back.

    In a shared project the one layer is there from the start, as far as anybody is told.
    """
    stored = Coding.objects.begun().select_related("article__project", "coder").filter(pk=coding.pk)
    if coding.layer == Layer.SHARED:
        # Two first writes at once: one of them stores it, both go on with it.
        Coding.objects.bulk_create([coding], ignore_conflicts=True)
        return stored.first() or _begun_again(coding)
    # No other layer of the article is opened or done meanwhile: who reads whose is told in the order of what happened.
    Article.objects.select_for_update(no_key=True).get(pk=coding.article_id)
    if there := stored.first():
        return there
    others = _own_layers(coding.article_id) if coding.layer == Layer.OWN else []
    if Coding.objects.filter(pk=coding.pk).exists():
        coding = _begun_again(coding)
    else:
        coding.save(force_insert=True)
    told = [opening(coding, by=by)]
    trace_all(told + _blinded(others) if _all_done(others) else told)
    return coding


def _begun_again(coding: Coding) -> Coding:
    now = timezone.now()
    Coding.objects.filter(pk=coding.pk, state=CodingState.NEW).update(state=CodingState.OPEN, changed_at=now)
    return Coding.objects.select_related("article__project", "coder").get(pk=coding.pk)


def take_back_codings(emptied: Collection[Coding], *, of: Collection[uuid.UUID], by: User) -> None:
    """Have layers be as they were before they were opened, where nothing ever was in them but the annotations ``of``.

    These are in the bin by now, put there by one step, as another had made them, and their articles are held. A layer
    in which anything else is, or was done in another step, is begun and stays so.
    """
    in_use = _used_beside(emptied, of)
    taken_back = [coding for coding in emptied if coding.pk not in in_use]
    Coding.objects.filter(pk__in=[each.pk for each in taken_back]).update(
        state=CodingState.NEW, changed_at=timezone.now()
    )
    told = []
    for coding in taken_back:
        if coding.layer != Layer.SHARED:
            told.append(_event("coding.taken_back", coding, by=by, after=wire.coding(coding)))
            others = _own_layers(coding.article_id)
            told += _unblinded(others, by=by) if _all_done(others) else []
    trace_all(told)


def _used_beside(codings: Collection[Coding], of: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """The layers in which there is or was something beside these annotations and the steps that made them."""
    in_use: set[uuid.UUID] = set()
    for model in ANNOTATIONS.values():
        beside = model.objects.filter(coding__in=codings).exclude(pk__in=of)
        in_use |= set(beside.order_by().values_list("coding", flat=True))
    # What is done in one step is told as of one time.
    same_step = Event.objects.filter(coding=OuterRef("coding"), at=OuterRef("at"), thing_id__in=[str(id) for id in of])
    other_steps = Event.objects.filter(~Exists(same_step), coding__in=codings)
    return in_use | set(other_steps.order_by().values_list("coding", flat=True))


@transaction.atomic
def set_state(coding: Coding, state: str, *, by: User) -> Coding:
    """Say that a layer is done, or open it again.

    Raises Refused for an unknown state and NotNow while a claim of a layer that is to be done has no wording.
    """
    require(by, "coding.set_state", coding)
    if state not in (CodingState.OPEN, CodingState.DONE):
        raise Refused(Problem("state", state, "`state`: use one of open, done."))
    # The article's lock is the one that writes to its layers take: none comes in between.
    article = Article.objects.select_for_update(no_key=True).get(pk=coding.article_id)
    if article.deleted_at is not None:
        raise NotNow("The article is in the bin: restore it first.", found=str(article.pk))
    coding = Coding.objects.select_related("article__project", "coder").get(pk=coding.pk)
    if coding.state == CodingState.ADJUDICATED:
        raise NotNow("This coding has been adjudicated; its state is final.")
    if coding.state == state:
        return coding
    if state == CodingState.DONE:
        _require_wordings(coding)
    own_layers = _own_layers(coding.article_id) if coding.layer == Layer.OWN else []
    before, coding.state = coding.state, state
    coding.save(update_fields=["state", "changed_at"])
    act = "coding.done" if state == CodingState.DONE else "coding.reopened"
    told = [_event(act, coding, by=by, before={"state": before}, after=wire.coding(coding))]
    if _all_done(own_layers):
        told += _blinded(own_layers)
    elif own_layers and _all_done(now := _own_layers(coding.article_id)):
        told += _unblinded(now, by=by)
    trace_all(told)
    return coding


def opening(coding: Coding, *, by: User) -> Event:
    """What is told when a layer that is not the shared one comes into being."""
    return _event("coding.opened", coding, by=by, after=wire.coding(coding))


def _own_layers(article_id: uuid.UUID) -> list[Coding]:
    """The coders' own layers of an article."""
    own = Coding.objects.begun().filter(article=article_id, layer=Layer.OWN)
    return list(own.select_related("article__project", "coder").order_by("pk"))


def _all_done(layers: Sequence[Coding]) -> bool:
    """Whether their coders read each other's layers: the rule of ``visible_codings``."""
    return bool(layers) and all(layer.state != CodingState.OPEN for layer in layers)


def _blinded(layers: Sequence[Coding]) -> list[Event]:
    """Each coder is told in the own layer, and under the own name: who began to code is not theirs to know."""
    return [_event("coding.blinded", each, by=each.coder, after=wire.coding(each)) for each in layers]


def _unblinded(layers: Sequence[Coding], *, by: User) -> list[Event]:
    return [_event("coding.unblinded", each, by=by, after=wire.coding(each)) for each in layers]


def _event(act: str, coding: Coding, *, by: User, **told: Any) -> Event:
    return event(
        act,
        by=by,
        project_id=coding.article.project_id,
        article_id=coding.article_id,
        coding_id=coding.pk,
        thing="coding",
        thing_id=coding.pk,
        **told,
    )


def _require_wordings(coding: Coding) -> None:
    without = list(Claim.objects.kept().filter(coding=coding, wording="").in_text_order().values_list("id", flat=True))
    if without:
        count = len(without)
        raise NotNow(
            f"{count} claim{'s have' if count > 1 else ' has'} no wording yet: write "
            f"{'them' if count > 1 else 'it'} before the coding is done.",
            found=[str(claim) for claim in without],
        )
