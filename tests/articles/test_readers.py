"""Files → rows: the good told apart from the bad, whatever stands in them."""

import json

import pytest

from articles.readers import rows
from articles.readers.jsonl import LONGEST_LINE
from articles.readers.row import Row


def lines(*objects):
    return b"\n".join(entry if isinstance(entry, bytes) else json.dumps(entry).encode() for entry in objects)


@pytest.mark.parametrize(
    ("name", "text", "title"),
    [
        ("mayors.txt", "Mayors vow to fight\n\nThey vowed.", "Mayors vow to fight"),
        ("mayors.txt", "\n\nMayors vow to fight\n\nThey vowed.", "Mayors vow to fight"),
        ("two-mayors_vow.txt", "Mayors vow to fight.\n\nThey vowed.", "two mayors vow"),
        ("mayors.txt", "“We will fight,” they said:\n\nThey vowed.", "mayors"),
        ("mayors.txt", "Mayors vow\nto fight\n\nThey vowed.", "mayors"),
        ("mayors.txt", "Mayors vow to fight\n\n", "mayors"),
        ("mayors.txt", "M" * 151 + "\n\nThey vowed.", "mayors"),
    ],
)
def test_a_text_file_is_titled_by_a_first_line_that_stands_alone_else_by_its_name(name, text, title):
    [row] = rows(name, text.encode())

    assert row == Row(name, fields={"title": title, "text": text})


def test_a_text_file_keeps_its_text_but_for_mark_and_line_ends():
    [row] = rows("A.TXT", b"\xef\xbb\xbfOne.\r\nTwo.")

    assert row.fields["text"] == "One.\nTwo."


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (
            b"\x81",
            "a.txt: Not UTF-8: byte 0x81 at position 0 cannot be read, and it is not Windows-1252 either. "
            "Save it as UTF-8.",
        ),
        (b"a\x00b", "a.txt: The text has a NUL character at position 1; remove it."),
        (b" \n", "a.txt: The text is empty."),
    ],
)
def test_a_text_file_that_cannot_be_read_says_why(raw, problem):
    assert list(rows("a.txt", raw)) == [Row("a.txt", problem=problem)]


def test_every_line_of_json_is_an_article():
    raw = lines(
        {"title": "A", "text": "a"}, b"", b"\xef\xbb\xbf" + lines({"title": "B", "annotations": [{"kind": "claim"}]})
    )

    assert list(rows("news.jsonl", raw + b"\r\n")) == [
        Row("news.jsonl, line 1", fields={"title": "A", "text": "a"}),
        Row("news.jsonl, line 3", fields={"title": "B"}, annotations=[{"kind": "claim"}]),
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{", "not JSON (Expecting property name"),
        (b"[" * 100_000, "not JSON (it is nested deeper than 20 levels"),
        (b'{"title": "A", "text": NaN}', "not JSON ("),
        (b'{"title": "A", "text": "a", "text": "b"}', "not JSON (“text” stands twice in one object)."),
        (b'{"title": ' + b"9" * 5_000 + b"}", "not JSON (Exceeds the limit (4300 digits)"),
        (b"caf\xe9", "not JSON (Not UTF-8"),
        (b'["a"]', "each line is an object with `title` and `text`."),
        (b'"a"', "each line is an object with `title` and `text`."),
        (b'{"titel": "A"}', "unknown field 'titel'; known are title, text, outlet,"),
        (b'{"\\ud800": "A"}', "not JSON (no low surrogate in string"),
        (b'{"annotations": {}}', "`annotations` is a list of objects."),
        (b'{"annotations": ["a"]}', "`annotations` is a list of objects."),
        (b'{"title": "' + b"a" * LONGEST_LINE + b'"}', "the line has more than 8,388,608 bytes."),
    ],
    ids=lambda value: None if isinstance(value, bytes) else value[:20],
)
def test_a_bad_line_is_told_and_the_good_ones_around_it_are_kept(line, said):
    good = {"title": "A", "text": "a"}

    before, bad, after = rows("news.jsonl", lines(good, line, good))

    assert (before.fields, after.fields, after.source) == (good, good, "news.jsonl, line 3")
    assert bad.problem.startswith(f"news.jsonl, line 2: {said}")
    assert (bad.fields, bad.problem.encode().decode()) == ({}, bad.problem)


def test_a_text_file_in_windows_1252_is_read_and_told():
    [row] = rows("a.txt", "Es heißt „ja“.".encode("cp1252"))

    assert row.fields == {"title": "a", "text": "Es heißt „ja“."}
    assert row.notes == ["Not UTF-8; it was read as Windows-1252, with ß „ “: see whether they are right."]


def test_a_file_of_no_known_kind_is_one_bad_row():
    [row] = rows("mayors.pdf", b"%PDF")

    assert row.problem == (
        "mayors.pdf: no reader for this kind of file; known are .atom, .csv, .docx, .eml, .htm, .html, .jsonl, .mht, "
        ".mhtml, .ndjson, .rss, .tsv, .txt, .xhtml, .xml, .zip."
    )
