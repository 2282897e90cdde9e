"""Articles in and out over REST, alone, in batches and as files."""

import json
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from annotator.models import Event, Mention, Stance
from articles.models import Article
from tests.api.clients import API, client_of
from tests.factories import a_mention, an_article, an_issue

FAMILY = "A family 👨‍👩‍👧 of three.\r\nNuñez e\u0301migre\u0301."


@pytest.fixture
def client(cast):
    return client_of(cast.mo)


def article_body(**fields):
    return {"project": "desk", "title": "Trains", "text": "Ilsa Marrow spoke.", **fields}


# --- Alone ---


def test_the_text_is_kept_as_it_came_but_for_line_ends(client):
    article = client.post(f"{API}/articles/", article_body(text="\ufeff" + FAMILY)).json()
    revision = client.get(f"{API}/articles/{article['id']}/revisions/1/").json()

    assert revision["text"] == FAMILY.replace("\r\n", "\n")
    assert (article["length"], revision["length"]) == (len(FAMILY) - 1, len(FAMILY) - 1)


def test_the_very_same_article_is_given_back_and_the_same_text_alone_is_a_conflict(client):
    first = client.post(f"{API}/articles/", article_body(outlet="The Courier"))
    same = client.post(f"{API}/articles/", article_body(outlet="The Courier"))
    other = client.post(f"{API}/articles/", article_body(title="Ferries"))
    elsewhere = client.put(f"{API}/articles/{uuid.uuid4()}/", article_body(outlet="The Courier"))

    assert (first.status_code, same.status_code, same.json()) == (201, 200, first.json())
    assert (other.status_code, other.json()["found"]) == (409, first.json()["id"])
    assert (elsewhere.status_code, elsewhere.json()["found"]) == (409, first.json()["id"])
    assert Article.objects.count() == 1


def test_a_text_that_is_in_the_bin_is_told(cast, client):
    first = client.post(f"{API}/articles/", article_body()).json()
    client_of(cast.rita).delete(f"{API}/articles/{first['id']}/", HTTP_IF_MATCH='"1"')

    again = client.post(f"{API}/articles/", article_body())

    assert (again.status_code, again.json()["detail"]) == (409, "This very text is in the bin already: “Trains”.")


def test_an_article_keeps_the_protocol_and_its_text(cast):
    client = client_of(cast.rita)
    path = f"{API}/articles/{uuid.uuid4()}/"
    answers = [
        client.put(path, article_body(author="E. Nuñez"), HTTP_IF_NONE_MATCH="*"),
        client.put(path, article_body(author="E. Nuñez")),
        client.put(path, {"title": "Trains", "author": "E. Nuñez"}),
        client.put(path, article_body()),
        client.put(path, article_body(), HTTP_IF_MATCH='"1"'),
        client.patch(path, {"text": "Another text."}, HTTP_IF_MATCH='"2"'),
        client.patch(path, {"project": "elsewhere"}, HTTP_IF_MATCH='"2"'),
        client.patch(path, {"url": "https://example.org/trains"}, HTTP_IF_MATCH='"2"'),
        client.put(path, {"author": "E. Nuñez"}, HTTP_IF_MATCH='"3"'),
    ]

    assert [answer.status_code for answer in answers] == [201, 200, 200, 428, 200, 400, 400, 200, 400]
    assert (answers[4].json()["author"], answers[7].json()["version"]) == ("", 3)


def test_all_kinds_are_read_at_once_in_each_unit(client):
    text = "Oh 👍🏽! Ilsa Marrow’s “no”."
    start = text.index("Ilsa")
    article = client.post(f"{API}/articles/", article_body(text=text)).json()
    words = {"article": article["id"], "revision": 1}
    issue = client.post(f"{API}/issues/", {"project": "desk", "wording": "A"}).json()
    client.post(f"{API}/mentions/", {**words, "segments": [[start, start + 11]], "type": "PER"})
    client.post(
        f"{API}/stances/",
        {
            **words,
            "segments": [[start, start + 4], [start + 15, start + 17]],
            "holder": "UNSPECIFIED",
            "target_kind": "issue",
            "target": issue["id"],
            "position": "oppose",
        },
    )

    def read(unit):
        answer = client.get(f"{API}/articles/{article['id']}/annotations/?offsets={unit}").json()
        return answer["offset_unit"], [each["segments"] for each in answer["annotations"]]

    assert read("codepoint") == ("codepoint", [[[7, 11], [22, 24]], [[7, 18]]])
    assert read("utf16") == ("utf16", [[[9, 13], [24, 26]], [[9, 20]]])
    assert read("utf8") == ("utf8", [[[13, 17], [32, 34]], [[13, 24]]])
    encoded = text.encode()
    assert encoded[13:17].decode() == "Ilsa"
    assert encoded[32:34].decode() == "no"


