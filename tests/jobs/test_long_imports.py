"""Imports of long files: in turns that go on where they were, in bounded memory, within bounds of what may wait."""

import io
import tracemalloc
import zipfile

import pytest

from annotator.actions import imports as storing
from annotator.actions import transfers
from annotator.actions.transfers import start_import
from annotator.domain.errors import NotNow
from annotator.jobs import imports as working_off
from annotator.models import Import, ImportPiece, ImportRow
from annotator.models.transfer import Piece
from annotator.queries.transfers import import_wire, rows_of
from articles import strict_json
from articles.readers.file import LONGEST_WHOLE
from tests.factories import a_cast
from tests.jobs.working import do_what_waits

MIB = 1024 * 1024


@pytest.fixture
def cast(db):
    return a_cast()


@pytest.fixture
def a_row_a_turn(monkeypatch) -> None:
    monkeypatch.setattr(storing, "CHUNK_ROWS", 1)
    monkeypatch.setattr(working_off, "AT_ONCE", 0.0)


def begun(cast, *files: tuple[str, bytes]) -> Import:
    return start_import(cast.project, [(name, io.BytesIO(raw)) for name, raw in files], by=cast.mo)


def lines(*numbers: int) -> bytes:
    return b"".join(b'{"title": "A %d", "text": "Text %d."}\n' % (number, number) for number in numbers)


def test_each_turn_goes_on_where_the_one_before_it_was(cast, a_row_a_turn):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", "A text.")
        archive.writestr("b.jsonl", lines(1, 2))
    table = "title,text\nMüller,Er heißt so.\nMeier,\nSchmidt,Auch.\n".encode("cp1252")
    files = [("news.ndjson", lines(3, 4)), ("empty.txt", b""), ("all.zip", packed.getvalue()), ("table.csv", table)]
    in_order = [
        ("news.ndjson, line 1", "new"), ("news.ndjson, line 2", "new"), ("empty.txt", "refused"),
        ("all.zip/a.txt", "new"), ("all.zip/b.jsonl, line 1", "new"), ("all.zip/b.jsonl, line 2", "new"),
        ("table.csv, line 2", "new"), ("table.csv, line 3", "refused"), ("table.csv, line 4", "new"),
    ]  # fmt: skip

    job = begun(cast, *files)
    turns = do_what_waits()
    job.refresh_from_db()

    assert turns == [*["import"] * (len(in_order) + 1), "sketches"]
    assert list(ImportRow.objects.values_list("source", "state")) == in_order
    assert (job.state, job.position, job.rows, job.read) == ("done", 9, 9, job.size)


def test_no_line_is_read_in_every_turn(cast, a_row_a_turn, monkeypatch):
    read, real = [], strict_json.read
    monkeypatch.setattr(strict_json, "read", lambda raw: read.append(raw) or real(raw))

    begun(cast, ("news.jsonl", lines(*range(12))))
    do_what_waits()

    assert len(set(read)) == 12
    assert len(read) < 3 * 12


def test_how_far_an_import_is_is_told_in_bytes(cast, monkeypatch):
    """Of a table nobody knows how many rows it has before it is read."""
    monkeypatch.setattr(storing, "CHUNK_ROWS", 1)
    table = b"title,text\n" + b"".join(b"A %d,Text %d.\n" % (number, number) for number in range(10, 14))
    job = begun(cast, ("table.csv", table))
    seen, real = [], working_off.store_rows

    def watched(*args, **named):
        seen.append(import_wire(Import.objects.get(pk=job.pk)))
        return real(*args, **named)

    monkeypatch.setattr(working_off, "store_rows", watched)
    do_what_waits()

    assert [(told["rows"], told["position"], told["read"]) for told in seen] == [
        (None, 0, 0), (None, 1, 11), (None, 2, 25), (None, 3, 39),
    ]  # fmt: skip
    assert {told["size"] for told in seen} == {len(table)}


def test_how_a_row_was_read_is_kept_with_it(cast):
    begun(cast, ("a.txt", "Es heißt „ja“.".encode("cp1252")))
    do_what_waits()

    [row] = ImportRow.objects.all()
    assert row.notes == ["Not UTF-8; it was read as Windows-1252, with ß „ “: see whether they are right."]


def test_long_files_are_read_in_bounded_memory(cast):
    """A line of 200 MB, a table of 35 and a text that is too long: beside them the good rows are kept."""
    job = Import.objects.create(project=cast.project, by=cast.mo, name="long.ndjson")
    cells = b"B," + b"b" * 100_000 + b"\n"
    table = cells * (Piece.MOST // len(cells))
    contents = [
        ("long.ndjson", [lines(1) + b'{"title": "', *[b"x" * MIB] * 200, b'"}\n' + lines(2)]),
        ("long.csv", [b"title,text\n", *[table] * 35]),
        ("long.txt", [b"x" * MIB] * (LONGEST_WHOLE // MIB + 1)),
    ]
    number = 0
    for file, (name, pieces) in enumerate(contents):
        for content in pieces:
            ImportPiece.objects.create(of=job, number=number, file=file, name=name, content=content)
            number += 1

    tracemalloc.start()
    titles, problems = [], []
    for row in rows_of(job):
        (problems if row.problem else titles).append(row.problem or row.fields["title"])
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert titles == ["A 1", "A 2"] + ["B"] * (35 * (Piece.MOST // len(cells)))
    assert problems == [
        "long.ndjson, line 2: the line has more than 8,388,608 bytes.",
        "long.txt: It has 34,603,008 bytes; the most is 33,554,432, but for JSON lines, and for CSV in UTF-8.",
    ]
    assert most < 48 * MIB


def test_no_more_may_wait_of_a_project_than_so_many_bytes(cast, monkeypatch):
    monkeypatch.setattr(transfers, "MOST_WAITING", 60)
    begun(cast, ("a.jsonl", lines(1)))
    with pytest.raises(NotNow, match="that are not done may have 60 bytes in all"):
        begun(cast, ("b.jsonl", lines(2)))
    do_what_waits()
    begun(cast, ("b.jsonl", lines(2)))

    assert Import.objects.count() == 2
