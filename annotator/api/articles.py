"""Articles: brought in with their text, found in lists, put in the bin and purged."""

import uuid
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.access.visibility import visible_articles
from annotator.actions.articles import (
    already_there,
    bring_in,
    change_article,
    delete_article,
    draft,
    restore_article,
)
from annotator.actions.imports import import_row
from annotator.actions.purging import purge_article
from annotator.api.annotation_sets import AnnotationSetMixin
from annotator.api.annotation_shapes import SERIALIZERS
from annotator.api.annotations import base_of
from annotator.api.article_filters import ListedArticleFilter
from annotator.api.contracts import IN_A_PROJECT, READ, USUAL, WRITE
from annotator.api.fields import StrictSerializer, project_called, read_by
from annotator.api.forms import slim
from annotator.api.offsets import Inward
from annotator.api.operations import Answer, Asked, operation
from annotator.api.upserts import UpsertViewSet
from annotator.domain.errors import Problem, Refused
from annotator.domain.formats import web_annotation
from annotator.queries import wire
from annotator.queries.annotations import annotations_on, seen_article
from annotator.queries.articles import ORDERS, listed, orderable
from annotator.queries.bounded import answered_in_time
from annotator.queries.chosen_articles import Progress
from annotator.queries.saved_query import NARROWING
from articles.drafts import Draft, in_language_of
from articles.models import Article
from articles.readers.row import Row

METADATA = ("title", "outlet", "author", "published_on", "url", "language", "external_id")


@extend_schema_field({"type": "string", "minLength": 1, "maxLength": 1_000_000})
class VerbatimField(serializers.Field):
    """A text that is kept as it comes."""


class CountsSerializer(serializers.Serializer):
    mention = serializers.IntegerField()
    attribution = serializers.IntegerField()
    stance = serializers.IntegerField()
    claim = serializers.IntegerField()


class ArticleSerializer(StrictSerializer):
    id = serializers.UUIDField(required=False)
    project = serializers.CharField(help_text="The project's slug.", required=False)
    title = serializers.CharField(max_length=500)
    text = VerbatimField(write_only=True, required=False, help_text="Required of a new article; it never changes.")
    outlet = serializers.CharField(max_length=200, allow_blank=True, default="")
    author = serializers.CharField(max_length=300, allow_blank=True, default="")
    published_on = serializers.DateField(allow_null=True, default=None)
    url = serializers.CharField(max_length=2_000, allow_blank=True, default="")
    language = serializers.CharField(
        max_length=35, required=False, help_text="BCP 47: “en”, “pt-BR”; the project’s where none is given."
    )
    external_id = serializers.CharField(max_length=200, allow_blank=True, default="")
    annotations = serializers.ListField(
        child=serializers.DictField(),
        write_only=True,
        required=False,
        help_text="Those of a new article, each with its `kind`, for the writer's layer. "
        "`attribution` and `parent` may name an attribution by its `external_id`.",
    )
    revision = serializers.IntegerField(read_only=True, min_value=1, help_text="The number of its current text.")
    length = serializers.IntegerField(read_only=True, help_text="Of that text, in code points.")
    sha256 = serializers.CharField(read_only=True, help_text="Of that text as UTF-8.")
    version = serializers.IntegerField(read_only=True, min_value=1)
    created_at = serializers.DateTimeField(read_only=True)
    changed_at = serializers.DateTimeField(read_only=True)
    deleted_at = serializers.DateTimeField(read_only=True, allow_null=True)


class ListedArticleSerializer(ArticleSerializer):
    """In a list: with its state and size, over the layers that the asker may read."""

    state = serializers.ChoiceField(choices=[str(value) for value in Progress], read_only=True)
    counts = CountsSerializer(read_only=True)


class PurgeSerializer(StrictSerializer):
    reason = serializers.CharField(max_length=2_000, help_text="A court order, a takedown: it is what stays.")


class ArticleAnnotationsSerializer(serializers.Serializer):
    article = serializers.UUIDField()
    revision = serializers.IntegerField()
    length = serializers.IntegerField()
    offset_unit = serializers.ChoiceField(choices=["codepoint", "utf16", "utf8"])
    annotations = serializers.ListField(child=serializers.DictField())


