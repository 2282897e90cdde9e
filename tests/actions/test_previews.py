"""What would come in is looked at first; what is stored then is that, to the letter."""

import pytest

from annotator.access.visibility import visible_articles
from annotator.actions.articles import delete_article
from annotator.actions.previews import MOST_ROWS, Choice, forget_previews, preview, store_preview
from annotator.actions.purging import purge_article
from annotator.actions.revisions import revise_article
from annotator.actions.sketching import keep_sketches
from annotator.domain.errors import Forbidden, Refused, Stale
from annotator.models import Event, Preview
from annotator.queries.arriving import State, verdicts
from articles.models import Article, Sketch
from articles.readers import rows
from articles.readers.row import Row
from tests.articles.files import a_zip
from tests.factories import a_mention, an_article
from tests.jobs.working import do_what_waits

pytestmark = pytest.mark.django_db
REPORT = (
    "The harbour council of Port Aldis voted on Monday to keep its night ferry. Mayor Ilsa Marrow said that nobody "
    "would be left in the dark, and that the crossing was worth its price.\n\n"
    "Tomas Quill said the crossing loses 40,000 crowns a month. The council meets again in March."
)
CORRECTED = REPORT.replace("40,000", "42,000")


def row(text=REPORT, **fields):
    return Row("a.jsonl, line 1", fields={"title": "Night ferry", "text": text, **fields})


def told(user, project, *rows):
    keep_sketches(project)
    return [
        (found.state, found.article and found.article.title, found.because) for found in verdicts(user, project, rows)
    ]


def test_what_could_not_be_brought_in_is_told_beforehand_and_nothing_stored(cast):
    bin = an_article(cast.project, by=cast.rita, title="Bin", text="In the bin.", external_id="x-1")
    delete_article(bin, by=cast.rita, version=1)
    annotated = row()
    annotated.annotations = [{"kind": "mention", "segments": [[0, 3]], "exact": "Her", "type": "PER"}]
    events = Event.objects.count()

    made = preview(cast.project, [row("Another text.", external_id="x-1"), annotated, row("A third.")], by=cast.rita)

    assert [(told["state"], told["because"]) for told in made.rows] == [
        ("refused", "The project has an article with this external id."),
        ("refused", "annotation 0: `exact`: the text has ['The'] there, not ['Her']."),
        ("new", ""),
    ]
    assert (Article.objects.count(), Event.objects.count()) == (1, events)


@pytest.mark.parametrize(
    ("name", "raw", "because"),
    [
        (
            "a.csv",
            b"title,text\nBad,Some\x00words\nGood,Other words.\n",
            "The text has a NUL character at position 4; remove it.",
        ),
        (
            "a.csv",
            b"title,text,date\nBad,Words,2031\x00\nGood,Other words.,\n",
            "“2031\ufffd” is no date: use YYYY-MM-DD.",
        ),
        (
            "a.jsonl",
            b'{"title": "Bad", "text": "Some\\u0000words"}\n{"title": "Good", "text": "Other words."}\n',
            "The text has a NUL character at position 4; remove it.",
        ),
    ],
)
def test_what_no_column_can_hold_is_refused_and_the_good_rows_beside_it_kept(cast, name, raw, because):
    made = preview(cast.project, rows(name, raw), by=cast.mo)

    assert [(row["state"], row["because"]) for row in made.rows] == [("refused", because), ("new", "")]
    assert [outcome.state for outcome in store_preview(made, {}, by=cast.mo)] == ["refused", "new"]


def test_annotations_that_stay_out_are_told(cast):
    an_article(cast.project, by=cast.rita, text="The ferry stays.", external_id="x-1")
    annotations = [{"kind": "mention", "segments": [[0, 3]], "exact": "The", "type": "PER"}]
    rows = [row("The ferry stays.", external_id=""), row("The ferry goes.", external_id="x-1"), row("The bus stays.")]
    for each in rows:
        each.annotations = annotations

    made = preview(cast.project, rows, by=cast.rita)

    assert [(told["state"], len(told["notes"])) for told in made.rows] == [("same", 1), ("revision", 1), ("new", 0)]


def test_what_does_not_say_its_language_is_in_the_projects(cast):
    cast.project.language = "de"
    cast.project.save(update_fields=["language"])

    made = preview(cast.project, [row("Die Fähre bleibt."), row("The ferry stays.", language="en")], by=cast.rita)
    store_preview(made, {}, by=cast.rita)

    assert [told["fields"]["language"] for told in made.rows] == ["de", "en"]
    assert {article.language for article in Article.objects.all()} == {"de", "en"}


