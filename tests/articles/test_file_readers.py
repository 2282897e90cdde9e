"""Files of each kind → rows: the words as they stand, what the file says of itself, and what an editor should know."""

import json
from email.message import EmailMessage

import pytest

from articles.readers import READERS, feed, rows, url
from articles.readers.row import Row
from tests.articles.files import PAGE, PAGE_TEXT, a_docx, a_feed, a_zip
from tests.web import Page, served

PAGE_FIELDS = {
    "title": "Mayors vow to fight",
    "text": PAGE_TEXT,
    "outlet": "The Courier",
    "author": "Ana Lee",
    "published_on": "2026-03-13",
    "url": "https://courier.example/mayors",
    "language": "en-GB",
}


# --- HTML ---


@pytest.mark.parametrize("name", ["page.html", "PAGE.HTM", "page.xhtml"])
def test_a_saved_page_gives_its_article_and_what_it_says_of_itself(name):
    assert list(rows(name, PAGE.encode())) == [Row(name, fields=PAGE_FIELDS)]


def test_a_page_in_another_encoding_is_read_as_it_declares():
    [row] = rows("page.html", PAGE.replace("utf-8", "windows-1252").encode("cp1252"))

    assert row == Row("page.html", fields=PAGE_FIELDS)


def test_a_page_that_says_little_of_itself_is_told():
    bare = "<p>Mayors of the valley vowed on Friday to fight the plan to close the line to Fenholm.</p>"

    [row] = rows("page.html", bare.encode())

    assert row.fields == {"title": "page.html", "text": bare[3:-4]}
    assert row.notes == ["The page does not say its outlet, author, date, url."]


def test_a_page_knows_where_it_was_saved_from():
    saved = PAGE.replace("<html", "<!-- saved from url=(0033)https://courier.example/2031/mayors -->\n<html")

    [row] = rows(
        "page.html", saved.replace('<link rel="canonical" href="https://courier.example/mayors">', "").encode()
    )

    assert row.fields["url"] == "https://courier.example/2031/mayors"


@pytest.mark.parametrize("page", ["", " ", "<html><body></body></html>"])
def test_a_page_without_an_article_is_told(page):
    [row] = rows("page.html", page.encode())

    assert row.problem.startswith("page.html: ")
    assert row.fields == {}


@pytest.mark.parametrize(
    "said",
    [
        ["The council voted no.", "The mayor said she was sorry.", "It meets in March."],
        ["東京都議会は月曜日に計画に反対した。", "議員は長い討論の後に投票した。"],
    ],
)
def test_a_short_report_has_its_paragraphs_and_no_menus(said):
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in said)
    page = (
        "<html><head><title>No</title></head><body><nav><a href='/'>Home</a> <a href='/x'>News</a></nav>"
        f"<article><h1>No</h1>{paragraphs}</article><footer>All rights reserved.</footer></body></html>"
    )

    [row] = rows("no.html", page.encode())

    assert row.fields["text"] == "\n\n".join(said)


def test_a_short_page_that_shows_no_article_keeps_its_words():
    [row] = rows("a.html", b"<html><body><div>The council voted no.</div><div>It meets in March.</div></body></html>")

    assert row.fields["text"] == "The council voted no.\n\nIt meets in March."


def test_the_cells_of_a_table_are_parted():
    rows_of_table = "".join(f"<tr><td>Ward {number}</td><td>{number}00 votes</td></tr>" for number in (1, 2))
    page = PAGE.replace("<p>They met", f"<table>{rows_of_table}</table><p>They met")

    [row] = rows("a.html", page.encode())

    assert "\n\nWard 1\n\n100 votes\n\nWard 2\n\n200 votes\n\n" in row.fields["text"]


def test_an_archive_of_one_page_is_read_like_the_page():
    message = EmailMessage()
    message["Snapshot-Content-Location"] = "https://courier.example/snapshot"
    message.set_content("<html></html>", subtype="plain")
    message.make_related()
    message.add_related(
        PAGE.replace('<link rel="canonical" href="https://courier.example/mayors">', ""), subtype="html"
    )

    [row] = rows("page.mhtml", bytes(message))

    assert row == Row("page.mhtml", fields={**PAGE_FIELDS, "url": "https://courier.example/snapshot"})


# --- Web addresses ---


@pytest.fixture
def web():
    with served() as web:
        yield web


def test_an_address_is_fetched_and_the_pages_own_word_for_it_kept(web):
    web.pages |= {
        "courier.example/m?utm_source=mail": Page(b"", status=301, headers={"Location": "/mayors.html"}),
        "courier.example/mayors.html": Page(PAGE.encode()),
    }

    [row] = url.rows("http://courier.example/m?utm_source=mail", network=web.network)

    assert (row.fields, row.problem) == (PAGE_FIELDS, "")
    assert row.source == "http://courier.example/mayors.html"