def test_overlapping_and_identical_spans_are_all_kept(client):
    article = client.post(f"{API}/articles/", article_body()).json()
    spans = [[[0, 11]], [[0, 11]], [[5, 17]], [[0, 4]], [[0, 17]]]
    for span in spans:
        body = {"article": article["id"], "revision": 1, "segments": span, "type": "PER"}
        assert client.post(f"{API}/mentions/", body).status_code == 201

    stored = client.get(f"{API}/articles/{article['id']}/annotations/").json()["annotations"]

    assert [each["segments"] for each in stored] == [[[0, 17]], [[0, 11]], [[0, 11]], [[0, 4]], [[5, 17]]]


def test_an_article_comes_with_its_annotations_and_one_event(client):
    annotations = [
        {"kind": "mention", "type": "PER", "segments": [[0, 11]], "exact": ["Ilsa Marrow"]},
        {
            "kind": "claim",
            "claim_kind": "event",
            "wording": "Ilsa Marrow spoke.",
            "segments": [[0, 17]],
            "attribution": "q1",
        },
        {"kind": "attribution", "external_id": "q1", "source": "AUTHOR", "mode": "indirect", "segments": [[0, 17]]},
    ]

    article = client.post(f"{API}/articles/", article_body(annotations=annotations))
    read = client.get(f"{API}/articles/{article.json()['id']}/annotations/").json()["annotations"]
    by_kind = {each["kind"]: each for each in read}

    assert article.status_code == 201
    assert (by_kind["claim"]["attribution"], by_kind["claim"]["claimant"]) == (by_kind["attribution"]["id"], "AUTHOR")
    assert {each["origin"] for each in read} == {"imported"}
    assert list(Event.objects.filter(article=article.json()["id"]).values_list("act", flat=True)) == [
        "article.imported"
    ]


def test_an_article_with_one_bad_annotation_is_not_stored(client):
    annotations = [
        {"kind": "mention", "type": "PER", "segments": [[0, 11]]},
        {"kind": "mention", "type": "PER", "segments": [[0, 99]]},
    ]

    response = client.post(f"{API}/articles/", article_body(annotations=annotations))

    assert (response.status_code, response.json()["errors"][0]["field"]) == (400, "annotations.1")
    assert (Article.objects.count(), Mention.objects.count()) == (0, 0)


def test_a_purged_article_leaves_nothing_but_that_it_was_there(cast):
    article = an_article(cast.project, by=cast.mo, title="Named in it: Ilsa Marrow")
    mention = a_mention(article, by=cast.mo)
    client = client_of(cast.alice)

    answer = client.post(f"{API}/articles/{article.pk}/purge/", {"reason": "A court order of 3 November."})

    assert (answer.status_code, answer.content) == (204, b"")
    for path in ("", "annotations/", "revisions/", "history/"):
        assert client.get(f"{API}/articles/{article.pk}/{path}").status_code == 404
    assert client.get(f"{API}/mentions/{mention.pk}/").status_code == 404
    told = client.get(f"{API}/events/?project=desk&limit=1000").content.decode()
    assert ("Ilsa Marrow" in told, "A court order of 3 November." in told) == (False, True)


# --- Batches ---


def test_a_batch_does_all_in_order(cast, client):
    article = an_article(cast.project, by=cast.mo)
    issue, attribution, stance = (str(uuid.uuid4()) for _ in range(3))
    words = {"article": str(article.pk), "revision": 1, "segments": [[0, 11]]}
    operations = [
        {"method": "PUT", "path": f"/issues/{issue}/", "body": {"project": "desk", "wording": "A"}},
        {
            "method": "PUT",
            "path": f"/attributions/{attribution}/",
            "if_none_match": True,
            "body": {**words, "source": "UNSPECIFIED", "mode": "direct"},
        },
        {
            "method": "PUT",
            "path": f"/stances/{stance}/",
            "body": {
                **words,
                "attribution": attribution,
                "target_kind": "issue",
                "target": issue,
                "position": "oppose",
            },
        },
        {"method": "PATCH", "path": f"/stances/{stance}/", "if_match": 1, "body": {"position": "support"}},
        {"method": "DELETE", "path": f"/stances/{stance}/", "if_match": 2},
        {"method": "POST", "path": f"/stances/{stance}/restore/"},
    ]

    answer = client.post(f"{API}/batch/", {"operations": operations})

    assert [each["status"] for each in answer.json()["results"]] == [201, 201, 201, 200, 200, 200]
    last = answer.json()["results"][-1]["body"]
    assert last == client.get(f"{API}/stances/{stance}/").json()
    assert (last["position"], last["holder"], last["version"]) == ("support", "UNSPECIFIED", 4)
    assert list(Event.objects.order_by("id").values_list("act", flat=True))[-6:] == [
        "issue.added",
        "attribution.added",
        "stance.added",
        "stance.revised",
        "stance.deleted",
        "stance.restored",
    ]


