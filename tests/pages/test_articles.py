"""The list of articles, as filtered, and what one does to an article from it."""

import csv
import io
import json
from datetime import date

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from annotator.access import standing
from annotator.actions.articles import delete_article
from annotator.actions.codings import set_state
from annotator.actions.projects import remove_member
from annotator.domain.errors import Forbidden
from annotator.queries import facets
from annotator.queries.articles import ORDERS, Order, chosen_articles, listed, next_article
from annotator.queries.chosen_articles import Chosen, Progress
from annotator.queries.keyset import ordered
from articles.models import Outlet
from tests.factories import a_claim, a_coding, a_mention, a_project, a_stance, an_article, an_entity, an_issue

URL = reverse("articles", args=["desk"])


@pytest.fixture
def three(cast):
    """Three articles: of two outlets, one of them undated; one done, one begun, one not begun."""
    done = an_article(
        cast.project,
        by=cast.alice,
        title="Mayor vows",
        outlet="The Courier",
        author="Ana Ó",
        published_on=date(2031, 3, 14),
    )
    begun = an_article(
        cast.project, by=cast.alice, title="Ärger im Hafen", outlet="Herald", published_on=date(2031, 5, 2)
    )
    new = an_article(cast.project, by=cast.alice, title="buses", outlet="The Courier", author="Bo")
    a_mention(done, by=cast.mo)
    a_stance(done, by=cast.mo)
    set_state(a_coding(done, by=cast.mo), "done", by=cast.mo)
    a_claim(begun, by=cast.mo)
    return {"done": done, "begun": begun, "new": new}


def titles(answer):
    return [row.article.title for row in answer.context["rows"]]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ("", ["Ärger im Hafen", "Mayor vows", "buses"]),
        ("q=vowing", ["Ärger im Hafen", "Mayor vows", "buses"]),
        ("q=mayor+-bus", ["Mayor vows"]),
        ("q=ARGER", ["Ärger im Hafen"]),
        ("author=ana", ["Mayor vows"]),
        ("author=bo&q=buses", ["buses"]),
        ("progress=done", ["Mayor vows"]),
        ("progress=begun", ["Ärger im Hafen"]),
        ("progress=new", ["buses"]),
        ("since=2031-04-01", ["Ärger im Hafen"]),
        ("until=2031-04-01", ["Mayor vows"]),
        ("order=oldest", ["Mayor vows", "Ärger im Hafen", "buses"]),
        ("order=title", ["buses", "Mayor vows", "Ärger im Hafen"]),
        ("q=nowhere", []),
    ],
)
def test_the_list_shows_what_was_chosen(cast, three, as_user, filters, expected):
    assert titles(as_user(cast.sam).get(f"{URL}?{filters}")) == expected


def test_a_filter_that_cannot_be_read_is_said_and_left_out(cast, three, as_user):
    answer = as_user(cast.sam).get(f"{URL}?since=last-week&progress=finished&outlet=999999")

    assert answer.status_code == 200
    assert len(titles(answer)) == 3
    assert "This is no date: use YYYY-MM-DD." in answer.content.decode()


def test_a_filter_that_cannot_be_read_gives_no_file_of_more_than_was_asked_for(cast, three, as_user):
    answer = as_user(cast.sam).get(URL, {"q": '"open', "download": "csv"})

    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "This quotation mark is not closed." in answer.content.decode()


def test_each_line_counts_what_its_reader_may_see(cast, three, as_user):
    rows = {row.article.title: row for row in as_user(cast.sam).get(URL).context["rows"]}

    assert rows["Mayor vows"].counts == {"mention": 1, "attribution": 0, "stance": 1, "claim": 0}
    assert rows["Ärger im Hafen"].counts == {"mention": 0, "attribution": 0, "stance": 0, "claim": 1}
    assert rows["buses"].progress == Progress.NEW


