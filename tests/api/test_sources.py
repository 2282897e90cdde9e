"""Published assessments say that what they rest on has changed: over REST, on the screen, as ClaimReview, in events."""

from typing import Any

import pytest

from annotator.access.visibility import visible_events
from annotator.actions.annotations import delete_annotation, restore_annotation
from annotator.actions.articles import delete_article
from annotator.actions.placing import accept_place, take_back_place
from annotator.actions.projects import add_member
from annotator.actions.register import assess, change_assessment
from annotator.actions.revisions import revise_article, undo_revision
from annotator.models import Assessment, Claim, User
from annotator.queries.document import document
from articles.models import Article
from tests.actions.events import events
from tests.api.clients import API, client_of
from tests.factories import TEXT, Cast, a_claim, a_project, a_proposition, an_article, at

pytestmark = pytest.mark.django_db

CLAIM = "the closures could save 9 percent of the budget"
EDITED = TEXT.replace("9 percent", "7 percent")
CORRECTION = f"{TEXT}\n\nCorrection: an earlier version misspelt a name."
VERDICT = {
    "scale": "facts",
    "rating": "true",
    "as_of": "2026-11-01",
    "state": "published",
    "evidence": [{"url": "https://example.org", "bearing": "supports"}],
}


@pytest.fixture
def article(cast: Cast) -> Article:
    return an_article(cast.project, by=cast.mo, text=TEXT)


@pytest.fixture
def assessment(cast: Cast, article: Article) -> Assessment:
    proposition = a_proposition(cast.project, by=cast.mo)
    a_claim(article, by=cast.mo, words=CLAIM, proposition=str(proposition.pk))
    return assess(proposition, VERDICT, by=cast.rita)


def revised(article: Article, text: str, by: User) -> Article:
    return revise_article(Article.objects.get(pk=article.pk), text, by=by, version=article.version)


def told(assessment: Assessment, by: User) -> list[Any]:
    """By the assessment, by its proposition, and by the claim on the screen."""
    client = client_of(by)
    [claim] = Claim.objects.filter(proposition=assessment.proposition).select_related("coding__article")
    article = Article.objects.select_related("project", "current").get(pk=claim.coding.article_id)
    return [
        client.get(f"{API}/assessments/{assessment.pk}/").json()["source_changed"],
        client.get(f"{API}/propositions/{assessment.proposition_id}/").json()["source_changed"],
        document(article, by)["source_changed"].get(str(claim.pk)),
    ]


@pytest.mark.parametrize(
    ("text", "change"),
    [(EDITED, "words_waiting"), (CORRECTION, "article_changed"), ("Gone.", "words_waiting"), (TEXT, None)],
)
def test_an_assessment_says_what_befell_its_source(cast: Cast, article, assessment, text: str, change):
    assert told(assessment, cast.rita) == [None] * 3

    revised(article, text, cast.rita)

    assert told(assessment, cast.rita) == [change] * 3


def test_words_that_a_person_placed_are_other_words(cast: Cast, article, assessment):
    article = revised(article, EDITED, cast.rita)
    claim = Claim.objects.select_related("coding__article__project").get()
    place = {"revision": 2, "segments": at(article, CLAIM.replace("9", "7")), "hedge_spans": None, "quantities": []}

    accept_place(claim, place, by=cast.mo, version=claim.version)

    assert told(assessment, cast.rita) == ["words_changed"] * 3


def test_undo_takes_it_back_and_so_does_who_looks_again(cast: Cast, article, assessment):
    article = revised(article, EDITED, cast.rita)
    article = undo_revision(article, by=cast.rita, version=article.version)
    assert told(assessment, cast.rita) == [None] * 3

    article = revised(article, CORRECTION, cast.rita)
    assessment = change_assessment(assessment, {"summary": "It holds."}, by=cast.rita, version=assessment.version)
    assert told(assessment, cast.rita) == ["article_changed"] * 3
    assessment = change_assessment(assessment, {"as_of": "2026-11-02"}, by=cast.rita, version=assessment.version)
    assert told(assessment, cast.rita) == [None] * 3

    # What it is now was looked at: going back is a change as well.
    undo_revision(article, by=cast.rita, version=article.version)
    assert told(assessment, cast.rita) == ["article_changed"] * 3


