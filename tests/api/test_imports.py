"""Files of articles over REST."""

import gzip
import json
import tracemalloc
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connections

from annotator.models import Mention
from articles import fetching
from articles.models import Article
from articles.readers import jsonl
from tests.api.clients import API, client_of
from tests.articles.files import PAGE, a_docx, a_zip
from tests.web import Page, served


@pytest.fixture
def client(cast):
    return client_of(cast.mo)


def test_json_lines_are_brought_in_row_by_row(client):
    lines = [
        json.dumps({"title": "A", "text": "Ilsa Marrow spoke.", "published_on": "2026-11-02"}),
        "nonsense",
        json.dumps({"title": "B", "text": "Ilsa Marrow spoke."}),
        json.dumps({"title": "", "text": "No title."}),
        json.dumps(
            {"title": "C", "text": "C.", "annotations": [{"kind": "mention", "type": "PER", "segments": [[0, 9]]}]}
        ),
        json.dumps(
            {"title": "D", "text": "D.", "annotations": [{"kind": "mention", "type": "PER", "segments": [[0, 1]]}]}
        ),
    ]

    answer = client.post(
        f"{API}/articles/import/?project=desk", data="\n".join(lines), content_type="application/x-ndjson"
    ).json()

    assert {name: answer[name] for name in ("new", "same", "refused")} == {"new": 2, "same": 1, "refused": 3}
    assert [(row["state"], row["annotations"]) for row in answer["results"]] == [
        ("new", 0),
        ("refused", 0),
        ("same", 0),
        ("refused", 0),
        ("refused", 0),
        ("new", 1),
    ]
    assert answer["results"][2]["article"] == answer["results"][0]["article"]
    assert answer["results"][3]["reason"] == "import.jsonl, line 4: An article needs a title."
    assert (Article.objects.count(), Mention.objects.count()) == (2, 1)


@pytest.mark.parametrize("address", ["articles/import", "imports", "previews"])
@pytest.mark.parametrize(
    ("name", "content"), [("title", "Keep the line"), ("files", "a text"), ("more", SimpleUploadedFile("b.txt", b"B."))]
)
def test_what_would_count_for_nothing_in_a_form_is_refused(client, address, name, content):
    form = {"files": [SimpleUploadedFile("a.txt", b"A.")]}
    form[name] = [*form.get(name, []), content]

    refused = client.post(f"{API}/{address}/?project=desk", form, format="multipart")

    assert refused.status_code == 400
    assert [error["message"] for error in refused.json()["errors"]] == [
        f"`{name}`: a form has files alone, each under the name `files`."
    ]
    assert Article.objects.count() == 0


def test_files_are_brought_in_under_their_names(client):
    files = [
        SimpleUploadedFile("keep-the-line.txt", b"Keep the line\n\nShe said so."),
        SimpleUploadedFile("../../mixed.txt", "Nuñez".encode("latin-1") + "Nuñez".encode()),
        SimpleUploadedFile("<b>.exe", b"MZ"),
    ]

    answer = client.post(f"{API}/articles/import/?project=desk", {"files": files}, format="multipart").json()

    assert [(row["source"], row["state"]) for row in answer["results"]] == [
        ("keep-the-line.txt", "new"),
        ("mixed.txt", "refused"),
        ("<b>.exe", "refused"),
    ]
    assert Article.objects.get().title == "Keep the line"


def test_a_text_is_brought_in_under_the_name_given(client):
    answer = client.post(f"{API}/articles/import/?project=desk&name=ferries", data=b"Words.", content_type="text/plain")

    assert (answer.status_code, Article.objects.get().title) == (200, "ferries")


def test_an_import_under_one_key_gives_its_first_answer_again(client):
    key = str(uuid.uuid4())
    options = {"data": '{"title": "A", "text": "A."}', "content_type": "application/x-ndjson"}

    first = client.post(f"{API}/articles/import/?project=desk", **options, HTTP_IDEMPOTENCY_KEY=key)
    again = client.post(f"{API}/articles/import/?project=desk", **options, HTTP_IDEMPOTENCY_KEY=key)
    without = client.post(f"{API}/articles/import/?project=desk", **options)

    assert (first.json()["new"], again.json(), without.json()["same"]) == (1, first.json(), 1)