def test_a_blind_coder_does_not_see_the_work_of_others_in_counts_or_states(cast):
    from annotator.actions.projects import add_member

    blind = a_project(cast.alice, slug="blind", layers="independent")
    add_member(blind, cast.mo, "coder", by=cast.alice)
    add_member(blind, cast.sam, "coder", by=cast.alice)
    article = an_article(blind, by=cast.alice)
    a_mention(article, by=cast.sam)

    (for_mo,) = listed(cast.mo, chosen_articles(cast.mo, blind, Chosen()))
    (for_alice,) = listed(cast.alice, chosen_articles(cast.alice, blind, Chosen()))

    assert (for_mo.progress, for_mo.counts["mention"]) == (Progress.NEW, 0)
    assert (for_alice.progress, for_alice.counts["mention"]) == (Progress.BEGUN, 1)
    assert list(chosen_articles(cast.mo, blind, Chosen(progress="begun"))) == []


@pytest.mark.parametrize("order", list(Order))
def test_next_article_walks_the_list_as_filtered_once(cast, three, order):
    for number in range(4):
        an_article(
            cast.project, by=cast.alice, title="Same title", outlet="Herald", published_on=date(2031, 5, number % 2 + 1)
        )
    whole = list(ordered(chosen_articles(cast.sam, cast.project, Chosen()), ORDERS[order]))

    walked = [whole[0]]
    while following := next_article(cast.sam, cast.project, Chosen(), order, walked[-1]):
        walked.append(following)

    assert walked == whole


def test_next_article_leaves_out_what_the_filter_leaves_out(cast, three):
    courier = Chosen(outlet=three["done"].outlet_id)

    assert next_article(cast.sam, cast.project, courier, "newest", three["done"]) == three["new"]
    assert next_article(cast.sam, cast.project, courier, "newest", three["begun"]) == three["done"]
    assert next_article(cast.sam, cast.project, courier, "newest", three["new"]) is None


def test_links_carry_the_filter_to_the_article(cast, three, as_user):
    body = as_user(cast.sam).get(f"{URL}?author=ana&order=title&cursor=x").content.decode()

    assert f'/p/desk/articles/{three["done"].pk}/?author=ana&amp;order=title"' in body


def test_the_list_asks_as_often_for_three_articles_as_for_one(cast, as_user, django_assert_num_queries):
    client = as_user(cast.sam)
    a_stance(an_article(cast.project, by=cast.alice, outlet="Herald"), by=cast.mo)
    client.get(URL)
    with django_assert_num_queries(31):
        client.get(URL)

    for _ in range(2):
        a_stance(an_article(cast.project, by=cast.alice, outlet="The Courier"), by=cast.mo)
    with django_assert_num_queries(31):
        client.get(URL)


def test_fifty_articles_fill_a_page(cast, as_user):
    for _ in range(51):
        an_article(cast.project, by=cast.alice)
    client = as_user(cast.sam)

    first = client.get(URL)
    second = client.get(URL, {"cursor": first.context["page"].next})
    last = client.get(URL, {"cursor": first.context["page"].last})
    back = client.get(URL, {"cursor": second.context["page"].previous})

    assert (len(titles(first)), len(titles(second)), len(titles(last))) == (50, 1, 50)
    assert set(titles(first)).isdisjoint(titles(second))
    assert titles(back) == titles(first)
    assert titles(last) == titles(first)[1:] + titles(second)
    assert "51 articles" in first.content.decode()
    assert titles(client.get(URL, {"cursor": "cut short"})) == titles(first)


def test_the_csv_has_the_list_as_filtered_and_no_formulas(cast, as_user):
    dangerous = ['=HYPERLINK("http://x.example")', "+1", "-1", "@SUM(A1)", "＝1+1"]
    for title in dangerous:
        an_article(cast.project, by=cast.alice, title=title, outlet="Herald", author="=cmd|' /C calc'!A0")
    an_article(cast.project, by=cast.alice, title="Plain, with a comma", outlet="Courier")

    answer = as_user(cast.sam).get(f"{URL}?author=cmd&download=csv")
    body = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(body)))

    assert sorted(row["title"] for row in rows) == sorted(f"'{title}" for title in dangerous)
    assert {row["author"] for row in rows} == {"'=cmd|' /C calc'!A0"}
    assert answer.headers["Content-Disposition"] == 'attachment; filename="desk-articles.csv"'