def test_publishing_again_is_looking_again_and_what_is_no_verdict_says_nothing(cast: Cast, article, assessment):
    article = revised(article, CORRECTION, cast.rita)

    withdrawn = change_assessment(assessment, {"state": "withdrawn"}, by=cast.rita, version=assessment.version)
    assert told(withdrawn, cast.rita) == [None] * 3
    again = change_assessment(withdrawn, {"state": "published"}, by=cast.rita, version=withdrawn.version)

    assert told(again, cast.rita) == [None] * 3
    assert again.published_at < again.checked_at


def test_followers_are_told_once_when_it_changes_and_when_it_does_no_more(cast: Cast, article, assessment):
    article = revised(article, EDITED, cast.rita)
    article = revised(article, f"{EDITED}\n\nMore.", cast.rita)
    article = undo_revision(article, by=cast.rita, version=article.version)
    undo_revision(article, by=cast.rita, version=article.version)

    found = events(cast.project, "assessment.source_changed")
    assert [(event.before["source_changed"], event.after["source_changed"]) for event in found] == [
        (None, "words_waiting"),
        ("words_waiting", None),
    ]
    assert (found[0].thing_id, found[0].article_id, found[0].after["revision"]) == (str(assessment.pk), article.pk, 2)
    assert found[0].after["rating"] == "true"


def test_what_people_do_to_a_claim_is_told_to_followers_as_well(cast: Cast, article, assessment):
    def claim() -> Claim:
        return Claim.objects.select_related("coding__article__project", "coding__article__current").get()

    def done(act: Any, *given: Any, by: User = cast.mo) -> None:
        act(claim(), *given, by=by, version=claim().version)

    article = revised(article, EDITED, cast.rita)
    place = {"revision": 2, "segments": at(article, CLAIM.replace("9", "7")), "hedge_spans": None, "quantities": []}

    done(accept_place, place)
    done(take_back_place)
    done(delete_annotation)
    restore_annotation(claim(), by=cast.mo)
    delete_article(claim().coding.article, by=cast.rita, version=article.version)

    found = events(cast.project, "assessment.source_changed")
    assert [(event.before["source_changed"], event.after["source_changed"]) for event in found] == [
        (None, "words_waiting"),
        ("words_waiting", "words_changed"),
        ("words_changed", "words_waiting"),
        ("words_waiting", None),
        (None, "words_waiting"),
        ("words_waiting", None),
    ]
    assert [event.by_id for event in found] == [cast.rita.pk, *[cast.mo.pk] * 4, cast.rita.pk]


def test_a_claim_that_says_what_was_assessed_before_is_a_source_from_then_on(cast: Cast, assessment):
    later = an_article(cast.project, by=cast.mo, text=f"{TEXT}\n\nLater.")
    later = revised(later, f"{TEXT}\n\nLater still.", cast.rita)
    said = {"proposition": str(assessment.proposition_id), "link": "confirmed"}
    claim = a_claim(later, by=cast.mo, words=CLAIM, **said)

    def told() -> Any:
        return client_of(cast.rita).get(f"{API}/assessments/{assessment.pk}/").json()["source_changed"]

    assert told() is None
    later = revised(later, f"{EDITED}\n\nLater still.", cast.rita)
    assert told() == "words_waiting"
    assert document(later, cast.rita)["source_changed"] == {str(claim.pk): "words_waiting"}


def test_a_blind_layer_is_not_told_of(cast: Cast):
    project = a_project(cast.alice, layers="independent")
    for user in (cast.mo, cast.rita):
        add_member(project, user, "coder", by=cast.alice)
    article = an_article(project, by=cast.alice, text=TEXT)
    proposition = a_proposition(project, by=cast.mo)
    a_claim(article, by=cast.mo, words=CLAIM, proposition=str(proposition.pk))
    assessment = assess(proposition, VERDICT, by=cast.alice)

    revised(article, EDITED, cast.alice)

    assert told(assessment, cast.alice) == told(assessment, cast.mo) == ["words_waiting"] * 3
    assert told(assessment, cast.rita) == [None] * 3
    seen = {
        user.username: visible_events(user).filter(act="assessment.source_changed").count()
        for user in (cast.alice, cast.rita, cast.mo)
    }
    assert seen == {"alice": 1, "rita": 0, "mo": 1}


def test_claim_review_tells_of_it_as_a_correction_of_the_article(cast: Cast, article, assessment):
    client, address = client_of(cast.sam), f"{API}/assessments/{assessment.pk}/"
    revised(article, EDITED, cast.rita)

    review = client.get(address, HTTP_ACCEPT="application/ld+json").json()

    [appearance] = review["itemReviewed"]["appearance"]
    assert appearance["correction"] == "The words of the claim were edited or removed after this review."
