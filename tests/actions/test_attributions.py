"""Who is made to say it: nesting, the author's voice, and the speaker that stances and claims take over."""

import pytest

from annotator.actions.annotations import annotate, delete_annotation, restore_annotation, revise_annotation, wire
from annotator.actions.records import merge_record, unmerge_record
from annotator.domain.errors import NotNow, Refused
from tests.factories import a_claim, a_coding, a_mention, a_stance, an_article, an_attribution, an_entity, an_issue

pytestmark = pytest.mark.django_db

OUTER, INNER = [[0, 40]], [[12, 36]]


def nested(article, by, depth=2):
    """Attributions, each within the one before."""
    found = [an_attribution(article, by=by, segments=OUTER)]
    for _ in range(depth - 1):
        found.append(an_attribution(article, by=by, segments=INNER, parent=str(found[-1].pk)))
    return found


# --- Nesting ---


def test_inner_content_lies_inside_the_outer_over_its_gaps_too(cast, article):
    outer = an_attribution(article, by=cast.mo, segments=[[0, 11], [21, 36]])

    inner = an_attribution(article, by=cast.mo, segments=[[12, 17]], parent=str(outer.pk))

    assert inner.parent == outer


def test_inner_content_outside_the_outer_is_refused(cast, article):
    outer = an_attribution(article, by=cast.mo, segments=INNER)

    with pytest.raises(Refused) as refused:
        an_attribution(article, by=cast.mo, segments=OUTER, parent=str(outer.pk))

    [problem] = refused.value.problems
    assert (problem.field, problem.message) == (
        "parent", "The content [0, 40) lies outside the outer attribution's, [12, 36).",
    )  # fmt: skip


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_no_attribution_lies_within_itself_over_however_many(cast, article, depth):
    found = nested(article, cast.mo, depth)
    for attribution in found[1:]:
        revise_annotation(attribution, {"revision": 1, "segments": OUTER}, by=cast.mo, version=1)

    with pytest.raises(Refused, match="An attribution (cannot lie within itself|is not its own parent)"):
        revise_annotation(found[0], {"parent": str(found[-1].pk)}, by=cast.mo, version=1)


def test_a_parent_in_another_article_is_answered_like_none(cast, article):
    elsewhere = an_attribution(an_article(cast.project, by=cast.mo), by=cast.mo, segments=OUTER)

    with pytest.raises(Refused, match=f"`parent`: there is no attribution {elsewhere.pk} in this layer."):
        an_attribution(article, by=cast.mo, parent=str(elsewhere.pk))


def test_the_outer_does_not_shrink_away_from_the_inner(cast, article):
    outer, inner = nested(article, cast.mo)
    shorter = {"revision": 1, "segments": [[0, 20]]}

    with pytest.raises(Refused, match=r"An inner attribution, \[12, 36\), would lie outside."):
        revise_annotation(outer, shorter, by=cast.mo, version=1)
    delete_annotation(inner, by=cast.mo, version=1)
    revise_annotation(outer, shorter, by=cast.mo, version=1)

    with pytest.raises(Refused, match=r"The content \[12, 36\) lies outside the outer attribution's, \[0, 20\)."):
        restore_annotation(inner, by=cast.mo)


def test_a_cue_is_one_stretch_of_words(cast, article):
    assert an_attribution(article, by=cast.mo, cue_span=[[12, 17]]).cue_span == [[12, 17]]

    with pytest.raises(Refused, match=r"`cue_span`: exactly one \[start, end\] pair is expected, not 2."):
        an_attribution(article, by=cast.mo, cue_span=[[0, 4], [12, 17]])


def test_a_day_and_its_precision_are_given_together(cast, article):
    assert an_attribution(article, by=cast.mo, said_on="2016-11-01", said_on_precision="month").said_on.month == 11

    with pytest.raises(Refused, match="`said_on` and `said_on_precision` are given together."):
        an_attribution(article, by=cast.mo, said_on="2016-11-01")


# --- Used by others ---


@pytest.mark.parametrize(
    ("use", "told"),
    [
        (lambda article, by, of: a_stance(article, by=by, attribution=of, holder="UNSPECIFIED"), "1 stance"),
        (lambda article, by, of: [a_claim(article, by=by, attribution=of) for _ in range(2)], "2 claims"),
        (lambda article, by, of: an_attribution(article, by=by, parent=of), "1 inner attribution"),
    ],
    ids=["stance", "claims", "inner"],
)
def test_an_attribution_in_use_stays(cast, article, use, told):
    attribution = an_attribution(article, by=cast.mo, segments=[[0, 45]])
    use(article, cast.mo, str(attribution.pk))

    with pytest.raises(NotNow, match=f"This attribution is used by {told}: unlink or delete them first."):
        delete_annotation(attribution, by=cast.mo, version=1)


