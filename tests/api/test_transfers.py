"""Long imports and exports over REST."""

import json
import uuid
from io import BytesIO
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.parsers import MultiPartParser
from rest_framework.test import APIClient

from annotator.actions import transfers as waiting
from annotator.actions.projects import change_role
from annotator.actions.purging import purge_article
from annotator.api import transfers
from annotator.jobs import exports as writing
from annotator.models import Export, ExportPiece, Import
from articles.models import Article
from tests.api.clients import API, client_of, client_with_token, read
from tests.factories import a_cast, a_mention, an_article
from tests.jobs.working import do_what_waits

LINES = "application/x-ndjson"


def lines(*numbers: int) -> bytes:
    return b"".join(json.dumps({"title": f"A {n}", "text": f"Text {n}."}).encode() + b"\n" for n in numbers)


def from_a_page(user) -> APIClient:
    """A client that is checked against forgery, as a browser's page is."""
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(user)
    client.get("/")
    client.credentials(HTTP_X_CSRFTOKEN=client.cookies["csrftoken"].value)
    return client


def post_lines(client, body: bytes, query: str = "project=desk", **headers):
    return client.post(f"{API}/imports/?{query}", data=body, content_type=LINES, **headers)


@pytest.mark.parametrize("how", ["session", "token"])
def test_an_import_is_accepted_done_and_told(cast, how):
    client = from_a_page(cast.mo) if how == "session" else client_with_token(cast.mo, scope="annotate")

    accepted = post_lines(client, lines(1, 2) + b"nonsense\n" + lines(1))
    address = accepted.headers["Location"]
    before = client.get(address).json()
    do_what_waits()
    after = client.get(address).json()
    refused = client.get(f"{address}rows/?state=refused").json()["results"]

    assert accepted.status_code == 202
    assert accepted.json() == before
    assert (before["state"], before["rows"], before["position"], before["counts"]) == (
        "waiting",
        4,
        0,
        {"new": 0, "same": 0, "refused": 0},
    )
    assert (after["state"], after["position"], after["counts"]) == ("done", 4, {"new": 2, "same": 1, "refused": 1})
    assert [(row["number"], row["source"], row["article"]) for row in refused] == [(3, "import.jsonl, line 3", None)]
    assert len(read(client, f"/imports/{before['id']}/rows/")["results"]) == 4


def test_files_and_texts_come_in_under_their_names(cast):
    client = from_a_page(cast.mo)
    files = [SimpleUploadedFile("one.txt", b"One."), SimpleUploadedFile("two.jsonl", lines(1))]

    form = client.post(f"{API}/imports/?project=desk", {"files": files}, format="multipart")
    text = client.post(f"{API}/imports/?project=desk&name=three", data=b"Three.", content_type="text/plain")
    do_what_waits()

    assert [answer.json()["name"] for answer in (form, text)] == ["one.txt", "three.txt"]
    assert [read(client, f"/imports/{answer.json()['id']}/")["counts"]["new"] for answer in (form, text)] == [2, 1]


@pytest.mark.parametrize("kind", [LINES, "text/plain", "multipart/form-data; boundary=x"])
def test_a_body_that_is_too_long_is_refused_before_it_is_read(cast, monkeypatch, kind):
    monkeypatch.setattr(transfers, "MOST", 1_000)
    monkeypatch.setattr(MultiPartParser, "parse", lambda *args, **named: pytest.fail("It is read."))
    client = client_with_token(cast.mo, scope="annotate")

    answer = client.post(f"{API}/imports/?project=desk", data=b"x" * 1_001, content_type=kind)

    assert (answer.status_code, answer.json()["detail"]) == (
        413,
        "A body has 1,000 bytes at the most; this one has 1,001.",
    )


def test_a_body_for_which_a_project_has_no_room_is_refused_before_it_is_read(cast, monkeypatch):
    monkeypatch.setattr(waiting, "MOST_WAITING", len(lines(1, 2)))
    monkeypatch.setattr(MultiPartParser, "parse", lambda *args, **named: pytest.fail("It is read."))
    client = client_with_token(cast.mo, scope="annotate")

    first = post_lines(client, lines(1))
    second = client.post(f"{API}/imports/?project=desk", data=b"x" * 60, content_type="multipart/form-data; boundary=x")

    assert (first.status_code, second.status_code) == (202, 409)
    assert second.json()["type"] == "urn:annotator:not-now"