def test_a_batch_that_fails_anywhere_does_nothing_and_says_where(cast, client):
    article = an_article(cast.project, by=cast.mo)
    mention = a_mention(article, by=cast.mo)
    good = {"method": "PATCH", "path": f"/mentions/{mention.pk}/", "if_match": 1, "body": {"level": "NOM"}}
    failures = {
        412: {"method": "PATCH", "path": f"/mentions/{mention.pk}/", "if_match": 7, "body": {"level": "PRO"}},
        428: {"method": "DELETE", "path": f"/mentions/{mention.pk}/"},
        404: {"method": "DELETE", "path": f"/mentions/{uuid.uuid4()}/", "if_match": 1},
        400: {"method": "POST", "path": "/mentions/", "body": {"type": "PER"}},
        422: {
            "method": "PATCH",
            "path": f"/mentions/{mention.pk}/",
            "if_match": 2,
            "body": {"exact": ["Not so"]},
        },
        403: {"method": "POST", "path": f"/articles/{article.pk}/purge/", "body": {"reason": "A"}},
    }

    answers = {
        status: client.post(f"{API}/batch/", {"operations": [good, failing]}) for status, failing in failures.items()
    }

    assert {status: answer.status_code for status, answer in answers.items()} == {each: each for each in failures}
    assert {answer.json()["operation"] for answer in answers.values()} == {1}
    assert {answer.json()["detail"].partition(":")[0] for answer in answers.values()} == {"Operation 1"}
    assert (Mention.objects.get().level, Mention.objects.get().version) == ("NAM", 1)
    assert Event.objects.filter(act="mention.revised").count() == 0


@pytest.mark.parametrize(
    ("operation", "status"),
    [
        ({"method": "GET", "path": "/mentions/"}, 400),
        ({"method": "POST", "path": "mentions/"}, 404),
        ({"method": "POST", "path": "/batch/"}, 404),
        ({"method": "POST", "path": "/articles/import/"}, 404),
        ({"method": "POST", "path": "/../../admin/"}, 404),
        ({"method": "POST", "path": "/mentions/?project=desk"}, 404),
        ({"method": "POST", "path": "/schema/"}, 404),
        ({"method": "POST", "path": "/mentions/", "body": []}, 400),
        ({"method": "POST", "path": "/mentions/", "if_match": "1"}, 400),
        ({"method": "POST", "path": "/mentions/", "headers": {}}, 400),
        ({"path": "/mentions/"}, 400),
        ("POST /mentions/", 400),
    ],
)
def test_an_operation_that_is_none_is_refused(client, operation, status):
    response = client.post(f"{API}/batch/", {"operations": [operation]})

    assert response.status_code == status, response.json()


def test_a_batch_has_bounds(client):
    operation = {"method": "POST", "path": "/issues/", "body": {"project": "desk", "wording": "A"}}

    too_many = client.post(f"{API}/batch/", {"operations": [operation] * 1_001})
    none = client.post(f"{API}/batch/", {"operations": []})
    full = client.post(f"{API}/batch/", {"operations": [operation] * 100})

    assert (too_many.status_code, too_many.json()["detail"]) == (400, "A batch has at most 1,000 operations.")
    assert (none.status_code, full.status_code) == (400, 200)
    assert len({each["body"]["id"] for each in full.json()["results"]}) == 100


def test_a_batch_under_one_key_is_done_once(client):
    key = str(uuid.uuid4())
    body = {"operations": [{"method": "POST", "path": "/issues/", "body": {"project": "desk", "wording": "A"}}]}

    first = client.post(f"{API}/batch/", body, HTTP_IDEMPOTENCY_KEY=key)
    again = client.post(f"{API}/batch/", body, HTTP_IDEMPOTENCY_KEY=key)

    assert (again.status_code, again.json()) == (200, first.json())
    assert len(client.get(f"{API}/issues/").json()["results"]) == 1


# --- Files ---


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
        SimpleUploadedFile("../../latin1.txt", "Nuñez".encode("latin-1")),
        SimpleUploadedFile("<b>.exe", b"MZ"),
    ]

    answer = client.post(f"{API}/articles/import/?project=desk", {"files": files}, format="multipart").json()

    assert [(row["source"], row["state"]) for row in answer["results"]] == [
        ("keep-the-line.txt", "new"),
        ("latin1.txt", "refused"),
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


# --- Following ---


def test_the_feed_gives_each_event_once_in_order(cast, client):
    issues = [an_issue(cast.project, by=cast.mo) for _ in range(5)]
    after, seen = 0, []
    while True:
        page = client.get(f"{API}/events/?project=desk&after={after}&limit=2").json()
        seen += page["results"]
        after = seen[-1]["id"]
        if page["next"] is None:
            break
        assert page["next"].endswith(f"after={after}&limit=2&project=desk")

    ids = [event["id"] for event in seen]
    assert ids == sorted(set(ids))
    assert [event["thing_id"] for event in seen if event["act"] == "issue.added"] == [str(each.pk) for each in issues]
    assert Stance.objects.count() == 0
    assert client.get(f"{API}/events/?project=desk&after={after}").json() == {"next": None, "results": []}
