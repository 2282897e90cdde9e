"""A new text: annotations follow their words, the others wait for a person, and all of it can be taken back."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from annotator.access.visibility import visible_events
from annotator.actions.annotations import annotate, delete_annotation, restore_annotation, revise_annotation, wire
from annotator.actions.articles import change_article, delete_article
from annotator.actions.codings import open_coding, set_state
from annotator.actions.placing import accept_place, take_back_place
from annotator.actions.projects import add_member
from annotator.actions.purging import purge_article
from annotator.actions.register import assess
from annotator.actions.revisions import revise_article, undo_revision
from annotator.domain.errors import AlreadyThere, Forbidden, NotNow, Refused, RevisionSuperseded, Stale
from annotator.models import ANNOTATIONS, Annotation, Event, Place, User
from annotator.queries.annotations import of_article
from annotator.queries.revisions import as_of, placed_by_hand, preview, review
from articles.models import Article, Revision
from tests.actions.events import events, last
from tests.factories import (
    TEXT,
    Cast,
    a_claim,
    a_mention,
    a_project,
    a_proposition,
    a_stance,
    an_article,
    an_attribution,
    at,
)

pytestmark = pytest.mark.django_db

# The word “told” is replaced, a paragraph comes first, the last sentence is gone.
CORRECTED = "A correction.\n\n" + TEXT.replace("she told", "she wrote to").replace(
    "\n\nTomas Quill said the closures could save 9 percent of the budget.", "\n\nNobody answered."
)


def stored(row: Annotation) -> Annotation:
    return type(row).objects.select_related("coding__article__project", "revision").get(pk=row.pk)


def revised(article: Article, text: str, by: User) -> Article:
    return revise_article(article, text, by=by, version=article.version)


def spans(row: Annotation) -> list[str]:
    row = stored(row)
    return [row.revision.text[start:end] for start, end in row.segments]


def everything(article: Article) -> list[dict]:
    """Where every annotation of the article stands, whoever's it is, but for its version."""
    return [
        {name: value for name, value in row.items() if name != "version"}
        for model in ANNOTATIONS.values()
        for row in sorted(model.objects.filter(coding__article=article).wire(), key=lambda row: str(row["id"]))
    ]


def test_a_new_text_is_a_revision_and_annotations_stand_on_it(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT)
    mention = a_mention(article, by=cast.mo)
    first = article.current

    article = revised(article, CORRECTED, cast.rita)

    moved = stored(mention)
    assert (article.current.number, article.current.follows, article.version) == (2, first, 2)
    assert (moved.revision, moved.version, moved.anchoring) == (article.current, 2, "")
    assert moved.segments == at(article, "Ilsa Marrow")
    assert (moved.changed_by, moved.created_by) == (cast.mo, cast.mo)


def test_all_spans_of_an_annotation_go_together(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT)
    quotation = an_attribution(
        article,
        by=cast.mo,
        words="to fight the plan",
        source_span=at(article, "Ilsa Marrow"),
        cue_span=at(article, "vowed"),
    )
    claim = a_claim(
        article,
        by=cast.mo,
        hedge_spans=at(article, "could"),
        quantities=[{"span": at(article, "9 percent")[0], "low": 9}],
    )

    article = revised(article, "New.\n\n" + TEXT, cast.rita)

    quotation, claim = stored(quotation), stored(claim)
    assert quotation.segments == at(article, "to fight the plan")
    assert quotation.source_span == at(article, "Ilsa Marrow")
    assert quotation.cue_span == at(article, "vowed")
    assert claim.hedge_spans == at(article, "could")
    assert [quantity["span"] for quantity in claim.quantities] == at(article, "9 percent")


def test_changed_and_deleted_words_leave_the_annotation_where_it_stood_and_it_says_so(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT)
    changed = an_attribution(article, by=cast.mo, words="she told The Courier")
    orphan = a_mention(article, by=cast.mo, words="Tomas Quill")
    first = article.current

    article = revised(article, CORRECTED, cast.rita)

    changed, orphan = stored(changed), stored(orphan)
    assert (changed.anchoring, changed.revision, changed.version) == ("changed", first, 2)
    assert (orphan.anchoring, orphan.revision, orphan.version) == ("orphaned", first, 2)
    assert spans(changed) == ["she told The Courier"]
    assert of_article(cast.mo, article) == []
    assert [row["anchoring"] for row in of_article(cast.mo, article, needs_look=True)] == ["changed", "orphaned"]


