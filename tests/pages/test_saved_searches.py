"""Searches that are kept from the filter as it stands, found above the lists, and changed on a page of their own."""

import re
from urllib.parse import parse_qsl, urlencode

import pytest
from django.urls import reverse

from annotator.models import SavedSearch
from tests.factories import a_search, an_article, an_entity, an_issue

LIST = reverse("articles", args=["desk"])
SEARCH = reverse("search", args=["desk"])
SAVE = reverse("search_save", args=["desk"])


def page_of(search, name="search_edit"):
    return reverse(name, args=["desk", search.pk])


def saved(answer):
    """The names above a list, with their addresses; the one that is shown in brackets."""
    found = re.findall(r'<a href="([^"]+)"( aria-current="true")?><bdi>(.*?)</bdi>', answer.content.decode())
    return [(f"[{name}]" if shown else name, address.replace("&amp;", "&")) for address, shown, name in found]


@pytest.fixture
def filtered(cast):
    """A filter with something in every field, as the addresses of the pages have it."""
    article = an_article(cast.project, by=cast.alice, outlet="The Courier", language="de", text="A train.")
    entity = an_entity(cast.project, by=cast.alice, name="Ilsa")
    return {
        "q": "train",
        "pattern": "t.ain",
        "case": "on",
        "outlet": str(article.outlet_id),
        "author": "Nuñez",
        "language": "de",
        "progress": "new",
        "since": "2026-01-01",
        "until": "2026-12-31",
        "coder": "mo",
        "entity": str(entity.pk),
        "holder": "AUTHOR",
        "position": "oppose",
        "issue": str(an_issue(cast.project, by=cast.alice).pk),
        "claim_kind": "event",
        "rating": "true",
        "unassessed": "on",
        "no_outlet": "on",
        "undated": "on",
        "order": "title",
    }


def test_the_filter_as_it_stands_is_kept_and_comes_back_whole(cast, filtered, as_user):
    client = as_user(cast.mo)

    answer = client.post(f"{SAVE}?{urlencode(filtered)}", {"name": "All of it", "here": "search"}, follow=True)

    kept = SavedSearch.objects.get()
    assert kept.query == {
        "q": "train",
        "pattern": "t.ain",
        "case": "true",
        "outlet": "The Courier",
        "author": "Nuñez",
        "language": "de",
        "state": "new",
        "published_from": "2026-01-01",
        "published_to": "2026-12-31",
        "coder": "mo",
        "entity": filtered["entity"],
        "holder": "AUTHOR",
        "position": "oppose",
        "target": filtered["issue"],
        "claim_kind": "event",
        "rating": "true",
        "unassessed": "true",
        "no_outlet": "true",
        "undated": "true",
        "ordering": "title",
    }
    [(name, address)] = saved(answer)
    assert name == "[All of it]"
    assert dict(parse_qsl(address.partition("?")[2])) == filtered
    assert client.get(address).context["form"].errors == {}


@pytest.mark.parametrize(
    ("query", "from_list", "from_search"),
    [
        ({"q": "rail"}, LIST, SEARCH),
        ({"pattern": "rail"}, SEARCH, SEARCH),
        ({"language": "en"}, LIST, LIST),
    ],
)
def test_a_search_opens_where_it_shows_something(cast, as_user, query, from_list, from_search):
    an_article(cast.project, by=cast.alice)
    a_search(cast.project, by=cast.mo, query=query)
    client = as_user(cast.mo)

    opened = [saved(client.get(page))[0][1].partition("?")[0] for page in (LIST, SEARCH)]

    assert opened == [from_list, from_search]


def test_one_sees_ones_own_and_those_for_all(cast, as_user):
    an_article(cast.project, by=cast.alice)
    a_search(cast.project, by=cast.mo, name="Mine")
    a_search(cast.project, by=cast.rita, name="Ours", shared=True)
    a_search(cast.project, by=cast.rita, name="Rita’s")

    told = as_user(cast.mo).get(SEARCH)

    assert [name for name, _ in saved(told)] == ["Mine", "Ours"]
    assert "of Rita" in told.content.decode()
    assert [name for name, _ in saved(as_user(cast.sam).get(LIST))] == ["Ours"]


def test_a_search_is_renamed_shared_binned_and_restored(cast, as_user):
    search = a_search(cast.project, by=cast.mo, name="Rail")
    mo, rita = as_user(cast.mo), as_user(cast.rita)
    assert rita.get(page_of(search)).status_code == 404

    mo.post(page_of(search), {"name": "Rails", "shared": "on", "version": 1})
    stale = mo.post(page_of(search), {"name": "Trains", "version": 1})
    search.refresh_from_db()
    assert (search.name, search.shared, search.version) == ("Rails", True, 2)
    assert stale.status_code == 400

    assert "Rails" in rita.post(page_of(search, "search_delete"), follow=True).content.decode()
    assert (saved(mo.get(SEARCH)), mo.get(page_of(search)).status_code) == ([], 404)
    assert "Rails" in mo.get(reverse("bin", args=["desk"])).content.decode()
    mo.post(page_of(search, "search_restore"))
    assert [name for name, _ in saved(mo.get(SEARCH))] == ["Rails"]


def test_readers_keep_and_do_not_share(cast, as_user):
    an_article(cast.project, by=cast.alice)
    client = as_user(cast.sam)
    assert "saved-shared" not in client.get(f"{LIST}?q=rail").content.decode()

    client.post(f"{SAVE}?q=rail", {"name": "Rail", "here": "articles"})
    refused = client.post(f"{SAVE}?q=rail", {"name": "For all", "shared": "on", "here": "articles"})

    assert refused.status_code == 403
    assert [(each.name, each.shared) for each in SavedSearch.objects.all()] == [("Rail", False)]


@pytest.mark.parametrize(
    ("query", "name"), [("", "Rail"), ("q=rail", ""), ("q=%22rail", "Rail"), ("entity=No", "Rail")]
)
def test_what_asks_for_nothing_or_has_no_name_is_not_kept(cast, as_user, query, name):
    answer = as_user(cast.mo).post(f"{SAVE}?{query}", {"name": name, "here": "https://elsewhere.example"}, follow=True)

    assert answer.redirect_chain[0][0].startswith(f"{LIST}?")
    assert 'class="message error"' in answer.content.decode()
    assert not SavedSearch.objects.exists()


def test_three_searches_cost_as_many_queries_as_one(cast, as_user, filtered, django_assert_num_queries):
    kept = {"outlet": "The Courier", "target": filtered["issue"]}
    a_search(cast.project, by=cast.mo, query=kept)
    client = as_user(cast.mo)
    client.get(SEARCH)
    with django_assert_num_queries(14):
        client.get(SEARCH)
    for _ in range(2):
        a_search(cast.project, by=cast.rita, query=kept, shared=True)
    with django_assert_num_queries(14):
        client.get(SEARCH)


@pytest.mark.parametrize("page", [LIST, SEARCH])
def test_a_search_that_takes_too_long_is_told_at_its_field(cast, as_user, page, monkeypatch):
    an_article(cast.project, by=cast.alice)
    monkeypatch.setattr("annotator.queries.bounded.SECONDS", 0)

    answer = as_user(cast.sam).get(page, {"q": "train"})

    assert answer.status_code == 400
    assert "takes longer than 0 seconds: narrow it" in answer.context["form"].errors["q"][0]
