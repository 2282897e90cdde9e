"""Revisions: the texts of an article. Each stays as it is for good."""

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from annotator.access.visibility import visible_articles, visible_revisions
from annotator.api.contracts import READ
from annotator.api.views import NounViewSet
from annotator.queries import wire
from annotator.queries.keyset import Key


class RevisionSerializer(serializers.Serializer):
    article = serializers.UUIDField()
    number = serializers.IntegerField(min_value=1, help_text="1 for the first.")
    length = serializers.IntegerField(help_text="In code points.")
    sha256 = serializers.CharField(help_text="Of the text as UTF-8.")
    created_at = serializers.DateTimeField()


class RevisionTextSerializer(RevisionSerializer):
    offset_unit = serializers.ChoiceField(choices=["codepoint"])
    paragraphs = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField(), min_length=2, max_length=2)
    )
    text = serializers.CharField()


class RevisionViewSet(NounViewSet):
    noun = "revision"
    serializer_class = RevisionSerializer
    orders = {"": (Key("number"),)}
    lookups = {"id": "article"}
    contracts = {"retrieve": replace(READ, answer=RevisionTextSerializer)}

    def visible(self, user: Any) -> QuerySet:
        return visible_revisions(user).filter(article__deleted_at=None)

    def listable(self, user: Any) -> QuerySet:
        article_id = self.kwargs["id"]
        if not visible_articles(user).kept().filter(pk=article_id).exists():
            raise self.not_there(id=article_id)
        return self.visible(user).filter(article=article_id).defer("text")

    def wires(self, user: Any, rows: list[Any]) -> list[dict[str, Any]]:
        if self.action == "list":
            names = ("number", "length", "sha256", "created_at")
            return [{"article": row.article_id, **{name: getattr(row, name) for name in names}} for row in rows]
        return [wire.revision(row) for row in rows]
