"""What would come in, looked at over REST before anything is stored, and stored as one chooses."""

import json
from datetime import timedelta
from unittest.mock import ANY

import pytest
from django.utils import timezone

from annotator.actions.previews import forget_previews
from annotator.models import Preview
from articles import fetching
from articles.models import Article
from tests.api.clients import API, client_of, client_with_token
from tests.factories import an_article
from tests.web import Page, served

LINES = "application/x-ndjson"
REPORT = (
    "The harbour council of Port Aldis voted on Monday to keep its night ferry. Mayor Ilsa Marrow said that nobody "
    "would be left in the dark, and that the crossing was worth its price.\n\n"
    "Tomas Quill said the crossing loses 40,000 crowns a month. The council meets again in March."
)


def looked_at(client, *rows, query="project=desk"):
    body = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    return client.post(f"{API}/previews/?{query}", data=body, content_type=LINES)


def row(text=REPORT, **fields):
    return {"title": "Night ferry", "text": text, **fields}


@pytest.fixture
def near(cast):
    return an_article(cast.project, by=cast.rita, title="Near", text=REPORT)


def test_each_row_says_what_it_would_be_and_nothing_is_stored(cast, near):
    client = client_of(cast.rita)

    answer = looked_at(client, row("A new text."), row(REPORT.replace("40", "42")), row(REPORT), row(" "))

    made = answer.json()
    assert (answer.status_code, answer.headers["Location"]) == (201, f"{API}/previews/{made['id']}/")
    assert made["counts"] == {"new": 1, "revision": 0, "near": 1, "same": 1, "refused": 1}
    [new, alike, same, refused] = made["rows"]
    assert new == {
        "place": 0,
        "source": "import.jsonl, line 1",
        "state": "new",
        "because": "",
        "title": "Night ferry",
        "annotations": 0,
        "article": None,
        "article_title": "",
        "in_bin": False,
        "likeness": None,
        "notes": [],
        "choices": ["new", "leave"],
        "proposed": "new",
    }
    assert (alike["article"], alike["choices"], alike["proposed"]) == (
        str(near.pk), ["leave", "revision", "new"], "leave",
    )  # fmt: skip
    assert 0.5 < alike["likeness"] < 1
    assert (same["article"], same["choices"]) == (str(near.pk), ["leave"])
    assert (refused["choices"], bool(refused["because"])) == (["leave"], True)
    assert client.get(f"{API}/previews/{made['id']}/").json() == made
    assert Article.objects.count() == 1


def test_rows_are_stored_as_chosen_and_once(cast, near):
    client = client_of(cast.rita)
    changed = REPORT.replace("40", "42")
    made = looked_at(client, row("A new text."), row(changed), row("Left out.")).json()
    address = f"{API}/previews/{made['id']}/store/"

    stored = client.post(address, {"choices": [{"place": 1, "choice": "revision"}, {"place": 2, "choice": "leave"}]})
    again = client.post(address, {})

    assert stored.status_code == 200
    assert stored.json()["counts"] == {"new": 1, "revised": 1, "same": 0, "left": 1, "refused": 0}
    assert {each["state"]: each["article"] for each in stored.json()["results"]} == {
        "revised": str(near.pk), "left": None, "new": ANY,
    }  # fmt: skip
    near.refresh_from_db()
    assert (near.current.text, near.current.number, Article.objects.count()) == (changed, 2, 2)
    assert again.status_code == 404


@pytest.mark.parametrize(
    "choices",
    [
        [{"place": 0, "choice": "revision"}],
        [{"place": 1, "choice": "leave"}],
        [{"place": -1, "choice": "leave"}],
        [{"place": 0, "choice": "all"}],
        [{"place": 0}],
        [{"place": 0, "choice": "leave", "row": 1}],
        "all",
        [{"place": 0, "choice": "leave"}] * 501,
    ],
)
def test_what_cannot_be_chosen_stores_nothing(cast, choices):
    client = client_of(cast.rita)
    made = looked_at(client, row("A new text.")).json()

    answer = client.post(f"{API}/previews/{made['id']}/store/", {"choices": choices})

    assert (answer.status_code, bool(answer.json()["detail"])) == (400, True)
    assert (Article.objects.count(), Preview.objects.count()) == (0, 1)


