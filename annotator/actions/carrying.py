"""What a revision of its text does to the annotations of an article: all of them, in all layers and in the bin."""

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.utils import timezone

from annotator.actions.copying import copy, next_ids, rewrite
from annotator.domain.annotation import Kind, PlaceState
from annotator.domain.spans import spans_of, with_spans
from annotator.models import ANNOTATIONS, Place
from articles.models import Article, Revision
from articles.offsets import covers
from articles.reanchoring import Carried, State, carry

_IN_PLACE = (State.KEPT, State.MOVED)


@dataclass
class Standing:
    """An annotation as it stands: its wire form, what becomes of it, and which version of it that is."""

    wire: dict[str, Any]
    version: int
    carried: Carried | None = None

    @property
    def id(self) -> uuid.UUID:
        found: uuid.UUID = self.wire["id"]
        return found

    @property
    def kind(self) -> str:
        return str(self.wire["kind"])

    @property
    def state(self) -> str:
        return str(self.carried.state) if self.carried else PlaceState.RESTORED.value


def standing(article: Article) -> list[Standing]:
    """Every annotation of an article, in all layers."""
    return [
        Standing(wire, wire["version"])
        for model in ANNOTATIONS.values()
        for wire in model.objects.filter(coding__article=article).wire()
    ]


def carry_all(
    annotations: list[Standing],
    *,
    texts: Mapping[int, str],
    to: Revision,
    beside: Mapping[uuid.UUID, Place] = MappingProxyType({}),
) -> None:
    """Work out where each goes, from the revision on which it stands. ``texts`` are those of revisions by number.

    ``beside`` are the places on ``to`` of those that go back there.
    """
    by_number: dict[int, list[Standing]] = defaultdict(list)
    for annotation in annotations:
        by_number[annotation.wire["revision"]].append(annotation)
    for number, group in by_number.items():
        results = carry(texts[number], to.text, [spans_of(annotation.wire) for annotation in group])
        for annotation, carried in zip(group, results, strict=True):
            annotation.carried = carried
    _part_nested(annotations, beside)


def put(annotations: list[Standing], *, on: Revision) -> None:
    """Store where annotations went: those in place stand on ``on``, the others stay where they were, and say so."""
    in_place, waiting = [], []
    for annotation in annotations:
        carried, wire = annotation.carried, annotation.wire
        if carried is None:
            continue
        if carried.state in _IN_PLACE:
            in_place.append((annotation, {**with_spans(wire, carried.spans), "revision_id": on.pk, "anchoring": ""}))
        elif wire["anchoring"] != str(carried.state):
            waiting.append((annotation, {"anchoring": str(carried.state)}))
    _save(in_place)
    _save(waiting)


def put_back(annotations: list[Standing], places: Mapping[uuid.UUID, Place], revisions: Mapping[int, Revision]) -> None:
    """Store annotations where they stood, by their ``places``."""
    changed = []
    for annotation in annotations:
        was = places[annotation.id].wire
        stood = {"revision_id": revisions[was["revision"]].pk, "anchoring": was["anchoring"]}
        changed.append((annotation, with_spans(was, spans_of(was)) | stood))
    _save(changed)


def remember(annotations: list[Standing], *, on: Revision) -> None:
    """Keep all that annotations said when ``on`` ceased to be the current revision."""
    now = timezone.now()
    ids = next_ids(Place, len(annotations))
    copy(
        Place,
        [
            {
                "id": place_id,
                "revision_id": on.pk,
                "wire": annotation.wire,
                "state": annotation.state,
                "recorded_at": now,
                **{f"{kind}_id": annotation.id if kind == annotation.kind else None for kind in ANNOTATIONS},
            }
            for place_id, annotation in zip(ids, annotations, strict=True)
        ],
    )


def _save(changed: list[tuple[Standing, dict[str, Any]]]) -> None:
    """Store new places of annotations, all with the same columns a kind, and count up their versions."""
    by_kind: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for annotation, columns in changed:
        annotation.version += 1
        by_kind[annotation.kind].append({"id": annotation.id, "version": annotation.version, **columns})
    for kind, rows in by_kind.items():
        rewrite(ANNOTATIONS[kind], rows)


def _part_nested(annotations: list[Standing], beside: Mapping[uuid.UUID, Place]) -> None:
    """An inner attribution that went out of its outer one is for a person to look at."""
    attributions = {annotation.id: annotation for annotation in annotations if annotation.kind == Kind.ATTRIBUTION}

    def stands_on(id: Any) -> Any:
        if id in beside:
            return None if beside[id].wire["anchoring"] else beside[id].wire["segments"]
        one = attributions.get(id)
        return one.carried.spans["segments"] if one and one.carried.state in _IN_PLACE else None

    for inner in attributions.values():
        outer_at, inner_at = stands_on(inner.wire["parent"]), stands_on(inner.id)
        if outer_at and inner_at and not covers(outer_at, inner_at):
            inner.carried = Carried(State.CHANGED, inner.carried.spans, inner.carried.elsewhere)
