"""Revisions: the texts of an article. Each stays as it is for good; annotations follow their words to the next."""

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.access.rules import require
from annotator.access.visibility import visible_articles, visible_revisions
from annotator.actions.revisions import revise_article, text_for_revision, undo_revision
from annotator.api.annotations import offset_unit
from annotator.api.articles import ArticleAnnotationsSerializer, VerbatimField
from annotator.api.contracts import CHANGE, PROBLEMS_OF_WRITES, READ, WRITE
from annotator.api.fields import StrictSerializer
from annotator.api.operations import Answer, Asked, operation
from annotator.api.views import NounViewSet
from annotator.domain.annotation import Anchoring, PlaceState
from annotator.domain.errors import Refused, Stale
from annotator.queries import wire
from annotator.queries.contexts import Piece
from annotator.queries.keyset import Key
from annotator.queries.revisions import Choice, Waiting, as_of, carried_from, preview, review
from articles.models import Article


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


class NewTextSerializer(StrictSerializer):
    text = VerbatimField(help_text="The whole new text of the article.")


CarriedSerializer = type(
    "Carried",
    (serializers.Serializer,),
    {
        "__doc__": "How many annotations went which way, of the layers that you may read.",
        **{str(state): serializers.IntegerField() for state in PlaceState},
    },
)


class RevisedSerializer(serializers.Serializer):
    article = serializers.UUIDField()
    revision = serializers.IntegerField(min_value=1, help_text="The number of its text now.")
    version = serializers.IntegerField(min_value=1, help_text="Of the article.")
    carried = CarriedSerializer()


class PieceSerializer(serializers.Serializer):
    text = serializers.CharField()
    marked = serializers.BooleanField(help_text="Whether it belongs to the annotation, or stands around it.")


class ChoiceSerializer(serializers.Serializer):
    """A place on the current text, as it is sent to `place/` below the annotation to accept it."""

    fields = serializers.DictField(help_text="`revision`, and every span field of the annotation's kind.")
    exact = serializers.ListField(child=serializers.CharField())
    context = PieceSerializer(many=True)


class WaitingSerializer(serializers.Serializer):
    state = serializers.ChoiceField(choices=[value.value for value in Anchoring])
    annotation = serializers.DictField(help_text="As it is: it stands on the revision that it names.")
    before = PieceSerializer(many=True)
    proposal = ChoiceSerializer(allow_null=True)
    elsewhere = ChoiceSerializer(many=True, help_text="Where its very words stand now.")
    gone = serializers.ListField(child=serializers.CharField(), help_text="Spans whose words the proposal lacks.")
    has_published_assessment = serializers.BooleanField(help_text="Of a claim: a published verdict rests on its words.")


class ReviewSerializer(serializers.Serializer):
    article = serializers.UUIDField()
    revision = serializers.IntegerField(help_text="The current one, on which proposals stand.")
    offset_unit = serializers.ChoiceField(choices=["codepoint"])
    waiting = WaitingSerializer(many=True)


class PreviewSerializer(serializers.Serializer):
    carried = CarriedSerializer()
    waiting = WaitingSerializer(many=True)


