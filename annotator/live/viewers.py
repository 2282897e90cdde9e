"""Who looks at a stream, and whether they still may: sessions and tokens, asked about in bulk."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from annotator.models import Membership, Token, User

Found = TypeVar("Found")

# Two at a time, so that a process's streams use two database connections at the most, however many they are.
_DATABASE = ThreadPoolExecutor(max_workers=2, thread_name_prefix="live")


async def from_database(ask: Callable[[], Found]) -> Found:
    """What ``ask`` finds, in a thread that gives its connection back at once."""

    def asked() -> Found:
        try:
            return ask()
        finally:
            connection.close()

    return await asyncio.get_running_loop().run_in_executor(_DATABASE, asked)


@dataclass(frozen=True)
class Viewer:
    """A user, by the session or the token that the stream was opened with."""

    user: User
    session_key: str = ""
    token_id: Any = None

    @property
    def key(self) -> tuple[int, Any]:
        """What decides what this viewer sees."""
        return (self.user.pk, self.token_id)


def admitted(headers: Mapping[str, str]) -> Viewer | None:
    """The viewer whom a request's headers (names in small letters) prove, or None."""
    scheme, _, secret = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        token = Token.presented(secret.strip())
        if token is None:
            return None
        token.user.token = token
        return Viewer(token.user, token_id=token.pk)
    key = _session_key(headers.get("cookie", ""))
    user = _users_of_sessions([key]).get(key) if key else None
    return Viewer(user, session_key=key) if user else None


def still_admitted(viewers: Collection[Viewer]) -> set[Viewer]:
    """Those whose session or token is as good as when they came; three queries for all of them."""
    sessions = _users_of_sessions([viewer.session_key for viewer in viewers if viewer.session_key])
    tokens = set(
        Token.objects.live().filter(pk__in=[v.token_id for v in viewers if v.token_id]).values_list("pk", flat=True)
    )
    return {
        viewer
        for viewer in viewers
        if (viewer.token_id in tokens if viewer.token_id else sessions.get(viewer.session_key) == viewer.user)
    }


def members(looking: Collection[tuple[Viewer, int]]) -> set[tuple[Viewer, int]]:
    """Those who still are members of the project (by its id) that they look at. One query."""
    found = set(
        Membership.objects.filter(
            user__in={viewer.user.pk for viewer, _ in looking}, project__in={project for _, project in looking}
        ).values_list("user", "project")
    )
    return {(viewer, project) for viewer, project in looking if (viewer.user.pk, project) in found}


def _session_key(cookies: str) -> str:
    try:
        found = SimpleCookie(cookies).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return ""
    return found.value if found else ""


def _users_of_sessions(keys: list[str]) -> dict[str, User]:
    """Session key → its user, where the session has not ended, the user is active and the password is the same."""
    found = {
        row.session_key: row.get_decoded()
        for row in Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    }
    ids = {key: decoded.get(SESSION_KEY) for key, decoded in found.items() if decoded.get(SESSION_KEY)}
    users = {str(user.pk): user for user in User.objects.filter(pk__in=set(ids.values()), is_active=True)}
    return {
        key: users[user_id]
        for key, user_id in ids.items()
        if user_id in users
        and constant_time_compare(found[key].get(HASH_SESSION_KEY, ""), users[user_id].get_session_auth_hash())
    }