def test_the_old_revision_reads_as_it_was(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT)
    stance = a_stance(article, by=cast.mo)
    a_mention(article, by=cast.mo, words="Tomas Quill")
    first, before = article.current, of_article(cast.mo, article)

    article = revised(article, CORRECTED, cast.rita)
    stance = stored(stance)
    revise_annotation(stance, {"position": "support"}, by=cast.mo, version=stance.version)
    delete_annotation(stance, by=cast.mo, version=stance.version)

    then = as_of(cast.mo, article, first)
    assert [row["exact"] for row in then] == [row["exact"] for row in before]
    assert [(row["id"], row["segments"], row["version"]) for row in then] == [
        (str(row["id"]), row["segments"], row["version"]) for row in before
    ]
    assert [row.get("position") for row in then] == ["oppose", None]


def test_the_same_text_changes_nothing(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT)
    a_mention(article, by=cast.mo)
    before, event = everything(article), last(cast.project)

    again = revise_article(article, TEXT.replace("\n", "\r\n"), by=cast.rita, version=article.version)

    assert (again.current_id, again.version) == (article.current_id, 1)
    assert everything(article) == before
    assert (Place.objects.count(), last(cast.project)) == (0, event)


def test_blind_layers_done_layers_and_the_bin_are_carried(cast: Cast):
    project = a_project(cast.alice, layers="independent")
    add_member(project, cast.mo, "coder", by=cast.alice)
    article = an_article(project, by=cast.alice, text=TEXT)
    of_mo = a_mention(article, by=cast.mo)
    of_alice = a_stance(article, by=cast.alice)
    deleted = a_mention(article, by=cast.mo, words="the plan")
    delete_annotation(deleted, by=cast.mo, version=1)
    set_state(open_coding(article, by=cast.mo), "done", by=cast.mo)

    article = revised(article, "New.\n\n" + TEXT, cast.alice)

    assert {stored(row).revision for row in (of_mo, of_alice, deleted)} == {article.current}
    assert stored(deleted).deleted_at is not None
    assert spans(of_mo) == ["Ilsa Marrow"]
    seen = visible_events(cast.mo).filter(article=article, act="revision.carried")
    assert [event.after["counts"]["kept"] for event in seen] == [2]
    assert preview(cast.mo, article, TEXT).counts["kept"] == 1
    assert {row["coding"] for row in as_of(cast.mo, article, article.current.follows)} == {str(of_mo.coding_id)}


def test_events_tell_the_text_to_all_and_the_counts_to_each_layer(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT)
    kept = a_mention(article, by=cast.mo)
    orphan = a_mention(article, by=cast.mo, words="Tomas Quill")

    article = revised(article, CORRECTED, cast.rita)

    [text] = events(cast.project, "article.revised")
    [layer] = events(cast.project, "revision.carried")
    assert (text.before["revision"], text.after["revision"], text.coding) == (1, 2, None)
    assert "counts" not in text.after
    assert layer.coding_id == kept.coding_id
    assert (layer.after["from"], layer.after["revision"]) == (1, 2)
    assert layer.after["counts"] == {"kept": 1, "moved": 0, "changed": 0, "orphaned": 1, "restored": 0}
    assert sorted((one["id"], one["state"], one["version"]) for one in layer.after["annotations"]) == sorted(
        [(str(kept.pk), "kept", 2), (str(orphan.pk), "orphaned", 2)]
    )


def test_undo_restores_the_former_state_to_the_letter(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT)
    for make in (a_mention, an_attribution, a_stance, a_claim):
        make(article, by=cast.mo)
    an_attribution(article, by=cast.mo, words="she told The Courier", cue_span=at(article, "told"))
    before, first = everything(article), article.current
    article = revised(article, CORRECTED, cast.rita)
    second = article.current
    on_second = of_article(cast.mo, article)

    article = undo_revision(article, by=cast.rita, version=article.version)

    assert everything(article) == before
    assert (article.current, article.sha256) == (first, first.sha256)
    assert last(cast.project).act == "revision.carried"
    assert [event.act for event in events(cast.project)][-2:] == ["article.revision_undone", "revision.carried"]
    then = as_of(cast.mo, article, second)
    assert [(row["id"], row["segments"]) for row in then if row["revision"] == 2] == [
        (str(row["id"]), row["segments"]) for row in on_second
    ]