def test_a_page_without_an_address_of_its_own_has_the_last_one(web):
    bare = PAGE.replace('<link rel="canonical" href="https://courier.example/mayors">', "")
    web.pages["courier.example/m"] = Page(bare.encode("cp1252", "replace"), type="text/html; charset=windows-1252")

    [row] = url.rows("http://courier.example/m", network=web.network)

    assert row.fields["url"] == "http://courier.example/m"


def test_a_plain_text_at_an_address_is_an_article(web):
    web.pages["courier.example/a.txt"] = Page(b"Mayors vow\n\nThey vowed.", type="text/plain")

    [row] = url.rows("http://courier.example/a.txt", network=web.network)

    assert row.fields == {
        "title": "Mayors vow",
        "text": "Mayors vow\n\nThey vowed.",
        "url": "http://courier.example/a.txt",
    }


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (Page(b"", status=404), "http://courier.example/m: the server answers 404."),
        (
            Page(b"%PDF", type="application/pdf"),
            "the answer is application/pdf; wanted is text/html, application/xhtml",
        ),
        (Page(b"x" * 5_000_000), "the answer has more than 4,194,304 bytes."),
        (Page(b"", status=302, headers={"Location": "http://127.0.0.1/"}), "leads to an address that is not public"),
    ],
)
def test_an_address_that_gives_no_article_is_told(web, page, said):
    web.names["127.0.0.1"] = ["127.0.0.1"]
    web.pages["courier.example/m"] = page

    [row] = url.rows("http://courier.example/m", network=web.network)

    assert said in row.problem
    assert row.fields == {}


# --- Word ---


def words(*paragraphs):
    return "".join(f"<w:p><w:r><w:t>{paragraph}</w:t></w:r></w:p>" for paragraph in paragraphs)


def test_a_word_document_gives_its_paragraphs_and_properties():
    properties = "<dc:title>Mayors vow</dc:title><dc:creator>Ana  Lee</dc:creator><dc:language>en-GB</dc:language>"
    body = (
        "<w:p><w:pPr><w:rPr><w:t>no words</w:t></w:rPr></w:pPr><w:r><w:t>They </w:t></w:r><w:hyperlink><w:r><w:t>vowed"
        "</w:t></w:r></w:hyperlink><w:r><w:t>.</w:t><w:br/><w:t>Twice</w:t><w:tab/><w:t>&amp; loud.</w:t></w:r></w:p>"
        "<w:p/>" + words("Second.") + f"<w:tbl><w:tr><w:tc>{words('Cell')}</w:tc></w:tr></w:tbl>"
    )

    [row] = rows("mayors.docx", a_docx(body, properties=properties))

    assert row == Row(
        "mayors.docx",
        fields={
            "title": "Mayors vow",
            "author": "Ana Lee",
            "language": "en-GB",
            "text": "They vowed.\nTwice\t& loud.\n\nSecond.\n\nCell",
        },
    )


def test_a_document_that_is_saved_as_strict_open_xml_is_read_like_any_other():
    body = words("They vowed.") + "<w:p><w:ins><w:r><w:t>Twice.</w:t></w:r></w:ins></w:p>"
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    document = f'<w:document xmlns:w="{strict}"><w:body>{body}</w:body></w:document>'

    [row] = rows("a.docx", a_zip(("word/document.xml", document.encode())))

    assert row.fields["text"] == "They vowed.\n\nTwice."
    assert row.notes == ["The document has tracked changes: it was read as if all were accepted."]


def test_a_document_without_a_title_has_that_of_its_first_line():
    [row] = rows("a.docx", a_docx(words("Mayors vow", "They vowed.")))

    assert row.fields == {"title": "Mayors vow", "text": "Mayors vow\n\nThey vowed."}


def test_tracked_changes_read_as_accepted_and_what_is_left_out_is_told():
    body = (
        "<w:p><w:r><w:t>We will </w:t></w:r><w:ins><w:r><w:t>never </w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>not </w:delText><w:tab/></w:r></w:del><w:r><w:t>close.</w:t></w:r></w:p>"
        "<w:moveFrom><w:p><w:r><w:t>Moved.</w:t></w:r></w:p></w:moveFrom>"
    )
    document = a_docx(body, footnotes=words("A note."), comments=words(" "))

    [row] = rows("a.docx", document)

    assert row.fields["text"] == "We will never close."
    assert row.notes == [
        "The document has tracked changes: it was read as if all were accepted.",
        "Left out are its footnotes.",
    ]


