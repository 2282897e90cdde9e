"""An article's annotations, straight to a program: what is asked most, answered without the way through Django.

Of the processor time of such a request Django's middleware and REST framework had two thirds. What they do is done here
as well, by the same functions: the token, what its user sees, its allowance, entity tags, compression. The headers that
all answers have are those that Django gave to the first such question. Whatever is not plain (a parameter, a cookie,
another form, a refusal of any kind) is left to Django, which also words it.
"""

import hashlib
import re
import uuid
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

from django.db import DatabaseError, close_old_connections
from django.http import HttpResponse
from django.middleware.gzip import GZipMiddleware

from annotator.api.authentication import token_in, use_is_noted
from annotator.api.preconditions import Preconditions
from annotator.api.throttling import TokenThrottle
from annotator.api.throttling import headers as told_of
from annotator.domain.encoding import write
from annotator.domain.errors import Refused
from annotator.queries.annotations import answered_on
from annotator.queries.asked_again import AskedAgain

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

_ADDRESS = re.compile(r"/api/v1/articles/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/annotations/")
# With any of these a request is not plain.
_NOT_PLAIN = ("QUERY_STRING", "CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING", "HTTP_COOKIE", "HTTP_IF_MATCH")
# By these, and by the status, the headers of answers differ.
_SHAPING = (
    "wsgi.url_scheme",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_HOST",
    "HTTP_ACCEPT",
    "HTTP_ACCEPT_ENCODING",
    "HTTP_ACCEPT_LANGUAGE",
)
_JSON = ("", "*/*", "application/json")
# Of each answer its own.
_OWN = frozenset({"etag", "content-length", "content-encoding", "ratelimit", "ratelimit-policy"})
_KNOWN = 1_000  # kinds of answers; hosts are few, but a wildcard lets in any
_TOO_SHORT_TO_ZIP = 200  # bytes; Django then does not say that compression was thought of
_STATUS = {200: "200 OK", 304: "304 Not Modified"}
_ZIP = GZipMiddleware(lambda request: HttpResponse())


class Straight:
    """A WSGI application before Django's, which it asks whenever it does not answer itself."""

    def __init__(self, django: Application) -> None:
        self._django = django
        self._common: dict[tuple[Any, ...], Headers] = {}
        self._asked_again = AskedAgain()

    def __call__(self, environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        article = _asked(environ)
        if article is None:
            return self._django(environ, start)
        try:
            found = _found(environ, article, self._asked_again)
        except (DatabaseError, Refused):
            found = None  # Django comes to the same, and says it.
        finally:
            close_old_connections()
        status = 200 if found and found[0] else 304
        common = self._common.get(_kind(environ, status, len(found[0]))) if found else None
        if found is None or common is None:
            return self._django(environ, self._learning(environ, start))
        content, own = found
        if content and "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
            content, own = _zipped(environ, content, own)
        start(_STATUS[status], [*common, *own.items(), ("Content-Length", str(len(content)))])
        return [content]

    def _learning(self, environ: Environ, start: Callable[..., Any]) -> Callable[..., Any]:
        """``start`` that keeps the headers which all answers of a kind have."""

        def started(status: str, headers: Headers, *error: Any) -> Any:
            if status in _STATUS.values():
                if len(self._common) >= _KNOWN:
                    self._common.clear()
                told = {name.lower(): value for name, value in headers}
                kind = _kind(environ, int(status[:3]), _length(told))
                self._common[kind] = [(name, value) for name, value in headers if name.lower() not in _OWN]
            return start(status, headers, *error)

        return started


def _kind(environ: Environ, status: int, length: int) -> tuple[Any, ...]:
    """What is common to answers that have the same headers but for their own."""
    return status, length < _TOO_SHORT_TO_ZIP, *(environ.get(name, "") for name in _SHAPING)


def _length(headers: dict[str, str]) -> int:
    """Of the content before it was compressed, as far as it matters."""
    return _TOO_SHORT_TO_ZIP if "content-encoding" in headers else int(headers["content-length"])


def _asked(environ: Environ) -> uuid.UUID | None:
    """The article of which a plain question asks, or None."""
    if environ["REQUEST_METHOD"] != "GET" or any(environ.get(name) for name in _NOT_PLAIN):
        return None
    if environ.get("HTTP_ACCEPT", "") not in _JSON:
        return None
    address = _ADDRESS.fullmatch(environ["PATH_INFO"])
    return uuid.UUID(address[1]) if address else None


def _found(environ: Environ, id: uuid.UUID, asked_again: AskedAgain) -> tuple[bytes, dict[str, str]] | None:
    """What is answered and its own headers, no content where the asker has it; None where there is more to be done."""
    preconditions = Preconditions.of(None, environ.get("HTTP_IF_NONE_MATCH"))
    secret = token_in(environ.get("HTTP_AUTHORIZATION", ""))
    if secret is None:
        return None
    reading = asked_again.read(secret, id)
    token, article = reading.token, reading.article
    if token is None or not use_is_noted(token) or article is None or article.deleted_at is not None:
        return None
    allowed, lease = TokenThrottle.counted(token.pk) or (False, None)
    if not allowed or lease is None:
        return None
    content = write(answered_on(article, reading.annotations))
    tag = hashlib.sha256(content).hexdigest()[:32]
    return (b"" if preconditions.has(tag) else content), {"ETag": f'"{tag}"', **told_of(lease)}


def _zipped(environ: Environ, content: bytes, headers: dict[str, str]) -> tuple[bytes, dict[str, str]]:
    """As Django compresses it."""
    response = HttpResponse(content, headers={"ETag": headers["ETag"]})
    response = _ZIP.process_response(SimpleNamespace(META=environ), response)
    own = {name: response[name] for name in ("ETag", "Content-Encoding") if name in response}
    return response.content, {**headers, **own}
