"""Lists: pages that stay right while rows arrive, in a fixed order, at the same cost for one row and for three."""

from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotator.actions.comments import add_comment
from annotator.actions.delivering import take_events_up
from annotator.actions.exports import start_export
from annotator.actions.feeds import follow_feed
from annotator.actions.previews import preview
from annotator.actions.projects import add_member
from annotator.actions.register import assess, link_propositions
from annotator.actions.transfers import start_import
from annotator.actions.webhooks import add_webhook
from annotator.models import Issue
from articles.models import Article
from articles.readers.row import Row
from tests.api.clients import API, client_of
from tests.factories import (
    a_claim,
    a_mention,
    a_project,
    a_proposition,
    a_search,
    a_stance,
    an_article,
    an_attribution,
    an_entity,
    an_issue,
)


def walk(client, path, *, direction="next"):
    """The pages of a list, each as its rows' ids."""
    pages, address = [], f"{API}{path}"
    while address:
        answer = client.get(address).json()
        pages.append([row["id"] for row in answer["results"]])
        address = answer[direction]
    return pages


def test_pages_follow_each_other_both_ways(cast):
    for number in range(7):
        an_issue(cast.project, by=cast.mo, wording=f"Issue {number}")
    client = client_of(cast.sam)
    by_wording = [str(issue.pk) for issue in Issue.objects.order_by("wording")]

    forwards = walk(client, "/issues/?project=desk&page_size=3")
    last = client.get(f"{API}/issues/?project=desk&page_size=3").json()
    while last["next"]:
        last = client.get(last["next"]).json()
    back = client.get(last["previous"]).json()
    first = client.get(back["previous"]).json()

    assert forwards == [by_wording[:3], by_wording[3:6], by_wording[6:]]
    assert [row["id"] for row in back["results"]] == by_wording[3:6]
    assert [row["id"] for row in first["results"]] == by_wording[:3]
    assert (first["previous"], last["next"]) == (None, None)


def test_a_row_that_arrives_neither_repeats_nor_hides_another(cast):
    issues = [an_issue(cast.project, by=cast.mo, wording=f"Issue {number}") for number in (1, 3, 5, 7)]
    client = client_of(cast.sam)
    page = client.get(f"{API}/issues/?page_size=2").json()

    before = an_issue(cast.project, by=cast.mo, wording="Issue 2")
    after = an_issue(cast.project, by=cast.mo, wording="Issue 6")
    rest = [row["id"] for row in client.get(page["next"]).json()["results"]]
    rest += [row["id"] for row in client.get(client.get(page["next"]).json()["next"]).json()["results"]]

    assert rest == [str(issues[2].pk), str(after.pk), str(issues[3].pk)]
    assert str(before.pk) not in rest


@pytest.mark.parametrize("ordering", ["newest", "oldest", "title", "changed"])
def test_every_order_of_articles_is_total_with_equal_and_missing_dates(cast, ordering):
    for number in range(3):
        an_article(cast.project, by=cast.mo, title="Same", published_on="2026-11-01")
        an_article(cast.project, by=cast.mo, title=f"Undated {number}")
    an_article(cast.project, by=cast.mo, title="later", published_on="2026-11-02")
    client = client_of(cast.sam)
    whole = walk(client, f"/articles/?ordering={ordering}")[0]

    pages = walk(client, f"/articles/?ordering={ordering}&page_size=2")
    last = f"{API}/articles/?ordering={ordering}&page_size=2"
    while (following := client.get(last).json()["next"]) is not None:
        last = following
    backwards = walk(client, last.removeprefix(f"http://testserver{API}").removeprefix(API), direction="previous")

    assert [row for page in pages for row in page] == whole
    assert [row for page in reversed(backwards) for row in page] == whole
    assert len(set(whole)) == 7


def test_undated_articles_come_last(cast):
    undated, early, late = (
        an_article(cast.project, by=cast.mo, published_on=day) for day in (None, "2025-01-01", "2026-01-01")
    )
    client = client_of(cast.sam)

    assert walk(client, "/articles/?ordering=newest")[0] == [str(row.pk) for row in (late, early, undated)]
    assert walk(client, "/articles/?ordering=oldest")[0] == [str(row.pk) for row in (early, late, undated)]


