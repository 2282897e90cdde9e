"""A new text: annotations follow their words, and what was there stays readable."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotator.access.visibility import visible_events
from annotator.actions.annotations import annotate, delete_annotation, revise_annotation, wire
from annotator.actions.articles import delete_article
from annotator.actions.codings import open_coding, set_state
from annotator.actions.projects import add_member
from annotator.actions.purging import purge_article
from annotator.actions.revisions import revise_article, undo_revision
from annotator.domain.errors import AlreadyThere, Forbidden, NotNow, Refused, RevisionSuperseded, Stale
from annotator.models import Event, Place
from annotator.queries.annotations import of_article
from annotator.queries.revisions import as_of, preview
from articles.models import Revision
from tests.actions.events import events, last
from tests.actions.revising import CORRECTED, everything, revised, spans, stored
from tests.factories import (
    TEXT,
    Cast,
    a_claim,
    a_mention,
    a_project,
    a_stance,
    an_article,
    an_attribution,
    at,
)

pytestmark = pytest.mark.django_db


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
