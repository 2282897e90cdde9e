"""What a new text does, did and left to do: a preview, the review list, and former revisions as they were."""

import re
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from annotator.access.visibility import (
    visible_annotations,
    visible_articles,
    visible_events,
    visible_places,
    visible_revisions,
)
from annotator.domain.annotation import PlaceState
from annotator.domain.errors import NotNow, Refused
from annotator.domain.spans import spans_of, with_spans
from annotator.models import ANNOTATIONS, Annotation, Assessment
from annotator.queries.annotations import of_article, with_words
from annotator.queries.comparison import told_apart
from annotator.queries.contexts import Piece, around, with_context
from articles.models import Article, Project, Revision
from articles.offsets import trimmed, words
from articles.reanchoring import Carried, State, carry

MAX_PLACES = 20
_PAIR = re.compile(r"(\d{1,7})-(\d{1,7})", re.ASCII)


@dataclass(frozen=True)
class Choice:
    """A place on the current text where an annotation may stand: its span fields, in the wire form."""

    fields: dict[str, Any]
    pieces: list[Piece]
    exact: list[str]

    @property
    def told(self) -> str:
        """As ``place_at`` reads it from a form."""
        return ",".join(f"{start}-{end}" for start, end in self.fields["segments"])


@dataclass(frozen=True)
class Waiting:
    """An annotation whose words a revision changed: how they stood, and where they may stand now.

    ``others`` are the places of its other spans, which go along wherever the main one is put, and ``gone`` those that
    have none; ``is_published`` says that a published assessment rests on it.
    """

    annotation: dict[str, Any]
    state: State
    before: list[Piece]
    proposal: Choice | None
    elsewhere: list[Choice]
    others: dict[str, Any]
    gone: list[str]
    is_published: bool = False

    @cached_property
    def edited(self) -> tuple[list[Piece], list[Piece]]:
        """Before and after, and which words went and came; without a proposal, all of them went or none is known to."""
        if self.proposal is None and self.state != State.ORPHANED:
            return self.before, []
        return told_apart(self.before, self.proposal.pieces if self.proposal else [])


@dataclass(frozen=True)
class Placed:
    """An annotation that a person put in its place, and the words on which it stands there."""

    annotation: Annotation
    words: str


@dataclass(frozen=True)
class Preview:
    """What would become of the visible annotations of an article under another text."""

    counts: dict[str, int]
    waiting: list[Waiting]


@dataclass(frozen=True)
class CarriedOver:
    """What becomes of spans that somebody has on a former text. ``place``: where they stand now, if that is proven.

    ``choices`` are places to pick from where it is not.
    """

    state: State
    place: Choice | None
    choices: list[Choice]


def carry_over(user: Any, article: Article, rows: list[dict[str, Any]]) -> list[CarriedOver]:
    """Each of ``rows``, which have a ``revision`` and span fields, on the current text. Nothing is stored."""
    text = _text(user, article, article.current.number)
    found = []
    for row, result, old in _carried(user, article, rows, text):
        if result.state in (State.KEPT, State.MOVED):
            found.append(CarriedOver(result.state, _choice(row, result.spans, text), []))
        else:
            waiting = _waiting(row, result, old, text)
            found.append(CarriedOver(result.state, None, [*filter(None, [waiting.proposal]), *waiting.elsewhere]))
    return found


def preview(user: Any, article: Article, text: str) -> Preview:
    """What ``text`` would do. Nothing is stored; annotations in the bin are not told of, though they are carried."""
    rows = of_article(user, article, needs_look=None)
    carried = list(_carried(user, article, rows, text))
    counts = Counter(str(result.state) for _, result, _ in carried)
    waiting = [
        _waiting(row, result, old, text)
        for row, result, old in carried
        if result.state in (State.CHANGED, State.ORPHANED)
    ]
    return Preview({str(state): counts[str(state)] for state in State}, waiting)