def test_each_row_is_told_what_it_would_be(cast):
    by = cast.rita
    an_article(cast.project, by=by, title="Same", text="The very text.")
    an_article(cast.project, by=by, title="By id", text="Text of the one.", external_id="x-1")
    of_bus = "The night bus to Quay Street runs again from Monday on, the council said."
    an_article(cast.project, by=by, title="By url", text=of_bus, url="https://courier.example/1")
    an_article(cast.project, by=by, title="Near", text=REPORT)
    bin = an_article(cast.project, by=by, title="Bin", text="In the bin.")
    delete_article(bin, by=by, version=1)

    assert told(
        cast.mo,
        cast.project,
        row("The very text.\r\n".strip()),
        row("Another text.", external_id="x-1"),
        row(of_bus.replace("Monday", "Tuesday"), url="https://courier.example/1"),
        row("Yet another text.", url="https://courier.example/1"),
        row(CORRECTED),
        row("In the bin."),
        row("A new text."),
        row("A new text.", title="Twice"),
        row(" "),
        row("No title.", title=""),
        Row("b.txt", problem="b.txt: Not UTF-8."),
    ) == [
        (State.SAME, "Same", ""),
        (State.REVISION, "By id", "external_id"),
        (State.REVISION, "By url", "url"),
        (State.NEAR, "By url", "url"),
        (State.NEAR, "Near", ""),
        (State.SAME, "Bin", ""),
        (State.NEW, None, ""),
        (State.SAME, None, "a.jsonl, line 1"),
        (State.REFUSED, None, "The text is empty."),
        (State.REFUSED, None, "An article needs a title."),
        (State.REFUSED, None, "Not UTF-8."),
    ]


def test_rows_are_compared_with_each_other(cast):
    lines = [row(external_id="1"), row("Another text.", external_id="1"), row(CORRECTED)]
    for number, line in enumerate(lines, start=1):
        line.source = f"line {number}"

    first, second, third = verdicts(cast.mo, cast.project, lines)

    assert first.state == State.NEW
    assert (second.state, second.because) == (State.REFUSED, "line 1 has the same external id, “1”.")
    assert (third.state, third.because, third.article) == (State.NEAR, "line 1", None)
    assert 0.25 < third.likeness < 1


def test_what_cannot_be_compared_yet_is_told_and_made_up_for(cast, monkeypatch):
    monkeypatch.setattr("annotator.actions.sketching.AT_ONCE", 1)
    for text in (REPORT, "An older text."):
        an_article(cast.project, by=cast.rita, text=text)

    looked = preview(cast.project, [row(CORRECTED)], by=cast.mo)
    do_what_waits()
    again = preview(cast.project, [row(CORRECTED)], by=cast.mo)

    assert (looked.rows[0]["state"], looked.uncompared) == ("new", 1)
    assert (again.rows[0]["state"], again.uncompared) == ("near", 0)


def test_the_figure_of_a_near_duplicate_is_that_of_its_five_word_sequences(cast):
    an_article(cast.project, by=cast.rita, text=REPORT)
    an_article(cast.project, by=cast.rita, text=REPORT.replace("Marrow", "Brandl").replace("March", "May"))
    keep_sketches(cast.project)

    [found] = verdicts(cast.rita, cast.project, [row(CORRECTED)])

    assert found.likeness == pytest.approx(42 / 52)
    assert found.article.current.text == REPORT


def test_an_address_of_two_articles_tells_nothing(cast):
    for number in range(2):
        an_article(cast.project, by=cast.rita, text=f"Text {number}", url="https://courier.example/live")

    assert told(cast.rita, cast.project, row("Another.", url="https://courier.example/live")) == [(State.NEW, None, "")]


def test_another_project_and_a_purged_text_are_not_compared(cast):
    elsewhere = cast.zoe.memberships.get().project
    an_article(elsewhere, by=cast.zoe, text=REPORT, external_id="x-1", url="https://courier.example/1")
    keep_sketches(elsewhere)
    purged = an_article(cast.project, by=cast.alice, text=CORRECTED)
    keep_sketches(cast.project)
    purge_article(purged, by=cast.alice, reason="A court order.")

    asked = [row(), row(external_id="x-1"), row(url="https://courier.example/1")]

    assert [each.state for each in verdicts(cast.alice, cast.project, asked)] == [State.NEW, State.SAME, State.SAME]
    assert Sketch.objects.filter(revision__article=purged).count() == 0


