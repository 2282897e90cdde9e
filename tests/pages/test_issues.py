"""The tree of issues, and who stands where on one."""

import csv
import io

import pytest
from django.urls import reverse

from annotator.actions.articles import delete_article
from annotator.actions.records import merge_record
from annotator.models import Issue
from annotator.queries.tagged import Holder
from tests.factories import a_stance, an_article, an_entity, an_issue

URL = reverse("issues", args=["desk"])


def page_of(issue, name="issue"):
    return reverse(name, args=["desk", issue.pk])


@pytest.fixture
def rail(cast):
    return an_issue(cast.project, by=cast.alice, wording="Cut regional rail", definition="Closing lines.")


def outline(branches):
    return {branch["issue"].wording: outline(branch["below"]) for branch in branches}


def test_the_tree_shows_what_is_part_of_what(cast, rail, as_user):
    below = an_issue(cast.project, by=cast.alice, wording="Close the Tarn line", parent=str(rail.pk))
    an_issue(cast.project, by=cast.alice, wording="Close Orrin station", parent=str(below.pk))
    an_issue(cast.project, by=cast.alice, wording="Build a harbour")

    assert outline(as_user(cast.sam).get(URL).context["tree"]) == {
        "Build a harbour": {},
        "Cut regional rail": {"Close the Tarn line": {"Close Orrin station": {}}},
    }


def test_the_page_tells_who_supports_and_who_opposes_with_their_words(cast, rail, as_user):
    article = an_article(
        cast.project, by=cast.alice, title="Mayor vows", outlet="The Courier", published_on="2031-03-14"
    )
    ilsa = an_entity(cast.project, by=cast.alice, name="Ilsa Marrow")
    for _ in range(2):
        a_stance(article, by=cast.mo, holder=str(ilsa.pk), target_kind="issue", target=rail.pk, position="oppose")
    a_stance(article, by=cast.mo, holder="AUTHOR", target_kind="issue", target=rail.pk, position="support")

    answer = as_user(cast.sam).get(page_of(rail))

    assert answer.context["sides"] == [
        ("support", [Holder("AUTHOR", None, "", 1)]),
        ("oppose", [Holder("ENTITY", ilsa.pk, "Ilsa Marrow", 2)]),
    ]
    body = answer.content.decode()
    assert body.count("<mark>vowed on Friday to fight</mark>") == 3
    assert "The Courier · 14 March 2031" in body
    assert len(as_user(cast.sam).get(f"{page_of(rail)}?position=support").context["page"].rows) == 1


def test_its_stances_are_turned_page_by_page_the_newest_article_first(cast, rail, as_user):
    days = ("2031-03-14", None, "2032-01-02")
    articles = {day: an_article(cast.project, by=cast.alice, published_on=day) for day in days}
    made = {
        day: [a_stance(article, by=cast.mo, target_kind="issue", target=rail.pk) for _ in range(18)]
        for day, article in articles.items()
    }
    client = as_user(cast.sam)

    first = client.get(page_of(rail)).context["page"]
    last = client.get(page_of(rail), {"cursor": first.next}).context["page"]
    again = client.get(page_of(rail), {"cursor": last.previous}).context["page"]

    in_order = [key for day in ("2032-01-02", "2031-03-14", None) for key in sorted(row.pk for row in made[day])]
    assert [row.pk for row in (*first.rows, *last.rows)] == in_order
    assert (len(first.rows), last.next) == (50, None)
    assert again.rows == first.rows


def test_each_number_opens_its_sentences(cast, rail, as_user):
    article = an_article(cast.project, by=cast.alice)
    ilsa, double, other = (an_entity(cast.project, by=cast.alice, name=name) for name in ("Ilsa", "I. M.", "Toma"))
    told = [(ilsa, "oppose"), (double, "oppose"), (ilsa, "support"), (other, "oppose")]
    for holder, position in [*((str(entity.pk), position) for entity, position in told), ("AUTHOR", "oppose")]:
        a_stance(article, by=cast.mo, holder=holder, target_kind="issue", target=rail.pk, position=position)
    merge_record(double, ilsa, by=cast.rita, version=1)
    client = as_user(cast.sam)

    for side, holders in client.get(page_of(rail)).context["sides"]:
        for holder in holders:
            address = f"?position={side}&amp;holder={holder.key}#stances"
            assert address in client.get(page_of(rail)).content.decode()
            rows = client.get(page_of(rail), {"position": side, "holder": holder.key}).context["page"].rows
            assert len(rows) == holder.stances
            assert {(row.position, row.holder_voice) for row in rows} == {(side, holder.voice)}
    of_nobody = client.get(page_of(rail), {"holder": "nobody"})
    assert len(of_nobody.context["page"].rows) == len(told) + 1


def test_who_stands_where_is_of_what_is_there_alone(cast, rail, as_user):
    kept, deleted = (an_article(cast.project, by=cast.alice) for _ in range(2))
    for article in (kept, deleted):
        a_stance(article, by=cast.mo, target_kind="issue", target=rail.pk, position="oppose")
    a_stance(deleted, by=cast.mo, target_kind="issue", target=rail.pk, position="support")

    delete_article(deleted, by=cast.rita, version=1)

    answer = as_user(cast.sam).get(page_of(rail))
    assert dict(answer.context["sides"]) == {"support": [], "oppose": [Holder("AUTHOR", None, "", 1)]}
    assert len(answer.context["page"].rows) == answer.context["total"] == 1


