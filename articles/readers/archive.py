"""Zip files from strangers: how many members, how much each unpacks to, and what they may be called."""

import io
import zipfile
import zlib
from pathlib import PurePosixPath

from articles.readers.row import Unreadable

MOST_MEMBERS = 2_000
MOST_ENTRIES = 50_000  # of the directory, and of those of the zips that lie in it as they are, as Word documents may
MOST_UNPACKED = 256 * 1024 * 1024  # bytes, of all members
_ENTRY = b"PK\x01\x02"  # begins each entry of the directory
# The others are unpacked a whole piece at a stroke: of bzip2, a kilobyte may be a gigabyte.
_UNPACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_PIECE = 1024 * 1024


class Archive:
    """An open zip. What it has unpacked so far counts against one bound; headers are not believed."""

    def __init__(self, raw: bytes, *, most_unpacked: int = MOST_UNPACKED) -> None:
        # Reading the directory takes memory for each entry, so they are counted first.
        _require_few(raw.count(_ENTRY), MOST_ENTRIES)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(raw))
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
            raise Unreadable(f"It is no whole zip file ({str(error)[:80]}).") from error
        _require_few(len(self._zip.infolist()), MOST_MEMBERS)
        self._most = most_unpacked
        self._left = most_unpacked

    def members(self) -> list[zipfile.ZipInfo]:
        """All but folders, and what the Mac puts beside each file, in the order in which they stand there."""
        found = (
            member
            for member in self._zip.infolist()
            if not member.filename.endswith("/") and not member.filename.startswith("__MACOSX/")
        )
        return sorted(found, key=lambda member: member.header_offset)

    def pass_over(self, member: zipfile.ZipInfo) -> None:
        """Count a member that was unpacked before: none unpacks to more than it declares."""
        self._left -= member.file_size

    def content(self, member: zipfile.ZipInfo, *, most: int) -> bytes:
        """The bytes of a member, or Unreadable: a name that leads out, a link, a password, more than ``most`` bytes."""
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in "".join(path.parts[:1]):
            raise Unreadable("Its name leads out of the zip.")
        if not path.name:
            raise Unreadable("It has no name.")
        if member.external_attr >> 28 == 0xA:
            raise Unreadable("It is a link to another file.")
        if member.flag_bits & 0x1:
            raise Unreadable("It is locked with a password.")
        if member.compress_type not in _UNPACKED:
            raise Unreadable("It is packed in a way that is not read here: only deflate is.")
        content = bytearray()
        try:
            with self._zip.open(member) as unpacking:
                while piece := unpacking.read(_PIECE):
                    content += piece
                    self._left -= len(piece)
                    if len(content) > most:
                        raise Unreadable(f"It unpacks to more than {most:,} bytes.")
                    if self._left < 0:
                        raise Unreadable(f"The zip unpacks to more than {self._most:,} bytes in all.")
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as error:
            raise Unreadable(f"It cannot be unpacked ({str(error)[:80]}).") from error
        return bytes(content)


def _require_few(members: int, most: int) -> None:
    if members > most:
        raise Unreadable(f"It has {members:,} members; the most is {most:,}.")
