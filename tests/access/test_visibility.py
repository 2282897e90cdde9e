"""WHO SEES: by every way of asking, nothing of what is not one's own to see."""

import inspect

import pytest
from django.contrib.auth.models import AnonymousUser

from annotator.access import visibility
from annotator.access.visibility import (
    visible_annotations,
    visible_assessments,
    visible_codings,
    visible_comments,
    visible_events,
    visible_tokens,
)
from annotator.actions.articles import delete_article
from annotator.actions.comments import add_comment, delete_comment
from annotator.actions.projects import remove_member
from annotator.actions.purging import purge_article
from annotator.actions.register import assess, change_assessment, link_propositions
from annotator.actions.revisions import revise_article
from annotator.actions.tokens import make_token
from annotator.models import ANNOTATIONS
from tests.access.people import askers, by_token, disabled
from tests.factories import (
    a_cast,
    a_claim,
    a_mention,
    a_project,
    a_proposition,
    a_search,
    a_stance,
    an_article,
    an_attribution,
    an_entity,
)

pytestmark = pytest.mark.django_db

READS = {
    name.removeprefix("visible_"): read
    for name, read in inspect.getmembers(visibility, inspect.isfunction)
    if name.startswith("visible_")
}


def keys(name: str, user: object) -> set[object]:
    """The keys of what the user sees; of annotations, those of all kinds."""
    if name == "annotations":
        return {key for kind in ANNOTATIONS for key in visible_annotations(user, kind).values_list("pk", flat=True)}
    return set(READS[name](user).values_list("pk", flat=True))


@pytest.fixture(scope="module")
def house(stage):
    """Two projects with a row of everything in each; the second is Zoe's."""
    cast = a_cast()
    elsewhere = cast.zoe.memberships.get().project
    of_mine = a_project(cast.alice)
    for project, manager in ((cast.project, cast.alice), (elsewhere, cast.zoe)):
        article = an_article(project, by=manager, outlet="The Courier")
        mention = a_mention(article, by=manager, entity=str(an_entity(project, by=manager).pk))
        for annotate in (an_attribution, a_stance, a_claim):
            annotate(article, by=manager)
        add_comment(mention, "Is it she?", by=manager)
        one, other = (a_proposition(project, by=manager) for _ in range(2))
        link_propositions(one, other, "variant", by=manager)
        assess(one, {"scale": "facts", "rating": "true"}, by=manager)
        a_search(project, by=manager, shared=True)
        revise_article(article, f"{article.current.text} More.", by=manager, version=article.version)
    return cast, askers(cast, of_mine)


def test_every_read_is_tested_here(house):
    assert sorted(READS) == [
        "annotations", "articles", "assessments", "codebook_fields", "codebook_values", "codings", "comments",
        "entities", "events", "issues", "memberships", "outlets", "places", "projects", "proposition_links",
        "propositions", "revisions", "searches", "tokens",
    ]  # fmt: skip


@pytest.mark.parametrize("name", sorted(set(READS) - {"tokens"}))
def test_members_see_their_project_and_nobody_another(house, name):
    cast, users = house

    in_desk, in_zoes = keys(name, cast.rita), keys(name, cast.zoe)

    assert in_desk
    assert in_zoes
    assert in_desk.isdisjoint(in_zoes)
    assert keys(name, users["here"]) == in_desk
    for column in ("manager", "read", "annotate", "manage"):
        assert in_desk <= keys(name, users[column])
        assert in_zoes.isdisjoint(keys(name, users[column]))
    assert keys(name, users["nobody"]) == keys(name, users["disabled"]) == set()
    assert keys(name, users["other"]).isdisjoint(in_desk | in_zoes)