def test_the_json_has_the_list_as_filtered(cast, three, as_user):
    answer = as_user(cast.sam).get(f"{URL}?progress=done&download=json")

    (row,) = json.loads(b"".join(answer.streaming_content))

    assert {
        name: row[name] for name in ("title", "outlet", "author", "published_on", "progress", "mentions", "stances")
    } == {
        "title": "Mayor vows",
        "outlet": "The Courier",
        "author": "Ana Ó",
        "published_on": "2031-03-14",
        "progress": "done",
        "mentions": 1,
        "stances": 1,
    }


def test_who_is_removed_meanwhile_gets_no_more_of_a_list(cast, three, as_user, monkeypatch):
    monkeypatch.setattr(standing, "LOOK_EVERY", 0.0)
    stream = iter(as_user(cast.sam).get(f"{URL}?download=csv").streaming_content)

    for _ in ("the mark of UTF-8", "the names of the columns", "the first row"):
        next(stream)
    remove_member(cast.project.memberships.get(user=cast.sam), by=cast.alice)

    with pytest.raises(Forbidden, match="the stream ends here"):
        list(stream)


def test_an_empty_list_is_an_empty_file(cast, as_user):
    client = as_user(cast.sam)

    assert json.loads(b"".join(client.get(f"{URL}?download=json").streaming_content)) == []
    assert len(b"".join(client.get(f"{URL}?download=csv").streaming_content).splitlines()) == 1


def test_details_are_saved_and_the_outlet_is_the_one_that_is_there(cast, three, as_user):
    article = three["new"]
    url = reverse("article_details", args=["desk", article.pk])

    answer = as_user(cast.rita).post(
        url, {"version": 1, "title": " New  title ", "outlet": "herald", "published_on": "2031-01-02", "language": "en"}
    )

    article.refresh_from_db()
    assert answer.headers["Location"] == url
    assert (article.title, article.outlet, article.published_on) == (
        "New title",
        three["begun"].outlet,
        date(2031, 1, 2),
    )


def test_details_that_cannot_be_are_told_beside_their_fields(cast, three, as_user):
    url = reverse("article_details", args=["desk", three["new"].pk])

    answer = as_user(cast.rita).post(
        url, {"version": 1, "title": "T", "url": "javascript:alert(1)", "language": "english!"}
    )

    assert answer.status_code == 400
    assert set(answer.context["form"].errors) == {"url", "language"}
    assert "begin with http:// or https://" in answer.content.decode()


def test_details_changed_by_somebody_else_meanwhile_are_not_overwritten(cast, three, as_user):
    url = reverse("article_details", args=["desk", three["new"].pk])
    client = as_user(cast.rita)
    client.post(url, {"version": 1, "title": "First", "language": "en"})

    answer = client.post(url, {"version": 1, "title": "Second", "language": "en"})

    three["new"].refresh_from_db()
    assert answer.status_code == 400
    assert "was changed" in answer.content.decode()
    assert three["new"].title == "First"


def test_a_deleted_article_goes_to_the_bin_and_comes_back_whole(cast, three, as_user):
    client = as_user(cast.rita)
    key = three["done"].pk

    client.post(reverse("article_delete", args=["desk", key]))
    assert "Mayor vows" not in titles(client.get(URL))
    assert client.get(reverse("annotate", args=["desk", key])).status_code == 404
    assert "Mayor vows" in client.get(reverse("bin", args=["desk"])).content.decode()

    client.post(reverse("article_restore", args=["desk", key]))
    rows = {row.article.title: row.counts["stance"] for row in client.get(URL).context["rows"]}
    assert rows["Mayor vows"] == 1


def test_an_article_in_the_bin_is_not_next(cast, three):
    delete_article(three["done"], by=cast.rita, version=three["done"].version)

    assert next_article(cast.sam, cast.project, Chosen(), "newest", three["begun"]) == three["new"]


