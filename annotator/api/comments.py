"""Comments on annotations."""

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django_filters import CharFilter, FilterSet, UUIDFilter
from rest_framework import serializers

from annotator.access.visibility import visible_comments
from annotator.actions.comments import add_comment, change_comment, delete_comment, restore_comment
from annotator.api.contracts import CHANGE, WRITE
from annotator.api.fields import (
    BinFilter,
    FlagFilter,
    LineField,
    StrictBooleanField,
    StrictSerializer,
    TextField,
    project_called,
    read_by,
)
from annotator.api.operations import Answer, Asked, operation
from annotator.api.upserts import Upserts
from annotator.api.views import create_or_find, require_own_id
from annotator.domain.annotation import Kind
from annotator.domain.errors import Refused, Stale
from annotator.models import Annotation, Comment
from annotator.models.place import on_any
from annotator.queries import wire
from annotator.queries.annotations import detailed
from annotator.queries.keyset import Key


class CommentSerializer(StrictSerializer):
    id = serializers.UUIDField(required=False)
    kind = serializers.ChoiceField(choices=[str(kind) for kind in Kind], help_text="What it is a comment on.")
    annotation = serializers.UUIDField()
    external_id = LineField(max_length=200, allow_blank=True, default="")
    text = TextField(max_length=5_000)
    resolved = StrictBooleanField(required=False, help_text="Whether it is settled.")
    version = serializers.IntegerField(read_only=True, min_value=1)
    created_at = serializers.DateTimeField(read_only=True)
    created_by = serializers.CharField(read_only=True)
    changed_at = serializers.DateTimeField(read_only=True)


class CommentChangeSerializer(StrictSerializer):
    external_id = LineField(max_length=200, allow_blank=True, required=False)
    text = TextField(max_length=5_000, required=False)
    resolved = StrictBooleanField(required=False)


class CommentFilter(FilterSet):
    project = CharFilter(method="of_project")
    article = UUIDFilter(method="of_article")
    annotation = UUIDFilter(method="of_annotation")
    external_id = CharFilter("external_id")
    created_by = CharFilter("created_by__username")
    resolved = FlagFilter("resolved_at")
    deleted = BinFilter()

    def of_project(self, comments: QuerySet, name: str, slug: str) -> QuerySet:
        return comments.filter(on_any(coding__article__project=project_called(self.request.user, slug)))

    def of_article(self, comments: QuerySet, name: str, article: Any) -> QuerySet:
        return comments.filter(on_any(coding__article=article))

    def of_annotation(self, comments: QuerySet, name: str, annotation: Any) -> QuerySet:
        return comments.filter(on_any(pk=annotation))


