"""Many writes in one request and one transaction: all of them, or none."""

import uuid
from contextlib import suppress
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from django.urls import Resolver404, ResolverMatch, resolve
from rest_framework import serializers

from annotator.actions.locks import lock_articles
from annotator.api.contracts import PROBLEMS_OF_WRITES, WRITE
from annotator.api.errors import NotThere
from annotator.api.fields import StrictBooleanField, StrictSerializer, read_by
from annotator.api.operations import Answer, Asked, operation
from annotator.api.preconditions import Preconditions
from annotator.api.views import NounViewSet
from annotator.domain.errors import OneFailed, Refused

MOST = 1_000
_METHODS = ("POST", "PUT", "PATCH", "DELETE")
_ROOT = "/api/v1"


class OperationSerializer(StrictSerializer):
    """One write, as it would be asked for alone."""

    method = serializers.ChoiceField(choices=_METHODS)
    path = serializers.CharField(
        max_length=300, help_text="Below /api/v1, with the parameters that it takes alone: `/stances/<uuid>/`."
    )
    if_match = serializers.IntegerField(
        allow_null=True, default=None, min_value=1, max_value=2**31 - 1, help_text="The version it is made on."
    )
    if_none_match = StrictBooleanField(allow_null=True, default=None, help_text="true: it must be new.")
    body = serializers.DictField(allow_null=True, default=None)


class BatchSerializer(StrictSerializer):
    operations = OperationSerializer(many=True, allow_empty=False)


class OperationAnswerSerializer(serializers.Serializer):
    status = serializers.IntegerField()
    body = serializers.DictField(allow_null=True)


class BatchAnswerSerializer(serializers.Serializer):
    results = OperationAnswerSerializer(many=True)


class BatchViewSet(NounViewSet):
    noun = "batch"
    serializer_class = BatchSerializer
    contracts = {
        "create": replace(WRITE, answer=BatchAnswerSerializer, problems=(*PROBLEMS_OF_WRITES, 410, 412, 422, 428))
    }

    @operation
    def create(self, asked: Asked) -> Answer:
        """Do up to 1,000 writes in order. The first that fails undoes all, and its problem says which it was."""
        asked_for = asked.given.get("operations")
        if isinstance(asked_for, list) and len(asked_for) > MOST:
            raise Refused.field("operations", len(asked_for), f"A batch has at most {MOST:,} operations.")
        operations = read_by(BatchSerializer, asked.given)["operations"]
        lock_articles(_named(operations), by=asked.user)
        answers = [_done_as(index, asked, each) for index, each in enumerate(operations)]
        return Answer(200, {"results": [{"status": answer.status, "body": answer.body} for answer in answers]})


def _named(operations: list[dict[str, Any]]) -> set[uuid.UUID]:
    """Every id in an address, and every article in a body."""
    found = set()
    for each in operations:
        for name in (*each["path"].split("/"), str((each["body"] or {}).get("article"))):
            with suppress(ValueError):
                found.add(uuid.UUID(name))
    return found


def _done_as(index: int, asked: Asked, each: dict[str, Any]) -> Answer:
    try:
        return _done(asked, each)
    except Exception as error:
        raise OneFailed("operation", index, error) from error


def _done(asked: Asked, each: dict[str, Any]) -> Answer:
    """Call the method that the route of this operation calls."""
    path, mark, query = each["path"].partition("?")
    route = _route(path)
    method = route.func.actions.get(each["method"].lower(), "") if route else ""
    do = getattr(getattr(route.func.cls, method, None), "operation", None) if route else None
    parameters = dict(parse_qsl(query, keep_blank_values=True)) if mark else {}
    known = route.func.cls.parameters.get(method, ()) if route else ()
    if route is None or do is None or route.func.cls is BatchViewSet or not parameters.keys() <= set(known):
        raise NotThere(f"There is no {each['method']} of {each['path']} in a batch.")
    preconditions = Preconditions.of_operation(each["if_match"], each["if_none_match"])
    answer = do(route.func.cls(), Asked(asked.user, each["body"] or {}, preconditions, parameters), **route.kwargs)
    if answer.shown_once:
        # Answers of a batch are kept and given again, and secrets are not: it would be one that nobody ever sees.
        told = f"`path`: {each['path']:.60} answers with a secret that is shown once: ask for it alone."
        raise Refused.field("path", each["path"], told)
    return answer


def _route(path: str) -> ResolverMatch | None:
    """The route of a path below the interface's root, where a ViewSet serves it."""
    try:
        route = resolve(_ROOT + path)
    except Resolver404:
        return None
    return route if hasattr(route.func, "actions") else None
