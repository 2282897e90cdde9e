"""Files made to do harm: refused with the reason, the good rows beside them kept, and memory and time bounded."""

import struct
import subprocess
import sys
import zipfile
from io import BytesIO

import pytest

from articles.drafts import Draft, DraftError
from articles.readers import rows
from articles.readers.archive import MOST_MEMBERS
from tests.articles.files import a_docx, a_zip

GOOD = ("good.txt", b"A good row.")
DOCTYPE = '<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd"><!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


def good_and_bad(raw: bytes) -> tuple[list[str], list[str]]:
    """The titles of the good rows of a zip, and the problems of the others."""
    found = list(rows("a.zip", raw))
    return [row.fields["title"] for row in found if not row.problem], [row.problem for row in found if row.problem]


def bounded(code: str, *, memory: int) -> str:
    """What a program prints that may take ``memory`` MB more than it has after its imports; its errors, if any."""
    head = (
        "import io, resource, sys, zipfile\n"
        "from articles.readers import jsonl, rows, html, csv, docx\n"
        "def bounded():\n"
        "    taken = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize()\n"
        f"    resource.setrlimit(resource.RLIMIT_AS, (taken + {memory} * 2**20,) * 2)\n"
    )
    done = subprocess.run([sys.executable, "-c", head + code], capture_output=True, text=True, check=False, timeout=60)
    return (done.stdout + done.stderr[-300:]).strip()


# --- Zips ---


@pytest.mark.parametrize(
    "name", ["../../etc/cron.d/x.txt", "/etc/x.txt", "a/../../x.txt", "..\\x.txt", "C:\\x.txt", "\\\\host\\x.txt"]
)
def test_a_name_that_leads_out_of_the_zip_is_refused(name):
    good, [problem] = good_and_bad(a_zip((name, b"Slipped."), GOOD))

    assert good == ["good"]
    assert problem.endswith(": Its name leads out of the zip.")


def test_a_link_in_a_zip_is_not_followed():
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        link = zipfile.ZipInfo("passwd.txt")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr(*GOOD)

    assert good_and_bad(made.getvalue()) == (["good"], ["a.zip/passwd.txt: It is a link to another file."])


def test_a_locked_member_is_told():
    raw = bytearray(a_zip(("a.txt", b"Locked."), GOOD))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(mark) + at] |= 1

    assert good_and_bad(bytes(raw)) == (["good"], ["a.zip/a.txt: It is locked with a password."])


def test_a_member_that_is_not_whole_is_told():
    raw = bytearray(a_zip(("a.txt", b"The words of this text."), GOOD, packed=False))
    raw[raw.index(b"words")] ^= 1

    good, [problem] = good_and_bad(bytes(raw))

    assert (good, problem) == (["good"], "a.zip/a.txt: It cannot be unpacked (Bad CRC-32 for file 'a.txt').")


@pytest.mark.parametrize("name", ["", "."])
def test_a_member_without_a_name_is_told(name):
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name or "a"), b"Nameless.")
        archive.writestr(*GOOD)
    raw = made.getvalue() if name else without_name(made.getvalue())

    assert good_and_bad(raw) == (["good"], [f"a.zip/{name}: It has no name."])