@pytest.mark.parametrize("name", ["a\r\nX-Evil: 1", 'a"; X-Evil: 1', "a\x00\u2028X-Evil: 1", "../../X-Evil: 1"])
def test_a_name_stays_out_of_the_headers(cast, name):
    """Of every answer in whose making a file's name had a part."""
    client = client_with_token(cast.mo, scope="annotate")
    query = urlencode({"project": "desk", "name": name})
    begun = post_lines(client, lines(1), query)
    do_what_waits()
    export = client.post(f"{API}/exports/", {"project": "desk"}).json()["id"]
    do_what_waits()
    address = begun.headers["Location"]

    answers = [
        begun,
        client.get(address),
        client.get(f"{address}rows/"),
        client.post(f"{API}/articles/import/?{query}", data=lines(1), content_type=LINES),
        client.get(f"{API}/exports/{export}/file/"),
    ]

    assert [answer.status_code for answer in answers] == [202, 200, 200, 200, 200]
    told = [f"{name}: {value}" for answer in answers for name, value in answer.headers.items()]
    assert [header for header in told if "X-Evil" in header or "\n" in header] == []


def test_an_import_that_is_sent_twice_is_one(cast):
    client, key = client_with_token(cast.mo, scope="annotate"), str(uuid.uuid4())

    first = post_lines(client, lines(1), HTTP_IDEMPOTENCY_KEY=key)
    again = post_lines(client, lines(1), HTTP_IDEMPOTENCY_KEY=key)
    other = post_lines(client, lines(2), HTTP_IDEMPOTENCY_KEY=key)

    assert (first.status_code, again.status_code, other.status_code) == (202, 202, 409)
    assert first.json() == again.json()
    assert Import.objects.count() == 1


def test_a_body_beyond_measure_is_refused_before_it_is_read(cast, monkeypatch):
    monkeypatch.setattr(transfers, "MOST", 10)
    client = client_with_token(cast.mo, scope="annotate")

    answer = post_lines(client, lines(1))

    assert (answer.status_code, answer.json()["detail"]) == (
        413,
        f"A body has 10 bytes at the most; this one has {len(lines(1))}.",
    )
    assert Import.objects.count() == 0


def test_nothing_or_something_else_is_refused(cast):
    client = client_with_token(cast.mo, scope="annotate")

    nothing = post_lines(client, b"")
    image = client.post(f"{API}/imports/?project=desk", data=b"GIF89a", content_type="image/gif")
    nowhere = post_lines(client, lines(1), "project=elsewhere")
    reader = post_lines(client_with_token(cast.mo, scope="read"), lines(1))

    assert [answer.status_code for answer in (nothing, image, nowhere, reader)] == [400, 415, 400, 403]
    assert nothing.json()["detail"] == "There is no file: send JSON lines, a text, or files."
    assert Import.objects.count() == 0


def test_rows_of_an_import_that_is_not_yours_are_not_there(cast):
    post_lines(client_of(cast.rita), lines(1))
    job = Import.objects.get()

    assert client_of(cast.mo).get(f"{API}/imports/{job.pk}/").status_code == 404
    assert client_of(cast.mo).get(f"{API}/imports/{job.pk}/rows/").status_code == 404
    assert client_of(cast.alice).get(f"{API}/imports/{job.pk}/rows/").status_code == 200


def test_an_export_is_written_and_fetched(cast):
    client = client_of(cast.sam)
    article = an_article(cast.project, by=cast.mo, title="Élise")
    mention = a_mention(article, by=cast.mo)
    an_article(cast.project, by=cast.mo)

    accepted = client.post(f"{API}/exports/", {"project": "desk"})
    address = accepted.headers["Location"]
    early = client.get(f"{address}file/")
    do_what_waits()
    done, file = client.get(address).json(), client.get(f"{address}file/", HTTP_ACCEPT=LINES)

    content = b"".join(file.streaming_content)
    rows = [json.loads(line) for line in content.splitlines()]
    assert (accepted.status_code, early.status_code) == (202, 409)
    assert (done["state"], done["articles"], done["size"]) == ("done", 2, len(content))
    assert file.headers["Content-Type"] == LINES
    assert file.headers["Content-Disposition"].startswith('attachment; filename="desk-20')
    assert (rows[0]["title"], rows[0]["text"]) == ("Élise", article.current.text)
    assert [row["id"] for row in rows[0]["annotations"]] == [str(mention.pk)]