def review(user: Any, article: Article) -> list[Waiting]:
    """The annotations that wait for a look, in the order in which they stood."""
    rows = of_article(user, article, needs_look=True)
    published = _with_published_assessment(rows)
    text = _text(user, article, article.current.number)
    return [
        _waiting(row, result, old, text, is_published=row.get("proposition") in published)
        for row, result, old in _carried(user, article, rows, text)
    ]


def placed_by_hand(user: Any, article: Article) -> list[Placed]:
    """What somebody put in its place on the current text, and nobody has touched since: the last first."""
    acts = [f"{kind}.placed" for kind in ANNOTATIONS]
    events = visible_events(user).filter(article=article, act__in=acts, after__revision=article.current.number)
    told = {uuid.UUID(event.thing_id): event for event in events.order_by("id")}
    found = []
    for kind in ANNOTATIONS:
        rows = visible_annotations(user, kind).kept().filter(pk__in=told, coding__article=article)
        found += [row for row in rows.select_related("coding__article") if row.version == told[row.pk].version]
    found.sort(key=lambda row: told[row.pk].pk, reverse=True)
    return [Placed(row, " … ".join(words(row.segments, article.current.text))) for row in found]


def carried_from(user: Any, revision: Revision | None) -> dict[str, int]:
    """How many annotations left a revision which way, of the layers that the asker may read; those in the bin not."""
    counts: Counter[str] = Counter()
    if revision is not None:
        left = visible_places(user).filter(revision=revision, wire__deleted_at=None)
        counts.update(left.values_list("state", flat=True))
    return {str(state): counts[state] for state in PlaceState}


def count_waiting(user: Any, article: Article) -> int:
    """How many annotations of an article wait for a look."""
    return sum(
        visible_annotations(user, kind).kept().needing_a_look().filter(coding__article=article).count()
        for kind in ANNOTATIONS
    )


def rows_of(user: Any, waiting: list[Waiting]) -> dict[uuid.UUID, Annotation]:
    """The annotations themselves, by id, with what a line about one needs."""
    rows: dict[uuid.UUID, Annotation] = {}
    for kind in ANNOTATIONS:
        ids = [each.annotation["id"] for each in waiting if each.annotation["kind"] == kind]
        rows |= {row.pk: row for row in with_context(visible_annotations(user, kind).filter(pk__in=ids))}
    return rows


def places_of(user: Any, article: Article, waiting: Waiting, sought: str) -> list[Choice]:
    """Where words stand on the current text, the first few: places that a person may pick for an annotation."""
    text = _text(user, article, article.current.number)
    places = [trimmed(start, start + len(sought), text) for start in _starts(text, sought)]
    return [_choice(waiting.annotation, {**waiting.others, "segments": [place]}, text) for place in places if place]


def place_at(user: Any, article: Article, waiting: Waiting | None, told: str) -> dict[str, Any]:
    """The span fields of a place as a form tells it: “proposal”, or the offsets of its segments, “12-40,52-60”.

    The other spans go along as far as their words are there.
    """
    if waiting is None:
        raise NotNow("This annotation does not wait for a look.")
    if told == "proposal":
        if waiting.proposal is None:
            raise Refused.field("place", told, "There is no proposal for this annotation: pick a place.")
        return waiting.proposal.fields
    segments = [[int(offset) for offset in pair] for pair in _PAIR.findall(told)]
    if not segments:
        raise Refused.field("place", told, "Pick a place first.")
    return _fields(waiting.annotation, {**waiting.others, "segments": segments})


def articles_to_review(user: Any, project: Project) -> list[tuple[Article, int]]:
    """The articles of a project in which something waits for a look, and how much."""
    counts: Counter[uuid.UUID] = Counter()
    for kind in ANNOTATIONS:
        waiting = visible_annotations(user, kind).kept().needing_a_look().filter(coding__article__project=project)
        counts.update(waiting.values_list("coding__article", flat=True))
    articles = visible_articles(user).kept().filter(pk__in=counts).select_related("outlet").newest_first()
    return [(article, counts[article.pk]) for article in articles]


