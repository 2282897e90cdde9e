"""Articles in and out over REST, with their annotations."""

import uuid

import pytest

from annotator.models import Event, Mention
from articles.models import Article
from tests.api.clients import API, client_of
from tests.factories import a_mention, an_article

FAMILY = "A family 👨‍👩‍👧 of three.\r\nNuñez e\u0301migre\u0301."


@pytest.fixture
def client(cast):
    return client_of(cast.mo)


def article_body(**fields):
    return {"project": "desk", "title": "Trains", "text": "Ilsa Marrow spoke.", **fields}


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


def test_an_article_that_does_not_say_its_language_is_in_the_projects(cast, client):
    cast.project.language = "de"
    cast.project.save(update_fields=["language"])
    address = f"{API}/articles/{uuid.uuid4()}/"

    first, same = client.put(address, article_body()), client.put(address, article_body())

    assert (first.status_code, first.json()["language"]) == (201, "de")
    assert (same.status_code, same.json()) == (200, first.json())


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
