"""Files of articles over REST."""

import json
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from annotator.models import Mention
from articles.models import Article
from tests.api.clients import API, client_of


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
