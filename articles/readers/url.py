"""A web address: the page is fetched, of public hosts only, and read like a saved one."""

from collections.abc import Iterator

from articles import fetching
from articles.readers import html, plain
from articles.readers.row import Row

LIMITS = fetching.Limits(size=html.LONGEST_PAGE, types=("text/html", "application/xhtml+xml", "text/plain"))


def rows(url: str, *, network: fetching.Network | None = None) -> Iterator[Row]:
    """The article at an address. Its own word for its address, the canonical one, stands before that asked."""
    try:
        answer = fetching.get(url, limits=LIMITS, network=network)
    except fetching.FetchError as error:
        yield Row(url[:200], problem=str(error))
        return
    if answer.status != 200:
        yield Row(url[:200], problem=f"{url[:200]}: the server answers {answer.status}.")
        return
    if answer.media_type == "text/plain":
        for row in plain.rows(answer.url, answer.body):
            row.fields.setdefault("url", answer.url)
            yield row
        return
    yield from html.rows(answer.url, answer.body, url=answer.url, charset=answer.charset)