def without_name(raw: bytes) -> bytes:
    """A zip whose first member was called “a” and now has no name; the “a” counts to what stands after it."""
    changed = bytearray(raw)
    for mark, at in ((b"PK\x03\x04", 26), (b"PK\x01\x02", 28)):
        begin = changed.index(mark) + at
        changed[begin : begin + 4] = struct.pack("<HH", 0, 1)
    return bytes(changed)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_is_unpacked_at_one_stroke_is_not_read(method):
    """600 bytes of bzip2 are 500 MB."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("bomb.txt", bytes(1_000), method)
        archive.writestr(*GOOD)

    told = "a.zip/bomb.txt: It is packed in a way that is not read here: only deflate is."
    assert good_and_bad(made.getvalue()) == (["good"], [told])


CUT_OFF = a_zip(GOOD)[:-30]
OF_TOMORROW = a_zip(GOOD).replace(b"PK\x01\x02\x14\x03\x14", b"PK\x01\x02\x14\x03\xff")


@pytest.mark.parametrize(
    "raw",
    [b"", b"PK", b"no zip at all", CUT_OFF, OF_TOMORROW],
    ids=["empty", "begun", "words", "cut off", "of a later version"],
)
def test_what_is_no_zip_is_told(raw):
    assert good_and_bad(raw)[1][0].startswith("a.zip: It is no whole zip file")


def test_an_empty_zip_is_told():
    assert good_and_bad(a_zip()) == ([], ["a.zip: It has no files in it."])


def test_a_directory_of_very_many_members_is_not_read():
    raw = a_zip(*((f"{number}.txt", b"") for number in range(MOST_MEMBERS + 1)))

    assert good_and_bad(raw) == ([], ["a.zip: It has 2,001 members; the most is 2,000."])


def test_the_members_of_word_documents_that_lie_in_a_zip_as_they_are_are_none_of_its_own():
    document = a_docx("<w:p><w:r><w:t>Words.</w:t></w:r></w:p>")
    raw = a_zip(*((f"{number}.docx", document) for number in range(MOST_MEMBERS // 2)), packed=False)
    assert raw.count(b"PK\x01\x02") > MOST_MEMBERS

    good, bad = good_and_bad(raw)

    assert (len(good), bad) == (MOST_MEMBERS // 2, [])


def test_a_member_that_unpacks_beyond_the_bound_is_refused_whatever_its_header_says():
    bomb = bytearray(a_zip(("bomb.txt", b"a" * (33 * 2**20)), GOOD))
    at = bomb.index(b"PK\x01\x02") + 24
    assert struct.unpack_from("<I", bomb, at) == (33 * 2**20,)

    good, [problem] = good_and_bad(bytes(bomb))
    assert (good, problem) == (["good"], "a.zip/bomb.txt: It unpacks to more than 33,554,432 bytes.")
    struct.pack_into("<I", bomb, at, 10)
    good, [problem] = good_and_bad(bytes(bomb))
    assert good == ["good"]
    assert problem.startswith("a.zip/bomb.txt: ")


def test_a_zip_of_many_bombs_ends_at_the_bound_of_the_whole():
    """300 MB in ten members, under 160 MB of memory: each alone would pass, and no more than one is held at once."""
    said = bounded(
        "made = io.BytesIO()\n"
        "with zipfile.ZipFile(made, 'w', zipfile.ZIP_DEFLATED) as archive:\n"
        "    for number in range(10): archive.writestr(f'{number}.pdf', bytes(30 * 2**20))\n"
        "raw = made.getvalue(); bounded()\n"
        "for row in rows('a.zip', raw): print(row.problem[-60:])\n",
        memory=160,
    ).splitlines()

    assert len(said) == 10
    assert said[7].endswith(".xhtml, .xml, .zip.")
    assert said[8].endswith("The zip unpacks to more than 268,435,456 bytes in all.")


def test_a_bomb_takes_no_more_memory_than_the_bound():
    said = bounded(
        "made = io.BytesIO()\n"
        "with zipfile.ZipFile(made, 'w', zipfile.ZIP_DEFLATED) as archive:\n"
        "    with archive.open('bomb.txt', 'w', force_zip64=True) as member:\n"
        "        for _ in range(500): member.write(bytes(2**20))\n"
        "raw = made.getvalue(); bounded()\n"
        "for row in rows('a.zip', raw): print(row.problem)\n",
        memory=120,
    )

    assert said == "a.zip/bomb.txt: It unpacks to more than 33,554,432 bytes."


# --- XML: Word, feeds ---


@pytest.mark.parametrize(
    ("part", "document"),
    [
        ("word/document.xml", a_docx("<w:p><w:r><w:t>&file;</w:t></w:r></w:p>", head=DOCTYPE)),
        ("docProps/core.xml", a_docx("<w:p/>", properties="</cp>" + DOCTYPE)),
        ("word/footnotes.xml", a_docx("<w:p/>", footnotes=DOCTYPE)),
    ],
)
def test_a_document_with_a_doctype_in_any_part_is_refused(part, document):
    [row] = rows("a.docx", document)

    assert row.problem == f"a.docx: {part}: The XML has a DOCTYPE, which is not read: it could name other files."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
@pytest.mark.parametrize("doctype", [DOCTYPE, "<!doctype x>", "<! DOCTYPE x>", "<!ENTITY a 'b'>"])
def test_a_feed_with_a_doctype_is_refused_in_whatever_encoding(encoding, doctype):
    feed = (
        f"{doctype}<rss version='2.0'><channel><item><title>A A A A</title><description>&file; &b;</description></item>"
    )

    [row] = rows("a.xml", feed.encode(encoding))

    assert "which is not read: it could name other files." in row.problem


def test_a_feed_cannot_hide_a_doctype_in_an_encoding_of_its_own():
    feed = b'<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE x+AD4-<rss version="2.0"></rss>'

    [row] = rows("a.xml", feed)

    assert row.problem == "a.xml: It declares the encoding “utf-7”, which is none of texts."


def test_a_feed_of_very_many_items_is_refused():
    [row] = rows(
        "a.rss", b"<rss version='2.0'><channel>" + b"<item><title>A</title></item>" * 1_001 + b"</channel></rss>"
    )

    assert row.problem == "a.rss: The feed has 1,001 items; the most is 1,000."


END = "</description></item></channel></rss>"
MANY = " ".join(f"a{number}='1'" for number in range(301))  # attributes


@pytest.mark.parametrize(
    ("markup", "said"),
    [
        ("<b/>" * 200_000, "a.rss: The feed has more than 200,000 tags."),
        (f"<b {MANY}/>", "a.rss: A tag of the feed has more than 300 attributes."),
        (f"<script/><b a='>' {MANY}/>", "a.rss: A tag of the feed has more than 300 attributes."),
        (f"&lt;b {MANY}&gt;", "item 1: A tag of the page has more than 300 attributes."),
    ],
)
def test_a_feed_with_markup_beyond_measure_is_refused(markup, said):
    [row] = rows("a.rss", f"<rss version='2.0'><channel><item><description>{markup}Hello.{END}".encode())

    assert said in row.problem


@pytest.mark.parametrize(
    "item",
    [
        "<title>&#xD800;</title>",
        "<title>&#x110000;</title>",
        "<description/><guid>1",
        "<media:group xmlns:media='http://search.yahoo.com/mrss/'><link",
    ],
)
def test_a_broken_feed_is_told_and_the_good_rows_beside_it_kept(item):
    good, [problem] = good_and_bad(a_zip(("a.rss", f"<rss version='2.0'><channel><item>{item}".encode()), GOOD))

    assert good == ["good"]
    assert problem.startswith("a.zip/a.rss")


def test_a_document_of_very_many_tags_is_refused():
    """80 KB of them would take more than 2 GB."""
    [row] = rows("a.docx", a_docx("<w:p/>" * 500_000))

    assert row.problem == "a.docx: It has 500,004 tags; the most is 500,000."


def test_a_document_that_unpacks_beyond_the_bound_is_refused():
    [row] = rows("a.docx", a_zip(("word/document.xml", bytes(65 * 2**20))))

    assert row.problem == "a.docx: word/document.xml: It unpacks to more than 67,108,864 bytes."


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (a_zip(GOOD), "It is no Word document: it has no word/document.xml."),
        (a_zip(("word/document.xml", b"<w:document")), "Its XML is broken"),
        (a_zip(("word/document.xml", b"<a/>")), "The document has no text."),
        (a_zip(("word/document.xml", b"<a>" * 100_000)), "Its XML is broken"),
        (b"no zip", "It is no whole zip file"),
    ],
)
def test_what_is_no_word_document_is_told(raw, said):
    [row] = rows("a.docx", raw)

    assert said in row.problem


# --- HTML and mail ---


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (b"<p>" + b"a" * 4 * 2**20, "The page has 4,194,307 bytes; the most is 4,194,304."),
        (b"<p>" * 40_001, "The page has more than 40,000 tags."),
        (
            b"<p " + b" ".join(b"a%d" % number for number in range(301)) + b">x",
            "A tag of the page has more than 300 attr",
        ),
        (b"<!--><p " + b" ".join(b"a%d" % number for number in range(301)) + b">-->", "has more than 300 attributes."),
        (b'<p a=">" ' + b" ".join(b"a%d=''" % number for number in range(301)) + b">x", "more than 300 attributes."),
        (
            b"<script " + b" ".join(b"a%d=1" % number for number in range(301)) + b"></script>",
            "more than 300 attributes.",
        ),
    ],
)
def test_a_page_beyond_measure_is_refused(page, said):
    [row] = rows("a.html", page)

    assert said in row.problem


@pytest.mark.parametrize(
    "page",
    [
        b"<div>" * 40_000 + b"Mayors vowed.",
        b"<!--" * 40_000,
        b"<p>\x00\x01\xff\xfe</p>" * 10,
    ],
)
def test_odd_pages_give_a_row_and_no_error(page):
    [row] = rows("a.html", page)

    assert bool(row.problem) != bool(row.fields)


def test_what_a_script_says_is_no_tag():
    script = b"<script>if (a<b " + b"c " * 4_000 + b")</script>"

    [row] = rows("a.html", script + b"<p>They vowed on Friday to fight the plan to close the line.</p>")

    assert row.fields["text"] == "They vowed on Friday to fight the plan to close the line."


def test_markup_in_a_text_stays_text():
    [row] = rows("a.html", b"<p>They said &lt;script&gt;alert(1)&lt;/script&gt; on Friday, and left the meeting.</p>")

    assert row.fields["text"] == "They said <script>alert(1)</script> on Friday, and left the meeting."


def test_a_message_of_very_many_parts_is_refused():
    [row] = rows("a.eml", b"Subject: A\n" + b"Content-Type: multipart/mixed; boundary=a\n\n--a\n" * 201)

    assert row.problem == "a.eml: It has more than 200 parts."


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
@pytest.mark.parametrize(
    "header",
    [
        [b"Subject: x", *[b" =?utf-8?q?ab?="] * 9_000],
        [b"From: a@b.example", *[b" ,a@b.example"] * 9_000],
        [b"Content-Type: text/plain", *[b" ;a=1"] * 20_000],
        [b"Content-Type: multipart/mixed; boundary=b", b"", b"--b", b"Content-Type: text/plain", *[b" ;a=1"] * 20_000],
    ],
)
def test_a_message_with_headers_beyond_measure_is_refused(header, end):
    """The library takes minutes and gigabytes for some of them."""
    [row] = rows("a.eml", end.join([*header, b"", b"They vowed."]))

    assert row.problem.endswith("; the most is 98,304.")


def test_markup_in_a_message_is_bounded_as_that_of_a_page():
    [row] = rows("a.eml", b"Content-Type: text/html\n\n<p>" + b"a" * 4 * 2**20)

    assert row.problem == "a.eml: The page has 4,194,307 characters; the most is 4,194,304."


@pytest.mark.parametrize(
    "header",
    [
        b"Subject: =?utf-8?q?=ff?=",
        b"From: <",
        b'From: "',
        b"Date: 32 Foo",
        b"Date: Fri, 13 Mar 9999999999 10:00:00 +0000",
        b"To: " + b"(" * 900,
        b"From: " + b"(" * 30_000,
    ],
)
def test_odd_headers_are_no_error(header):
    [row] = rows("a.eml", header + b"\n\nThey vowed.")

    assert row.fields["text"] == "They vowed."


def test_an_odd_header_of_a_part_does_no_harm_to_the_rows_beside_it():
    odd = (
        b"Subject: A\nContent-Type: text/plain\nContent-Disposition: inline; filename*=utf-\x008''a.txt\n\nThey vowed."
    )

    good, _ = good_and_bad(a_zip(("a.eml", odd), GOOD))

    assert good[-1] == "good"


def test_an_attachment_that_says_nothing_proper_of_itself_is_left_out_like_any_other():
    message = (
        b"Subject: A\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nThey vowed.\n"
        b"--b\nContent-Type: image/png\nContent-Disposition: attachment; " + b"(" * 30_000 + b"\n\nx\n--b--\n"
    )

    [row] = rows("a.eml", message)

    assert (row.fields["text"].strip(), row.problem) == ("They vowed.", "")
    assert row.notes == ["Left out are its attachments: one that does not say what it is."]


# --- Marks ---


def refused(fields: dict[str, object]) -> str:
    with pytest.raises(DraftError) as told:
        Draft.checked(**fields)
    return str(told.value)


@pytest.mark.parametrize("name", ["a.html", "a.txt", "a.rss", "a.eml", "a.csv", "a.jsonl", "a.docx"])
def test_heaps_of_marks_are_refused_before_anything_puts_them_in_order(name):
    """A million of them would take hours."""
    heap = "a" + "\u0301\u0316" * 5_000
    paragraph = f"The harbour council voted on Monday to keep its ferry. {heap}"
    files = {
        "a.html": f"<html><body><article><h1>Head</h1><p>{paragraph}</p></article></body></html>",
        "a.rss": f"<rss version='2.0'><channel><item><title>A</title><description>{paragraph}</description></item>"
        "</channel></rss>",
        "a.eml": f"Subject: A\nContent-Type: text/html; charset=utf-8\n\n<p>{paragraph}</p>",
        "a.csv": f"title,text\nA,{paragraph}\n",
        "a.jsonl": f'{{"title": "A", "text": "{paragraph}"}}\n',
        "a.txt": paragraph,
    }
    raw = a_docx(f"<w:p><w:r><w:t>{paragraph}</w:t></w:r></w:p>") if name == "a.docx" else files[name].encode()

    [row] = rows(name, raw)

    assert "More than 100 marks stand upon one character" in (row.problem or refused(row.fields))


# --- Long lines ---


def test_a_line_of_200_mb_is_told_in_bounded_memory_and_the_good_rows_around_it_kept():
    said = bounded(
        "def pieces():\n"
        '    yield b\'{"title": "A", "text": "a"}\\n{"title": "\'\n'
        "    for _ in range(200): yield b'a' * 2**20\n"
        '    yield b\'"}\\n{"title": "C", "text": "c"}\'\n'
        "bounded()\n"
        "found = jsonl.rows_of('a.jsonl', pieces())\n"
        "for row in found: print(row.fields.get('title') or row.problem)\n",
        memory=60,
    )

    assert said == "A\na.jsonl, line 2: the line has more than 8,388,608 bytes.\nC"