def test_a_sketch_is_of_the_current_text_and_made_once(cast, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr("annotator.actions.sketching.AT_ONCE", 1)
    article = an_article(cast.project, by=cast.rita, text=REPORT)
    assert keep_sketches(cast.project) == 0
    revise_article(article, "A wholly different text by now.", by=cast.rita, version=1)
    an_article(cast.project, by=cast.rita, text="A third text.")

    assert keep_sketches(cast.project) == 1
    assert keep_sketches(cast.project) == 0
    with django_assert_num_queries(1):
        assert keep_sketches(cast.project) == 0
    assert told(cast.rita, cast.project, row(CORRECTED)) == [(State.NEW, None, "")]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_queries_do_not_grow_with_the_rows(cast, rows, django_assert_num_queries):
    for number in range(3):
        an_article(
            cast.project,
            by=cast.rita,
            text=f"{REPORT} {number}",
            external_id=f"x-{number}",
            url=f"https://a.example/{number}",
        )
    keep_sketches(cast.project)
    asked = [
        row(f"{CORRECTED} {number}", external_id=f"y-{number}", url="https://b.example/") for number in range(rows)
    ]

    with django_assert_num_queries(5):
        assert [found.state for found in verdicts(cast.mo, cast.project, asked)] == [State.NEAR] * rows


def test_nothing_is_stored_by_looking(cast):
    an_article(cast.project, by=cast.rita, text=REPORT)
    before = Article.objects.count(), Event.objects.count()

    preview(cast.project, [row(CORRECTED), row("New.")], by=cast.mo)

    assert (Article.objects.count(), Event.objects.count()) == before


def test_what_is_stored_is_what_was_looked_at(cast):
    text = "  A text.trump1\r\n\r\n(Photo: Ana)\n"
    mention = {"kind": "mention", "segments": [[2, 3]], "type": "PER"}
    looked_at = preview(
        cast.project, [Row("a.jsonl, line 1", fields={"title": "A", "text": text}, annotations=[mention])], by=cast.mo
    )

    [outcome] = store_preview(looked_at, {}, by=cast.mo)

    assert (outcome.state, outcome.annotations) == ("new", 1)
    assert outcome.article.current.text == looked_at.rows[0]["fields"]["text"] == "  A text.trump1\n\n(Photo: Ana)\n"
    assert not Preview.objects.exists()


def test_each_row_becomes_what_was_chosen(cast):
    by = cast.rita
    known = an_article(cast.project, by=by, title="Known", text=REPORT, external_id="x-1")
    mention = a_mention(known, by=cast.mo, words="Tomas Quill")
    rows = [row(CORRECTED, external_id="x-1"), row("New."), row("Left out."), row(" ")]
    looked_at = preview(cast.project, rows, by=by)

    outcomes = store_preview(looked_at, {2: Choice.LEAVE}, by=by)

    assert sorted((outcome.state, outcome.article and outcome.article.title) for outcome in outcomes) == [
        ("left", None),
        ("new", "Night ferry"),
        ("refused", None),
        ("revised", "Night ferry"),
    ]
    known.refresh_from_db()
    mention.refresh_from_db()
    assert (known.current.number, known.current.text) == (2, CORRECTED)
    assert (mention.anchoring, mention.revision_id) == ("", known.current_id)


def test_a_near_duplicate_is_left_out_unless_somebody_says_otherwise(cast):
    near = an_article(cast.project, by=cast.rita, title="Near", text=REPORT)

    left = store_preview(preview(cast.project, [row(CORRECTED)], by=cast.rita), {}, by=cast.rita)
    revised = store_preview(preview(cast.project, [row(CORRECTED)], by=cast.rita), {0: Choice.REVISE}, by=cast.rita)
    new = store_preview(preview(cast.project, [row(REPORT)], by=cast.rita), {0: Choice.BRING_IN}, by=cast.rita)

    assert [[outcome.state for outcome in each] for each in (left, revised, new)] == [["left"], ["revised"], ["new"]]
    assert visible_articles(cast.rita).filter(project=cast.project).count() == 2
    near.refresh_from_db()
    assert near.current.text == CORRECTED


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("night_ferry-2.txt", CORRECTED),
        ("all.zip/night_ferry-2.txt", CORRECTED),
        ("night_ferry-2.txt", f"Ferry stays\n\n{CORRECTED}"),
    ],
)
def test_a_title_that_nobody_says_corrects_no_headline(cast, name, text):
    article = an_article(cast.project, by=cast.rita, title="Night ferry", text=REPORT)
    file, _, member = name.partition("/")
    looked_at = preview(
        cast.project, rows(file, a_zip((member, text.encode())) if member else text.encode()), by=cast.rita
    )

    [outcome] = store_preview(looked_at, {0: Choice.REVISE}, by=cast.rita)

    assert outcome.state == "revised"
    article.refresh_from_db()
    assert (article.title, article.current.number) == ("Night ferry", 2)