def test_an_import_of_nothing_or_to_nowhere_is_refused(client):
    nothing = client.post(f"{API}/articles/import/?project=desk", data="", content_type="application/x-ndjson")
    nowhere = client.post(f"{API}/articles/import/", data="{}", content_type="application/x-ndjson")

    assert (nothing.status_code, nowhere.status_code) == (400, 400)
    assert nowhere.json()["errors"][0]["field"] == "project"


# --- JSON lines in, JSON lines out ---


LINES = "application/x-ndjson"


def line_by_line(user, pieces, query="", **headers):
    body = b"".join(pieces)
    answer = client_of(user).post(
        f"{API}/articles/import/?project=desk{query}", data=body, content_type=LINES, HTTP_ACCEPT=LINES, **headers
    )
    if not getattr(answer, "streaming", False):
        return answer, answer.json()
    return answer, [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]


def test_each_line_is_answered_with_a_line_and_the_last_has_the_counts(cast):
    lines = [json.dumps({"title": f"A {n}", "text": f"Text {n}."}).encode() + b"\n" for n in range(250)]
    lines[7], lines[130] = b"nonsense\n", lines[3]

    answer, told = line_by_line(cast.mo, lines, "&name=news")

    assert (answer.status_code, answer["Content-Type"], len(told)) == (200, LINES, 251)
    assert told[-1] == {"new": 248, "same": 1, "refused": 1}
    assert (told[7]["state"], told[130]["state"]) == ("refused", "same")
    assert told[130]["article"] == told[3]["article"]
    assert told[7]["reason"].startswith("news, line 8: not JSON")
    assert Article.objects.count() == 248


def test_lines_are_stored_and_answered_while_others_are_still_to_come(cast):
    stored = []
    line = b'{"title": "A", "text": "Text %d."}\n'
    body = b"".join(line % n for n in range(300))
    answer = client_of(cast.mo).post(
        f"{API}/articles/import/?project=desk", data=body, content_type=LINES, HTTP_ACCEPT=LINES
    )

    for count, _ in enumerate(answer.streaming_content):
        if count in (0, 100, 299):
            stored.append(Article.objects.count())

    assert stored == [100, 200, 300]


def test_a_line_of_any_length_is_refused_alone_and_takes_no_room(cast):
    good = b'{"title": "A", "text": "Text."}\n'
    tracemalloc.start()
    pieces = (piece for piece in [good, *[b"x" * 65_536] * 640, b"\n", good.replace(b"Text", b"More")])

    rows = list(jsonl.rows_of("import.jsonl", pieces))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert [bool(row.problem) for row in rows] == [False, True, False]
    assert rows[1].problem == "import.jsonl, line 2: the line has more than 8,388,608 bytes."
    assert most < 40_000_000


def test_an_import_that_cannot_go_on_says_so_in_its_last_line(cast, monkeypatch):
    def fail(*args, **named):
        raise OperationalError("the connection is lost")

    monkeypatch.setattr("annotator.actions.imports.import_chunk", fail)

    answer, told = line_by_line(cast.mo, [b'{"title": "A", "text": "Text."}\n'])

    assert (answer.status_code, told[-1]["type"], told[-1]["status"]) == (200, "urn:annotator:busy", 503)


@pytest.mark.parametrize(
    ("who", "headers", "status"),
    [
        ("sam", {}, 403),
        ("zoe", {}, 400),
        ("mo", {"HTTP_IDEMPOTENCY_KEY": str(uuid.uuid4())}, 400),
    ],
)
def test_what_is_refused_at_once_is_told_by_its_status(cast, who, headers, status):
    answer, told = line_by_line(getattr(cast, who), [b'{"title": "A", "text": "Text."}\n'], **headers)

    assert (answer.status_code, told["status"], Article.objects.count()) == (status, status, 0)


def test_lines_are_answered_to_lines_alone(cast):
    answer = client_of(cast.mo).post(
        f"{API}/articles/import/?project=desk", data="Words.", content_type="text/plain", HTTP_ACCEPT=LINES
    )

    assert (answer.status_code, Article.objects.count()) == (415, 0)


