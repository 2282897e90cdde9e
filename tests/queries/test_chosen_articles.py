"""Articles by what annotations in them say: one stance, one claim, and never by what the asker may not see.

The same questions are put to the query, to the page of the list, and over REST: the answer is one.
"""

import uuid
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from annotator.actions.annotations import delete_annotation
from annotator.actions.projects import add_member
from annotator.actions.records import merge_record
from annotator.actions.register import assess
from annotator.models import Issue
from annotator.queries.articles import chosen_articles, listed
from annotator.queries.chosen_articles import FLAGS, Chosen, narrowed
from annotator.queries.facets import facets
from articles.models import Article
from tests.api.clients import client_of, read
from tests.factories import (
    a_cast,
    a_claim,
    a_mention,
    a_project,
    a_proposition,
    a_stance,
    an_article,
    an_attribution,
    an_entity,
    an_issue,
)


@pytest.fixture
def cast(db):
    return a_cast()


def by_query(user, project, **chosen):
    return {article.title for article in chosen_articles(user, project, Chosen(**chosen))}


def by_page(user, project, **chosen):
    if "target" in chosen:
        is_issue = Issue.objects.filter(pk=chosen["target"]).exists()
        chosen["issue" if is_issue else "towards"] = chosen.pop("target")
    chosen |= dict.fromkeys(chosen.keys() & FLAGS, "on")
    client = Client()
    client.force_login(user)
    answer = client.get(reverse("articles", args=[project.slug]), chosen)
    # An entity, a coder or an issue that is none there is said at its field, and does not narrow.
    return {row.article.title for row in answer.context["rows"]} if not answer.context["form"].errors else set()


REST = {"progress": "state", "since": "published_from", "until": "published_to"}


def by_rest(user, project, **chosen):
    asked = {REST.get(name, name): "true" if value is True else str(value) for name, value in chosen.items()}
    answer = read(client_of(user), f"/articles/?{urlencode({'project': project.slug, **asked})}")
    return {row["title"] for row in answer["results"]}


@pytest.fixture(params=[by_query, by_page, by_rest], ids=lambda way: way.__name__)
def found(request):
    return request.param


@pytest.fixture
def said(cast):
    """A: Ilsa opposes the plan and supports the line. B: Tomas opposes the plan, Ilsa is quoted. C: nothing."""
    made = {title: an_article(cast.project, by=cast.alice, title=title) for title in "ABC"}
    ilsa, tomas = (an_entity(cast.project, by=cast.alice, name=name) for name in ("Ilsa", "Tomas"))
    plan, line = (an_issue(cast.project, by=cast.alice) for _ in range(2))

    def stance(title, holder, position, issue):
        a_stance(
            made[title], by=cast.mo, holder=str(holder.pk), position=position, target_kind="issue", target=str(issue.pk)
        )

    stance("A", ilsa, "oppose", plan)
    stance("A", ilsa, "support", line)
    stance("B", tomas, "oppose", plan)
    an_attribution(made["B"], by=cast.rita, source=str(ilsa.pk))
    return {"ilsa": ilsa, "tomas": tomas, "plan": plan, "line": line, **made}


def test_holder_position_and_target_are_those_of_one_stance(cast, said, found):
    ilsa, plan, line = said["ilsa"].pk, said["plan"].pk, said["line"].pk

    assert found(cast.sam, cast.project, holder=ilsa, position="oppose", target=plan) == {"A"}
    assert found(cast.sam, cast.project, holder=ilsa, position="oppose", target=line) == set()
    assert found(cast.sam, cast.project, position="oppose", target=plan) == {"A", "B"}
    assert found(cast.sam, cast.project, holder="AUTHOR") == set()
    assert found(cast.sam, cast.project, holder=uuid.uuid4()) == set()