def test_a_text_box_is_read_once():
    box = "<w:p><w:r><w:t>Boxed.</w:t></w:r></w:p>"
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    both = (
        f"<mc:AlternateContent {mc}><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    )

    [row] = rows(
        "a.docx", a_docx(f"<w:p><w:r><w:t>Around</w:t></w:r><w:r>{both}</w:r><w:r><w:t> it.</w:t></w:r></w:p>")
    )

    assert row.fields["text"] == "Boxed.\n\nAround it."


# --- E-mail ---


def a_message(text="They vowed.", **headers):
    message = EmailMessage()
    for name, value in {"From": "Ana Lee <ana@courier.example>", "Subject": "Mayors vow", **headers}.items():
        message[name] = value
    message.set_content(text)
    return message


def test_a_message_gives_its_plain_text_and_who_wrote_it_when():
    message = a_message(Date="Fri, 13 Mar 2026 23:30:00 -0500")
    message.add_alternative("<p>They <b>vowed</b>.</p>", subtype="html")
    message.add_attachment(b"GIF89a", maintype="image", subtype="gif", filename="mayor.gif")

    [row] = rows("mayors.eml", bytes(message))

    assert row.fields == {
        "title": "Mayors vow",
        "author": "Ana Lee",
        "published_on": "2026-03-13",
        "text": "They vowed.\n",
    }
    assert row.notes == ["Left out are its attachments: mayor.gif."]


def test_a_text_that_is_parted_at_its_pictures_is_read_whole_and_no_attached_message_is():
    message = a_message()
    message.add_attachment(b"GIF89a", maintype="image", subtype="gif", filename="mayor.gif", disposition="inline")
    message.add_attachment("Twice.", disposition="inline")
    message.add_attachment(a_message("Before that."))

    [row] = rows("mayors.eml", bytes(message))

    assert row.fields["text"] == "They vowed.\n\n\nTwice.\n"
    assert row.notes == ["Left out are its attachments: message/rfc822."]


def test_a_message_of_html_alone_gives_its_words():
    message = a_message()
    message.set_content("<p>They <b>vowed</b>.</p><p>Twice.</p>", subtype="html")

    [row] = rows("mayors.eml", bytes(message))

    assert row.fields["text"] == "They vowed.\n\nTwice."


@pytest.mark.parametrize(
    ("delsp", "text"), [("", "They vowed on Friday.\nTwice."), ("; delsp=yes", "They vowedon Friday.\nTwice.")]
)
def test_lines_wrapped_for_the_way_are_whole_again(delsp, text):
    raw = f"Subject: A\nContent-Type: text/plain; format=flowed{delsp}\n\nThey vowed \non Friday.\nTwice.".encode()

    [row] = rows("a.eml", raw)

    assert row.fields["text"] == text


def test_a_message_in_an_encoding_that_it_does_not_keep_is_refused():
    raw = (
        b"Subject: A\nContent-Type: text/plain; charset=shift_jis\nContent-Transfer-Encoding: 8bit\n\nThey \x82 vowed."
    )

    [row] = rows("a.eml", raw)

    assert row.problem == "a.eml: It declares itself shift_jis, but byte 0x82 at position 5 is not."


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "it has no header"),
        (b"They vowed.\n", "it has no header"),
        (b"Subject: A\n\n", "The message has no text."),
        (b"Subject: A\nContent-Type: image/gif\n\nGIF89a", "The message has no text."),
    ],
)
def test_what_is_no_message_is_told(raw, said):
    [row] = rows("a.eml", raw)

    assert said in row.problem


# --- CSV ---


@pytest.mark.parametrize(("separator", "told"), [(",", "commas"), (";", "semicolons"), ("\t", "tabs"), ("|", "bars")])
def test_a_table_is_read_by_the_columns_that_it_declares(separator, told):
    lines = [
        ["Headline", "Text", "Date", "Pages"],
        ["Mayors vow", '"They ""vowed"",; \t|\ntwice."', "2026-03-13", "3"],
        ["", "", "", ""],
        ["Second", "Again.", "", ""],
    ]

    first, second = rows("news.csv", "\r\n".join(separator.join(line) for line in lines).encode())

    note = f"Columns are parted by {told}; read were “Headline” as title, “Date” as published_on; left out were Pages."
    assert first == Row(
        "news.csv, line 2",
        fields={"title": "Mayors vow", "text": 'They "vowed",; \t|\ntwice.', "published_on": "2026-03-13"},
        notes=[note],
    )
    assert second == Row("news.csv, line 5", fields={"title": "Second", "text": "Again."}, notes=[note])


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (b"", "does not name a column"),
        (
            b"headline,story\nA,b",
            "Its first row, “headline,story”, does not name a column “text”: it is to have title, t",
        ),
        (b"text,title,headline\na,b,c", "Two of its columns are “title”."),
        (b"title,text\nA", "news.csv, line 2: the row has 1 cells, and there are 2 columns."),
        (b'title,text\nA,"b"c', "news.csv, line 2: the row cannot be read"),
        (b'title,text\nA,"b', "news.csv, line 2: the row cannot be read (unexpected end of data)."),
        (b"title,text\nA," + b"b" * 1_000_002, "the row cannot be read (field larger than field limit (1000001))."),
    ],
)
def test_a_table_or_row_that_cannot_be_read_says_why(table, said):
    [row] = rows("news.csv", table)

    assert said in row.problem


