"""How often a password may be guessed, in all processes that serve together."""

import hashlib

from annotator.actions.allowances import give_back, take

FAILURES = 10  # of one username from one address
SECONDS = 300  # after the last of them


def may_guess(username: str, address: str) -> bool:
    """Count a guess, and say whether it is looked at. Counted before, so that many at once are no more than in turn."""
    return take(_key(username, address), most=FAILURES, seconds=SECONDS, extends=True).granted > 0


def forget(username: str, address: str) -> None:
    """Start anew, after a sign-in that succeeded."""
    give_back(_key(username, address))


def _key(username: str, address: str) -> str:
    # Hashed: usernames here are whatever somebody typed, of any length.
    return "sign-in:" + hashlib.sha256(f"{username.casefold()}\0{address}".encode(errors="replace")).hexdigest()
