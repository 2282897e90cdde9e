"""Requests to web addresses that users name: to public hosts only, bounded in time, size, type and redirects.

A name is resolved once for each request, every address that it has must be public, and the connection is made to one of
those very addresses: a name that leads elsewhere a moment later (rebinding) gains nothing. The certificate is still
checked against the name. Redirects are followed one by one, each with the same checks. No proxy, cookie or password is
taken from anywhere.
"""

import http.client
import ssl
from contextlib import suppress
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlunsplit

from articles.fetching.bodies import body_of
from articles.fetching.connections import INTERNET, Deadline, Network, Stream, connection
from articles.fetching.urls import FetchError, checked_url, short

__all__ = ["INTERNET", "Answer", "FetchError", "Known", "Limits", "Network", "checked_url", "get", "post"]

LONGEST_TAG = 100  # characters of an ETag or a date that are kept
_REDIRECTS = (301, 302, 303, 307, 308)
_AGENT = "annotator (reads articles for its editors)"


@dataclass(frozen=True)
class Limits:
    """What a request may take: ``seconds`` and ``redirects`` in all, ``size`` in bytes, unpacked.

    ``types`` are the media types that a successful answer may have; none means any.
    """

    seconds: float = 20.0
    size: int = 10 * 1024 * 1024
    redirects: int = 5
    types: tuple[str, ...] = ()


@dataclass(frozen=True)
class Known:
    """By what a server tells whether what it has is what one has seen. It answers 304 to ``asked`` where it is."""

    etag: str = ""
    last_modified: str = ""

    @property
    def asked(self) -> dict[str, str]:
        """The headers that ask so."""
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in asked.items() if value}


@dataclass(frozen=True)
class Answer:
    """What came back. ``url`` is the last one after redirects, ``headers`` are by lower-case name."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def known(self) -> Known:
        """What to ask with, the next time; one that is too long to be kept is none."""
        etag, modified = self.headers.get("etag", ""), self.headers.get("last-modified", "")
        return Known(etag if len(etag) <= LONGEST_TAG else "", modified if len(modified) <= LONGEST_TAG else "")

    @property
    def charset(self) -> str:
        """The encoding that the answer declares, or nothing."""
        for parameter in self.headers.get("content-type", "").split(";")[1:]:
            name, _, value = parameter.partition("=")
            if name.strip().lower() == "charset":
                return value.strip().strip("\"'")
        return ""


def get(
    url: str, *, headers: dict[str, str] | None = None, limits: Limits | None = None, network: Network | None = None
) -> Answer:
    """The answer to GET, redirects followed; of any status, which is the caller's to judge.

    Raises FetchError for an address that may not be asked, and for an answer beyond the limits.
    """
    limits = limits or Limits()
    deadline = Deadline(limits.seconds)
    for _ in range(limits.redirects + 1):
        answer = _asked("GET", url, b"", headers or {}, limits, deadline, network or INTERNET)
        if answer.status not in _REDIRECTS or "location" not in answer.headers:
            return answer
        onward = _onward(answer)
        if answer.url.startswith("https:") and not onward.lower().startswith("https:"):
            raise FetchError(f"{short(url)} leads from https to {short(onward)}: that is not followed.")
        url = onward
    raise FetchError(f"{short(url)}: more than {limits.redirects} redirects in a row.")


def post(
    url: str,
    body: bytes,
    *,
    headers: dict[str, str] | None = None,
    limits: Limits | None = None,
    network: Network | None = None,
) -> Answer:
    """The answer to POST, of any status. A redirect is an answer like another: it is not followed."""
    limits = limits or Limits()
    return _asked("POST", url, body, headers or {}, limits, Deadline(limits.seconds), network or INTERNET)


def _asked(
    method: str,
    url: str,
    body: bytes,
    headers: dict[str, str],
    limits: Limits,
    deadline: Deadline,
    network: Network,
) -> Answer:
    parts = checked_url(url)
    asked = urlunsplit(parts)
    told = short(asked)
    try:
        with connection(parts, deadline, network) as connected:
            speaking = http.client.HTTPConnection(parts.hostname or "")
            # It is given its connection, so that it makes none itself.
            speaking.sock = Stream(connected, deadline)
            sent = {"Host": parts.netloc, "User-Agent": _AGENT, "Accept-Encoding": "gzip", "Connection": "close"}
            speaking.request(method, urlunsplit(("", "", *parts[2:])), body or None, {**sent, **headers})
            return _answer(asked, speaking.getresponse(), limits)
    except TimeoutError as error:
        raise FetchError(f"{told}: no whole answer within {deadline.seconds:g} seconds.") from error
    except ssl.SSLCertVerificationError as error:
        raise FetchError(f"{told}: its certificate does not hold ({error.verify_message}).") from error
    except (http.client.HTTPException, ValueError) as error:
        raise FetchError(f"{told}: the answer is no proper HTTP ({type(error).__name__}).") from error
    except OSError as error:
        raise FetchError(f"{told}: no connection ({error.strerror or 'it failed'}).") from error


def _answer(url: str, response: http.client.HTTPResponse, limits: Limits) -> Answer:
    headers = {name.lower(): value for name, value in response.getheaders()}
    answer = Answer(url, response.status, headers, b"")
    if 200 <= response.status < 300 and limits.types and answer.media_type not in limits.types:
        told = answer.media_type or "of no declared type"
        raise FetchError(f"{short(url)}: the answer is {short(told)}; wanted is {', '.join(limits.types)}.")
    return replace(answer, body=body_of(response, url=url, most=limits.size))


def _onward(answer: Answer) -> str:
    location = answer.headers["location"]
    with suppress(UnicodeError):
        # Headers are read as Latin-1; what stands in them beyond ASCII is UTF-8 as a rule.
        location = location.encode("latin-1").decode()
    try:
        return urljoin(answer.url, location)
    except ValueError as error:
        raise FetchError(f"{short(answer.url)} leads to “{short(location)}”, which is no web address.") from error
