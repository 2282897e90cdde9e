"""Opening a layer of an article, and saying how far the work on it is."""

from django.db import transaction

from annotator.access.rules import require
from annotator.actions.trace import trace
from annotator.domain.errors import NotNow, Problem, Refused
from annotator.domain.layers import CodingState, Layer, Layers
from annotator.models import Claim, Coding, User
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
        # Two first writes at once: one of them stores it, both go on with it.
        Coding.objects.bulk_create([coding], ignore_conflicts=True)
        coding = Coding.objects.get(pk=coding.pk)
        coding.article = article
    return coding


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
    before, coding.state = coding.state, state
    coding.save(update_fields=["state", "changed_at"])
    trace(
        "coding.done" if state == CodingState.DONE else "coding.reopened",
        by=by,
        project_id=coding.article.project_id,
        article_id=coding.article_id,
        coding_id=coding.pk,
        thing="coding",
        thing_id=coding.pk,
        before={"state": before},
        after=wire.coding(coding),
    )
    return coding


def _require_wordings(coding: Coding) -> None:
    without = list(Claim.objects.kept().filter(coding=coding, wording="").in_text_order().values_list("id", flat=True))
    if without:
        count = len(without)
        raise NotNow(
            f"{count} claim{'s have' if count > 1 else ' has'} no wording yet: write "
            f"{'them' if count > 1 else 'it'} before the coding is done.",
            found=[str(claim) for claim in without],
        )