def test_one_row_is_read_with_its_text_and_what_may_not_belong_to_it(cast):
    client = client_of(cast.mo)
    text = "The council met.\n\nRead more: the ferry\n\nIt voted."
    made = looked_at(client, row(text)).json()
    address = f"{API}/previews/{made['id']}/rows"

    told = client.get(f"{address}/0/").json()

    assert (told["fields"]["text"], told["state"]) == (text, "new")
    assert [text[each["start"] : each["end"]] for each in told["remnants"]] == ["Read more: the ferry"]
    assert client.get(f"{address}/1/").status_code == 404


def test_a_preview_is_its_makers_alone_and_goes_after_a_day(cast):
    made = looked_at(client_of(cast.mo), row("A new text.")).json()
    address = f"{API}/previews/{made['id']}/"

    for user in (cast.rita, cast.alice, cast.zoe):
        client = client_of(user)
        assert client.get(f"{API}/previews/").json()["results"] == []
        statuses = [client.get(address), client.get(f"{address}rows/0/"), client.delete(address)]
        statuses.append(client.post(f"{address}store/", {}))
        assert [answer.status_code for answer in statuses] == [404] * 4
    assert client_with_token(cast.mo, scope="read").post(f"{address}store/", {}).status_code == 403
    assert len(client_of(cast.mo).get(f"{API}/previews/?project=desk").json()["results"]) == 1

    Preview.objects.update(created_at=timezone.now() - timedelta(days=2))
    assert forget_previews() == 1
    assert client_of(cast.mo).get(address).status_code == 404


def test_a_preview_is_thrown_away(cast):
    made = looked_at(client_of(cast.mo), row("A new text.")).json()

    assert client_of(cast.mo).delete(f"{API}/previews/{made['id']}/").status_code == 204
    assert not Preview.objects.exists()


def test_pages_are_fetched_from_their_addresses(cast, monkeypatch):
    page = f"<html><head><title>Night ferry</title></head><body><article><p>{REPORT}</p></article></body></html>"
    with served() as web:
        monkeypatch.setattr(fetching, "INTERNET", web.network)
        web.pages["news.example/ferry"] = Page(page.encode())
        web.names["inside.example"] = ["10.0.0.1"]
        body = {"addresses": ["http://news.example/ferry", "http://inside.example/", "ftp://news.example/"]}

        made = client_of(cast.mo).post(f"{API}/previews/fetch/?project=desk", body).json()

    assert [each["state"] for each in made["rows"]] == ["new", "refused", "refused"]
    assert "leads to an address that is not public" in made["rows"][1]["because"]


BODIES = [
    ({}, "project=desk", 400),
    ({"addresses": "http://news.example/"}, "project=desk", 400),
    ({"addresses": ["http://news.example/"] * 21}, "project=desk", 400),
    ({"addresses": [7]}, "project=desk", 400),
    ({"addresses": [], "depth": 3}, "project=desk", 400),
    ({"addresses": ["http://news.example/"]}, "project=elsewhere", 400),
    ({"addresses": ["http://news.example/"]}, "", 400),
    ({"addresses": ["http://news.example/"]}, "project=desk&follow=1", 400),
]


@pytest.mark.parametrize(("body", "query", "status"), BODIES)
def test_addresses_that_cannot_be_are_refused(cast, body, query, status):
    answer = client_of(cast.mo).post(f"{API}/previews/fetch/?{query}", body)

    assert answer.status_code == status
    assert not Preview.objects.exists()


def test_files_are_of_the_kinds_that_are_read(cast):
    client = client_of(cast.mo)

    assert client.post(f"{API}/previews/?project=desk", {"title": "A"}).status_code == 415
    assert client.post(f"{API}/previews/?project=desk", data=b"", content_type=LINES).status_code == 400
    assert looked_at(client, *[row(f"Text {n}.") for n in range(501)]).status_code == 400
    assert looked_at(client_of(cast.sam), row()).status_code == 403
    assert looked_at(client_of(cast.zoe), row()).status_code == 400
    assert not Preview.objects.exists()