def test_an_export_holds_what_its_maker_may_see(db):
    cast = a_cast(layers="independent")
    article = an_article(cast.project, by=cast.alice)
    a_mention(article, by=cast.mo)
    found = {}
    for user in (cast.alice, cast.mo, cast.sam):
        client = client_of(user)
        address = client.post(f"{API}/exports/", {"project": "desk"}).headers["Location"]
        do_what_waits()
        [line] = b"".join(client.get(f"{address}file/").streaming_content).splitlines()
        found[user.username] = len(json.loads(line)["annotations"])

    assert found == {"alice": 1, "mo": 1, "sam": 0}


def test_an_export_is_its_makers_and_ends_with_the_role(cast):
    client = client_of(cast.rita)
    address = client.post(f"{API}/exports/", {"project": "desk"}).headers["Location"]
    do_what_waits()
    seen_by = {user.username: client_of(user).get(address).status_code for user in (*cast.members.values(), cast.zoe)}
    change_role(cast.project.memberships.get(user=cast.rita), "coder", by=cast.alice)
    demoted = client.get(f"{address}file/").status_code
    change_role(cast.project.memberships.get(user=cast.rita), "editor", by=cast.alice)
    Export.objects.update(expires_at="2026-01-01T00:00Z")

    assert seen_by == {"alice": 404, "rita": 200, "mo": 404, "sam": 404, "zoe": 404}
    assert (demoted, client.get(f"{address}file/").status_code) == (404, 404)


def test_a_role_that_changed_before_it_was_written_ends_it(cast):
    client = client_of(cast.rita)
    client.post(f"{API}/exports/", {"project": "desk"})
    change_role(cast.project.memberships.get(user=cast.rita), "reader", by=cast.alice)
    do_what_waits()

    export = Export.objects.get()
    assert (export.state, export.pieces.count()) == ("failed", 0)
    assert export.problem == "Its maker has another role in the project now, and may see other things."


def test_an_export_that_is_interrupted_is_written_anew(cast, monkeypatch):
    monkeypatch.setattr(writing.Piece, "MOST", 1)
    for _ in range(3):
        an_article(cast.project, by=cast.mo)
    client = client_of(cast.sam)
    address = client.post(f"{API}/exports/", {"project": "desk"}).headers["Location"]
    real = writing.keep_piece

    def failing(*args, number, **named):
        if number == 1:
            raise OSError("the machine failed")
        return real(*args, number=number, **named)

    monkeypatch.setattr(writing, "keep_piece", failing)
    with pytest.raises(OSError, match="the machine failed"):
        writing.work_off_export(str(Export.objects.get().pk))
    monkeypatch.setattr(writing, "keep_piece", real)
    left = ExportPiece.objects.count()
    do_what_waits()
    content = b"".join(client.get(f"{address}file/").streaming_content)

    assert left == 1
    assert (len(content.splitlines()), Export.objects.get().articles, Export.objects.get().size) == (3, 3, len(content))


def test_a_purge_takes_the_files_of_its_project_along(cast):
    article = an_article(cast.project, by=cast.mo)
    client_of(cast.sam).post(f"{API}/exports/", {"project": "desk"})
    do_what_waits()
    purge_article(article, by=cast.alice, reason="A court order.")

    assert (Export.objects.count(), ExportPiece.objects.count()) == (0, 0)


def test_what_was_exported_comes_in_again(cast):
    """Another project takes the titles and texts of the lines as they are."""
    an_article(cast.project, by=cast.mo)
    client = client_of(cast.sam)
    address = client.post(f"{API}/exports/", {"project": "desk"}).headers["Location"]
    do_what_waits()
    [line] = b"".join(client.get(f"{address}file/").streaming_content).splitlines()
    told = json.loads(line)
    row = {"title": told["title"], "text": told["text"]}
    post_lines(client_of(cast.zoe), json.dumps(row).encode(), "project=elsewhere")
    do_what_waits()

    assert sorted(Article.objects.values_list("project__slug", flat=True)) == ["desk", "elsewhere"]
    assert BytesIO(line).read() == line