def test_each_count_beside_the_list_opens_as_many(cast, as_user):
    for number, fields in enumerate(
        (
            {"outlet": "Courier", "published_on": "2026-05-01"},
            {"outlet": "Courier", "language": "en-GB"},
            {"published_on": "2025-01-01", "language": "de"},
            {},
        )
    ):
        an_article(cast.project, by=cast.alice, title=f"Number {number}", **fields)
    client, address = as_user(cast.sam), reverse("articles", args=["desk"])
    shown = client.get(address).context["facets"]
    values = {value.text: value for facet in shown.of_articles for value in facet.values}

    opened = {text: len(client.get(address + value.address).context["rows"]) for text, value in values.items()}

    assert opened == {text: value.count for text, value in values.items()}
    of_languages = {"en": 3, "en-GB": 1, "de": 1}
    assert opened == {"none": 2, "Courier": 2, "undated": 2, "2026": 1, "2025": 1, **of_languages}


def test_a_count_beside_what_is_chosen_of_a_stance_is_of_the_same_stance(cast, as_user):
    ilsa, tomas = (an_entity(cast.project, by=cast.alice, name=name) for name in ("Ilsa", "Tomas"))
    ferry, rail = (an_issue(cast.project, by=cast.alice, wording=wording) for wording in ("The ferry", "The railway"))
    first, second = (an_article(cast.project, by=cast.alice, published_on=f"2031-0{month}-01") for month in (3, 9))
    for article, holder, position, issue in (
        (first, ilsa, "support", ferry),
        (first, tomas, "oppose", rail),
        (first, ilsa, "neutral", rail),
        (second, ilsa, "support", rail),
    ):
        given = {"holder": str(holder.pk), "target_kind": "issue", "target": str(issue.pk)}
        a_stance(article, by=cast.mo, position=position, **given)
    client, asked = as_user(cast.sam), {"holder": "Ilsa", "position": "support", "since": "2031-02-01"}

    shown = client.get(URL, asked).context["facets"]

    told = {facet.name: {value.text: value.count for value in facet.values} for facet in shown.of_annotations}
    assert told == {
        "Annotated by": {"Mo": 2},
        "About": {"Ilsa": 2, "Tomas": 1},
        "Issue": {"The ferry": 1, "The railway": 1},
    }
    values = [value for facet in shown.of_annotations for value in facet.values]
    opened = [len(client.get(URL + value.address).context["rows"]) for value in values]
    assert opened == [value.count for value in values]


def test_all_are_counted_by_a_link_beside_the_counts_of_some(cast, as_user, monkeypatch):
    monkeypatch.setattr(facets, "MOST_COUNTED", 1)
    for outlet in ("Courier", "Courier", "Herald"):
        an_article(cast.project, by=cast.alice, outlet=outlet)
    client, address = as_user(cast.sam), reverse("articles", args=["desk"])

    some = client.get(f"{address}?language=en")
    every = client.get(f"{address}?language=en&facets=all")

    monkeypatch.setattr(facets, "MOST_COUNTED", 3)
    monkeypatch.setattr(facets, "MOST_READ", 2)
    of_annotations = client.get(f"{address}?language=en")

    link = '<a href="?language=en&amp;facets=all">Count all, in up to 30 seconds</a>'
    assertContains(some, "The figures are of 1 article, which stands for all")
    assertContains(some, link, html=True)
    assertNotContains(every, "facets=all")
    assertContains(every, "3 articles")
    assertContains(of_annotations, "3 articles")
    assertContains(of_annotations, link.replace("Count all", "Count the annotations of all"), html=True)
    keys = dict(Outlet.objects.values_list("name", "pk"))
    [outlets] = every.context["facets"].of_articles
    assert [(value.text, value.count, value.address) for value in outlets.values] == [
        ("Courier", 2, f"?language=en&outlet={keys['Courier']}"),
        ("Herald", 1, f"?language=en&outlet={keys['Herald']}"),
    ]


def test_who_asks_for_all_counts_while_others_have_them_counted_sees_those_of_some(
    cast, as_user, monkeypatch, others_count
):
    monkeypatch.setattr(facets, "MOST_COUNTED", 1)
    for _ in range(2):
        an_article(cast.project, by=cast.alice)

    shown = as_user(cast.sam).get(URL, {"facets": "all"})

    assertContains(shown, "All are counted for 2 others just now. Ask again in 10 seconds.")
    assertContains(shown, "The figures are of 1 article, which stands for all")
    assertContains(shown, '<a href="?facets=all">Count all, in up to 30 seconds</a>', html=True)
