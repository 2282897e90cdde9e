"""Long files are looked at by a worker before anything of them is stored, and then stored as chosen."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import transaction

from annotator.actions import imports as importing
from annotator.actions.articles import change_article
from annotator.actions.transfers import forget_files, resume_import, start_import, stop_import, store_looked
from annotator.domain.errors import Forbidden, NotNow, Refused
from annotator.jobs import imports as working_off
from annotator.models import ImportRow, ImportText
from articles.models import Article
from tests.actions.test_previews import CORRECTED, REPORT
from tests.factories import a_cast, an_article
from tests.jobs.working import do_what_waits

pytestmark = pytest.mark.django_db


def lines(*rows):
    return BytesIO(b"".join(json.dumps({"title": "Night ferry", **row}).encode() + b"\n" for row in rows))


def looked_at(cast, *rows, by=None):
    job = start_import(cast.project, [("news.jsonl", lines(*rows))], by=by or cast.rita, look=True)
    do_what_waits()
    job.refresh_from_db()
    return job


def stored(job, choices, *, by):
    store_looked(job, choices, by=by)
    do_what_waits()
    job.refresh_from_db()
    return dict(ImportRow.objects.filter(of=job).values_list("number", "state"))


@pytest.fixture
def cast():
    return a_cast()


@pytest.fixture
def known(cast):
    return an_article(cast.project, by=cast.rita, title="Known", text=REPORT, external_id="x-1")


def test_rows_are_told_what_they_would_be_and_nothing_is_stored(cast, known):
    job = looked_at(cast, {"text": REPORT}, {"text": CORRECTED}, {"text": "New.", "title": "New"}, {"text": ""},
        {"text": "Another.", "external_id": "x-1"})  # fmt: skip

    rows = list(ImportRow.objects.filter(of=job).order_by("number").values_list("state", "title", "article__title"))

    assert (job.state, job.position, job.read) == ("looked", 5, job.size)
    assert rows == [
        ("same", "Night ferry", "Known"),
        ("near", "Night ferry", "Known"),
        ("new", "New", None),
        ("refused", "", None),
        ("revision", "Night ferry", "Known"),
    ]
    assert ImportRow.objects.get(of=job, number=2).percent > 25
    assert Article.objects.count() == 1
    assert known.revisions.count() == 1


def test_a_text_that_repeats_itself_is_counted_once_however_far_apart(cast, monkeypatch):
    monkeypatch.setattr(importing, "CHUNK_ROWS", 2)
    texts = ["One.", "Two.", "Three.", "Two.", "Four.", "Two.", "Four."]
    job = looked_at(cast, *({"text": text} for text in texts))
    rows = list(ImportRow.objects.filter(of=job).order_by("number").values_list("state", "reason"))
    counts = job.counts

    stored(job, {}, by=cast.rita)

    second, fourth = ("same", "news.jsonl, line 2"), ("same", "news.jsonl, line 5")
    assert rows == [("new", ""), ("new", ""), ("new", ""), second, ("new", ""), second, fourth]
    assert counts == job.counts == {"new": 4, "same": 3}
    assert Article.objects.count() == 4


def a_report(number, *, from_word=0):
    """Forty words that no other number has, or the later ones of them and others."""
    return " ".join(f"{number}word{place}" for place in range(from_word, from_word + 40))


@pytest.mark.parametrize("near", ["leave", "new"])
def test_rows_far_apart_are_told_what_rows_beside_each_other_are(cast, monkeypatch, near):
    """A near duplicate, one with the same external id, one at the same address: beside what it repeats, or far off."""
    texts = [
        {"text": a_report("a"), "external_id": "n-1", "url": "https://example.org/news"},
        {"text": a_report("b")},
        {"text": a_report("c"), "url": "https://example.org/news"},
        {"text": a_report("a", from_word=10)},
        {"text": a_report("d"), "external_id": "n-1"},
        {"text": a_report("e"), "external_id": "n-2"},
        {"text": a_report("d", from_word=30)},
        {"text": a_report("a", from_word=20)},
    ]
    told, ends = [], []
    for size in (100, 1, 3):
        monkeypatch.setattr(importing, "CHUNK_ROWS", size)
        with transaction.atomic():
            job = looked_at(cast, *texts)
            rows = ImportRow.objects.filter(of=job).order_by("number")
            told.append([(row.state, row.percent, row.reason) for row in rows])
            ends.append(stored(job, {"near": near}, by=cast.rita))
            assert not ImportText.objects.exists()
            transaction.set_rollback(True)

    first, fourth = "news.jsonl, line 1", "news.jsonl, line 4"
    alone = ("new", None, "")
    assert told == [[
        *(alone, alone, alone, ("near", 57, first), ("refused", None, f"{first} has the same external id, “n-1”.")),
        *(alone, alone, ("near", 57, fourth)),
    ]] * 3  # fmt: skip
    end = {"leave": "left", "new": "new"}[near]
    assert ends == [{1: "new", 2: "new", 3: "new", 4: end, 5: "refused", 6: "new", 7: "new", 8: end}] * 3


def test_what_may_not_belong_to_a_text_is_told_and_comes_in_to_the_letter(cast):
    text = "“They were left alone.”ferry1 The council met.\n\nRead more about ferries\n\nIt went on."
    job = looked_at(cast, {"text": text}, {"text": "Nothing but its own words."})

    notes = list(ImportRow.objects.filter(of=job).order_by("number").values_list("notes", flat=True))
    stored(job, {}, by=cast.rita)

    assert notes == [["May not belong to the text: “ferry1”, “Read more about ferries”."], []]
    assert Article.objects.filter(current__text=text).count() == 1


@pytest.mark.parametrize(
    ("choices", "states", "revisions", "articles"),
    [
        ({}, {1: "left", 2: "new", 3: "revised"}, 2, 2),
        ({"near": "new", "revision": "leave"}, {1: "new", 2: "new", 3: "left"}, 1, 3),
    ],
)
def test_they_are_stored_as_chosen(cast, known, choices, states, revisions, articles):
    job = looked_at(cast, {"text": CORRECTED}, {"text": "New."}, {"text": "Other words.", "external_id": "x-1"})

    assert stored(job, choices, by=cast.rita) == states
    assert (job.state, known.revisions.count(), Article.objects.count()) == ("done", revisions, articles)
    assert not job.pieces.exists()


def test_an_article_that_was_changed_meanwhile_is_not_revised(cast, known):
    job = looked_at(cast, {"text": "Other words.", "external_id": "x-1"})
    change_article(known, by=cast.alice, version=1, title="Changed by a person")

    assert stored(job, {}, by=cast.rita) == {1: "refused"}
    assert "changed meanwhile" in ImportRow.objects.get(of=job).reason
    assert known.revisions.count() == 1


def test_many_rows_are_looked_at_and_stored_in_turns(cast, monkeypatch):
    monkeypatch.setattr(working_off, "AT_ONCE", 0)
    job = looked_at(cast, *({"text": f"Text {number}."} for number in range(250)))

    assert (job.state, job.counts) == ("looked", {"new": 250})
    assert len(stored(job, {}, by=cast.rita)) == 250
    assert (job.counts, Article.objects.count()) == ({"new": 250}, 250)


def test_who_may_not_revise_is_told_before_anything_is_stored(cast, known):
    job = looked_at(cast, {"text": "Other words.", "external_id": "x-1"}, {"text": "New."}, by=cast.mo)

    with pytest.raises(Forbidden):
        store_looked(job, {}, by=cast.mo)
    assert stored(job, {"revision": "leave"}, by=cast.mo) == {1: "left", 2: "new"}


def test_only_what_was_looked_at_is_told_what_to_store(cast):
    job = start_import(cast.project, [("news.jsonl", lines({"text": "New."}))], by=cast.mo, look=True)

    with pytest.raises(NotNow, match="This import is waiting"):
        store_looked(job, {}, by=cast.mo)
    do_what_waits()
    job.refresh_from_db()
    with pytest.raises(Refused, match="`near`: use one of leave, revision, new"):
        store_looked(job, {"near": "perhaps"}, by=cast.mo)
    stop_import(job, by=cast.mo)
    with pytest.raises(NotNow, match="This import is stopped"):
        store_looked(job, {}, by=cast.mo)
    resume_import(job, by=cast.mo)
    do_what_waits()
    job.refresh_from_db()
    assert job.state == "looked"


def test_what_nobody_decides_on_is_forgotten_after_a_week(cast, monkeypatch):
    job = looked_at(cast, {"text": "New."})
    monkeypatch.setattr("annotator.actions.transfers.KEPT", timedelta(seconds=-1))

    assert forget_files() == 1
    with pytest.raises(NotNow, match="no longer kept"):
        store_looked(job, {}, by=cast.rita)
