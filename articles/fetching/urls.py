"""Which web addresses may be asked, by what they say alone, and how they are told in a message."""

from urllib.parse import SplitResult, quote, urlsplit

LONGEST = 2_000  # characters
PORTS = {"http": 80, "https": 443}
_FIRST_FREE_PORT = 1024  # below it stand mail, shells and file shares, which may take a request for a command
_TOLD = 120  # characters


class FetchError(Exception):
    """A request that was not made, or whose answer cannot be used, with the reason."""


def checked_url(url: str) -> SplitResult:
    """The parts of an address that may be asked, in ASCII, or FetchError. Whether its host is public is asked later."""
    if len(url) > LONGEST:
        raise FetchError(f"{short(url)} has {len(url):,} characters; the most is {LONGEST:,}.")
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
        ascii_host = host if ":" in host else host.encode("idna").decode()
    except ValueError as error:
        raise FetchError(f"“{short(url)}” is no web address ({short(str(error))}).") from error
    if parts.scheme not in PORTS or not host:
        raise FetchError(f"“{short(url)}” is no web address: begin with http:// or https://.")
    if "@" in parts.netloc:
        raise FetchError(f"{parts.scheme}://…@{short(host)}: an address with a name or password in it is not asked.")
    port = PORTS[parts.scheme] if port is None else port
    if port not in PORTS.values() and port < _FIRST_FREE_PORT:
        raise FetchError(f"{short(url)}: port {port} is not asked; use 80, 443, or one from {_FIRST_FREE_PORT} on.")
    netloc = f"[{ascii_host}]" if ":" in ascii_host else ascii_host
    netloc = netloc if port == PORTS[parts.scheme] else f"{netloc}:{port}"
    # What stands in the address bar may be in any script; a request line is ASCII without spaces.
    path, query = (quote(part, safe="/%:@!$&'()*+,;=~?-._") for part in (parts.path or "/", parts.query))
    return SplitResult(parts.scheme, netloc, path, query, "")


def short(told: str) -> str:
    """As it is said in a message: one line, not too long."""
    line = "".join(character if character.isprintable() else "�" for character in told)
    return line if len(line) <= _TOLD else f"{line[: _TOLD - 1]}…"