def test_articles_are_found_by_each_declared_filter(cast):
    given = {
        "title": "Trains stay",
        "outlet": "The Courier",
        "author": "E. Nuñez",
        "published_on": "2026-11-02",
        "external_id": "cms-7",
    }
    wanted = an_article(cast.project, by=cast.mo, **given)
    a_mention(wanted, by=cast.mo)
    an_article(cast.project, by=cast.mo, title="Ferries go", outlet="The Echo", published_on="2026-10-02")
    client = client_of(cast.sam)
    queries = [
        "title=trains",
        "outlet=the courier",
        "author=nuñez",
        "external_id=cms-7",
        "published_from=2026-11-02",
        "published_from=2026-11-01&published_to=2026-11-30",
        "state=begun",
        "project=desk&title=stay&state=begun",
    ]

    found = {query: walk(client, f"/articles/?{query}")[0] for query in queries}

    assert found == {query: [str(wanted.pk)] for query in queries}
    assert Article.objects.count() == 2


def test_an_outlet_is_found_by_its_name_in_each_project_of_the_asker(cast):
    other, hidden = a_project(cast.alice, slug="other"), a_project(cast.zoe, slug="hidden")
    add_member(other, cast.sam, "reader", by=cast.alice)
    here = an_article(cast.project, by=cast.mo, outlet="Łódź Courier")
    there = an_article(other, by=cast.alice, outlet="ŁÓDŹ COURIER")
    an_article(hidden, by=cast.zoe, outlet="Łódź Courier")
    client = client_of(cast.sam)

    assert set(walk(client, "/articles/?outlet=łódź courier")[0]) == {str(here.pk), str(there.pk)}
    assert walk(client, "/articles/?outlet=łódź courier&project=other")[0] == [str(there.pk)]
    assert walk(client, "/articles/?outlet=łódź")[0] == []


@pytest.mark.parametrize("most", [0, 2_500], ids=["as-many", "as-few"])
def test_annotations_are_found_by_what_they_say(cast, most, monkeypatch):
    monkeypatch.setattr("annotator.api.annotations.MOST_FEW", most)
    article = an_article(cast.project, by=cast.mo)
    marrow = an_entity(cast.project, by=cast.mo)
    attribution = an_attribution(article, by=cast.mo, source=marrow.pk)
    issue = an_issue(cast.project, by=cast.mo)
    stance = a_stance(
        article, by=cast.mo, holder=marrow.pk, attribution=attribution.pk, target_kind="issue", target=issue.pk
    )
    a_stance(article, by=cast.mo, position="support")
    proposition = a_proposition(cast.project, by=cast.mo)
    claim = a_claim(article, by=cast.mo, proposition=proposition.pk)
    a_claim(article, by=cast.mo, claim_kind="event")
    client = client_of(cast.sam)
    wanted = {
        f"/stances/?holder={marrow.pk}": stance,
        f"/attributions/?created_by={cast.mo.username}": attribution,
        f"/attributions/?created_by={cast.rita.username}": None,
        "/attributions/?created_by=nobody": None,
        f"/stances/?target={issue.pk}": stance,
        f"/stances/?attribution={attribution.pk}&position=oppose": stance,
        f"/attributions/?source={marrow.pk}&mode=indirect": attribution,
        f"/claims/?proposition={proposition.pk}": claim,
        f"/claims/?claimant=AUTHOR&claim_kind=quantity&article={article.pk}": claim,
    }

    found = {path: [str(row.pk)] if row else [] for path, row in wanted.items()}
    assert {path: walk(client, path)[0] for path in wanted} == found


def test_a_type_ahead_finds_by_beginning_alias_accent_and_slip(cast):
    names = ["Élise Marrow", "Marrowfield Council", "Tom Arrow", "Ilsa Marrow"]
    made = {name: an_entity(cast.project, by=cast.mo, name=name) for name in names}
    an_entity(cast.project, by=cast.mo, name="Quill", aliases=["Marrow’s rival", "The Fox"])
    client = client_of(cast.sam)

    def found(words):
        rows = client.get(f"{API}/entities/", {"project": "desk", "q": words}).json()["results"]
        return [row["name"] for row in rows]

    assert found("elise m") == ["Élise Marrow"]
    assert found("ILSA MARROW") == ["Ilsa Marrow"]
    assert found("the fox") == ["Quill"]
    assert found("marow") == ["Ilsa Marrow", "Quill", "Élise Marrow"]
    assert found("marrow") == ["Quill", "Marrowfield Council", "Ilsa Marrow", "Élise Marrow"]
    assert found("100%") == []
    assert len(made) == 4


def test_a_type_ahead_ranks_whole_names_first_and_pages(cast):
    for wording in ("Open the line at night", "Keep the line open", "The line", "Line"):
        an_issue(cast.project, by=cast.mo, wording=wording)
    client = client_of(cast.sam)

    first = client.get(f"{API}/issues/?project=desk&q=line&page_size=1").json()
    second = client.get(first["next"]).json()

    assert first["results"][0]["wording"] == "Line"
    assert second["results"][0]["wording"] != "Line"
    assert len(walk(client, "/issues/?project=desk&q=line&page_size=1")) == 4


