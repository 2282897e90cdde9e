"""The page of published verdicts: with their evidence, the claims that they rest on, and what befell those since."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotator.actions.projects import add_member
from annotator.actions.register import assess
from annotator.actions.revisions import revise_article
from tests.factories import TEXT, a_claim, a_project, a_proposition, an_article

pytestmark = pytest.mark.django_db

HERE = reverse("assessments", args=["desk"])
CLAIM = "the closures could save 9 percent of the budget"
EDITED = TEXT.replace("9 percent", "7 percent")
EVIDENCE = {"url": "https://example.org/budget", "title": "The <budget>", "bearing": "refutes", "passage": "4 percent"}
VERDICT = {"scale": "facts", "rating": "false", "as_of": "2026-11-01", "state": "published", "evidence": [EVIDENCE]}


def assessed(project, *, by, wording, articles, reviewer, **verdict):
    """A proposition that a claim in each of the articles says, and its assessment."""
    proposition = a_proposition(project, by=by, wording=wording)
    for article in articles:
        a_claim(article, by=by, words=CLAIM, proposition=str(proposition.pk))
    return assess(proposition, {**VERDICT, **verdict}, by=reviewer)


def shown(client, **given):
    page = client.get(HERE, given)
    told = [
        (verdict.assessment.proposition.wording, verdict.change, [change for _, change in verdict.claims])
        for verdict in page.context["verdicts"]
    ]
    return told, page.content.decode()


def test_a_verdict_is_shown_with_its_evidence_its_claims_and_what_befell_them(cast, as_user):
    touched, left = (an_article(cast.project, by=cast.mo, text=f"{TEXT}\n\n{n}.") for n in range(2))
    assessed(cast.project, by=cast.mo, wording="It saves 9 percent.", articles=[touched, left], reviewer=cast.rita)
    assessed(cast.project, by=cast.mo, wording="It is safe.", articles=[left], reviewer=cast.rita, as_of="2026-10-01")
    assessed(cast.project, by=cast.mo, wording="Unsaid.", articles=[], reviewer=cast.rita, state="draft")

    before, _ = shown(as_user(cast.sam))
    revise_article(touched, f"{EDITED}\n\n0.", by=cast.rita, version=1)
    after, page = shown(as_user(cast.sam))
    changed, _ = shown(as_user(cast.sam), changed="yes")

    assert before == [("It saves 9 percent.", None, [None, None]), ("It is safe.", None, [None])]
    assert [told[:2] for told in after] == [("It saves 9 percent.", "words_waiting"), ("It is safe.", None)]
    assert sorted(map(str, after[0][2])) == ["None", "words_waiting"]
    assert changed == after[:1]
    assert (
        '<a href="https://example.org/budget" rel="noopener noreferrer nofollow" dir="auto">The &lt;budget&gt;</a>'
        in page
    )
    assert page.count("words changed since; they wait for a look") == 2
    assert f"{reverse('article_review', args=['desk', touched.pk])}#w-" in page


def test_what_another_blind_coder_claims_is_neither_shown_nor_counted(cast, as_user):
    project = a_project(cast.alice, layers="independent")
    for user in (cast.mo, cast.rita):
        add_member(project, user, "coder", by=cast.alice)
    article = an_article(project, by=cast.alice, text=TEXT)
    assessed(project, by=cast.mo, wording="It saves 9 percent.", articles=[article], reviewer=cast.alice)
    revise_article(article, EDITED, by=cast.alice, version=1)
    here = reverse("assessments", args=[project.slug])

    pages = {user.username: as_user(user).get(here) for user in (cast.alice, cast.mo, cast.rita)}

    told = {
        name: [(verdict.change, len(verdict.claims), verdict.rests_on) for verdict in page.context["verdicts"]]
        for name, page in pages.items()
    }
    own = [("words_waiting", 1, 1)]
    assert told == {"alice": own, "mo": own, "rita": [(None, 0, 0)]}
    assert pages["rita"].context["changed"] == 0


def test_many_verdicts_cost_no_more_queries_than_one(cast, as_user):
    article = an_article(cast.project, by=cast.mo, text=TEXT)
    client = as_user(cast.sam)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            client.get(HERE)
        return len(asked)

    assessed(cast.project, by=cast.mo, wording="One.", articles=[article], reviewer=cast.rita)
    one = queries()
    for n in range(3):
        assessed(cast.project, by=cast.mo, wording=f"No. {n}.", articles=[article], reviewer=cast.rita)

    assert queries() == one


def test_without_verdicts_the_page_says_so(cast, as_user):
    assert "No verdicts yet" in as_user(cast.sam).get(HERE).content.decode()