def test_what_was_annotated_since_is_carried_back(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT)
    article = revised(article, CORRECTED, cast.rita)
    here = a_mention(article, by=cast.mo)
    only_there = a_mention(article, by=cast.mo, words="A correction")

    article = undo_revision(article, by=cast.rita, version=article.version)

    assert stored(here).segments == at(article, "Ilsa Marrow")
    assert (stored(only_there).anchoring, stored(only_there).revision.number) == ("orphaned", 2)
    assert spans(only_there) == ["A correction"]


def test_revisions_are_undone_one_after_the_other_and_made_again(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT)
    mention = a_mention(article, by=cast.mo)
    before = everything(article)
    article = revised(article, "One.\n\n" + TEXT, cast.rita)
    article = revised(article, "Two.\n\n" + TEXT, cast.rita)

    article = undo_revision(article, by=cast.rita, version=article.version)
    article = revised(article, "Three.\n\n" + TEXT, cast.rita)
    assert (article.current.number, article.current.follows.number) == (4, 2)
    article = undo_revision(article, by=cast.rita, version=article.version)
    article = undo_revision(article, by=cast.rita, version=article.version)

    assert everything(article) == before
    assert stored(mention).version == 7  # three revisions and three undone: no version comes twice
    with pytest.raises(NotNow, match="first text"):
        undo_revision(article, by=cast.rita, version=article.version)


def test_an_annotation_that_waits_comes_back_by_itself_when_its_words_do(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT)
    orphan = a_mention(article, by=cast.mo, words="Tomas Quill")
    article = revised(article, CORRECTED, cast.rita)

    article = revised(article, "Put back.\n\n" + TEXT, cast.rita)

    assert (stored(orphan).anchoring, stored(orphan).revision) == ("", article.current)
    assert spans(orphan) == ["Tomas Quill"]


def test_an_annotation_that_still_waits_stays_on_the_revision_that_has_its_words(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT)
    orphan = a_mention(article, by=cast.mo, words="Tomas Quill")
    article = revised(article, CORRECTED, cast.rita)
    version = stored(orphan).version

    article = revised(article, CORRECTED + "\n\nMore.", cast.rita)

    assert (stored(orphan).anchoring, stored(orphan).revision.number, stored(orphan).version) == (
        "orphaned",
        1,
        version,
    )
    assert list(Place.objects.filter(mention=orphan).order_by("revision").values_list("revision__number", "state")) == [
        (1, "orphaned"),
        (2, "orphaned"),
    ]


def test_a_person_accepts_the_proposal(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT)
    quotation = an_attribution(article, by=cast.mo, words="she told The Courier", cue_span=at(article, "told"))
    article = revised(article, CORRECTED, cast.rita)
    [waiting] = review(cast.mo, article)
    quotation = stored(quotation)

    accept_place(quotation, {**waiting.proposal.fields, "revision": 2}, by=cast.mo, version=quotation.version)

    quotation = stored(quotation)
    assert spans(quotation) == ["she wrote to The Courier"]
    assert quotation.cue_span == at(article, "wrote to")
    assert (quotation.anchoring, quotation.version, quotation.revision) == ("", 3, article.current)
    assert last(cast.project).act == "attribution.placed"
    assert last(cast.project).before["anchoring"] == "changed"
    assert review(cast.mo, article) == []


def test_a_place_that_was_accepted_is_taken_back_while_nothing_else_was_done(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT)
    quotation = an_attribution(article, by=cast.mo, words="she told The Courier", cue_span=at(article, "told"))
    article = revised(article, CORRECTED, cast.rita)
    before = everything(article)
    [waiting] = review(cast.mo, article)
    accept_place(stored(quotation), {**waiting.proposal.fields, "revision": 2}, by=cast.mo, version=2)
    assert [(each.annotation.pk, each.words) for each in placed_by_hand(cast.mo, article)] == [
        (quotation.pk, "she wrote to The Courier")
    ]

    take_back_place(stored(quotation), by=cast.mo, version=3)

    same = {"changed_at": None, "changed_by": None}
    assert [{**row, **same} for row in everything(article)] == [{**row, **same} for row in before]
    assert (stored(quotation).version, last(cast.project).act) == (4, "attribution.unplaced")
    assert placed_by_hand(cast.mo, article) == []
    with pytest.raises(NotNow, match="was changed after"):
        take_back_place(stored(quotation), by=cast.mo, version=4)
    with pytest.raises(Forbidden):
        take_back_place(stored(quotation), by=cast.sam, version=4)


