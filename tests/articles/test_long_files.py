"""Files that are not in memory: read as they come, and gone on with where an earlier reading stood."""

import io
import zipfile
from collections.abc import Iterator

import pytest

from articles.readers import csv as csv_reader
from articles.readers import feed, html, rows, rows_of
from articles.readers import file as files
from articles.readers.file import File
from articles.readers.lines import LONGEST_LINE, Line, Start, lines_of
from articles.readers.row import Row

LINES = b'{"title": "A", "text": "a"}\n\nno\n{"title": "B", "text": "b"}'
TABLE = 'title,text\r\nÄ,"a\r\nb"\r\n\r\nB\r\n"C, D",c\r\n'.encode()


def a_file(name: str, raw: bytes, *, piece: int = 7) -> File:
    def pieces(at: int) -> Iterator[bytes]:
        for start in range(at, len(raw), piece):
            yield raw[start : start + piece]

    return File(name, len(raw), pieces)


def a_zip() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("b.txt", "One.")
        archive.writestr("a.jsonl", LINES)
        archive.writestr("c.txt", "Three.")
    return made.getvalue()


@pytest.fixture
def long_files(monkeypatch) -> None:
    """All files are too long to be read at once."""
    for module in (files, csv_reader):
        monkeypatch.setattr(module, "LONGEST_WHOLE", 20)


def told(found: Iterator[Row]) -> list[tuple[str, str]]:
    return [(row.source, row.fields.get("text") or row.problem) for row in found]


@pytest.mark.parametrize(
    ("name", "raw"),
    [("a.ndjson", LINES), ("a.csv", TABLE), ("a.csv", TABLE.decode().encode("cp1252")), ("a.zip", a_zip())],
)
def test_reading_goes_on_at_each_row(name, raw):
    file = a_file(name, raw)
    whole = list(rows_of(file))

    for place, row in enumerate(whole):
        at_once = sum(before.at == row.at for before in whole[:place])
        assert list(rows_of(file, Start(row.at, row.line)))[at_once:] == whole[place:]
    assert told(whole) == told(rows(name, raw))
    assert len(whole) >= 3


def test_a_long_table_is_read_like_a_short_one(long_files):
    file = a_file("a.csv", TABLE)
    whole = list(rows_of(file))

    assert [(row.source, row.fields) for row in whole if not row.problem] == [
        ("a.csv, line 2", {"title": "Ä", "text": "a\r\nb"}),
        ("a.csv, line 6", {"title": "C, D", "text": "c"}),
    ]
    assert whole == list(rows("a.csv", TABLE))
    for place, row in enumerate(whole):
        assert list(rows_of(file, Start(row.at, row.line))) == whole[place:]


def test_a_long_table_that_is_not_utf_8_is_told_and_what_stood_before_it_kept(long_files):
    found = list(rows_of(a_file("a.csv", b"title,text\nA,a\nB,\xfc\nC,c\n")))

    assert found[0].fields == {"title": "A", "text": "a"}
    assert [row.problem for row in found[1:]] == [
        "a.csv, line 3: so long a table is UTF-8 (byte 0xFC at position 17 is not), and the rest of it is not read. "
        "Save it as UTF-8."
    ]


def test_a_row_of_lines_without_end_is_told_in_bounded_memory(long_files):
    """Quotation marks that are opened, and closed only at the end of each line, hold a row together for ever."""
    line = b'"' + b"x" * 500_000 + b'\n",'
    file = File("a.csv", 10**9, lambda at: iter([b"title,text\n", *[line] * 40, b"\nA,a\n"]))

    first, *_ = rows_of(file)

    assert first.problem == f"a.csv, line 2: the row cannot be read (it has more than {LONGEST_LINE:,} characters)."


def test_what_is_read_at_once_is_refused_before_a_byte_of_it_is_had():
    def never(at: int) -> Iterator[bytes]:
        raise AssertionError("It is had.")

    [found] = rows_of(File("a.txt", files.LONGEST_WHOLE + 1, never))

    assert found.problem == (
        "a.txt: It has 33,554,433 bytes; the most is 33,554,432, but for JSON lines, and for CSV in UTF-8."
    )


def test_lines_say_where_they_begin():
    whole = b"one\n\ntwo and more\nthree"

    for size in (1, 2, 3, 7, 100):
        pieces = [whole[start : start + size] for start in range(0, len(whole), size)]
        assert list(lines_of(pieces)) == [
            Line(0, 1, b"one"),
            Line(4, 2, b""),
            Line(5, 3, b"two and more"),
            Line(18, 4, b"three"),
        ]


def test_of_an_endless_line_no_more_is_kept_than_tells_so_and_the_next_is_where_it_is():
    pieces = [b"x" * 2**20] * 24 + [b"\nnext"]

    assert [(at, len(raw)) for at, _, raw in lines_of(pieces)] == [(0, LONGEST_LINE + 1), (24 * 2**20 + 1, 4)]


def test_a_feed_is_refused_by_its_size_and_its_items_before_it_is_parsed(monkeypatch):
    monkeypatch.setattr("feedparser.parse", lambda *args, **named: pytest.fail("It is parsed."))
    many = b"<rss><channel>" + b"<item/>" * (feed.MOST_ITEMS + 1) + b"</channel></rss>"
    long = b"<rss>" + b" " * html.LONGEST_PAGE + b"</rss>"

    problems = [row.problem for raw in (many, long) for row in rows("a.rss", raw)]

    assert problems == [
        "a.rss: The feed has 1,001 items; the most is 1,000.",
        "a.rss: The feed has 4,194,315 bytes; the most is 4,194,304.",
    ]
