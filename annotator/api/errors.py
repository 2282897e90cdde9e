"""The only place where errors become status codes: every answer that is no success is a problem document (RFC 9457)."""

import logging
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

import orjson
from django.conf import settings
from django.core import exceptions as django_errors
from django.db import DataError, IntegrityError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from rest_framework import exceptions as rest_errors
from rest_framework.response import Response
from rest_framework.views import set_rollback

from annotator.actions.saving import explained
from annotator.domain import errors
from annotator.domain.errors import Problem
from annotator.domain.problems import MEDIA_TYPE, document

logger = logging.getLogger(__name__)

RETRY_SECONDS = 1
_FAULT = "Something failed on our side. It has been noted."
_SHOWN = 200  # characters of a wrong value that an answer repeats


class PreconditionRequired(errors.AnnotatorError):
    """A write that would overwrite something does not say which version it is made on."""


class TooLarge(errors.AnnotatorError):
    """A body is larger than its address takes."""


class NotThere(errors.AnnotatorError):
    """It does not exist, or not for the asker to see: the two are answered alike."""


def handler(error: Exception, context: dict[str, Any]) -> Response:
    """The answer to any exception of a view: DRF's EXCEPTION_HANDLER."""
    set_rollback()
    told = problem(error)
    status = told["status"]
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        logger.error("%s %s", context["request"].method, context["request"].path, exc_info=error)
    return Response(told, status=status, headers=_headers(error, status), content_type=MEDIA_TYPE)


