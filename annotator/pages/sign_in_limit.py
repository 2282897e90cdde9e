"""How often a password may be guessed."""

import hashlib

from django.core.cache import cache

FAILURES = 10  # of one username from one address, in each process that serves
SECONDS = 300  # after the last of them


def is_over(username: str, address: str) -> bool:
    """Whether so many guesses failed that the next is not looked at."""
    return cache.get(_key(username, address), 0) >= FAILURES


def count_failure(username: str, address: str) -> None:
    key = _key(username, address)
    cache.set(key, cache.get(key, 0) + 1, SECONDS)


def forget(username: str, address: str) -> None:
    """Start anew, after a sign-in that succeeded."""
    cache.delete(_key(username, address))


def _key(username: str, address: str) -> str:
    # Hashed: cache keys have neither white space nor any length, and usernames here are whatever somebody typed.
    return "sign-in:" + hashlib.sha256(f"{username.casefold()}\0{address}".encode(errors="replace")).hexdigest()