class RevisionViewSet(NounViewSet):
    noun = "revision"
    serializer_class = RevisionSerializer
    orders = {"": (Key("number"),)}
    lookups = {"id": "article"}
    contracts = {
        "retrieve": replace(READ, answer=RevisionTextSerializer),
        "create": replace(CHANGE, request=NewTextSerializer, answer=RevisedSerializer, statuses=(200, 201)),
        "undo": replace(CHANGE, request=None, answer=RevisedSerializer),
        "preview": replace(
            WRITE, request=NewTextSerializer, answer=PreviewSerializer, problems=(*PROBLEMS_OF_WRITES, 410)
        ),
        "annotations": replace(READ, answer=ArticleAnnotationsSerializer),
        "review": replace(READ, answer=ReviewSerializer),
    }
    parameters = {"annotations": ("offsets",)}

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

    def annotations(self, request: Request, id: Any, number: int) -> Response:
        """The annotations as they were when this revision was replaced; of the current one, as they are."""
        revision = self.found(request.user, id=id, number=number)
        unit = offset_unit(request)
        body = {
            "article": id,
            "revision": revision.number,
            "length": revision.length,
            "offset_unit": unit,
            "annotations": as_of(request.user, revision.article, revision, unit=unit),
        }
        return self.read(request, body)

    def review(self, request: Request, id: Any) -> Response:
        """Annotations whose words a revision changed: how they stood, and where they may stand now."""
        article = self.article(request.user, id)
        number = article.current.number
        waiting = [_waiting(each, number) for each in review(request.user, article)]
        return self.read(request, {"article": id, "revision": number, "offset_unit": "codepoint", "waiting": waiting})

    @operation
    def create(self, asked: Asked, id: Any) -> Answer:
        """Give the article a new text. Its annotations follow their words; the very same text changes nothing."""
        article = self.article(asked.user, id)
        version = asked.preconditions.version(article.version, thing="article")
        text = _text(asked.given)
        try:
            revised = revise_article(article, text, by=asked.user, version=version)
        except Stale as stale:
            raise Stale(stale.message, current=wire.article(self.article(asked.user, id))) from stale
        is_new = revised.current_id != article.current_id
        return Answer(201 if is_new else 200, _revised(asked.user, revised, article if is_new else None))

    @operation
    def undo(self, asked: Asked, id: Any) -> Answer:
        """Take back what came last: the current revision, so that annotations stand where they stood before it, or a
        headline, author or date that came after it alone."""
        article = self.article(asked.user, id)
        version = asked.preconditions.version(article.version, thing="article")
        try:
            restored = undo_revision(article, by=asked.user, version=version)
        except Stale as stale:
            raise Stale(stale.message, current=wire.article(self.article(asked.user, id))) from stale
        is_other = restored.current_id != article.current_id
        return Answer(200, _revised(asked.user, restored, article if is_other else None))

    @operation
    def preview(self, asked: Asked, id: Any) -> Answer:
        """What a new text would do to the annotations. Nothing is stored."""
        article = self.article(asked.user, id)
        require(asked.user, "article.revise", article)
        text = _text(asked.given)
        told = preview(asked.user, article, text_for_revision(text))
        number = article.current.number + 1
        return Answer(
            200,
            {
                "carried": {**dict.fromkeys(map(str, PlaceState), 0), **told.counts},
                "waiting": [_waiting(each, number) for each in told.waiting],
            },
        )

    def article(self, user: Any, id: Any) -> Article:
        articles = visible_articles(user).kept().select_related("project", "outlet", "current")
        article = articles.filter(pk=id).first()
        if article is None:
            raise self.not_there(id=id)
        return article


def _text(given: dict[str, Any]) -> Any:
    """What was given as the text; whether it is one, the action says."""
    for name in given:
        if name != "text":
            raise Refused.field(name, given[name], f"`{name:.60}`: there is no such field; known are text.")
    return given.get("text")


def _revised(user: Any, article: Article, before: Article | None) -> dict[str, Any]:
    return {
        "article": article.pk,
        "revision": article.current.number,
        "version": article.version,
        "carried": carried_from(user, before.current if before else None),
    }


def _waiting(each: Waiting, number: int) -> dict[str, Any]:
    return {
        "state": str(each.state),
        "annotation": each.annotation,
        "before": _pieces(each.before),
        "proposal": told_choice(each.proposal, number) if each.proposal else None,
        "elsewhere": [told_choice(choice, number) for choice in each.elsewhere],
        "gone": each.gone,
        "has_published_assessment": each.is_published,
    }


def told_choice(choice: Choice, number: int) -> dict[str, Any]:
    return {
        "fields": {"revision": number, **choice.fields},
        "exact": choice.exact,
        "context": _pieces(choice.pieces),
    }


def _pieces(pieces: list[Piece]) -> list[dict[str, Any]]:
    return [{"text": piece.text, "marked": piece.marked} for piece in pieces]
