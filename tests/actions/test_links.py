"""Links of claims to propositions: suggested with a score, confirmed by somebody, changed and taken back."""

import pytest

from annotator.actions.annotations import revise_annotation
from annotator.domain.errors import Refused
from tests.factories import a_claim, a_proposition

pytestmark = pytest.mark.django_db


def link_of(claim):
    who = claim.link_confirmed_by.username if claim.link_confirmed_by else None
    return claim.link, claim.link_score, who, claim.link_confirmed_at is not None


def test_a_link_made_by_a_person_is_confirmed_by_that_person(cast, article):
    proposition = a_proposition(cast.project, by=cast.mo)

    claim = a_claim(article, by=cast.mo, proposition=str(proposition.pk))

    assert link_of(claim) == ("confirmed", None, "mo", True)


def test_a_suggestion_is_confirmed_by_who_says_so_and_keeps_its_score(cast, article):
    proposition = a_proposition(cast.project, by=cast.mo)
    claim = a_claim(article, by=cast.mo, proposition=str(proposition.pk), link="suggested", link_score=0.7)
    assert link_of(claim) == ("suggested", 0.7, None, False)

    revise_annotation(claim, {"link_score": 0.8}, by=cast.mo, version=1)
    assert link_of(claim) == ("suggested", 0.8, None, False)
    revise_annotation(claim, {"proposition": str(proposition.pk)}, by=cast.mo, version=2)
    assert link_of(claim) == ("suggested", 0.8, None, False)
    revise_annotation(claim, {"link": "confirmed"}, by=cast.rita, version=3)
    assert link_of(claim) == ("confirmed", 0.8, "rita", True)


def test_confirming_again_keeps_who_confirmed_first(cast, article):
    proposition = a_proposition(cast.project, by=cast.mo)
    claim = a_claim(article, by=cast.mo, proposition=str(proposition.pk))
    when = claim.link_confirmed_at

    revise_annotation(claim, {"link": "confirmed", "wording": "Other words."}, by=cast.rita, version=1)

    assert (link_of(claim), claim.link_confirmed_at) == (("confirmed", None, "mo", True), when)


def test_a_link_to_another_proposition_is_a_new_link(cast, article):
    one, other = (a_proposition(cast.project, by=cast.mo) for _ in range(2))
    claim = a_claim(article, by=cast.mo, proposition=str(one.pk), link="suggested", link_score=0.7)

    revise_annotation(claim, {"proposition": str(other.pk)}, by=cast.rita, version=1)

    assert (claim.proposition, link_of(claim)) == (other, ("confirmed", None, "rita", True))


def test_a_link_that_is_taken_back_leaves_nothing_of_itself(cast, article):
    proposition = a_proposition(cast.project, by=cast.mo)
    claim = a_claim(article, by=cast.mo, proposition=str(proposition.pk), link="suggested", link_score=0.7)

    revise_annotation(claim, {"proposition": None}, by=cast.mo, version=1)

    assert (claim.proposition, link_of(claim)) == (None, ("", None, None, False))


@pytest.mark.parametrize("given", [{"link": "suggested"}, {"link": "confirmed"}, {"link_score": 0.5}])
def test_there_is_no_link_to_nothing(cast, article, given):
    claim = a_claim(article, by=cast.mo)

    with pytest.raises(Refused, match="`link` says how sure the `proposition` is: both are given, or neither."):
        revise_annotation(claim, given, by=cast.mo, version=1)


def test_a_proposition_is_not_kept_without_its_link(cast, article):
    claim = a_claim(article, by=cast.mo, proposition=str(a_proposition(cast.project, by=cast.mo).pk))

    with pytest.raises(Refused, match="both are given, or neither"):
        revise_annotation(claim, {"link": ""}, by=cast.mo, version=1)
