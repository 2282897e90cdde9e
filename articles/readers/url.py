"""A web address: the page is fetched, of public hosts only, and read like a saved one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from articles import fetching
from articles.readers import html, plain
from articles.readers.row import Row

MOST_AT_ONCE = 20  # addresses that one asks for together: each may take long
NOTHING_KNOWN = fetching.Known()
LIMITS = fetching.Limits(size=html.LONGEST_PAGE, types=("text/html", "application/xhtml+xml", "text/plain"))


@dataclass(frozen=True)
class Page:
    """What stands at an address: its article, or why there is none; ``row`` is None where it is as it was known."""

    row: Row | None
    known: fetching.Known = NOTHING_KNOWN


def rows(url: str, *, network: fetching.Network | None = None) -> Iterator[Row]:
    """The article at an address. Its own word for its address, the canonical one, stands before that asked."""
    found = page(url, network=network).row
    if found is not None:
        yield found


def rows_at(urls: Iterable[str], *, network: fetching.Network | None = None) -> Iterator[Row]:
    """The articles at several addresses, each asked once."""
    for url in dict.fromkeys(urls):
        yield from rows(url, network=network)


def page(url: str, *, known: fetching.Known = NOTHING_KNOWN, network: fetching.Network | None = None) -> Page:
    """The page at an address, asked whether it is another one than is known."""
    try:
        answer = fetching.get(url, headers=known.asked, limits=LIMITS, network=network)
    except fetching.FetchError as error:
        return Page(Row(url[:200], problem=str(error)))
    if answer.status == 304 and known.asked:
        return Page(None, known)
    if answer.status != 200:
        return Page(Row(url[:200], problem=f"{url[:200]}: the server answers {answer.status}."))
    return Page(_row(answer), answer.known)


def _row(answer: fetching.Answer) -> Row:
    if answer.media_type == "text/plain":
        [row] = plain.rows(answer.url, answer.body)
        row.fields.setdefault("url", answer.url)
        return row
    [row] = html.rows(answer.url, answer.body, url=answer.url, charset=answer.charset)
    return row
