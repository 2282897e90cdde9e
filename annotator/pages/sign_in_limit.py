"""How often a password may be guessed, in all processes that serve together."""

import hashlib
import ipaddress

from django.conf import settings
from django.http import HttpRequest

from annotator.actions.allowances import give_back, take

FAILURES = 10  # of one username from one address
OF_AN_ADDRESS = 100  # sign-ins from one address, whatever the names and whether they succeed: an office has one
SECONDS = 300  # after the last failure of a name; since the first of an address


def may_guess(username: str, address: str) -> bool:
    """Count a guess, and say whether it is looked at. Counted before, so that many at once are no more than in turn."""
    if not take(_key(address), most=OF_AN_ADDRESS, seconds=SECONDS).granted:
        return False
    return take(_key(username.casefold(), address), most=FAILURES, seconds=SECONDS, extends=True).granted > 0


def forget(username: str, address: str) -> None:
    """Start anew with this name, after a sign-in that succeeded."""
    give_back(_key(username.casefold(), address))


def address_of(request: HttpRequest) -> str:
    """Where a request comes from, as the proxy says where there is one; of IPv6 the network, all of which one may have.

    A proxy adds the address that it sees to those that a client may have made up: the last is believed.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        address = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() or address
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((known, 64), strict=False)) if known.version == 6 else str(known)


def _key(*parts: str) -> str:
    # Hashed: usernames here are whatever somebody typed, of any length.
    return "sign-in:" + hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()