def beyond(page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Django's handler of errors that no view sees, as of a wrong Host: a page, and a problem document to programs."""

    def handle(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
        if not request.path.startswith("/api/"):
            return page(request) if exception is None else page(request, exception)
        told = problem(exception) if exception is not None else _document(500, "fault", "Our fault", _FAULT)
        return HttpResponse(orjson.dumps(told), status=told["status"], content_type=MEDIA_TYPE)

    return handle


def problem(error: Exception) -> dict[str, Any]:
    """The problem document of an error."""
    match error:
        case errors.OneFailed():
            inner = problem(error.cause)
            told = f"{error.noun.capitalize()} {error.place}: {inner['detail']}"
            return {**inner, "detail": told, error.noun: error.place}
        case errors.Refused():
            return _document(400, "refused", "Not accepted", error.message, list(error.problems))
        case errors.WordsDiffer():
            wrong = Problem(error.field, error.given, error.message)
            return {**_document(422, "words-differ", "Other words", error.message, [wrong]), "found": error.found}
        case errors.Stale():
            return {**_document(412, "stale", "Changed meanwhile", error.message), "current": error.current}
        case errors.RevisionSuperseded():
            wrong = Problem("revision", error.given, error.message)
            document = _document(409, "revision-superseded", "Another text", error.message, [wrong])
            return {**document, "current_revision": error.current}
        case errors.NotNow():
            name = "already-there" if isinstance(error, errors.AlreadyThere) else "not-now"
            return {**_document(409, name, "Not in this state", error.message), "found": error.found}
        case errors.Gone():
            return {**_document(410, "gone", "In the bin", error.message), "current": error.current}
        case errors.TooMany():
            return _document(429, "too-many", "Too many requests", error.message)
        case errors.Forbidden():
            return _document(403, "forbidden", "Not allowed", error.message)
        case PreconditionRequired():
            return _document(428, "precondition-required", "Precondition required", error.message)
        case NotThere():
            return _document(404, "not-there", "Not there", error.message)
        case Http404() | django_errors.ObjectDoesNotExist():
            return _document(404, "not-there", "Not there", "There is nothing here, or not for you to see.")
        case django_errors.PermissionDenied():
            return _document(403, "forbidden", "Not allowed", str(error) or "You may not do this.")
        case UnreadablePostError():
            return _document(408, "too-slow", "Too slow", str(error))
        case TooLarge():
            return _document(413, "too-large", "Too large", error.message)
        case django_errors.RequestDataTooBig():
            bound = f"A body has {settings.DATA_UPLOAD_MAX_MEMORY_SIZE:,} bytes at the most; this one has more."
            return _document(413, "too-large", "Too large", bound)
        case django_errors.SuspiciousOperation():
            return _document(400, "refused", "Not accepted", str(error))
        case django_errors.ValidationError():
            return _refused(list(_of_django(error)))
        case rest_errors.ValidationError():
            return _refused(list(of_serializer(error.detail)))
        case rest_errors.APIException():
            return _of_rest(error)
        case IntegrityError():
            return _of_constraint(error)
        case DataError():
            return _document(400, "refused", "Not accepted", f"A value cannot be stored: {_first_line(error)}.")
        case OperationalError():
            return _document(503, "busy", "Busy", "The database is busy or away. Try again.")
    return _document(500, "fault", "Our fault", _FAULT)


def of_serializer(detail: Any, field: str = "", given: Any = None) -> Iterator[Problem]:
    """The problems in the nested errors of a serializer, fields named by their path: ``evidence.0.url``."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            path = name if not field else field if name == "non_field_errors" else f"{field}.{name}"
            value = given.get(name) if isinstance(given, dict) else None
            yield from of_serializer(inner, "" if path == "non_field_errors" else path, value)
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            if isinstance(inner, dict | list):
                value = given[index] if isinstance(given, list) and index < len(given) else None
                if inner:
                    yield from of_serializer(inner, f"{field}.{index}", value)
            else:
                yield Problem(field, given, f"`{field}`: {inner}" if field else str(inner))
    else:
        yield Problem(field, given, f"`{field}`: {detail}" if field else str(detail))


def _document(status: int, name: str, title: str, detail: str, problems: list[Problem] | None = None) -> dict[str, Any]:
    wrong = [{"field": each.field, "value": _shown(each.value), "message": each.message} for each in problems or ()]
    return {**document(status, name, detail, title=title), "errors": wrong}


def _shown(value: Any) -> Any:
    """A wrong value as it is repeated: short, and nothing that JSON cannot hold."""
    if value is None or isinstance(value, bool | float) or (isinstance(value, int) and abs(value) < 2**53):
        return value
    if isinstance(value, list | dict):
        try:
            written = orjson.dumps(value)
        except TypeError:
            written = b""
        if 0 < len(written) <= _SHOWN:
            return value
    text = value if isinstance(value, str) else repr(value)
    text = text.encode(errors="replace").decode()
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _refused(problems: list[Problem]) -> dict[str, Any]:
    return _document(400, "refused", "Not accepted", " ".join(wrong.message for wrong in problems), problems)


def _of_django(error: django_errors.ValidationError) -> Iterator[Problem]:
    if hasattr(error, "message_dict"):
        for name, messages in error.message_dict.items():
            for message in messages:
                yield Problem(name, None, f"`{name}`: {message}")
    else:
        for message in error.messages:
            yield Problem("", None, message)


def _of_rest(error: rest_errors.APIException) -> dict[str, Any]:
    names = {
        400: ("malformed", "Malformed"),
        401: ("not-signed-in", "Not signed in"),
        403: ("forbidden", "Not allowed"),
        404: ("not-there", "Not there"),
        405: ("no-such-method", "No such method"),
        406: ("not-acceptable", "Not acceptable"),
        415: ("unsupported-media-type", "Unsupported media type"),
        429: ("too-many", "Too many requests"),
    }
    name, title = names.get(error.status_code, ("fault", "Fault"))
    return _document(error.status_code, name, title, str(error.detail))


def _of_constraint(error: IntegrityError) -> dict[str, Any]:
    """What the database refused and no action had put into words."""
    try:
        with explained():
            raise error
    except errors.AnnotatorError as told:
        return problem(told)
    except IntegrityError:
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or "a rule"
        return _document(409, "not-now", "Not in this state", f"It does not go with what is stored ({constraint}).")


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0].strip().rstrip(".")


def _headers(error: Exception, status: int) -> dict[str, str]:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = str(max(1, round(wait)))
    elif status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = str(RETRY_SECONDS)
    return headers