def test_the_good_rows_around_a_bad_one_are_kept():
    found = list(rows("news.csv", b"title,text\nA,a\nB\nC,c\n"))

    assert [row.fields.get("title") for row in found] == ["A", None, "C"]
    assert [row.source for row in found] == ["news.csv, line 2", "news.csv, line 3", "news.csv, line 4"]


# --- Feeds ---


def test_an_rss_feed_gives_its_items():
    raw = a_feed(
        {
            "guid": "7",
            "title": "Mayors &amp; more",
            "link": "https://courier.example/7",
            "text": "<p>They <b>vowed</b>.</p>Twice.",
        },
        {"guid": "8", "title": "Empty", "text": " "},
    )

    first, second = rows("feed.rss", raw)

    assert first.fields == {
        "title": "Mayors & more",
        "text": "They vowed.\n\nTwice.",
        "outlet": "The Courier",
        "published_on": "2026-03-13",
        "url": "https://courier.example/7",
        "language": "en-gb",
    }
    assert second.problem == "feed.rss, item 2: The item has no text."
    assert [item.id for item in feed.items(raw)] == ["7", "8"]


def test_an_atom_feed_gives_its_items_with_their_whole_text():
    raw = """<feed xmlns="http://www.w3.org/2005/Atom"><title>The Courier</title>
    <entry><id>urn:7</id><title>Mayors vow</title>
    <link href="/7"/><updated>2026-03-13T10:00:00Z</updated><author><name>Ana Lee</name></author>
    <summary>They vowed.</summary>
    <content type="html">&lt;p&gt;They vowed on Friday.&lt;/p&gt;</content></entry></feed>"""

    [item] = feed.items(raw.encode(), url="https://courier.example/feed")

    assert item.id == "urn:7"
    assert item.fields == {
        "title": "Mayors vow",
        "text": "They vowed on Friday.",
        "outlet": "The Courier",
        "author": "Ana Lee",
        "published_on": "2026-03-13",
        "url": "https://courier.example/7",
    }


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "It is no feed"),
        (b"<html><body>Hello</body></html>", "It is no feed: neither RSS nor Atom."),
        (b"<rss version='2.0'><channel><title>A", "The feed is broken"),
        (b"http://127.0.0.1/feed", "It is no feed"),
        (b"/etc/passwd", "It is no feed"),
    ],
)
def test_what_is_no_feed_is_told(raw, said):
    [row] = rows("feed.xml", raw)

    assert said in row.problem


# --- Zip ---


def test_a_zip_is_read_member_by_member_each_by_its_own_reader():
    line = json.dumps({"title": "Line", "text": "A line."}).encode()
    raw = a_zip(
        ("news/", b""),
        ("news/mayors.txt", b"They vowed."),
        ("news/page.html", PAGE.encode()),
        ("rows.jsonl", line + b"\nno json"),
        ("a.docx", a_docx(words("In Word."))),
        ("__MACOSX/news/._mayors.txt", b"\x00"),
        ("photo.gif", b"GIF89a"),
        ("inner.zip", a_zip(("a.txt", b"Hidden."))),
    )

    found = list(rows("corpus.zip", raw))

    assert [(row.source, row.fields.get("title")) for row in found if not row.problem] == [
        ("corpus.zip/news/mayors.txt", "mayors"),
        ("corpus.zip/news/page.html", "Mayors vow to fight"),
        ("corpus.zip/rows.jsonl, line 1", "Line"),
        ("corpus.zip/a.docx", "a"),
    ]
    problems = [row.problem for row in found if row.problem]
    assert problems[0].startswith("corpus.zip/rows.jsonl, line 2: not JSON")
    assert problems[1].startswith(
        "corpus.zip/photo.gif: no reader for this kind of file; known are .atom, .csv, .docx,"
    )
    assert problems[2] == "corpus.zip/inner.zip: A zip within a zip is not read: send it by itself."


def test_every_kind_of_file_is_tested_here():
    tested = ".txt .jsonl .ndjson .csv .tsv .html .htm .xhtml .mhtml .mht .eml .docx .rss .atom .xml .zip".split()

    assert sorted(READERS) == sorted(tested)
