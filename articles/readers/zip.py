"""A zip of files of any of the other kinds: each is read by its own reader."""

from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from articles.readers.archive import Archive
from articles.readers.row import Row, Unreadable

LONGEST_MEMBER = 32 * 1024 * 1024  # bytes, unpacked


def rows_by(read: Callable[[str, bytes], Iterator[Row]]) -> Callable[[str, bytes], Iterator[Row]]:
    """A reader of zips whose members are read by ``read``."""

    def rows(name: str, raw: bytes) -> Iterator[Row]:
        try:
            archive = Archive(raw)
        except Unreadable as error:
            yield Row(name, problem=f"{name}: {error}")
            return
        if not archive.members():
            yield Row(name, problem=f"{name}: It has no files in it.")
        for member in archive.members():
            source = f"{name}/{_said(member.filename)}"
            if PurePosixPath(member.filename).suffix.lower() == ".zip":
                yield Row(source, problem=f"{source}: A zip within a zip is not read: send it by itself.")
                continue
            try:
                content = archive.content(member, most=LONGEST_MEMBER)
            except Unreadable as error:
                yield Row(source, problem=f"{source}: {error}")
                continue
            yield from read(source, content)

    return rows


def _said(name: str) -> str:
    shown = "".join(character if character.isprintable() else "�" for character in name)
    return shown if len(shown) <= 200 else f"{shown[:199]}…"
