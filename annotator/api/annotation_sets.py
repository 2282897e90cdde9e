"""All annotations of an article in one write: what is given is what shall stand in your layer."""

from collections import Counter
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from django.db import transaction
from rest_framework import serializers

from annotator.actions.annotation_sets import Difference, write_annotations
from annotator.actions.locks import lock_articles
from annotator.actions.trace import left_untold
from annotator.api.annotations import coding_in
from annotator.api.contracts import PROBLEMS_OF_WRITES, WRITE
from annotator.api.fields import StrictSerializer, flag, read_by
from annotator.api.offsets import OFFSET_UNITS, Inward
from annotator.api.operations import Answer, Asked, operation, tag_of
from annotator.api.views import VersionedViewSet
from annotator.domain.errors import Stale
from annotator.queries.texts import text_of

OUTCOMES = ("created", "changed", "same", "deleted")


class AnnotationSetSerializer(StrictSerializer):
    revision = serializers.IntegerField(min_value=1, max_value=2**31 - 1, help_text="Of the text on which they stand.")
    coding = serializers.UUIDField(required=False, help_text="The layer; else it is your own.")
    annotations = serializers.ListField(
        child=serializers.DictField(),
        help_text="Each with its `kind`. One that names the `id` or the `external_id` of what is there changes it; "
        "any other is new; what none names is deleted.",
    )


class DifferenceSerializer(serializers.Serializer):
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    annotation = serializers.IntegerField(allow_null=True, help_text="Its index among those given; null of a deleted.")
    kind = serializers.CharField()
    id = serializers.UUIDField()
    external_id = serializers.CharField(allow_blank=True)
    version = serializers.IntegerField()


class DifferencesSerializer(serializers.Serializer):
    created = serializers.IntegerField()
    changed = serializers.IntegerField()
    same = serializers.IntegerField()
    deleted = serializers.IntegerField()
    dry_run = serializers.BooleanField(help_text="true: nothing was stored.")
    etag = serializers.CharField(help_text="Of `GET annotations/`, as it is now.")
    results = DifferenceSerializer(many=True)


class AnnotationSetMixin(VersionedViewSet):
    """For the noun of articles. ``tag_of_annotations`` is the ETag that their GET has."""

    contracts = {
        "write_annotations": replace(
            WRITE,
            request=AnnotationSetSerializer,
            answer=DifferencesSerializer,
            problems=(*PROBLEMS_OF_WRITES, 410, 412, 422, 428),
            headers=("If-Match", *WRITE.headers),
        )
    }

    def annotations_of(self, user: Any, id: Any, *, needs_look: bool = False, unit: str = "") -> dict[str, Any]:
        raise NotImplementedError

    @operation
    def write_annotations(self, asked: Asked, id: Any) -> Answer:
        """Let these be the annotations of your layer, on the article's current text: all of them, or nothing is done.

        What differs is created, changed or deleted; what says the same stays as it is. `If-Match` is the ETag of
        `GET annotations/`; it may be left out as long as your layer has none or nothing would change. With
        `dry_run=true` the answer is the same and nothing is stored.
        """
        self.require_kept(asked.user, self.found(asked.user, id=id))
        dry_run = flag(asked.parameters, "dry_run")
        given = read_by(AnnotationSetSerializer, asked.given)
        lock_articles([id], by=asked.user)
        present = self.annotations_of(asked.user, id)
        self._require_current(asked, id, present)
        with transaction.atomic(), left_untold() if dry_run else nullcontext():
            named = {"article": str(id), "coding": str(given["coding"]) if "coding" in given else None}
            coding = coding_in(asked.user, named)
            inward = Inward(self.unit, lambda: text_of(asked.user, id, given["revision"]))
            annotations = inward.several(given["annotations"])
            differences = write_annotations(coding, annotations, revision=given["revision"], by=asked.user)
            is_other = any(each.outcome in ("changed", "deleted") for each in differences)
            if asked.preconditions.if_match is None and is_other:
                asked.preconditions.version(0, thing="article's annotations")
            # What is only tried leaves them as they were.
            now = present if dry_run else self.annotations_of(asked.user, id)
            answer = _told(differences, dry_run=dry_run, tag=tag_of(now))
            transaction.set_rollback(dry_run)
        return Answer(200, answer)

    def _require_current(self, asked: Asked, id: Any, present: dict[str, Any]) -> None:
        tags = asked.preconditions.if_match
        if tags is None or tags & {"*", tag_of(present)}:
            return
        # They may have been read in another unit than is written in.
        others = (self.annotations_of(asked.user, id, unit=unit) for unit in OFFSET_UNITS if unit != self.unit)
        if not any(tag_of(other) in tags for other in others):
            raise Stale("The annotations of this article were changed: read them again.", current=present)


def _told(differences: list[Difference], *, dry_run: bool, tag: str) -> dict[str, Any]:
    counts = Counter(each.outcome for each in differences)
    return {
        **{outcome: counts[outcome] for outcome in OUTCOMES},
        "dry_run": dry_run,
        "etag": f'"{tag}"',
        "results": [
            {
                "outcome": each.outcome,
                "annotation": each.place,
                "kind": str(each.annotation.KIND),
                "id": each.annotation.pk,
                "external_id": each.annotation.external_id,
                "version": each.annotation.version,
            }
            for each in differences
        ],
    }
