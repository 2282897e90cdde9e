"""Plain text: one article a file, titled by its first line when that is short and stands alone, else by its name."""

from collections.abc import Iterator

from articles import text as texts
from articles.readers.encoding import decoded
from articles.readers.row import Row, Unreadable
from articles.readers.title import title_of


def rows(name: str, raw: bytes) -> Iterator[Row]:
    try:
        found = decoded(raw)
        text = texts.received(found.text)
    except (texts.TextError, Unreadable) as error:
        yield Row(source=name, problem=f"{name}: {error}")
        return
    yield Row(name, fields={"title": title_of(text, name=name), "text": text}, notes=[found.note] if found.note else [])
