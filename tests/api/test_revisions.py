"""A new text over REST: what it did, the former annotations, the review list, placing by hand, and undoing it."""

import pytest

from tests.api.clients import API, client_of
from tests.factories import TEXT, Cast, a_mention, an_article, an_attribution, at

CORRECTED = "A correction.\n\n" + TEXT.replace("she told", "she wrote to")


@pytest.fixture
def article(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT)
    a_mention(article, by=cast.mo)
    an_attribution(article, by=cast.mo, words="she told The Courier", cue_span=at(article, "told"))
    return article


def revise(client, article, text=CORRECTED, version='"1"'):
    headers = {"HTTP_IF_MATCH": version} if version else {}
    return client.post(f"{API}/articles/{article.pk}/revisions/", {"text": text}, format="json", **headers)


def test_a_new_text_answers_what_became_of_the_annotations(cast: Cast, article):
    answer = revise(client_of(cast.rita), article)

    assert (answer.status_code, answer["ETag"]) == (201, '"2"')
    assert answer.json() == {
        "article": str(article.pk),
        "revision": 2,
        "version": 2,
        "carried": {"kept": 1, "moved": 0, "changed": 1, "orphaned": 0, "restored": 0},
    }
    [second, first] = client_of(cast.sam).get(f"{API}/articles/{article.pk}/revisions/").json()["results"][::-1]
    assert (first["number"], second["number"]) == (1, 2)


def test_the_same_text_again_changes_nothing_whatever_the_version(cast: Cast, article):
    rita = client_of(cast.rita)
    revise(rita, article)

    again = revise(rita, article, version='"1"')

    assert (again.status_code, again.json()["revision"], again.json()["version"]) == (200, 2, 2)
    assert set(again.json()["carried"].values()) == {0}


@pytest.mark.parametrize(
    ("who", "text", "version", "status"),
    [
        ("mo", CORRECTED, '"1"', 403),
        ("sam", CORRECTED, '"1"', 403),
        ("zoe", CORRECTED, '"1"', 404),
        ("rita", CORRECTED, None, 428),
        ("rita", CORRECTED, '"7"', 412),
        ("rita", " ", '"1"', 400),
        ("rita", 7, '"1"', 400),
        ("rita", "a\x00b", '"1"', 400),
    ],
)
def test_a_new_text_is_refused(cast: Cast, article, who, text, version, status):
    answer = revise(client_of(getattr(cast, who)), article, text, version)

    assert answer.status_code == status
    assert client_of(cast.rita).get(f"{API}/articles/{article.pk}/").json()["revision"] == 1


def test_the_old_annotations_are_read_by_their_revision_in_any_unit(cast: Cast, article):
    rita, address = client_of(cast.rita), f"{API}/articles/{article.pk}"
    before = rita.get(f"{address}/annotations/").json()["annotations"]
    revise(rita, article, "😀 " + TEXT)

    then = rita.get(f"{address}/revisions/1/annotations/").json()
    now = rita.get(f"{address}/revisions/2/annotations/", {"offsets": "utf16"}).json()

    assert then["annotations"] == before
    assert (then["revision"], then["offset_unit"]) == (1, "codepoint")
    assert now["annotations"][0]["segments"] == [[3, 14]]
    assert rita.get(f"{address}/revisions/3/annotations/").status_code == 404
    assert client_of(cast.zoe).get(f"{address}/revisions/1/annotations/").status_code == 404


def test_a_program_walks_the_review_list_and_accepts(cast: Cast, article):
    rita, address = client_of(cast.rita), f"{API}/articles/{article.pk}"
    revise(rita, article)

    [waiting] = rita.get(f"{address}/review/").json()["waiting"]
    assert (waiting["state"], waiting["annotation"]["revision"]) == ("changed", 1)
    assert [piece["text"] for piece in waiting["before"] if piece["marked"]] == ["she told The Courier"]
    assert waiting["proposal"]["exact"] == ["she wrote to The Courier"]
    assert waiting["gone"] == []
    listed = rita.get(f"{API}/attributions/", {"needs_look": "true"}).json()["results"]
    assert [row["anchoring"] for row in listed] == ["changed"]
    placing = f"{API}/attributions/{waiting['annotation']['id']}/place/"
    assert rita.post(placing, waiting["proposal"]["fields"], format="json").status_code == 428
    stale = rita.post(placing, waiting["proposal"]["fields"], format="json", HTTP_IF_MATCH='"1"')
    assert (stale.status_code, stale.json()["current"]["version"]) == (412, 2)
    wrong = rita.post(placing, {"revision": 2, "segments": [[0, 9]]}, format="json", HTTP_IF_MATCH='"2"')
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "cue_span")

    placed = rita.post(placing, waiting["proposal"]["fields"], format="json", HTTP_IF_MATCH='"2"')

    assert (placed.status_code, placed["ETag"]) == (200, '"3"')
    assert (placed.json()["exact"], placed.json()["anchoring"]) == (["she wrote to The Courier"], "")
    assert rita.get(f"{address}/review/").json()["waiting"] == []
    assert len(rita.get(f"{address}/annotations/").json()["annotations"]) == 2
    back = rita.post(placing.replace("place", "unplace"), HTTP_IF_MATCH='"3"')
    assert (back.status_code, back["ETag"], back.json()["anchoring"]) == (200, '"4"', "changed")
    assert len(rita.get(f"{address}/review/").json()["waiting"]) == 1