def as_of(user: Any, article: Article, revision: Revision, *, unit: str = "codepoint") -> list[dict[str, Any]]:
    """The annotations of an article as they were when ``revision`` was replaced, or as they are if it is current.

    Those that waited for a look then are among them: they name the revision on which they stood.
    """
    if revision.pk == article.current_id:
        return of_article(user, article, unit=unit)
    places = visible_places(user).filter(revision=revision)
    rows = [_read_back(wire) for wire in places.values_list("wire", flat=True) if wire["deleted_at"] is None]
    rows.sort(key=lambda row: (row["segments"][0][0], -row["segments"][-1][1], row["id"]))
    return with_words(rows, unit=unit)


def revisions_of(user: Any, article: Article) -> list[Revision]:
    """All revisions, the last first, without their texts. ``is_undone`` are those that were taken back."""
    found = list(visible_revisions(user).filter(article=article).defer("text").order_by("-number"))
    by_id = {revision.pk: revision for revision in found}
    standing, at = set(), article.current_id
    while at in by_id:
        standing.add(at)
        at = by_id[at].follows_id
    for revision in found:
        revision.is_undone = revision.pk not in standing
        revision.is_current = revision.pk == article.current_id
    return found


def _read_back(wire: dict[str, Any]) -> dict[str, Any]:
    """A wire form as it was before it was kept as JSON, in the order of its kind's."""
    for name in ("created_at", "changed_at", "link_confirmed_at"):
        if wire.get(name):
            wire[name] = datetime.fromisoformat(wire[name])
    wire["article"] = uuid.UUID(wire["article"])
    return {name: wire[name] for name in ("kind", *ANNOTATIONS[wire["kind"]].WIRE)}


def _carried(
    user: Any, article: Article, rows: list[dict[str, Any]], text: str
) -> Iterable[tuple[dict[str, Any], Carried, str]]:
    """Each row, what becomes of it under ``text``, and the text on which it stands."""
    by_number: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_number[row["revision"]].append(row)
    for number, group in sorted(by_number.items()):
        old = _text(user, article, number)
        for row, result in zip(group, carry(old, text, [spans_of(row) for row in group]), strict=True):
            yield row, result, old


def _text(user: Any, article: Article, number: int) -> str:
    return visible_revisions(user).values_list("text", flat=True).get(article=article, number=number)


def _waiting(row: dict[str, Any], result: Carried, old: str, new: str, *, is_published: bool = False) -> Waiting:
    proposed = result.spans if result.spans.get("segments") else None
    others = {name: span for name, span in result.spans.items() if name != "segments"}
    proposal = _choice(row, proposed, new) if proposed else None
    elsewhere = [_choice(row, {**others, "segments": place}, new) for place in result.elsewhere]
    return Waiting(
        row,
        result.state,
        around(old, row["segments"]),
        proposal,
        [choice for choice in elsewhere if proposal is None or choice.fields != proposal.fields],
        others,
        [name for name, span in spans_of(row).items() if span and name != "segments" and not others.get(name)],
        is_published,
    )


def _starts(text: str, sought: str) -> list[int]:
    found, at = [], text.find(sought)
    while at >= 0 and len(found) < MAX_PLACES:
        found.append(at)
        at = text.find(sought, at + 1)
    return found


def _choice(row: dict[str, Any], spans: dict[str, Any], text: str) -> Choice:
    return Choice(_fields(row, spans), around(text, spans["segments"]), words(spans["segments"], text))


def _fields(row: dict[str, Any], spans: dict[str, Any]) -> dict[str, Any]:
    fields = with_spans(row, spans)
    for quantity in fields.get("quantities", ()):
        quantity.pop("exact", None)
    return fields


def _with_published_assessment(rows: list[dict[str, Any]]) -> set[uuid.UUID]:
    propositions = {row["proposition"] for row in rows if row.get("proposition")}
    published = Assessment.objects.filter(proposition__in=propositions, state="published", deleted_at=None)
    return set(published.values_list("proposition", flat=True))