def test_accepting_refuses_what_would_stand_wrongly(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT)
    quotation = an_attribution(article, by=cast.mo, words="she told The Courier", cue_span=at(article, "told"))
    kept = a_mention(article, by=cast.mo)
    article = revised(article, CORRECTED, cast.rita)
    quotation, kept = stored(quotation), stored(kept)
    here = {"revision": 2, "segments": at(article, "she wrote to"), "cue_span": None}

    with pytest.raises(Refused, match="`cue_span` is required"):
        accept_place(quotation, {"revision": 2, "segments": here["segments"]}, by=cast.mo, version=2)
    with pytest.raises(RevisionSuperseded):
        accept_place(quotation, {**here, "revision": 1}, by=cast.mo, version=2)
    with pytest.raises(Refused, match="`revision` is required"):
        accept_place(quotation, {"segments": here["segments"], "cue_span": None}, by=cast.mo, version=2)
    with pytest.raises(Refused, match="ends after the text"):
        accept_place(quotation, {**here, "segments": [[0, 9_999]]}, by=cast.mo, version=2)
    with pytest.raises(Refused, match="`mode` is no span"):
        accept_place(quotation, {**here, "mode": "direct"}, by=cast.mo, version=2)
    with pytest.raises(Stale):
        accept_place(quotation, here, by=cast.mo, version=1)
    with pytest.raises(Forbidden):
        accept_place(quotation, here, by=cast.sam, version=2)
    with pytest.raises(NotNow, match="stands on the current text"):
        accept_place(kept, {**here, "segments": kept.segments}, by=cast.mo, version=2)
    assert stored(quotation).anchoring == "changed"


def test_writing_its_spans_places_it_too_but_only_all_of_them(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT)
    quotation = an_attribution(article, by=cast.mo, words="she told The Courier", cue_span=at(article, "told"))
    article = revised(article, CORRECTED, cast.rita)
    quotation = stored(quotation)
    segments = at(article, "she wrote to The Courier")

    with pytest.raises(Refused, match="`cue_span` is required: it stands on revision 1 as well"):
        revise_annotation(quotation, {"revision": 2, "segments": segments}, by=cast.mo, version=2)
    revise_annotation(quotation, {"comment": "Look at this."}, by=cast.mo, version=2)
    assert stored(quotation).anchoring == "changed"
    given = {"revision": 2, "segments": segments, "cue_span": at(article, "wrote")}
    revise_annotation(stored(quotation), given, by=cast.mo, version=3)

    assert (stored(quotation).anchoring, spans(quotation)) == ("", ["she wrote to The Courier"])


def test_a_done_layer_is_placed_without_opening_it(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT)
    mention = a_mention(article, by=cast.mo, words="she told")
    set_state(open_coding(article, by=cast.mo), "done", by=cast.mo)
    article = revised(article, CORRECTED, cast.rita)
    mention = stored(mention)

    accept_place(mention, {"revision": 2, "segments": at(article, "she wrote to")}, by=cast.mo, version=2)

    assert spans(mention) == ["she wrote to"]


def test_nested_attributions_stay_nested_or_wait(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT)
    outer = an_attribution(article, by=cast.mo, words="the closures could save 9 percent of the budget")
    inner = an_attribution(article, by=cast.mo, words="save 9 percent", parent=str(outer.pk))

    article = revised(article, "New.\n\n" + TEXT, cast.rita)
    assert (stored(outer).anchoring, stored(inner).anchoring) == ("", "")
    article = revised(article, TEXT.replace("could save", "may possibly save"), cast.rita)

    assert (stored(outer).anchoring, stored(inner).anchoring) == ("changed", "")
    inner = stored(inner)
    revise_annotation(inner, {"negated": True}, by=cast.mo, version=inner.version)
    outer = stored(outer)
    with pytest.raises(Refused, match="inner attribution"):
        accept_place(outer, {"revision": 3, "segments": at(article, "the closures")}, by=cast.mo, version=outer.version)


def test_one_that_waits_can_be_deleted_and_comes_back_waiting(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT)
    orphan = a_mention(article, by=cast.mo, words="Tomas Quill")
    article = revised(article, CORRECTED, cast.rita)
    orphan = stored(orphan)

    delete_annotation(orphan, by=cast.mo, version=orphan.version)
    assert review(cast.mo, article) == []
    restore_annotation(stored(orphan), by=cast.mo)

    assert [waiting.state for waiting in review(cast.mo, article)] == ["orphaned"]


