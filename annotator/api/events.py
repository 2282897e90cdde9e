"""Events: the change feed of a project, in the order of commit."""

import uuid
from typing import Any

from django.db.models import Q, QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from annotator.api.contracts import EventSerializer
from annotator.api.fields import project_called
from annotator.api.views import NounViewSet
from annotator.domain.errors import Refused
from annotator.queries import wire
from annotator.queries.history import feed

DEFAULT, LARGEST = 100, 1_000


class FeedSerializer(serializers.Serializer):
    next = serializers.URLField(allow_null=True, help_text="More is there already; null when this is all so far.")
    results = EventSerializer(many=True)


class EventViewSet(NounViewSet):
    slims = ()
    noun = "event"
    serializer_class = FeedSerializer
    pagination_class = None
    parameters = {"list": ("project", "article", "after", "limit")}

    def visible(self, user: Any) -> QuerySet:
        return feed(user)

    def list(self, request: Request) -> Response:
        """What happened after an event, oldest first. `next` is null while nothing more is there: ask again later."""
        rows = self.visible(request.user)
        if (slug := request.query_params.get("project")) is not None:
            rows = rows.filter(project=project_called(request.user, slug))
        if (article := request.query_params.get("article")) is not None:
            rows = rows.filter(Q(article=_id(article)) | Q(article=None))
        limit = _whole(request, "limit", DEFAULT, low=1, high=LARGEST)
        found = list(rows.filter(pk__gt=_whole(request, "after", 0, low=0, high=2**63 - 1))[: limit + 1])
        following = None
        if len(found) > limit:
            following = replace_query_param(request.build_absolute_uri(), "after", found[limit - 1].pk)
        return Response({"next": following, "results": [wire.event(row) for row in found[:limit]]})


def _id(given: str) -> uuid.UUID:
    try:
        return uuid.UUID(given)
    except ValueError:
        raise Refused.field("article", given, "`article` is the id of an article.") from None


def _whole(request: Request, name: str, default: int, *, low: int, high: int) -> int:
    given = request.query_params.get(name)
    if given is None:
        return default
    if not (given.isascii() and given.isdigit() and len(given) < 20 and low <= int(given) <= high):
        raise Refused.field(name, given, f"`{name}` is a whole number from {low} to {high}.")
    return int(given)