def test_an_entity_is_found_in_every_part_it_plays_and_under_what_was_merged_into_it(cast, said, found):
    a_mention(said["C"], by=cast.mo, entity=str(said["tomas"].pk))
    assert found(cast.sam, cast.project, entity=said["ilsa"].pk) == {"A", "B"}
    assert found(cast.sam, cast.project, entity=said["tomas"].pk) == {"B", "C"}

    merge_record(said["tomas"], said["ilsa"], by=cast.rita, version=1)

    assert found(cast.sam, cast.project, entity=said["ilsa"].pk) == {"A", "B", "C"}
    assert found(cast.sam, cast.project, holder=said["ilsa"].pk, position="oppose") == {"A", "B"}


def test_an_author_is_found_by_part_of_the_name_whatever_its_case_accents_and_points(cast, found):
    an_article(cast.project, by=cast.alice, title="A", author="Siân Ó Briain, J. K. Łoś")
    an_article(cast.project, by=cast.alice, title="B", author="100% Sia_n")
    an_article(cast.project, by=cast.alice, title="C")

    assert found(cast.sam, cast.project, author="sian o bri") == {"A"}
    assert found(cast.sam, cast.project, author="J.K. LOS") == {"A"}
    assert found(cast.sam, cast.project, author="briain sian") == set()
    assert found(cast.sam, cast.project, author="Sia_n") == {"B"}


def test_what_is_in_the_bin_says_nothing(cast, said, found):
    stance = a_stance(said["C"], by=cast.mo, position="mixed")
    assert found(cast.sam, cast.project, position="mixed") == {"C"}

    delete_annotation(stance, by=cast.mo, version=1)

    assert found(cast.sam, cast.project, position="mixed") == set()


def test_kind_rating_and_lack_of_an_assessment_are_those_of_one_claim(cast, found):
    articles = {title: an_article(cast.project, by=cast.alice, title=title) for title in "ABC"}
    rated = a_proposition(cast.project, by=cast.alice)
    a_claim(articles["A"], by=cast.mo, claim_kind="quantity", proposition=str(rated.pk), link="suggested")
    a_claim(articles["B"], by=cast.mo, claim_kind="event")
    a_claim(articles["C"], by=cast.mo, claim_kind="event", proposition=str(rated.pk), link="suggested")
    evidence = [{"url": "https://example.org", "bearing": "supports"}]
    verdict = {"scale": "facts", "rating": "true", "as_of": "2031-01-01", "evidence": evidence}
    draft = assess(rated, verdict, by=cast.rita)

    # Sam may not see a draft: for him nobody has assessed it.
    assert found(cast.sam, cast.project, unassessed=True) == {"A", "B", "C"}
    assert found(cast.sam, cast.project, rating="true") == set()
    assert found(cast.rita, cast.project, unassessed=True) == {"B"}
    assert found(cast.rita, cast.project, rating="true") == {"A", "C"}
    assert found(cast.rita, cast.project, rating="true", claim_kind="event") == {"C"}
    assert found(cast.rita, cast.project, claim_kind="event", unassessed=True) == {"B"}
    assert draft.state == "draft"


def test_who_annotated_and_in_which_language(cast, said, found):
    an_article(cast.project, by=cast.alice, title="D", language="de")
    an_article(cast.project, by=cast.alice, title="E", language="de-AT")

    assert found(cast.sam, cast.project, coder="rita") == {"B"}
    assert found(cast.sam, cast.project, coder="mo") == {"A", "B"}
    assert found(cast.sam, cast.project, coder="nobody") == set()
    assert found(cast.sam, cast.project, language="de") == {"D", "E"}
    assert found(cast.sam, cast.project, language="de-AT") == {"E"}


def test_what_nothing_is_said_of(cast, found):
    an_article(cast.project, by=cast.alice, title="A", outlet="Courier", published_on="2026-05-01")
    an_article(cast.project, by=cast.alice, title="B", outlet="Courier")
    an_article(cast.project, by=cast.alice, title="C", published_on="2026-05-01")
    an_article(cast.project, by=cast.alice, title="D")

    assert found(cast.sam, cast.project, no_outlet=True) == {"C", "D"}
    assert found(cast.sam, cast.project, undated=True) == {"B", "D"}
    assert found(cast.sam, cast.project, no_outlet=True, undated=True) == {"D"}