class CommentViewSet(Upserts):
    noun = "comment"
    filters = CommentFilter
    serializer_class = CommentSerializer
    orders = {"": (Key("created_at"), Key("id"))}
    contracts = {
        "create": replace(WRITE, statuses=(201,)),
        "partial_update": replace(CHANGE, request=CommentChangeSerializer),
        "destroy": replace(CHANGE, request=None, statuses=(204,)),
    }

    def visible(self, user: Any) -> QuerySet:
        return self._with_those_in_bin(user).filter(deleted_at=None)

    def listable(self, user: Any) -> QuerySet:
        return self._with_those_in_bin(user) if "deleted" in self.request.query_params else self.visible(user)

    def _with_those_in_bin(self, user: Any) -> QuerySet:
        return visible_comments(user).select_related("created_by", *(f"{kind}__coding__article" for kind in Kind))

    def wires(self, user: Any, rows: list[Any]) -> list[dict[str, Any]]:
        return [wire.comment(row) for row in rows]

    @operation
    def create(self, asked: Asked) -> Answer:
        """Say something about an annotation."""
        return Answer(201, self.shown(asked.user, id=self._make(asked, None)))

    @operation
    def update(self, asked: Asked, id: Any) -> Answer:
        """Make a comment under an id of your choice, or, with If-Match, say it anew."""
        comment = self.visible(asked.user).filter(pk=id).first()
        if comment is None and asked.preconditions.if_match is not None:
            raise self.not_there(id=id)
        is_bare = asked.preconditions.if_match is None
        if comment is None or asked.preconditions.must_be_new or (is_bare and self.says_the_same(comment, asked)):
            return create_or_find(self, asked, id, make=lambda: self._make(asked, id))
        require_own_id(asked, id)
        given = read_by(CommentSerializer, asked.given)
        _require_same_place(comment, given)
        version = asked.preconditions.version(comment.version, thing=self.noun)
        said = {name: given.get(name, False) for name in ("text", "external_id", "resolved")}
        return self.written(asked.user, lambda: change_comment(comment, by=asked.user, version=version, **said), id=id)

    @operation
    def partial_update(self, asked: Asked, id: Any) -> Answer:
        """Change the text, or say that it is settled."""
        comment = self.found(asked.user, id=id)
        version = asked.preconditions.version(comment.version, thing=self.noun)
        given = read_by(CommentChangeSerializer, asked.given)
        return self.written(asked.user, lambda: change_comment(comment, by=asked.user, version=version, **given), id=id)

    @operation
    def destroy(self, asked: Asked, id: Any) -> Answer:
        """Take a comment back, into the bin."""
        comment = self.found(asked.user, id=id)
        version = asked.preconditions.version(comment.version, thing=self.noun)
        delete_comment(comment, by=asked.user, version=version)
        return Answer(204)

    @operation
    def restore(self, asked: Asked, id: Any) -> Answer:
        """Bring it back from the bin, whole. One that is not there stays as it is."""
        comment = self._with_those_in_bin(asked.user).filter(pk=id).first()
        if comment is None:
            raise self.not_there(id=id)
        named = asked.preconditions.if_match is not None and comment.deleted_at is not None
        if named and asked.preconditions.version(comment.version, thing=self.noun) != comment.version:
            told = f"This comment is at version {comment.version}."
            raise Stale(told, current=self.wires(asked.user, [comment])[0])
        return self.written(asked.user, lambda: restore_comment(comment, by=asked.user), id=id)

    def says_the_same(self, row: Any, asked: Asked) -> bool:
        given = read_by(CommentSerializer, asked.given)
        present = wire.comment(row)
        same = all(str(given[name]) == present[name] for name in ("kind", "annotation", "external_id", "text"))
        return same and given.get("resolved", present["resolved"]) == present["resolved"]

    def scope(self, asked: Asked) -> tuple[Any, dict[str, Any]]:
        """An external id is unique among the comments on one annotation."""
        annotation = _annotation(asked)
        return f"{annotation.KIND} {annotation.pk}", {str(annotation.KIND): annotation.pk}

    def _make(self, asked: Asked, id: Any) -> Any:
        given = read_by(CommentSerializer, asked.given)
        said = {name: given[name] for name in ("external_id", "resolved") if name in given}
        return add_comment(_annotation(asked), given["text"], by=asked.user, id=id, **said).pk


def _annotation(asked: Asked) -> Annotation:
    """What a comment is on, as its body says."""
    given = read_by(CommentSerializer, asked.given)
    annotation = detailed(asked.user, given["kind"]).filter(pk=given["annotation"], deleted_at=None).first()
    if annotation is None:
        told = f"`annotation`: there is no {given['kind']} {given['annotation']}, or not for you to see."
        raise Refused.field("annotation", str(given["annotation"]), told)
    return annotation


def _require_same_place(comment: Comment, given: dict[str, Any]) -> None:
    for name, present in (("kind", comment.kind), ("annotation", str(comment.annotation_id))):
        if str(given[name]) != present:
            raise Refused.field(
                name, str(given[name]), f"`{name}`: this comment is on the {comment.kind} {comment.annotation_id}."
            )