def test_annotations_that_wait_are_told_apart_from_those_in_place(cast: Cast, article):
    rita, address = client_of(cast.rita), f"{API}/articles/{article.pk}/annotations/"
    revise(rita, article)

    in_place = rita.get(address).json()["annotations"]
    waiting = rita.get(address, {"needs_look": "true"}).json()["annotations"]

    assert [(row["kind"], row["revision"], row["anchoring"]) for row in in_place] == [("mention", 2, "")]
    assert [(row["kind"], row["revision"], row["exact"]) for row in waiting] == [
        ("attribution", 1, ["she told The Courier"])
    ]
    assert rita.get(address, {"needs_look": "maybe"}).status_code == 400


def test_undo_over_rest(cast: Cast, article):
    rita, address = client_of(cast.rita), f"{API}/articles/{article.pk}"
    before = rita.get(f"{address}/annotations/").json()["annotations"]
    revise(rita, article)

    assert rita.post(f"{address}/revisions/undo/", HTTP_IF_MATCH='"1"').status_code == 412
    assert client_of(cast.mo).post(f"{address}/revisions/undo/", HTTP_IF_MATCH='"2"').status_code == 403
    answer = rita.post(f"{address}/revisions/undo/", HTTP_IF_MATCH='"2"')

    assert (answer.status_code, answer.json()["revision"], answer.json()["version"]) == (200, 1, 3)
    assert answer.json()["carried"]["restored"] == 2
    after = rita.get(f"{address}/annotations/").json()["annotations"]
    versions = [row.pop("version") for row in after]
    assert versions == [3, 3]
    assert after == [{name: value for name, value in row.items() if name != "version"} for row in before]
    again = rita.post(f"{address}/revisions/undo/", HTTP_IF_MATCH='"3"')
    assert (again.status_code, again.json()["title"]) == (409, "Not in this state")


def test_a_preview_stores_nothing(cast: Cast, article):
    rita, address = client_of(cast.rita), f"{API}/articles/{article.pk}"

    told = rita.post(f"{address}/revisions/preview/", {"text": CORRECTED}, format="json")

    assert told.status_code == 200
    assert told.json()["carried"] == {"kept": 1, "moved": 0, "changed": 1, "orphaned": 0, "restored": 0}
    assert [waiting["proposal"]["exact"] for waiting in told.json()["waiting"]] == [["she wrote to The Courier"]]
    assert rita.get(f"{address}/").json()["revision"] == 1
    assert client_of(cast.mo).post(f"{address}/revisions/preview/", {"text": "x"}, format="json").status_code == 403


def test_spans_of_a_former_text_are_told_where_they_stand(cast: Cast, article):
    mo, address = client_of(cast.mo), f"{API}/articles/{article.pk}/revisions/1/carry/"
    revise(client_of(cast.rita), article)
    cue = {"segments": at(article, "she told The Courier"), "cue_span": at(article, "told")}
    quantity = {"segments": at(article, "9 percent"), "quantities": [{"span": at(article, "9")[0], "unit": "percent"}]}

    answer = mo.post(address, {"annotations": [quantity, cue]}, format="json")

    assert answer.status_code == 200
    told = answer.json()
    proven, doubtful = told["carried"]
    moved = len("A correction.\n\n") + len("she wrote to") - len("she told")
    start = TEXT.index("9 percent") + moved
    assert (told["revision"], proven["state"], proven["choices"]) == (2, "kept", [])
    assert proven["place"]["fields"] == {
        "revision": 2,
        "segments": [[start, start + 9]],
        "quantities": [{"span": [start, start + 1], "unit": "percent"}],
    }
    assert proven["place"]["exact"] == ["9 percent"]
    assert (doubtful["state"], doubtful["place"]) == ("changed", None)
    assert [choice["exact"] for choice in doubtful["choices"]] == [["she wrote to The Courier"]]
    assert not mo.get(f"{API}/articles/{article.pk}/annotations/").json()["annotations"][2:]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "annotations"),
        ({"annotations": [{}] * 1001}, "annotations"),
        ({"annotations": [{"segments": []}]}, "annotations.0"),
        ({"annotations": [{"segments": [[0, 4]]}, {"segments": [[0, 9999]]}]}, "annotations.1.segments"),
        ({"annotations": [{"segments": [[0, 4]], "cue_span": [[4, 4]]}]}, "annotations.0.cue_span"),
        ({"annotations": [{"segments": [[0, 4]], "quantities": {}}]}, "annotations.0.quantities"),
        ({"annotations": [{"segments": [[0, 4]], "quantities": [{}]}]}, "annotations.0.quantities.0.span"),
        ({"annotations": [], "text": "x"}, "text"),
    ],
)
def test_spans_that_are_none_are_refused_by_name(cast: Cast, article, given, field):
    answer = client_of(cast.mo).post(f"{API}/articles/{article.pk}/revisions/1/carry/", given, format="json")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


def test_a_revision_that_there_is_not_carries_nothing(cast: Cast, article):
    address = f"{API}/articles/{article.pk}/revisions/7/carry/"
    assert client_of(cast.mo).post(address, {"annotations": []}, format="json").status_code == 404