QUESTIONS = {
    "coder": lambda things: {"coder": "sam"},
    "entity": lambda things: {"entity": things["entity"].pk},
    "holder": lambda things: {"holder": things["entity"].pk},
    "position": lambda things: {"position": "oppose"},
    "target": lambda things: {"target": things["issue"].pk},
    "claim_kind": lambda things: {"claim_kind": "quantity"},
    "unassessed": lambda things: {"unassessed": True},
    "q": lambda things: {"q": "vowed", "position": "oppose"},
    "rating": lambda things: {"rating": "true"},
    "begun": lambda things: {"progress": "begun"},
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_filter_tells_a_blind_coder_what_another_has_tagged(cast, question, found):
    blind = a_project(cast.alice, slug="blind", layers="independent")
    for user, role in ((cast.mo, "coder"), (cast.sam, "coder"), (cast.rita, "reader")):
        add_member(blind, user, role, by=cast.alice)
    article = an_article(blind, by=cast.alice, title="A")
    things = {"entity": an_entity(blind, by=cast.alice), "issue": an_issue(blind, by=cast.alice)}
    a_stance(article, by=cast.sam, holder=str(things["entity"].pk), target_kind="issue", target=str(things["issue"].pk))
    rated = a_proposition(blind, by=cast.alice)
    evidence = [{"url": "https://example.org", "bearing": "supports"}]
    verdict = {"scale": "facts", "rating": "true", "as_of": "2031-01-01", "state": "published", "evidence": evidence}
    assess(rated, verdict, by=cast.alice)
    a_claim(article, by=cast.sam)
    a_claim(article, by=cast.sam, proposition=str(rated.pk), link="suggested")
    chosen = QUESTIONS[question](things)

    assert found(cast.alice, blind, **chosen) == {"A"}
    assert found(cast.sam, blind, **chosen) == {"A"}
    assert found(cast.mo, blind, **chosen) == set()
    assert found(cast.rita, blind, **chosen) == set()
    for user, counted in ((cast.alice, 1), (cast.mo, 0), (cast.rita, 0)):
        assert facets(user, chosen_articles(user, blind, Chosen(**chosen)), blind).counted == counted


def test_nothing_of_another_project_is_found(cast, said):
    assert by_query(cast.zoe, cast.project) == set()
    assert by_query(cast.zoe, cast.project, q="plan", position="oppose") == set()
    assert client_of(cast.zoe).get("/api/v1/articles/", {"project": "desk", "q": "plan"}).status_code == 400
    assert read(client_of(cast.zoe), "/articles/?q=plan&position=oppose")["results"] == []


def test_a_line_shows_the_furthest_state_of_its_layers(cast):
    from annotator.actions.codings import set_state
    from tests.factories import a_coding

    blind = a_project(cast.alice, slug="blind", layers="independent")
    for user in (cast.mo, cast.sam):
        add_member(blind, user, "coder", by=cast.alice)
    article = an_article(blind, by=cast.alice)
    for user in (cast.mo, cast.sam):
        a_mention(article, by=user)
    set_state(a_coding(article, by=cast.mo), "done", by=cast.mo)

    (for_mo,) = listed(cast.mo, chosen_articles(cast.mo, blind, Chosen()))
    (for_alice,) = listed(cast.alice, chosen_articles(cast.alice, blind, Chosen()))

    assert (for_mo.progress, for_mo.counts["mention"]) == ("done", 1)
    assert (for_alice.progress, for_alice.counts["mention"]) == ("begun", 2)


def test_articles_are_narrowed_over_several_projects_each_in_its_languages(cast):
    other = a_project(cast.sam)
    an_article(cast.project, by=cast.alice, title="A", text="Ferries.", language="en")
    an_article(other, by=cast.sam, title="B", text="Ferries.", language="pl")
    articles = Article.objects.filter(project__in=[cast.project, other])
    projects = [cast.project.pk, other.pk]

    assert {row.title for row in narrowed(cast.sam, articles, Chosen(q="ferry"), projects=projects)} == {"A"}
    assert {row.title for row in narrowed(cast.sam, articles, Chosen(q="ferries"), projects=projects)} == {"A", "B"}