def test_coders_and_readers_see_everything_of_a_shared_project_but_drafts_of_assessments(house):
    cast, _users = house

    for name in sorted(set(READS) - {"tokens", "assessments", "events"}):
        assert keys(name, cast.mo) == keys(name, cast.sam) == keys(name, cast.rita)
    assert keys("assessments", cast.mo) == keys("assessments", cast.sam) == set()
    assert not visible_events(cast.mo).filter(thing="assessment").exists()
    assert visible_events(cast.rita).filter(thing="assessment").count() == 1
    [of_draft] = keys("events", cast.rita) - keys("events", cast.mo)
    assert visible_events(cast.rita).get(pk=of_draft).act == "assessment.added"


def test_what_becomes_of_a_published_assessment_is_told_to_all_and_what_its_drafts_say_is_not(house):
    cast, _users = house
    proposition = a_proposition(cast.project, by=cast.rita)
    assessment = assess(proposition, {"scale": "facts", "rating": "true", "summary": "A first word."}, by=cast.rita)
    for version, given in enumerate(
        [
            {"summary": "A second word."},
            {
                "summary": "For all.",
                "state": "published",
                "evidence": [{"url": "https://a.example/", "bearing": "supports"}],
            },
            {"summary": "For all, again."},
            {"state": "withdrawn"},
            {"summary": "A third word.", "state": "draft"},
        ],
        start=1,
    ):
        change_assessment(assessment, given, by=cast.rita, version=version)

    told = visible_events(cast.sam).filter(thing_id=str(assessment.pk)).order_by("id")
    seen = [(event.act, event.before, event.after and event.after["summary"]) for event in told]

    assert seen == [
        ("assessment.published", None, "For all."),
        ("assessment.changed", {"summary": "For all."}, "For all, again."),
        ("assessment.withdrawn", None, "For all, again."),
        ("assessment.reopened", None, None),
    ]
    assert visible_events(cast.rita).filter(thing_id=str(assessment.pk)).count() == 7
    assert not visible_events(cast.zoe).filter(thing_id=str(assessment.pk)).exists()


def test_a_published_assessment_is_seen_by_all_members(house):
    cast, _users = house
    proposition = a_proposition(cast.project, by=cast.rita)
    assess(proposition, {"scale": "facts", "rating": "unverifiable", "state": "published"}, by=cast.rita)

    assert [row.proposition for row in visible_assessments(cast.sam)] == [proposition]
    assert not visible_assessments(cast.zoe).filter(proposition=proposition).exists()


def test_tokens_are_ones_own_and_shown_to_a_person_only(house):
    cast, _users = house
    make_token(by=cast.mo, name="Mo's", scope="read")

    assert [token.name for token in visible_tokens(cast.mo)] == ["Mo's"]
    assert not visible_tokens(by_token(cast.mo, "manage")).exists()
    assert not visible_tokens(disabled(cast.mo)).exists()
    assert not visible_tokens(AnonymousUser()).exists()


def test_who_leaves_a_project_sees_nothing_of_it_any_more(house):
    cast, _users = house
    article = cast.project.articles.first()
    a_mention(article, by=cast.mo)

    remove_member(cast.project.memberships.get(user=cast.mo), by=cast.alice)

    assert {name for name in READS if keys(name, cast.mo)} == set()


def test_what_is_in_the_bin_is_seen_and_what_is_purged_is_not(house):
    cast, _users = house
    article, purged = (an_article(cast.project, by=cast.alice) for _ in range(2))
    comment = add_comment(a_mention(article, by=cast.mo), "No.", by=cast.mo)
    a_mention(purged, by=cast.mo)

    delete_comment(comment, by=cast.mo, version=1)
    delete_article(article, by=cast.rita, version=1)
    purge_article(purged, by=cast.alice, reason="Court order 17.")

    assert visible_comments(cast.mo).filter(pk=comment.pk).exists()
    assert READS["articles"](cast.sam).filter(pk=article.pk).exists()
    assert not READS["articles"](cast.alice).filter(pk=purged.pk).exists()
    assert not visible_codings(cast.alice).filter(article=purged).exists()
    assert not READS["revisions"](cast.alice).filter(article=purged).exists()