def test_only_editors_revise_and_undo(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT)

    for user in (cast.mo, cast.sam, cast.zoe):
        with pytest.raises(Forbidden):
            revise_article(article, "New.", by=user, version=1)
        with pytest.raises(Forbidden):
            undo_revision(article, by=user, version=1)

    assert Revision.objects.filter(article=article).count() == 1


def test_what_cannot_be_a_text_of_the_article_is_refused(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT)
    other = an_article(cast.project, by=cast.mo, text="Another one.")
    deleted = an_article(cast.project, by=cast.mo, text="A third one.")
    delete_article(deleted, by=cast.rita, version=1)

    for text, message in ((" \n", "empty"), ("a\x00b", "NUL"), ("a\ud800", "surrogate"), (7, "required")):
        with pytest.raises(Refused, match=message):
            revise_article(article, text, by=cast.rita, version=1)
    with pytest.raises(AlreadyThere) as there:
        revise_article(article, "Another one.", by=cast.rita, version=1)
    with pytest.raises(Stale) as stale:
        revise_article(article, "New.", by=cast.rita, version=7)
    with pytest.raises(NotNow, match="in the bin"):
        revise_article(deleted, "New.", by=cast.rita, version=2)

    assert there.value.found == str(other.pk)
    assert stale.value.current["version"] == 1
    assert Revision.objects.filter(article=article).count() == 1


def test_a_preview_says_what_will_happen_and_stores_nothing(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT)
    for words in ("Ilsa Marrow", "she told", "Tomas Quill"):
        a_mention(article, by=cast.mo, words=words)
    before, event = everything(article), last(cast.project)

    told = preview(cast.rita, article, CORRECTED)

    assert told.counts == {"kept": 1, "moved": 0, "changed": 1, "orphaned": 1}
    assert [waiting.annotation["exact"] for waiting in told.waiting] == [["she told"], ["Tomas Quill"]]
    assert told.waiting[0].proposal.exact == ["she wrote to"]
    assert (everything(article), last(cast.project)) == (before, event)


def test_a_purge_leaves_no_former_place(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT)
    a_mention(article, by=cast.mo)
    article = revised(article, CORRECTED, cast.rita)
    assert Place.objects.count() == 1

    purge_article(article, by=cast.alice, reason="Court order 17.")

    assert Place.objects.count() == 0
    assert set(Revision.objects.filter(article=article).values_list("text", flat=True)) == {""}
    assert Event.objects.filter(article=article, act="revision.carried").exclude(after=None).count() == 0


def test_the_queries_of_a_revision_do_not_grow_with_its_annotations(cast: Cast):
    counts = []
    for number in (2, 40):
        article = an_article(cast.project, by=cast.mo, text=f"{TEXT}\n\nWith {number}.")
        coding = open_coding(article, by=cast.mo)
        for _ in range(number):
            given = {"segments": at(article, "Ilsa Marrow"), "revision": 1, "type": "PER"}
            annotate("mention", given, coding=coding, by=cast.mo)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            revised(article, "New.\n\n" + article.current.text, cast.rita)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_wire_forms_say_whether_an_annotation_is_in_place(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT)
    orphan = a_mention(article, by=cast.mo, words="Tomas Quill")
    assert wire(orphan)["anchoring"] == ""

    revised(article, CORRECTED, cast.rita)

    assert (wire(orphan)["anchoring"], wire(orphan)["revision"]) == ("orphaned", 1)


def test_what_was_read_on_a_former_text_is_not_written_on_the_new_one(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT)
    mention = a_mention(article, by=cast.mo)
    coding, old = open_coding(article, by=cast.mo), at(article, "Tomas Quill")
    article = revised(article, CORRECTED, cast.rita)

    with pytest.raises(RevisionSuperseded):
        annotate("mention", {"segments": old, "revision": 1, "type": "PER"}, coding=coding, by=cast.mo)
    with pytest.raises(RevisionSuperseded):
        revise_annotation(stored(mention), {"segments": old, "revision": 1}, by=cast.mo, version=2)
    with pytest.raises(Stale):
        revise_annotation(stored(mention), {"comment": "Hm."}, by=cast.mo, version=1)

    assert spans(mention) == ["Ilsa Marrow"]


