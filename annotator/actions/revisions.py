"""A new text for an article: its annotations follow their words, and all of it is taken back."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max

from annotator.access.rules import require
from annotator.actions import carrying
from annotator.actions.articles import already_there
from annotator.actions.assessed import Assessed, assessed_in, told_since
from annotator.actions.carrying import Standing
from annotator.actions.corrections import correct, corrected_details, former_details, set_current
from annotator.actions.locks import lock_texts
from annotator.actions.trace import changed, event, event_of, trace_all
from annotator.domain.annotation import PlaceState
from annotator.domain.errors import NotNow, Refused
from annotator.models import Event, Place, User
from annotator.queries import wire
from annotator.queries.corrections import came_last
from articles.models import Article, Revision
from articles.text import TextError, digest, received


@transaction.atomic
def revise_article(
    article: Article, text: Any, *, by: User, version: int, details: Mapping[str, Any] | None = None
) -> Article:
    """Give an article a new text and carry every annotation over to it; the same text again changes nothing.

    ``details`` are what came with the text: a headline, author or date among them that is another one now replaces
    the article's, unless somebody has changed that by hand.
    Raises Refused for a text that cannot be stored, Stale when ``version`` of the article is no longer current, and
    AlreadyThere when another article of the project has this very text.
    """
    require(by, "article.revise", article)
    text = text_for_revision(text)
    sha256 = digest(text)
    lock_texts([sha256], article.project_id)
    article = locked(article)
    corrected = corrected_details(article, details or {})
    if sha256 == article.sha256:
        return correct(article, corrected, "article.corrected", by=by, version=version) if corrected else article
    same = Article.objects.filter(project=article.project_id, sha256=sha256, purged_at=None).exclude(pk=article.pk)
    if (other := same.first()) is not None:
        raise already_there(other)
    before, replaced, assessed = wire.article(article), article.current, assessed_in(article)
    number = article.revisions.aggregate(last=Max("number"))["last"] + 1
    revision = Revision.objects.create(
        article=article, number=number, follows=replaced, text=text, sha256=sha256, length=len(text)
    )
    annotations = carrying.standing(article)
    carrying.carry_all(annotations, texts=_texts(article, annotations), to=revision)
    carrying.remember(annotations, on=replaced)
    carrying.put(annotations, on=revision)
    set_current(article, revision, version=version, **corrected)
    _trace("article.revised", article, annotations, by=by, before=before, assessed=assessed)
    return article


def text_for_revision(text: Any) -> str:
    """The text as it would be stored, or Refused with the reason why it cannot be."""
    if not isinstance(text, str):
        raise Refused.field("text", text, "`text` is required: the whole new text of the article.")
    try:
        return received(text)
    except TextError as error:
        raise Refused.field("text", None, str(error)) from error


@transaction.atomic
def undo_revision(article: Article, *, by: User, version: int) -> Article:
    """Take back what came last: the current revision, or a headline, author or date that came after it alone.

    Every annotation stands where it stood before the revision, to the letter. So does a headline, author or date that
    came with it, unless it was changed since.
    What was annotated since then is carried back as into any other text. The revision itself stays readable.
    Raises NotNow where nothing came since the article was brought in, Stale as ``revise_article``.
    """
    require(by, "article.revise", article)
    # Texts are locked before rows, see locks; the constraint stands behind it, should the article change in between.
    former_text = Article.objects.values_list("current__follows__sha256", flat=True).get(pk=article.pk)
    if former_text is not None:
        lock_texts([former_text], article.project_id)
    article = locked(article)
    last = came_last(article)
    if last is not None and last.act == "article.corrected":
        former = former_details(article, last)
        return correct(article, former, "article.correction_undone", by=by, version=version)
    undone, revision = article.current, article.current.follows
    if revision is None:
        raise NotNow("This is the article's first text: there is nothing to undo.", found=str(article.pk))
    before, assessed = wire.article(article), assessed_in(article)
    annotations = carrying.standing(article)
    places = {place.annotation_id: place for place in Place.objects.filter(revision=revision)}
    were_there = [annotation for annotation in annotations if annotation.id in places]
    are_new = [annotation for annotation in annotations if annotation.id not in places]
    carrying.carry_all(are_new, texts=_texts(article, are_new), to=revision, beside=places)
    carrying.remember(annotations, on=undone)
    carrying.put_back(were_there, places, {row.number: row for row in article.revisions.defer("text")})
    carrying.put(are_new, on=revision)
    Place.objects.filter(revision=revision).delete()
    set_current(article, revision, version=version, **former_details(article, last))
    _trace("article.revision_undone", article, annotations, by=by, before=before, assessed=assessed)
    return article


def locked(article: Article) -> Article:
    """The article as stored now, held so that nothing is annotated meanwhile."""
    rows = Article.objects.select_for_update(of=("self",), no_key=True)
    found = rows.select_related("project", "outlet", "current__follows").get(pk=article.pk)
    if found.deleted_at is not None:
        raise NotNow("The article is in the bin: restore it first.", found=str(article.pk))
    return found


def _texts(article: Article, annotations: list[Standing]) -> dict[int, str]:
    """Those on which the annotations stand: an article may have had many."""
    numbers = {annotation.wire["revision"] for annotation in annotations}
    return dict(article.revisions.filter(number__in=numbers).values_list("number", "text"))


def _trace(
    act: str,
    article: Article,
    annotations: list[Standing],
    *,
    by: User,
    before: dict[str, Any],
    assessed: Assessed,
) -> None:
    """One event for the text, which every member sees, and one for each layer, which are seen by who sees the layer.

    A layer's says what became of each annotation; the places before are kept with the revision that was replaced. One
    more for each published assessment and layer of whose claims another thing is to be said now than before.
    """
    after = wire.article(article)
    shared: dict[str, Any] = {"by": by, "project_id": article.project_id, "article_id": article.pk}
    events: list[Event] = [event_of(article, act, by=by, before=changed(before, after), after=after)]
    by_coding: dict[Any, list[Standing]] = defaultdict(list)
    for annotation in annotations:
        by_coding[annotation.wire["coding"]].append(annotation)
    for coding_id, carried in by_coding.items():
        counts = Counter(annotation.state for annotation in carried)
        told = {
            "from": before["revision"],
            "revision": after["revision"],
            "counts": {str(state): counts[state] for state in PlaceState},
            "annotations": [
                {"kind": one.kind, "id": str(one.id), "state": one.state, "version": one.version} for one in carried
            ],
        }
        events.append(
            event(
                "revision.carried",
                thing="revision",
                thing_id=f"{article.pk}/{after['revision']}",
                coding_id=coding_id,
                after=told,
                **shared,
            )
        )
    trace_all([*events, *told_since(assessed, article, by=by)])