def test_who_used_an_attribution_comes_back_after_it(cast, article):
    attribution = an_attribution(article, by=cast.mo)
    claim = a_claim(article, by=cast.mo, attribution=str(attribution.pk))
    delete_annotation(claim, by=cast.mo, version=1)
    delete_annotation(attribution, by=cast.mo, version=1)

    with pytest.raises(NotNow, match=r"Its attribution “.*” is in the bin: restore that first."):
        restore_annotation(claim, by=cast.mo)
    restore_annotation(attribution, by=cast.mo)
    restore_annotation(claim, by=cast.mo)

    assert claim.deleted_at is None


# --- Who speaks ---


def test_a_holder_and_a_claimant_left_out_are_the_source(cast, article):
    speaker = an_entity(cast.project, by=cast.mo)
    said = {
        "entity": an_attribution(article, by=cast.mo, source=str(speaker.pk)),
        "nobody": an_attribution(article, by=cast.mo, source="UNSPECIFIED"),
    }
    issue = an_issue(cast.project, by=cast.mo)

    for name, attribution in said.items():
        holder = wire(of_source("stance", article, cast.mo, attribution, target_kind="issue", target=issue.pk))
        claimant = wire(of_source("claim", article, cast.mo, attribution))

        expected = str(speaker.pk) if name == "entity" else "UNSPECIFIED"
        assert (holder["holder"], claimant["claimant"]) == (expected, expected)


def of_source(kind, article, by, attribution, **fields):
    """A stance or a claim that does not say who holds or makes it."""
    given = {"segments": INNER, "revision": 1, "attribution": str(attribution.pk), **fields}
    given |= {"position": "oppose"} if kind == "stance" else {"claim_kind": "event"}
    return annotate(kind, given, coding=a_coding(article, by=by), by=by)


def test_an_attribution_that_is_given_later_leaves_the_holder_as_it_was(cast, article):
    holder, speaker = (an_entity(cast.project, by=cast.mo) for _ in range(2))
    stance = a_stance(article, by=cast.mo, holder=str(holder.pk))
    attribution = an_attribution(article, by=cast.mo, source=str(speaker.pk))

    revise_annotation(stance, {"attribution": str(attribution.pk)}, by=cast.mo, version=1)

    assert wire(stance)["holder"] == str(holder.pk)


def test_the_author_does_not_hold_what_another_is_made_to_say(cast, article):
    speaker = an_entity(cast.project, by=cast.mo)
    of_author = an_attribution(article, by=cast.mo, source="AUTHOR")
    of_speaker = an_attribution(article, by=cast.mo, source=str(speaker.pk))

    assert a_stance(article, by=cast.mo, holder="AUTHOR", attribution=str(of_author.pk)).attribution == of_author
    with pytest.raises(Refused, match="The author is the holder, but the words are attributed to another source."):
        a_stance(article, by=cast.mo, holder="AUTHOR", attribution=str(of_speaker.pk))
    assert a_claim(article, by=cast.mo, claimant="AUTHOR", attribution=str(of_speaker.pk)).claimant_voice == "AUTHOR"


def test_the_source_does_not_change_under_an_author_who_holds(cast, article):
    attribution = an_attribution(article, by=cast.mo, source="AUTHOR")
    a_stance(article, by=cast.mo, holder="AUTHOR", attribution=str(attribution.pk))

    with pytest.raises(Refused, match="A stance with these words has the author as its holder."):
        revise_annotation(attribution, {"source": "UNSPECIFIED"}, by=cast.mo, version=1)


def test_nobody_takes_a_stance_towards_themselves(cast, article):
    mayor = an_entity(cast.project, by=cast.mo)

    with pytest.raises(Refused, match="The holder of a stance cannot be its target."):
        a_stance(article, by=cast.mo, holder=str(mayor.pk), target_kind="entity", target=str(mayor.pk))


# --- Merged records ---


def test_what_is_written_to_a_merged_record_goes_to_what_stands_for_it(cast, article):
    one, two, three = (an_entity(cast.project, by=cast.rita) for _ in range(3))
    merge_record(one, two, by=cast.rita, version=1)
    merge_record(two, three, by=cast.rita, version=1)

    mention = a_mention(article, by=cast.mo, entity=str(one.pk))
    attribution = an_attribution(article, by=cast.mo, source=str(two.pk))

    assert (mention.entity, attribution.source_entity) == (three, three)


def test_what_was_written_before_a_merge_keeps_its_record_so_that_it_can_be_undone(cast, article):
    one, other = (an_entity(cast.project, by=cast.rita) for _ in range(2))
    mention = a_mention(article, by=cast.mo, entity=str(one.pk))
    attribution = an_attribution(article, by=cast.mo, source=str(one.pk))
    merge_record(one, other, by=cast.rita, version=1)

    read_back = {"revision": 1, "segments": mention.segments, "type": "PER", "entity": str(one.pk), "level": "NOM"}
    revise_annotation(mention, read_back, by=cast.mo, version=1, whole=True)
    claim = of_source("claim", article, cast.mo, attribution)
    unmerge_record(one, by=cast.rita, version=2)

    assert (mention.entity, mention.level) == (one, "NOM")
    # Made anew while the merge stood, so it was made about the other.
    assert claim.claimant_entity == other