def test_the_review_says_when_a_published_assessment_rests_on_changed_words(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT)
    assessed, other = (a_proposition(cast.project, by=cast.mo) for _ in range(2))
    for proposition in (assessed, other):
        a_claim(article, by=cast.mo, proposition=str(proposition.pk))
    evidence = [{"url": "https://example.org", "bearing": "supports"}]
    verdict = {"scale": "facts", "rating": "true", "as_of": "2026-11-01", "state": "published", "evidence": evidence}
    assess(assessed, verdict, by=cast.rita)
    draft = {"scale": "facts", "rating": "false", "as_of": "2026-11-01"}
    assess(other, draft, by=cast.rita)

    article = revised(article, CORRECTED, cast.rita)

    told = {each.annotation["proposition"]: each.is_published for each in review(cast.rita, article)}
    assert told == {assessed.pk: True, other.pk: False}


def test_a_corrected_headline_comes_with_the_text_and_goes_with_it(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT, title="Trains", author="A. Bell")
    came = {
        "title": "Trains stay",
        "author": "A. Bell",
        "published_on": "2026-11-02",
        "outlet": "Elsewhere",
        "url": "x",
    }

    article = revise_article(article, CORRECTED, by=cast.rita, version=1, details=came)
    assert (article.title, str(article.published_on), article.outlet, article.version) == (
        "Trains stay",
        "2026-11-02",
        None,
        2,
    )
    [revision] = events(cast.project, "article.revised")
    assert (revision.before["title"], revision.after["title"]) == ("Trains", "Trains stay")
    article = undo_revision(article, by=cast.rita, version=2)

    assert (article.title, article.published_on, article.author) == ("Trains", None, "A. Bell")


def test_a_headline_that_somebody_changed_by_hand_stays(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT, title="Trains")
    article = change_article(article, by=cast.rita, version=1, title="Our trains")

    article = revise_article(article, CORRECTED, by=cast.rita, version=2, details={"title": "Trains stay"})

    assert article.title == "Our trains"


def test_a_corrected_headline_of_the_same_text_is_taken_over_each_time(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT, title="Trains")

    for title in ("Trains stay", "Trains stay, for now"):
        article = revise_article(article, TEXT, by=cast.rita, version=article.version, details={"title": title})
        assert article.title == title

    assert [event.before["title"] for event in events(cast.project, "article.corrected")] == ["Trains", "Trains stay"]
    assert Revision.objects.filter(article=article).count() == 1


def test_undo_takes_back_what_came_last_a_text_or_a_headline_alone(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT, title="Trains")
    came = [(TEXT, "Trains stay"), (CORRECTED, "Trains stay on"), (CORRECTED, "Trains go"), (CORRECTED, "Trains went")]
    for text, title in came:
        article = revise_article(article, text, by=cast.rita, version=article.version, details={"title": title})
    states = []

    for _ in range(4):
        article = undo_revision(article, by=cast.rita, version=article.version)
        states.append((article.title, article.current.number))

    assert states == [("Trains go", 2), ("Trains stay on", 2), ("Trains stay", 1), ("Trains", 1)]
    undone = ["article.correction_undone", "article.correction_undone", "article.revision_undone"]
    told = Event.objects.filter(article=article.pk, act__endswith="undone").order_by("id")
    assert [event.act for event in told] == [*undone, "article.correction_undone"]
    with pytest.raises(NotNow, match="This is the article's first text: there is nothing to undo."):
        undo_revision(article, by=cast.rita, version=article.version)
    article = revise_article(article, TEXT, by=cast.rita, version=article.version, details={"title": "Trains again"})
    assert undo_revision(article, by=cast.rita, version=article.version).title == "Trains"


def test_a_headline_that_was_changed_by_hand_since_is_not_taken_back(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT, title="Trains", author="A. Bell")
    came = {"title": "Trains stay", "author": "B. Bell"}
    article = revise_article(article, TEXT, by=cast.rita, version=1, details=came)
    article = change_article(article, by=cast.rita, version=2, title="Our trains")

    article = undo_revision(article, by=cast.rita, version=3)

    assert (article.title, article.author) == ("Our trains", "A. Bell")


def test_undo_is_refused_when_another_article_has_the_former_text_by_now(cast: Cast):
    article = an_article(cast.project, by=cast.mo, text=TEXT)
    article = revised(article, CORRECTED, cast.rita)
    an_article(cast.project, by=cast.mo, text=TEXT)

    with pytest.raises(Refused, match="an article with this very text"), transaction.atomic():
        undo_revision(article, by=cast.rita, version=article.version)

    assert Article.objects.get(pk=article.pk).current_id == article.current_id