class ArticleViewSet(AnnotationSetMixin, UpsertViewSet):
    noun = "article"
    filters = ListedArticleFilter
    serializer_class = ArticleSerializer
    orders = ORDERS
    contracts = {
        **AnnotationSetMixin.contracts,
        "list": replace(USUAL["list"], answer=ListedArticleSerializer),
        **IN_A_PROJECT,
        "create": replace(USUAL["create"], statuses=(200, 201), needs=(("project",), ("text",))),
        "annotations": replace(READ, answer=ArticleAnnotationsSerializer),
        "purge": replace(WRITE, request=PurgeSerializer, statuses=(204,)),
    }
    parameters = {
        **dict.fromkeys(("create", "update"), ("offsets",)),
        "annotations": ("offsets", "needs_look"),
        "write_annotations": ("offsets", "dry_run"),
        "upsert": ("external_id", "offsets"),
    }
    slims = ("list", "retrieve", "annotations")
    links = ("annotations",)

    def visible(self, user: Any) -> QuerySet:
        return visible_articles(user).select_related("project", "outlet", "current").defer("current__text")

    def listable(self, user: Any) -> QuerySet:
        return orderable(super().listable(user))

    def fetch(self, rows: QuerySet) -> list[Article]:
        """What a list is narrowed by is for its asker to choose; how long it may take is not."""
        narrowing = [name for name in NARROWING if self.action == "list" and name in self.request.query_params]
        fetch = super().fetch
        if not narrowing:
            return fetch(rows)
        return answered_in_time(lambda: fetch(rows), narrowing[0], self.request.query_params[narrowing[0]])

    def wires(self, user: Any, rows: list[Article]) -> list[dict[str, Any]]:
        if self.action != "list":
            return [wire.article(row) for row in rows]
        return [
            {**wire.article(line.article), "state": line.progress, "counts": line.counts} for line in listed(user, rows)
        ]

    def annotations(self, request: Request, id: Any) -> Response:
        """All kinds in one read, in text order, of the layers that you may read.

        With `needs_look=true` those instead whose words a revision changed: each stands on the revision it names.
        """
        return self.read(request, self.annotations_of(request.user, id, needs_look=_needs_look(request)))

    def field_names(self) -> frozenset[str]:
        if self.action != "annotations":
            return super().field_names()
        return frozenset({"kind"}.union(*(shape().fields for shape in SERIALIZERS.values())))

    def slimmed(self, body: dict[str, Any]) -> dict[str, Any]:
        if self.action != "annotations" or not self.fields:
            return super().slimmed(body)
        return {**body, "annotations": [slim(row, self.fields) for row in body["annotations"]]}

    def linked(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        return web_annotation.page(body["annotations"], request.build_absolute_uri(), base_of(request))

    def annotations_of(self, user: Any, id: Any, *, needs_look: bool = False, unit: str = "") -> dict[str, Any]:
        article = seen_article(user, id)
        if article is None:
            raise self.not_there(id=id)
        if article.deleted_at is not None:
            raise self._gone(self.shown(user, id=id))
        return annotations_on(article, user, unit=unit or self.unit, needs_look=needs_look)

    @operation
    def create(self, asked: Asked) -> Answer:
        """Bring an article in. The very same is given back where it is there; its text alone is a conflict."""
        _refuse_own_id(asked.given)
        given, annotations, article, is_new = self._brought_in(asked, None)
        if is_new:
            return Answer(201, self.shown(asked.user, id=article.pk))
        if annotations or article.deleted_at or not _is_as_given(article, draft(given)):
            raise already_there(article)
        return Answer(200, self.shown(asked.user, id=article.pk))

    def scope(self, asked: Asked) -> tuple[int, dict[str, Any]]:
        project = project_called(asked.user, asked.given.get("project"))
        return project.pk, {"project": project.pk}

    @operation
    def purge(self, asked: Asked, id: Any) -> Answer:
        """Remove text, annotations and history for good. There is no way back."""
        article = self.found(asked.user, id=id)
        purge_article(article, by=asked.user, reason=read_by(PurgeSerializer, asked.given)["reason"])
        return Answer(204)

    def make(self, asked: Asked, id: Any) -> uuid.UUID:
        _, _, article, is_new = self._brought_in(asked, id)
        if not is_new:
            raise already_there(article)
        return article.pk

    def _brought_in(
        self, asked: Asked, id: uuid.UUID | None
    ) -> tuple[dict[str, Any], list[dict[str, Any]], Article, bool]:
        """What was read of the body, its annotations, and the article; whether this is a new one."""
        given = _read(asked.given)
        project = project_called(asked.user, given.pop("project", None))
        annotations = _annotations(given)
        given = in_language_of(project, given)
        if not annotations:
            arrival = bring_in(project, draft(given), by=asked.user, id=id)
            return given, annotations, arrival.article, arrival.is_new
        inward = Inward(self.unit, lambda: draft(given).text)
        row = Row("", fields=given, annotations=inward.several(annotations))
        arrival = import_row(project, row, by=asked.user, id=id)
        return given, annotations, arrival.article, arrival.is_new

    def replace(self, row: Article, asked: Asked, version: int) -> None:
        given = _read(asked.given)
        _require_same_text_and_place(row, given)
        # What is left out goes back to nothing, a missing title to its own complaint.
        change_article(row, by=asked.user, version=version, **{name: given.get(name) for name in METADATA})

    def change(self, row: Article, asked: Asked, version: int) -> None:
        given = _read(asked.given)
        _require_same_text_and_place(row, given)
        changes = {name: given[name] for name in METADATA if name in given}
        change_article(row, by=asked.user, version=version, **changes)

    def put_in_bin(self, row: Article, asked: Asked, version: int) -> None:
        delete_article(row, by=asked.user, version=version)

    def bring_back(self, row: Article, asked: Asked) -> None:
        restore_article(row, by=asked.user)

    def says_the_same(self, row: Article, asked: Asked) -> bool:
        given = _read(asked.given)
        _require_same_text_and_place(row, given)
        described = {name: given[name] for name in METADATA if name in given}
        described = in_language_of(row.project, described) | {"text": given.get("text", "–")}
        return _is_as_given(row, draft(described), text_counts="text" in given)


def _needs_look(request: Request) -> bool:
    given = request.query_params.get("needs_look", "false")
    if given not in ("true", "false"):
        raise Refused.field("needs_look", given, "`needs_look`: use true or false.")
    return given == "true"


def _read(given: dict[str, Any]) -> dict[str, Any]:
    """The given fields that are read; unknown ones are refused. What they say is checked by the draft."""
    fields = ArticleSerializer().fields
    known = [name for name, field in fields.items() if not field.read_only]
    problems = [
        Problem(name, given[name], f"`{name}`: there is no such field; known are {', '.join(known)}.")
        for name in given
        if name not in fields
    ]
    if problems:
        raise Refused(*problems)
    return {name: value for name, value in given.items() if name in known and name != "id"}


def _refuse_own_id(given: dict[str, Any]) -> None:
    if given.get("id") is not None:
        raise Refused.field("id", given["id"], "To choose the id yourself, PUT the article to its own address.")


def _annotations(given: dict[str, Any]) -> list[dict[str, Any]]:
    annotations = given.pop("annotations", None) or []
    if not isinstance(annotations, list) or not all(isinstance(entry, dict) for entry in annotations):
        raise Refused.field("annotations", None, "`annotations` is a list of objects.")
    return annotations


def _require_same_text_and_place(row: Article, given: dict[str, Any]) -> None:
    """An article that is there keeps its project and its text; its annotations are written one by one."""
    if given.get("project", row.project.slug) != row.project.slug:
        raise Refused.field(
            "project", given["project"], f"`project`: an article stays in its project, {row.project.slug}."
        )
    if given.get("annotations"):
        raise Refused.field("annotations", None, "`annotations` come with a new article; write these one by one.")
    if "text" in given and draft({"title": "–", "text": given["text"]}).sha256 != row.sha256:
        raise Refused.field("text", None, "`text`: the text of an article does not change; leave it out.")


def _is_as_given(article: Article, given: Draft, *, text_counts: bool = True) -> bool:
    present = wire.article(article)
    same = all(getattr(given, name) == present[name] for name in METADATA)
    return same and (not text_counts or given.sha256 == article.sha256)
