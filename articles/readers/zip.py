"""A zip of files of any of the other kinds: each is read by its own reader."""

from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Protocol
from zipfile import ZipInfo

from articles.readers.archive import Archive
from articles.readers.lines import BEGINNING, Start
from articles.readers.row import Row, Unreadable

LONGEST_MEMBER = 32 * 1024 * 1024  # bytes, unpacked


class Reader(Protocol):
    def __call__(self, name: str, raw: bytes, start: Start = BEGINNING) -> Iterator[Row]: ...


def rows_by(read: Callable[[str, bytes], Iterator[Row]]) -> Reader:
    """A reader of zips whose members are read by ``read``; it goes on at the member that begins at a byte."""

    def rows(name: str, raw: bytes, start: Start = BEGINNING) -> Iterator[Row]:
        try:
            archive = Archive(raw)
        except Unreadable as error:
            yield Row(name, problem=f"{name}: {error}")
            return
        if not archive.members():
            yield Row(name, problem=f"{name}: It has no files in it.")
        for member in archive.members():
            if member.header_offset < start.at:
                archive.pass_over(member)
                continue
            for row in _member_rows(name, archive, member, read):
                row.at, row.line = member.header_offset, 1
                yield row

    return rows


def _member_rows(
    name: str, archive: Archive, member: ZipInfo, read: Callable[[str, bytes], Iterator[Row]]
) -> Iterator[Row]:
    source = f"{name}/{_said(member.filename)}"
    if PurePosixPath(member.filename).suffix.lower() == ".zip":
        yield Row(source, problem=f"{source}: A zip within a zip is not read: send it by itself.")
        return
    try:
        content = archive.content(member, most=LONGEST_MEMBER)
    except Unreadable as error:
        yield Row(source, problem=f"{source}: {error}")
        return
    yield from read(source, content)


def _said(name: str) -> str:
    shown = "".join(character if character.isprintable() else "�" for character in name)
    return shown if len(shown) <= 200 else f"{shown[:199]}…"
