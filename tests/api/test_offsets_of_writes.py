"""Writes of those who count offsets in UTF-16 or in bytes."""

import json

import pytest

from annotator.models import ANNOTATIONS, Attribution, Claim, Mention
from articles.offsets import Units
from tests.api.clients import API, client_of
from tests.factories import an_article

pytestmark = pytest.mark.django_db

TEXT = "😀 Ilsa Marrow said: “Nuñez’s 9 𝒙 trains stay.” And 😀 again."
WORDS = {"segments": "Nuñez’s 9 𝒙 trains", "source_span": "Ilsa Marrow", "cue_span": "said"}
UNITS = pytest.mark.parametrize("unit", ["utf16", "utf8"])


@pytest.fixture
def article(cast):
    return an_article(cast.project, by=cast.mo, text=TEXT)


def at(words, unit="codepoint"):
    start = TEXT.index(words)
    span = [start, start + len(words)]
    return [span] if unit == "codepoint" else [[Units(TEXT, unit).outward(offset) for offset in span]]


def quotation(article, unit):
    spans = {name: at(words, unit) for name, words in WORDS.items()}
    return {"article": str(article.pk), "revision": 1, "source": "AUTHOR", "mode": "direct", **spans,
            "exact": [WORDS["segments"]]}  # fmt: skip


@UNITS
def test_a_write_is_stored_in_code_points_and_answered_as_it_was_counted(cast, article, unit):
    client = client_of(cast.mo)

    made = client.post(f"{API}/attributions/?offsets={unit}", quotation(article, unit))
    address = f"{API}/attributions/{made.json()['id']}/?offsets={unit}"
    same = client.put(address, quotation(article, unit))
    moved = client.patch(address, {"revision": 1, "segments": at("trains", unit)}, HTTP_IF_MATCH='"1"')

    assert [each.status_code for each in (made, same, moved)] == [201, 200, 200]
    assert {name: made.json()[name] for name in WORDS} == {name: at(words, unit) for name, words in WORDS.items()}
    stored = Attribution.objects.get()
    assert (stored.segments, stored.source_span, stored.cue_span) == (at("trains"), at("Ilsa Marrow"), at("said"))
    assert (moved.json()["segments"], moved.json()["exact"]) == (at("trains", unit), ["trains"])


@UNITS
def test_quantities_are_counted_too(cast, article, unit):
    body = {"article": str(article.pk), "revision": 1, "segments": at("9 𝒙 trains", unit), "claimant": "AUTHOR",
            "claim_kind": "quantity", "quantities": [{"span": at("𝒙", unit)[0], "exact": "𝒙"}]}  # fmt: skip

    answer = client_of(cast.mo).post(f"{API}/claims/?offsets={unit}", body)

    assert (answer.status_code, answer.json()["quantities"][0]["span"]) == (201, at("𝒙", unit)[0])
    assert Claim.objects.get().quantities[0]["span"] == at("𝒙")[0]


@pytest.mark.parametrize(
    ("unit", "fields", "field", "said"),
    [
        ("utf16", {"segments": [[1, 4]]}, "segments", "`segments`: The utf16 offset 1 falls inside a character."),
        ("utf8", {"segments": [[0, 3]]}, "segments", "`segments`: The utf8 offset 3 falls inside a character."),
        ("utf16", {"source_span": [[0, 900]]}, "source_span", "`source_span`: The utf16 offset 900 falls outside the"),
        ("utf8", {"cue_span": [[-1, 4]]}, "cue_span", "`cue_span`: The utf8 offset -1 falls outside the text, which"),
        ("utf8", {"segments": [["a", 4]]}, "segments", "Each segment is a pair of whole numbers, [start, end]."),
        ("utf16", {"segments": "all"}, "segments", "`segments`: a list of [start, end] pairs is expected."),
        ("bytes", {}, "offsets", "`offsets`: use one of codepoint, utf16, utf8."),
    ],
)  # fmt: skip
def test_an_offset_inside_a_character_is_refused_and_named(cast, article, unit, fields, field, said):
    body = {**quotation(article, "codepoint" if unit == "bytes" else unit), **fields}

    answer = client_of(cast.mo).post(f"{API}/attributions/?offsets={unit}", body)

    [wrong] = answer.json()["errors"]
    assert (answer.status_code, wrong["field"]) == (400, field)
    assert wrong["message"].startswith(said)
    assert not Attribution.objects.exists()


@UNITS
def test_articles_sets_batches_and_imports_are_counted_alike(cast, article, unit):
    mention = {"kind": "mention", "type": "PER", "segments": at("Ilsa Marrow", unit)}
    client, text = client_of(cast.mo), "\ufeff" + TEXT.replace(" ", "\r\n", 1)
    new = {"project": "desk", "title": "A", "text": text, "annotations": [mention]}
    single = {"article": str(article.pk), "revision": 1, "type": "PER", "segments": mention["segments"]}
    operation = {"method": "POST", "path": f"/mentions/?offsets={unit}", "body": single}

    answers = [
        client.post(f"{API}/articles/?offsets={unit}", new),
        client.put(f"{API}/articles/{article.pk}/annotations/?offsets={unit}",
                   {"revision": 1, "annotations": [mention]}),
        client.post(f"{API}/batch/", {"operations": [operation]}),
        client.post(f"{API}/articles/import/?project=desk&offsets={unit}",
                    data=json.dumps({"title": "B", "text": text + " Again.", "annotations": [mention]}),
                    content_type="application/x-ndjson"),
    ]  # fmt: skip

    assert [answer.status_code for answer in answers] == [201, 200, 200, 200], [each.json() for each in answers]
    assert answers[3].json()["new"] == 1, answers[3].json()
    assert answers[2].json()["results"][0]["body"]["segments"] == mention["segments"]
    assert list(Mention.objects.values_list("segments", flat=True)) == [at("Ilsa Marrow")] * 4


def test_an_offset_inside_a_character_of_one_among_many_is_named_by_its_place(cast, article):
    wrong = {"kind": "mention", "type": "PER", "segments": [[1, 4]]}
    right = {**wrong, "segments": at("Ilsa Marrow", "utf16")}
    client = client_of(cast.mo)

    whole = client.put(f"{API}/articles/{article.pk}/annotations/?offsets=utf16",
                       {"revision": 1, "annotations": [right, wrong]})  # fmt: skip
    line = json.dumps({"title": "A", "text": TEXT + "!", "annotations": [right, wrong]})
    imported = client.post(f"{API}/articles/import/?project=desk&offsets=utf16", data=line,
                           content_type="application/x-ndjson").json()  # fmt: skip

    assert (whole.status_code, whole.json()["errors"][0]["field"]) == (400, "annotations.1.segments")
    assert imported["results"][0]["reason"] == (
        "import.jsonl, line 1: `segments`: The utf16 offset 1 falls inside a character."
    )
    assert not any(model.objects.exists() for model in ANNOTATIONS.values())
