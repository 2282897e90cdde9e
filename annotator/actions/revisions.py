"""A new text for an article: its annotations follow their words, and all of it is taken back."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from annotator.access.rules import require
from annotator.actions import carrying
from annotator.actions.articles import already_there
from annotator.actions.carrying import Standing
from annotator.actions.locks import lock_texts
from annotator.actions.saving import explained, save_changes
from annotator.actions.trace import changed, event, trace, trace_all
from annotator.domain.annotation import PlaceState
from annotator.domain.encoding import plain
from annotator.domain.errors import NotNow, Problem, Refused
from annotator.domain.register import SourceChange
from annotator.models import Assessment, Event, Place, User
from annotator.queries import wire
from annotator.queries.sources import changed_among, gravest
from articles.drafts import DraftError, checked_metadata
from articles.models import Article, Revision
from articles.text import TextError, digest, received

# What comes with a new text and is the outlet's to correct; all else that is said of an article is the editors' own.
DETAILS = ("title", "author", "published_on")
# Published assessment and layer → what befell the claims in it that the assessment rests on.
Assessed = dict[tuple[uuid.UUID, uuid.UUID], SourceChange | None]


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
        return _correct(article, corrected, by=by, version=version) if corrected else article
    same = Article.objects.filter(project=article.project_id, sha256=sha256, purged_at=None).exclude(pk=article.pk)
    if (other := same.first()) is not None:
        raise already_there(other)
    before, replaced, assessed = wire.article(article), article.current, _source_changes(article)
    number = article.revisions.aggregate(last=Max("number"))["last"] + 1
    revision = Revision.objects.create(
        article=article, number=number, follows=replaced, text=text, sha256=sha256, length=len(text)
    )
    annotations = carrying.standing(article)
    carrying.carry_all(annotations, texts=_texts(article), to=revision)
    carrying.remember(annotations, on=replaced)
    carrying.put(annotations, on=revision)
    _set_current(article, revision, version=version, **corrected)
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
    """Take the current revision back: every annotation stands where it stood before, to the letter.

    So does a headline, author or date that came with it, unless it was changed since.
    What was annotated since then is carried back as into any other text. The revision itself stays readable.
    Raises NotNow for the first revision, Stale as ``revise_article``.
    """
    require(by, "article.revise", article)
    # Texts are locked before rows, see locks; the constraint stands behind it, should the article change in between.
    former = Article.objects.values_list("current__follows__sha256", flat=True).get(pk=article.pk)
    if former is not None:
        lock_texts([former], article.project_id)
    article = locked(article)
    undone, revision = article.current, article.current.follows
    if revision is None:
        raise NotNow("This is the article's first text: there is nothing to undo.", found=str(article.pk))
    before, assessed = wire.article(article), _source_changes(article)
    annotations = carrying.standing(article)
    places = {place.annotation_id: place for place in Place.objects.filter(revision=revision)}
    were_there = [annotation for annotation in annotations if annotation.id in places]
    are_new = [annotation for annotation in annotations if annotation.id not in places]
    carrying.carry_all(are_new, texts=_texts(article), to=revision)
    carrying.remember(annotations, on=undone)
    carrying.put_back(were_there, places, {row.number: row for row in article.revisions.defer("text")})
    carrying.put(are_new, on=revision)
    Place.objects.filter(revision=revision).delete()
    _set_current(article, revision, version=version, **_former_details(article, undone))
    _trace("article.revision_undone", article, annotations, by=by, before=before, assessed=assessed)
    return article


def locked(article: Article) -> Article:
    """The article as stored now, held so that nothing is annotated meanwhile."""
    rows = Article.objects.select_for_update(of=("self",), no_key=True)
    found = rows.select_related("project", "outlet", "current__follows").get(pk=article.pk)
    if found.deleted_at is not None:
        raise NotNow("The article is in the bin: restore it first.", found=str(article.pk))
    return found


def _texts(article: Article) -> dict[int, str]:
    return dict(article.revisions.values_list("number", "text"))


def corrected_details(article: Article, details: Mapping[str, Any]) -> dict[str, Any]:
    """Those of ``details`` that are given, are not the article's, and that nobody has set by hand."""
    given = {name: details[name] for name in DETAILS if details.get(name)}
    try:
        given = checked_metadata(given)
    except DraftError as error:
        raise Refused(*(Problem(*problem) for problem in error.problems)) from error
    found = {name: value for name, value in given.items() if value != getattr(article, name)}
    if found:
        by_hand = Event.objects.filter(article=article.pk, act="article.changed", before__has_any_keys=list(found))
        for before in by_hand.values_list("before", flat=True):
            found = {name: value for name, value in found.items() if name not in before}
    return found


def _correct(article: Article, corrected: dict[str, Any], *, by: User, version: int) -> Article:
    """Take over what came with a text that the article has already."""
    before = wire.article(article)
    _set_current(article, article.current, version=version, **corrected)
    after = wire.article(article)
    told: dict[str, Any] = {"version": article.version, "before": changed(before, after), "after": after}
    project_id, thing_id = article.project_id, article.pk
    trace(
        "article.corrected",
        by=by,
        project_id=project_id,
        article_id=thing_id,
        thing="article",
        thing_id=thing_id,
        **told,
    )
    return article


def _former_details(article: Article, undone: Revision) -> dict[str, Any]:
    """The headline, author and date that the undone revision replaced, where they are still as it left them."""
    revised = Event.objects.filter(article=article.pk, act="article.revised", after__revision=undone.number).last()
    if revised is None or revised.before is None:
        return {}
    now = plain(wire.article(article))
    former = {name: revised.before[name] for name in DETAILS if name in revised.before}
    return checked_metadata({name: value for name, value in former.items() if now[name] == revised.after[name]})


def _set_current(article: Article, revision: Revision, *, version: int, **details: Any) -> None:
    with explained({"text": None}):
        save_changes(
            article,
            version=version,
            current=lambda: wire.article(
                Article.objects.select_related("project", "outlet", "current").get(pk=article.pk)
            ),
            current_id=revision.pk,
            sha256=revision.sha256,
            changed_at=timezone.now(),
            **details,
        )
    article.current = revision


def _source_changes(article: Article) -> Assessed:
    """Published assessment and layer → the gravest thing that befell a claim of the article there that it rests on."""
    found: dict[tuple[uuid.UUID, uuid.UUID], list[SourceChange]] = defaultdict(list)
    for each in changed_among(Place.objects.filter(claim__coding__article=article)):
        found[each.assessment, each.coding].append(each.change)
    return {key: gravest(changes) for key, changes in found.items()}


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
    events: list[Event] = [
        event(
            act,
            thing="article",
            thing_id=article.pk,
            version=article.version,
            before=changed(before, after),
            after=after,
            **shared,
        )
    ]
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
    now_assessed = _source_changes(article)
    told_of = sorted(key for key in assessed.keys() | now_assessed.keys() if assessed.get(key) != now_assessed.get(key))
    assessments = Assessment.objects.select_related("reviewer").prefetch_related("evidence")
    by_id = assessments.in_bulk([assessment for assessment, _ in told_of])
    for key in told_of:
        assessment, coding_id = by_id[key[0]], key[1]
        events.append(
            event(
                "assessment.source_changed",
                thing="assessment",
                thing_id=assessment.pk,
                coding_id=coding_id,
                version=assessment.version,
                before={"source_changed": assessed.get(key)},
                after={
                    **wire.assessment(assessment),
                    "source_changed": now_assessed.get(key),
                    "revision": after["revision"],
                },
                **shared,
            )
        )
    trace_all(events)