def test_holders_that_were_merged_count_as_one(cast, rail, as_user):
    article = an_article(cast.project, by=cast.alice)
    ilsa, double = (an_entity(cast.project, by=cast.alice, name=name) for name in ("Ilsa Marrow", "I. Marrow"))
    for holder in (ilsa, double):
        a_stance(article, by=cast.mo, holder=str(holder.pk), target_kind="issue", target=rail.pk)
    client = as_user(cast.rita)

    client.post(reverse("entity_merge", args=["desk", double.pk]), {"into": str(ilsa.pk), "version": 1})

    assert dict(client.get(page_of(rail)).context["sides"])["oppose"] == [Holder("ENTITY", ilsa.pk, "Ilsa Marrow", 2)]


def test_many_holders_are_folded_after_the_first_twelve(cast, rail, as_user):
    article = an_article(cast.project, by=cast.alice)
    for number in range(14):
        holder = an_entity(cast.project, by=cast.alice, name=f"Holder {number:02}")
        a_stance(article, by=cast.mo, holder=str(holder.pk), target_kind="issue", target=rail.pk)

    body = as_user(cast.sam).get(page_of(rail)).content.decode()

    shown, folded = (
        body.split('<details class="more">')[0],
        body.split('<details class="more">')[1].split("</details>")[0],
    )
    assert [f"Holder {number:02}</a>" in shown for number in range(14)] == [True] * 12 + [False] * 2
    assert [f"Holder {number:02}</a>" in folded for number in range(14)] == [False] * 12 + [True] * 2


def test_an_issue_is_made_moved_and_kept_from_lying_below_itself(cast, rail, as_user):
    client = as_user(cast.mo)
    client.post(reverse("issue_new", args=["desk"]), {"wording": "Close the Tarn line", "parent": str(rail.pk)})
    below = Issue.objects.get(wording="Close the Tarn line")
    assert below.parent == rail

    client.post(page_of(below, "issue_edit"), {"wording": "Close the Tarn line", "parent": "", "version": 1})
    below.refresh_from_db()
    assert below.parent is None

    offered = dict(client.get(page_of(rail, "issue_edit")).context["form"].fields["parent"].choices)
    assert str(rail.pk) not in offered
    circle = client.post(page_of(rail, "issue_edit"), {"wording": "W", "parent": str(rail.pk), "version": 1})
    assert circle.status_code == 400
    assert list(circle.context["form"].errors) == ["parent"]


def test_merging_issues_keeps_every_stance_and_can_be_undone(cast, rail, as_user):
    double = an_issue(cast.project, by=cast.alice, wording="Regional rail is cut")
    article = an_article(cast.project, by=cast.alice)
    for issue in (rail, double):
        a_stance(article, by=cast.mo, target_kind="issue", target=issue.pk)
    client = as_user(cast.rita)

    client.post(page_of(double, "issue_merge"), {"into": str(rail.pk), "version": 1})
    assert client.get(page_of(double)).headers["Location"] == page_of(rail)
    assert client.get(page_of(rail)).context["total"] == 2

    client.post(page_of(double, "issue_unmerge"))
    assert client.get(page_of(rail)).context["total"] == 1


def test_an_issue_with_stances_is_not_deleted_but_archived(cast, rail, as_user):
    a_stance(an_article(cast.project, by=cast.alice), by=cast.mo, target_kind="issue", target=rail.pk)
    client = as_user(cast.rita)

    refused = client.post(page_of(rail, "issue_delete"), follow=True)
    client.post(page_of(rail, "issue_edit"), {"wording": "Cut regional rail", "version": 1, "archived": "on"})

    rail.refresh_from_db()
    assert "is in use (1 stance)" in refused.content.decode()
    assert rail.deleted_at is None
    assert rail.archived_at is not None


def test_lists_are_downloaded_with_their_counts(cast, rail, as_user):
    a_stance(an_article(cast.project, by=cast.alice), by=cast.mo, target_kind="issue", target=rail.pk, position="mixed")

    answer = as_user(cast.sam).get(f"{URL}?download=csv")
    (row,) = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))

    assert (row["wording"], row["mixed"], row["oppose"]) == ("Cut regional rail", "1", "0")


def test_tree_and_page_ask_as_often_for_three_as_for_one(cast, rail, as_user, django_assert_num_queries):
    client = as_user(cast.sam)

    def stance():
        ilsa = an_entity(cast.project, by=cast.alice)
        article = an_article(cast.project, by=cast.alice)
        a_stance(article, by=cast.mo, holder=str(ilsa.pk), target_kind="issue", target=rail.pk)

    stance()
    client.get(URL)
    with django_assert_num_queries(9):
        client.get(URL)
    with django_assert_num_queries(24):
        client.get(page_of(rail))

    for _ in range(2):
        stance()
        an_issue(cast.project, by=cast.alice, parent=str(rail.pk))
    with django_assert_num_queries(9):
        client.get(URL)
    with django_assert_num_queries(24):
        client.get(page_of(rail))