def a_row(noun, cast, article):
    """One more row of a noun, with all that its line needs to be looked up."""
    if noun == "articles":
        return an_article(cast.project, by=cast.mo, outlet="The Courier")
    if noun == "mentions":
        return a_mention(article, by=cast.mo)
    if noun == "attributions":
        return an_attribution(article, by=cast.mo)
    if noun == "stances":
        return a_stance(article, by=cast.mo)
    if noun == "claims":
        return a_claim(article, by=cast.mo)
    if noun == "comments":
        return add_comment(a_mention(article, by=cast.mo), "Hm.", by=cast.mo)
    if noun == "codings":
        return a_mention(an_article(cast.project, by=cast.mo), by=cast.mo)
    if noun == "issues":
        return an_issue(cast.project, by=cast.mo, parent=str(an_issue(cast.project, by=cast.mo).pk))
    if noun == "propositions":
        return a_proposition(cast.project, by=cast.mo)
    if noun == "proposition-links":
        ends = (a_proposition(cast.project, by=cast.mo), a_proposition(cast.project, by=cast.mo))
        return link_propositions(*ends, "variant", by=cast.mo)
    if noun == "imports":
        return start_import(cast.project, [("a.txt", BytesIO(b"A."))], by=cast.mo)
    if noun == "exports":
        return start_export(cast.project, by=cast.alice)
    if noun == "searches":
        return a_search(cast.project, by=cast.mo, shared=True)
    if noun == "previews":
        return preview(cast.project, [Row("a.txt", fields={"title": "A", "text": "A."})], by=cast.alice)
    if noun == "feeds":
        number = cast.project.feeds.count()
        return follow_feed(cast.project, by=cast.alice, url=f"https://courier.example/{number}")
    if noun == "webhooks":
        return add_webhook(cast.project, by=cast.alice, url="https://receiver.example/", acts=[])
    if noun == "deliveries":
        an_issue(cast.project, by=cast.mo)
        return [take_events_up(webhook) for webhook in cast.project.webhooks.all()]
    if noun == "assessments":
        evidence = [{"url": "https://example.org", "bearing": "context"}]
        verdict = {"scale": "facts", "rating": "true", "as_of": "2026-11-01", "evidence": evidence}
        return assess(a_proposition(cast.project, by=cast.mo), verdict, by=cast.rita)
    council = an_entity(cast.project, by=cast.mo, type="ORG")
    return an_entity(cast.project, by=cast.mo, affiliations=[{"organisation": str(council.pk), "role": "Mayor"}])


NOUNS = (
    "articles mentions attributions stances claims entities issues propositions proposition-links assessments "
    "comments codings searches imports previews exports feeds webhooks deliveries events"
).split()


def test_a_list_costs_as_many_queries_for_three_rows_as_for_one(cast):
    article = an_article(cast.project, by=cast.mo)
    client = client_of(cast.alice)
    costs = {}
    for rows in (1, 3):
        for noun in NOUNS:
            if noun != "events":
                for _ in range(rows if rows == 1 else 2):
                    a_row(noun, cast, article)
        for noun in NOUNS:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                answer = client.get(f"{API}/{noun}/?project=desk").json()
            assert len(answer["results"]) >= rows
            costs.setdefault(noun, []).append(len(queries))

    assert {noun: one for noun, (one, _) in costs.items()} == {noun: three for noun, (_, three) in costs.items()}
    assert max(costs["articles"]) <= 14


def test_what_is_in_the_bin_is_listed_where_it_is_asked_for(cast):
    article, other = (an_article(cast.project, by=cast.mo, title=title) for title in ("Kept", "Binned"))
    issue = an_issue(cast.project, by=cast.mo)
    mention = a_mention(article, by=cast.mo)
    client = client_of(cast.rita)
    for noun, row in (("articles", other), ("issues", issue), ("mentions", mention)):
        assert client.delete(f"{API}/{noun}/{row.pk}/", HTTP_IF_MATCH="*").status_code == 200

    in_bin = {
        noun: walk(client, f"/{noun}/?project=desk&deleted=true")[0] for noun in ("articles", "issues", "mentions")
    }

    assert in_bin == {"articles": [str(other.pk)], "issues": [str(issue.pk)], "mentions": [str(mention.pk)]}
    assert walk(client, "/articles/?deleted=false") == [[str(article.pk)]]
    assert [client.get(f"{API}/articles/?deleted={given}").status_code for given in ("perhaps", "")] == [400, 400]
    assert client_of(cast.zoe).get(f"{API}/articles/?deleted=true").json()["results"] == []
