"""Events: the change feed of a project, in the order of commit."""

import uuid
from typing import Any

from django.db.models import Q, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.contracts import FeedSerializer
from annotator.api.fields import project_called
from annotator.api.lists import page_of_events
from annotator.api.views import NounViewSet
from annotator.domain.errors import Refused
from annotator.queries.history import feed


class EventViewSet(NounViewSet):
    slims = ()
    noun = "event"
    serializer_class = FeedSerializer
    pagination_class = None
    parameters = {"list": ("project", "article", "after", "limit")}
    required_parameters = {"list": ("project",)}

    def visible(self, user: Any) -> QuerySet:
        return feed(user)

    def list(self, request: Request) -> Response:
        """What happened after an event, oldest first. `next` is null while nothing more is there: ask again later."""
        slug = request.query_params.get("project")
        if slug is None:
            told = "`project` is needed: within one, ids are in the order of commit, and over several they are not."
            raise Refused.field("project", None, told)
        rows = self.visible(request.user).filter(project=project_called(request.user, slug))
        if (article := request.query_params.get("article")) is not None:
            rows = rows.filter(Q(article=_id(article)) | Q(article=None))
        return self.tagged(request, page_of_events(request, rows))


def _id(given: str) -> uuid.UUID:
    try:
        return uuid.UUID(given)
    except ValueError:
        raise Refused.field("article", given, "`article` is the id of an article.") from None