def test_an_article_that_changed_meanwhile_is_not_overwritten(cast):
    known = an_article(cast.project, by=cast.rita, text=REPORT, external_id="x-1")
    looked_at = preview(cast.project, [row(CORRECTED, external_id="x-1"), row("New.")], by=cast.rita)
    revise_article(known, "Meanwhile another text.", by=cast.alice, version=1)

    revised, new = store_preview(looked_at, {}, by=cast.rita)

    assert (revised.state, new.state) == ("refused", "new")
    assert "changed" in revised.reason.lower()
    known.refresh_from_db()
    assert known.current.text == "Meanwhile another text."


def test_a_text_that_came_in_meanwhile_is_told_as_there(cast):
    looked_at = preview(cast.project, [row()], by=cast.rita)
    an_article(cast.project, by=cast.alice, text=REPORT)

    [outcome] = store_preview(looked_at, {}, by=cast.rita)

    assert outcome.state == "same"


@pytest.mark.parametrize(("choices", "states"), [({}, ["new", "same"]), ({0: Choice.LEAVE}, ["left", "left"])])
def test_what_has_the_text_of_a_row_before_is_there_where_that_came_in(cast, choices, states):
    looked_at = preview(cast.project, [row(), row(title="Again")], by=cast.rita)

    outcomes = store_preview(looked_at, choices, by=cast.rita)

    assert [told["state"] for told in looked_at.rows] == ["new", "same"]
    assert [outcome.state for outcome in outcomes] == states
    assert len({outcome.article for outcome in outcomes}) == 1


def test_pressed_twice_it_is_stored_once(cast):
    looked_at = preview(cast.project, [row()], by=cast.rita)
    again = Preview.objects.get()
    store_preview(looked_at, {}, by=cast.rita)

    with pytest.raises(Stale, match="These files have been brought in already."):
        store_preview(again, {}, by=cast.rita)

    assert Article.objects.filter(project=cast.project).count() == 1


@pytest.mark.parametrize(
    ("asked", "choice"), [(row("New."), Choice.REVISE), (row(" "), Choice.BRING_IN), (row("Same."), Choice.BRING_IN)]
)
def test_a_choice_that_a_row_does_not_have_is_refused_and_nothing_stored(cast, asked, choice):
    an_article(cast.project, by=cast.rita, text="Same.")
    looked_at = preview(cast.project, [row("First."), asked], by=cast.rita)

    with pytest.raises(Refused, match=f"Row 2 is .*: “{choice}” is not for it."):
        store_preview(looked_at, {1: choice}, by=cast.rita)

    assert Article.objects.filter(project=cast.project).count() == 1
    assert Preview.objects.count() == 1


def test_a_coder_adds_and_does_not_revise(cast):
    an_article(cast.project, by=cast.rita, text=REPORT, external_id="x-1")
    looked_at = preview(cast.project, [row(CORRECTED, external_id="x-1"), row("New.")], by=cast.mo)

    revised, new = store_preview(looked_at, {}, by=cast.mo)

    assert (revised.state, new.state) == ("refused", "new")
    assert "article.revise" in revised.reason


def test_a_reader_brings_nothing_in(cast):
    with pytest.raises(Forbidden):
        preview(cast.project, [row()], by=cast.sam)
    looked_at = preview(cast.project, [row()], by=cast.mo)
    with pytest.raises(Forbidden):
        store_preview(looked_at, {}, by=cast.sam)


def test_more_rows_than_can_be_looked_at_are_refused_with_the_bound(cast):
    many = (row(f"Text {number}.") for number in range(MOST_ROWS + 1))

    with pytest.raises(Refused, match="These are more than 500 articles: an import looks at so many"):
        preview(cast.project, many, by=cast.mo)

    assert not Preview.objects.exists()


def test_previews_are_forgotten_after_a_day(cast):
    old, young = (preview(cast.project, [row()], by=cast.mo) for _ in range(2))
    Preview.objects.filter(pk=old.pk).update(created_at="2026-01-01T00:00Z")

    assert forget_previews() == 1
    assert list(Preview.objects.values_list("pk", flat=True)) == [young.pk]