def test_hostile_files_are_refused_each_with_its_reason_and_what_is_good_beside_them_comes_in(client):
    """One request of all that may go wrong: nothing of it takes the others along."""
    doctype = '<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd">]>'
    good = json.dumps({"title": "Line", "text": "A good line."}).encode()
    files = {
        "zipped.zip": a_zip(
            ("bomb.txt", bytes(33 * 2**20)), ("../slips.txt", b"Slipped."), ("good.txt", b"Good.\n\nFrom a zip.")
        ),
        "bomb.gz": gzip.compress(bytes(2**20)),
        "entities.docx": a_docx("<w:p><w:r><w:t>&file;</w:t></w:r></w:p>", head=doctype),
        "feed.rss": f"{doctype}<rss/>".encode(),
        "lines.jsonl": b'{"text": "' + b"x" * (9 * 2**20) + b'"}\n' + good,
        "mixed.txt": "Nuñez".encode("latin-1") + "Nuñez".encode(),
        "unmarked.txt": "The mayor said: no.".encode("utf-16-le"),
        "western.txt": "Die Bürgermeisterin sagte „nein“.".encode("cp1252"),
    }
    form = [SimpleUploadedFile(name, raw) for name, raw in files.items()]

    answer = client.post(f"{API}/articles/import/?project=desk", {"files": form}, format="multipart")

    told = {row["source"]: row["reason"].removeprefix(f"{row['source']}: ") for row in answer.json()["results"]}
    doctype_told = "The XML has a DOCTYPE, which is not read: it could name other files."
    assert {source: reason[:60] for source, reason in told.items()} == {
        "zipped.zip/bomb.txt": "It unpacks to more than 33,554,432 bytes.",
        "zipped.zip/../slips.txt": "Its name leads out of the zip.",
        "zipped.zip/good.txt": "",
        "bomb.gz": "no reader for this kind of file; known are .atom, .csv, .doc",
        "entities.docx": f"word/document.xml: {doctype_told}"[:60],
        "feed.rss": doctype_told[:60],
        "lines.jsonl, line 1": "the line has more than 8,388,608 bytes.",
        "lines.jsonl, line 2": "",
        "mixed.txt": "Not UTF-8: byte 0xF1 at position 2 cannot be read, though ot",
        "unmarked.txt": "",
        "western.txt": "",
    }
    assert set(Article.objects.values_list("current__text", flat=True)) == {
        "Good.\n\nFrom a zip.", "A good line.", "The mayor said: no.", "Die Bürgermeisterin sagte „nein“.",
    }  # fmt: skip


def test_pages_are_brought_in_by_their_addresses(cast, monkeypatch):
    with served() as web:
        monkeypatch.setattr(fetching, "INTERNET", web.network)
        web.pages["courier.example/m"] = Page(PAGE.encode())
        web.names["inside.example"] = ["10.0.0.1"]
        body = {"addresses": ["http://courier.example/m", "http://inside.example/", "http://courier.example/m"]}

        answer = client_of(cast.mo).post(f"{API}/articles/import/fetch/?project=desk", body)
        asked = [seen.url for seen in web.seen]

    told = answer.json()
    assert (answer.status_code, told["new"], told["refused"], asked) == (200, 1, 1, ["courier.example/m"])
    article = Article.objects.get()
    assert (article.title, article.url) == ("Mayors vow to fight", "https://courier.example/mayors")
    assert "leads to an address that is not public" in told["results"][1]["reason"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", ["articles/import/fetch", "previews/fetch"])
def test_no_connection_is_held_while_pages_are_fetched(cast, monkeypatch, address):
    held, of_the_request = [], connections["default"]  # names are looked up in a thread of their own

    def resolve(host, port):
        held.append(of_the_request.connection is not None)
        return ["10.0.0.1"]

    monkeypatch.setattr(fetching, "INTERNET", fetching.Network(resolve=resolve))
    body = {"addresses": ["http://courier.example/a", "http://courier.example/b"]}

    answer = client_of(cast.mo).post(f"{API}/{address}/?project=desk", body)

    assert (answer.status_code, held) == (200 if "import" in address else 201, [False, False])


def test_pages_are_not_fetched_for_who_may_not_bring_them_in(cast, monkeypatch):
    monkeypatch.setattr(fetching, "INTERNET", fetching.Network(resolve=lambda host, port: pytest.fail(host)))
    body = {"addresses": ["http://courier.example/"]}

    assert client_of(cast.sam).post(f"{API}/articles/import/fetch/?project=desk", body).status_code == 403


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"addresses": ["http://courier.example/"] * 21}, 400),
        ({"addresses": "http://courier.example/"}, 400),
        ({"addresses": [], "depth": 3}, 400),
    ],
)
def test_addresses_that_cannot_be_are_refused(cast, body, status):
    assert client_of(cast.mo).post(f"{API}/articles/import/fetch/?project=desk", body).status_code == status
