"""What the four kinds of annotation have in common. Each kind has its own table."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Func, Q, When
from django.db.models.functions import Cast, Coalesce

from annotator.domain.annotation import Anchoring, CoderCertainty, Kind, Origin, Voice
from annotator.models.rules import SegmentsField, in_order, one_of, rule


class AnnotationQuerySet(models.QuerySet):
    def kept(self) -> "AnnotationQuerySet":
        """Those not in the bin."""
        return self.filter(deleted_at=None)

    def taken(self) -> "AnnotationQuerySet":
        """Those that stand for what somebody says: not what was suggested and nobody has taken yet."""
        return self.exclude(origin=Origin.SUGGESTED.value)

    def needing_a_look(self) -> "AnnotationQuerySet":
        """Those whose words a revision changed or removed."""
        return self.exclude(anchoring="")

    def overlapping(self, start: int, end: int) -> "AnnotationQuerySet":
        """Those whose main span reaches into ``[start, end)`` from its first to its last character (indexed)."""
        return self.filter(first__lt=end, last__gt=start)

    def in_text_order(self) -> "AnnotationQuerySet":
        return self.order_by("first", "last", "id")

    def wire(self) -> list[dict[str, Any]]:
        """Each row as the REST interface, the events and the exports give it: a dict in the order of ``WIRE``."""
        names = list(self.model.WIRE)
        kind = str(self.model.KIND)
        rows = self.values_list(*self.model.WIRE.values())
        return [{"kind": kind, **dict(zip(names, row, strict=True))} for row in rows]


class Annotation(models.Model):
    """Words of one revision of an article, marked in one coder's layer."""

    KIND: ClassVar[Kind]
    # The fields that hold a span, main segments first: a revision of the text carries all of them together.
    SPANS: ClassVar[tuple[str, ...]]
    # Wire name → column or expression.
    WIRE: ClassVar[dict[str, Any]]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    external_id = models.CharField(max_length=200, blank=True)
    coding = models.ForeignKey("annotator.Coding", on_delete=models.PROTECT, related_name="%(class)ss")
    revision = models.ForeignKey(
        "articles.Revision", on_delete=models.PROTECT, related_name="%(class)ss", db_index=False
    )
    segments = SegmentsField()
    first = models.GeneratedField(
        expression=Func(F("segments"), template="(%(expressions)s)[1][1]"),
        output_field=models.IntegerField(),
        db_persist=True,
    )
    last = models.GeneratedField(
        expression=Func(F("segments"), template="(%(expressions)s)[array_length(%(expressions)s, 1)][2]"),
        output_field=models.IntegerField(),
        db_persist=True,
    )
    origin = models.CharField(max_length=10, default=Origin.MANUAL.value)
    certainty_of_coder = models.CharField(max_length=10, default=CoderCertainty.CERTAIN.value)
    comment = models.TextField(blank=True, max_length=10_000)
    # Not blank: a revision changed or removed its words. It stays on the revision before, until a person places it.
    anchoring = models.CharField(max_length=8, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = AnnotationQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.KIND} {self.id}"

    def stated(self) -> dict[str, Any]:
        """The wire form of a row that has just been written, without asking the database for it again."""
        return {"kind": str(self.KIND), **{name: _value_of(by, self) for name, by in self.WIRE.items()}}


COMMON_HEAD = {
    "id": F("id"),
    "external_id": F("external_id"),
    "article": F("coding__article_id"),
    "revision": F("revision__number"),
    "coding": F("coding_id"),
    "segments": F("segments"),
}
COMMON_TAIL = {
    "origin": F("origin"),
    "certainty_of_coder": F("certainty_of_coder"),
    "comment": F("comment"),
    "anchoring": F("anchoring"),
    "version": F("version"),
    "created_at": F("created_at"),
    "created_by": F("created_by__username"),
    "changed_at": F("changed_at"),
    "changed_by": F("changed_by__username"),
    "deleted_at": F("deleted_at"),
}


def common_rules(kind: str) -> list[models.BaseConstraint]:
    """The constraints that every kind has, under names of its own."""
    return [
        in_order(f"{kind}_segments_in_order", "segments"),
        one_of(f"{kind}_origin_known", "origin", Origin),
        one_of(f"{kind}_certainty_of_coder_known", "certainty_of_coder", CoderCertainty),
        one_of(f"{kind}_anchoring_known", "anchoring", Anchoring, blank=True),
        models.UniqueConstraint(
            fields=["coding", "external_id"],
            condition=~Q(external_id=""),
            name=f"{kind}_external_id_once",
            violation_error_code="external_id",
            violation_error_message=f"Another {kind} of this layer has this external id.",
        ),
    ]


def counted_by(kind: str, *columns: str) -> models.Index:
    """By which annotations that are kept and taken are counted without reading them."""
    condition = Q(deleted_at=None) & ~Q(origin=Origin.SUGGESTED.value)
    return models.Index(fields=columns, condition=condition, name=f"{kind}_by_{columns[0]}")


def common_indexes(kind: str) -> list[models.Index]:
    return [
        models.Index(fields=["revision", "first", "last"], name=f"{kind}_place"),
        models.Index(fields=["coding"], condition=~Q(anchoring=""), name=f"{kind}_needs_look"),
        models.Index(fields=["created_by"], name=f"{kind}_by_coder"),
        models.Index(fields=["coding"], condition=Q(deleted_at__isnull=False), name=f"{kind}_in_bin"),
        models.Index(fields=["id"], condition=Q(origin=Origin.SUGGESTED.value), name=f"{kind}_suggested"),
    ]


class Party(Case):
    """A party on the wire: the entity's id, or AUTHOR, or UNSPECIFIED. Columns ``<name>_voice``, ``<name>_entity``."""

    def __init__(self, name: str) -> None:
        super().__init__(
            When(**{f"{name}_voice": Voice.ENTITY, "then": Cast(f"{name}_entity_id", models.CharField())}),
            default=F(f"{name}_voice"),
            output_field=models.CharField(),
        )
        self.name = name

    def of(self, row: models.Model) -> str:
        voice: str = getattr(row, f"{self.name}_voice")
        return str(getattr(row, f"{self.name}_entity_id")) if voice == Voice.ENTITY else voice


class FirstGiven(Coalesce):
    """The first of these columns that is not empty."""

    def __init__(self, *columns: str) -> None:
        super().__init__(*columns)
        self.columns = columns

    def of(self, row: models.Model) -> Any:
        return next((value for column in self.columns if (value := getattr(row, column)) is not None), None)


def _value_of(by: F | Party | FirstGiven, row: models.Model) -> Any:
    """What an expression of ``WIRE`` is for a row whose relations are at hand."""
    if not isinstance(by, F):
        return by.of(row)
    value: Any = row
    for name in by.name.split("__"):
        value = value and getattr(value, name)
    return value


def party_rules(kind: str, name: str) -> list[models.BaseConstraint]:
    return [
        one_of(f"{kind}_{name}_voice_known", f"{name}_voice", Voice, field=name),
        rule(
            f"{kind}_{name}_entity_iff_entity",
            name,
            Q(**{f"{name}_voice": Voice.ENTITY, f"{name}_entity__isnull": False})
            | (~Q(**{f"{name}_voice": Voice.ENTITY}) & Q(**{f"{name}_entity__isnull": True})),
            f"`{name}` is an entity's id, AUTHOR or UNSPECIFIED.",
        ),
    ]
