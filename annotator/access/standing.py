"""Whether who was let in would be let in again: what lasts longer than a request asks anew."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from annotator.domain.errors import Forbidden
from annotator.models import Token, User

Piece = TypeVar("Piece")

LOOK_EVERY = 2.0  # seconds: a disabled user's stream ends within five


def is_still_admitted(user: Any) -> bool:
    """Whether the user is active and the token live or, of who came with a session, the password still the same."""
    if token := getattr(user, "token", None):
        return Token.objects.live().filter(pk=token.pk).exists()
    return User.objects.filter(pk=user.pk, is_active=True, password=user.password).exists()


def while_admitted(
    user: Any, pieces: Iterable[Piece], *, may_still: Callable[[], bool] = lambda: True
) -> Iterator[Piece]:
    """The pieces, as long as the user is admitted and ``may_still``; then Forbidden, so that no end looks like one."""
    looked = time.monotonic()
    for piece in pieces:
        if time.monotonic() - looked >= LOOK_EVERY:
            if not (is_still_admitted(user) and may_still()):
                raise Forbidden("You may no longer read or write this: the stream ends here.")
            looked = time.monotonic()
        yield piece
