"""What waits after a revision is placed by a person, or comes back with its words."""

import pytest

from annotator.actions.annotations import delete_annotation, restore_annotation, revise_annotation
from annotator.actions.codings import open_coding, set_state
from annotator.actions.placing import accept_place, take_back_place
from annotator.actions.register import assess
from annotator.domain.errors import Forbidden, NotNow, Refused, RevisionSuperseded, Stale
from annotator.models import Place
from annotator.queries.revisions import placed_by_hand, review
from tests.actions.events import last
from tests.actions.revising import CORRECTED, everything, revised, spans, stored
from tests.factories import (
    TEXT,
    Cast,
    a_claim,
    a_mention,
    a_proposition,
    an_article,
    an_attribution,
    at,
)

pytestmark = pytest.mark.django_db


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