def test_a_project_is_streamed_line_by_line_to_who_may_see_it(cast):
    article = an_article(cast.project, by=cast.mo)
    a_mention(article, by=cast.mo)
    path = f"{API}/projects/desk/export/"

    answers = {accept: client_of(cast.sam).get(path, HTTP_ACCEPT=accept) for accept in (LINES, "*/*")}
    [line] = b"".join(answers[LINES].streaming_content).splitlines()

    assert {answer.headers["Content-Type"] for answer in answers.values()} == {LINES}
    assert answers[LINES].headers["Content-Disposition"] == 'attachment; filename="desk.jsonl"'
    assert [row["id"] for row in json.loads(line)["annotations"]] == [
        row["id"] for row in read(client_of(cast.sam), f"/articles/{article.pk}/annotations/")["annotations"]
    ]
    assert client_of(cast.zoe).get(path).status_code == 404
    assert client_of(cast.sam).get(path, HTTP_ACCEPT="text/csv").status_code == 406


def test_a_long_file_is_looked_at_and_then_stored_as_chosen(cast):
    client = client_with_token(cast.rita, scope="annotate")
    an_article(cast.project, by=cast.rita, title="Known", text="Text 7.", external_id="7")
    known = json.dumps({"title": "A 7", "text": "Text 7, corrected.", "external_id": "7"}).encode() + b"\n"

    job = post_lines(client, lines(1) + known, "project=desk&look=true").headers["Location"]
    do_what_waits()
    looked = client.get(job).json()
    would = client.get(f"{job}rows/?state=revision").json()["results"]
    stored = client.post(f"{job}store/", {"near": "leave"}, format="json")
    do_what_waits()
    done = client.get(job).json()

    assert (looked["state"], looked["looking"], looked["counts"]["revision"]) == ("looked", True, 1)
    assert [(row["source"], row["reason"]) for row in would] == [("import.jsonl, line 2", "external_id")]
    assert (stored.status_code, stored.json()["choices"]) == (202, {"revision": "revision", "near": "leave"})
    assert (done["state"], done["counts"]["new"], done["counts"]["revised"]) == ("done", 1, 1)
    assert client.post(f"{job}store/", {}, format="json").status_code == 409


def test_what_becomes_of_rows_is_chosen_in_words_that_are_known(cast):
    client = client_with_token(cast.rita, scope="annotate")

    odd = post_lines(client, lines(1), "project=desk&look=perhaps")
    job = post_lines(client, lines(1), "project=desk&look=true").headers["Location"]
    wrong = client.post(f"{job}store/", {"near": "perhaps"}, format="json")

    assert (odd.status_code, odd.json()["errors"][0]["field"]) == (400, "look")
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "near")


def test_an_export_has_the_content_that_is_asked_for(cast):
    a_mention(an_article(cast.project, by=cast.mo), by=cast.mo)
    client = client_of(cast.sam)

    made = {}
    for content in ("articles", "registers", "all"):
        export = client.post(f"{API}/exports/", {"project": "desk", "content": content}).json()
        do_what_waits()
        told = client.get(f"{API}/exports/{export['id']}/").json()
        written = b"".join(client.get(f"{API}/exports/{export['id']}/file/").streaming_content)
        streamed = b"".join(client.get(f"{API}/projects/desk/export/?content={content}").streaming_content)
        assert written == streamed
        made[content] = (
            told["content"],
            told["articles"],
            [json.loads(line).get("noun") for line in written.splitlines()],
        )

    assert made == {
        "articles": ("articles", 1, [None]),
        "registers": ("registers", 0, ["codebook"]),
        "all": ("all", 1, ["codebook", "articles", "codings"]),
    }
    assert client.post(f"{API}/exports/", {"project": "desk", "content": "texts"}).status_code == 400
    assert client.get(f"{API}/projects/desk/export/?content=texts").status_code == 400
    assert client.get(f"{API}/projects/desk/export/?contents=all").status_code == 400
