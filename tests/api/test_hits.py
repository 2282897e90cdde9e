"""Search in texts over REST: every hit in order, in any unit, in bounds; counted; tagged and taken back."""

import pytest

from annotator.models import Mention
from annotator.queries import concordance as concordances
from annotator.queries import facets, patterns
from articles.models import Article
from tests.api.clients import API, client_of, read
from tests.factories import a_mention, a_project, a_stance, an_article, an_entity, at


@pytest.fixture
def two(cast):
    return [
        an_article(cast.project, by=cast.alice, title="A", text="😀 The train left. Trains came, cafés closed."),
        an_article(cast.project, by=cast.alice, title="B", text="No retraining.\n\nThe TRAIN, said Ilsa Marrow."),
    ]


def told(client, query):
    return read(client, f"/searches/hits/?project=desk&ordering=title&{query}")


def words(answer):
    return [(row["title"], *row["exact"]) for row in answer["results"]]


def walked(client, query):
    """The hits of all pages, page by page."""
    pages, answer = [], told(client, query)
    while True:
        pages.append(words(answer))
        if answer["next"] is None:
            return pages
        answer = client.get(answer["next"]).json()


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("q=train", [("A", "train"), ("A", "Trains"), ("B", "TRAIN")]),
        ("q=%22the+train%22", [("A", "The train"), ("B", "The TRAIN")]),
        ("q=train+-came", [("B", "TRAIN")]),
        ("q=retrain*", [("B", "retraining")]),
        ("pattern=[Tt]rain", [("A", "train"), ("A", "Train"), ("B", "train"), ("B", "TRAIN")]),
        ("pattern=[Tt]rain&case=true", [("A", "train"), ("A", "Train"), ("B", "train")]),
        ("q=came&pattern=train", [("A", "train"), ("A", "Train")]),
        ("q=train&title=B", [("B", "TRAIN")]),
        ("q=ferry", []),
    ],
)
def test_each_hit_is_told_in_the_order_of_the_articles(cast, two, asked, expected):
    answer = told(client_of(cast.sam), asked)

    assert words(answer) == expected
    assert (answer["next"], answer["stopped"], answer["offset_unit"]) == (None, None, "codepoint")


@pytest.mark.parametrize("unit", ["codepoint", "utf16", "utf8"])
def test_a_hit_stands_in_the_text_in_the_unit_that_is_asked_for(cast, two, unit):
    [first, second] = told(client_of(cast.sam), f"q=cafes+OR+marrow&offsets={unit}")["results"]

    encoded = {"codepoint": "utf-32-le", "utf16": "utf-16-le", "utf8": "utf-8"}[unit]
    width = {"codepoint": 4, "utf16": 2, "utf8": 1}[unit]
    for row, article in ((first, two[0]), (second, two[1])):
        [[start, end]] = row["segments"]
        octets = article.current.text.encode(encoded)
        assert [octets[start * width : end * width].decode(encoded)] == row["exact"]
    assert (first["before"], first["after"]) == ("😀 The train left. Trains came, ", " closed.")
    assert (second["article"], second["revision"], second["before"]) == (str(two[1].pk), 1, "The TRAIN, said Ilsa ")


@pytest.mark.parametrize("asked", ["q=tram", "pattern=tram"])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 200])
def test_pages_part_the_hits_of_an_article_and_lose_none(cast, asked, size):
    for title, times in (("A", 5), ("B", 1), ("C", 0), ("D", 4)):
        an_article(cast.project, by=cast.alice, title=title, text="tram bus " * times or "bus")
    whole = [("A", "tram")] * 5 + [("B", "tram")] + [("D", "tram")] * 4

    pages = walked(client_of(cast.sam), f"{asked}&page_size={size}")

    assert [hit for page in pages for hit in page] == whole
    assert {len(page) for page in pages[:-1]} <= {size}


@pytest.mark.parametrize("asked", ["q=tram", "pattern=tram"])
def test_articles_that_come_and_texts_that_change_between_two_pages_neither_repeat_nor_hide_a_hit(cast, asked):
    from annotator.actions.revisions import revise_article

    for title in "BC":
        an_article(cast.project, by=cast.alice, title=title, text=f"tram tram tram {title}")
    client = client_of(cast.sam)
    first = told(client, f"{asked}&page_size=2")
    an_article(cast.project, by=cast.alice, title="A", text="tram before")
    an_article(cast.project, by=cast.alice, title="BB", text="tram between")

    rest = words(client.get(first["next"]).json())
    assert words(first) == [("B", "tram"), ("B", "tram")]
    assert rest == [("B", "tram"), ("BB", "tram")]

    # Another text has other places: its hits are told from its beginning.
    article = an_article(cast.project, by=cast.alice, title="B0", text="tram tram tram tram")
    page = told(client, f"{asked}&page_size=5")
    revise_article(article, "No. tram tram", by=cast.alice, version=1)
    assert words(client.get(page["next"]).json())[:2] == [("B0", "tram"), ("B0", "tram")]


def test_a_search_that_takes_too_long_stops_and_goes_on(cast, monkeypatch):
    for title in "ABC":
        an_article(cast.project, by=cast.alice, title=title, text=f"tram {title}")
    monkeypatch.setattr(patterns, "MOST_TRIED", 1)
    monkeypatch.setattr(patterns, "_BATCH", 1)
    client = client_of(cast.sam)

    first = told(client, "pattern=tram")
    second = client.get(first["next"]).json()

    assert (words(first), first["stopped"]) == ([("A", "tram")], 1)
    assert (words(second), second["stopped"]) == ([("B", "tram")], 1)


def test_words_that_take_too_long_are_refused_with_the_bound(cast, two, monkeypatch):
    from annotator.queries import bounded

    monkeypatch.setattr(bounded, "SECONDS", 0)
    client = client_of(cast.sam)

    for address in ("searches/hits/?q=train", "articles/?q=train"):
        answer = client.get(f"{API}/{address}")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "q")
        assert "takes longer than 0 seconds: narrow it" in answer.json()["detail"]


def test_what_one_may_not_see_has_no_hits(cast, two):
    elsewhere = cast.zoe.memberships.get().project
    an_article(elsewhere, by=cast.zoe, text="A train of Zoe’s.")

    assert client_of(cast.zoe).get(f"{API}/searches/hits/?project=desk&q=train").status_code == 400
    assert words(read(client_of(cast.zoe), "/searches/hits/?q=train"))[0][1:] == ("train",)
    assert len(read(client_of(cast.zoe), "/searches/hits/?q=train")["results"]) == 1
    assert client_of(None).get(f"{API}/searches/hits/?q=train").status_code == 401


def test_hits_cost_as_many_queries_for_three_articles_as_for_one(cast, django_assert_num_queries):
    client = client_of(cast.sam)
    an_article(cast.project, by=cast.alice, text="A tram.")
    told(client, "q=tram")
    with django_assert_num_queries(12):
        told(client, "q=tram")
    for number in range(2):
        an_article(cast.project, by=cast.alice, outlet="Courier", text=f"A tram. {number}")
    told(client, "q=tram")
    with django_assert_num_queries(12):
        told(client, "q=tram")


def test_facets_count_what_the_filters_leave(cast):
    for title, outlet, language, day in (
        ("A", "Courier", "en", "2031-01-02"),
        ("B", "Courier", "de", "2030-01-02"),
        ("C", "", "en", None),
    ):
        given = {"title": title, "outlet": outlet, "language": language, "published_on": day}
        an_article(cast.project, by=cast.alice, **given)

    a_stance(Article.objects.get(title="A"), by=cast.mo, position="oppose")
    told = read(client_of(cast.sam), "/searches/facets/?project=desk")

    assert (told["counted"], told["is_all"], told["read"]) == (3, True, 3)
    counts = {name: [(each["value"], each["count"]) for each in values] for name, values in told["facets"].items()}
    assert counts["outlet"] == [("Courier", 2), (None, 1)]
    assert counts["language"] == [("en", 2), ("de", 1)]
    assert counts["year"] == [("2031", 1), ("2030", 1), (None, 1)]
    assert (counts["coder"], counts["position"]) == ([("mo", 1)], [("oppose", 1)])
    assert read(client_of(cast.sam), "/searches/facets/?project=desk&language=de")["counted"] == 1
    a_stance(Article.objects.get(title="A"), by=cast.mo, position="support", holder="UNSPECIFIED")
    of_one = read(client_of(cast.sam), "/searches/facets/?project=desk&holder=UNSPECIFIED")["facets"]["position"]
    assert [(each["value"], each["count"]) for each in of_one] == [("support", 1)]
    client = client_of(cast.zoe)
    assert [client.get(f"{API}/searches/facets/{query}").status_code for query in ("", "?project=desk")] == [400, 400]


def test_facets_count_the_articles_in_which_a_pattern_is_found(cast, two, monkeypatch):
    client, address = client_of(cast.sam), "/searches/facets/?project=desk"
    an_article(cast.project, by=cast.alice, text="Nothing of it.", outlet="Courier")

    found = read(client, f"{address}&pattern=TRAIN&case=true")
    none = read(client, f"{address}&pattern=^trainspotting$")
    wrong = client.get(f"{API}{address}&pattern=(")

    assert (found["counted"], found["is_all"], found["facets"]["outlet"]) == (
        1,
        True,
        [{"value": None, "label": "", "count": 1}],
    )
    assert (none["counted"], none["is_all"]) == (0, True)
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "pattern")
    monkeypatch.setattr(facets, "MOST_COUNTED", 1)
    first = read(client, f"{address}&pattern=train")
    assert (first["counted"], first["is_all"]) == (1, False)


def test_facets_of_all_are_counted_where_they_are_asked_for(cast, two, monkeypatch):
    monkeypatch.setattr(facets, "MOST_COUNTED", 1)
    client, address = client_of(cast.sam), "/searches/facets/?project=desk"

    some, every = (read(client, f"{address}{asked}") for asked in ("", "&facets=all"))
    wrong = client.get(f"{API}{address}&facets=every")

    assert (some["counted"], some["is_all"], some["read"]) == (1, False, 1)
    assert (every["counted"], every["is_all"], every["read"]) == (2, True, 2)
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "facets")


def test_who_asks_for_all_facets_while_others_have_them_counted_is_told_when_to_ask_again(cast, two, others_count):
    client, address = client_of(cast.sam), f"{API}/searches/facets/?project=desk"

    refused = client.get(f"{address}&facets=all")

    assert (refused.status_code, refused["Retry-After"]) == (429, "10")
    assert refused.json()["type"] == "urn:annotator:too-many"
    assert client.get(address).json()["counted"] == 2


@pytest.mark.parametrize("unit", ["codepoint", "utf16", "utf8"])
def test_hits_are_tagged_as_they_are_told_and_taken_back_in_one_step(cast, two, unit):
    ilsa = an_entity(cast.project, by=cast.alice, name="Ilsa Marrow")
    a_mention(two[1], by=cast.mo, words="TRAIN", entity=str(ilsa.pk))
    client = client_of(cast.mo)
    hits = told(client, f"q=train&offsets={unit}")["results"]

    tagged = client.post(f"{API}/searches/tag/?offsets={unit}", {"entity": str(ilsa.pk), "hits": hits}).json()
    made = Mention.objects.kept().filter(pk__in=tagged["mentions"]).order_by("first")
    assert (tagged["entity"], tagged["there"]) == (str(ilsa.pk), 1)
    assert [mention.segments for mention in made] == [at(two[0], "train"), at(two[0], "Trains")]

    again = client.post(f"{API}/searches/tag/?offsets={unit}", {"entity": str(ilsa.pk), "hits": hits}).json()
    assert (again["mentions"], again["there"]) == ([], 3)
    taken = client.post(f"{API}/searches/untag/", {"mentions": tagged["mentions"]}).json()
    assert taken == {"untagged": 2}
    assert Mention.objects.kept().count() == 1
    new = read(client, "/articles/?project=desk&state=new")["results"]
    assert [article["title"] for article in new] == ["A"]


def test_all_hits_of_a_query_are_tagged_at_once(cast, two):
    ilsa = an_entity(cast.project, by=cast.alice, name="Ilsa Marrow")
    body = {"entity": str(ilsa.pk), "query": {"pattern": "trains?", "ordering": "title"}}

    tagged = client_of(cast.mo).post(f"{API}/searches/tag/", body).json()

    assert len(tagged["mentions"]) == Mention.objects.filter(entity=ilsa, created_by=cast.mo).count() == 4


def test_more_hits_than_are_tagged_at_once_are_refused_and_not_cut(cast, two, monkeypatch):
    monkeypatch.setattr("annotator.api.tagging.MOST_AT_ONCE", 2)
    ilsa = an_entity(cast.project, by=cast.alice)

    answer = client_of(cast.mo).post(f"{API}/searches/tag/", {"entity": str(ilsa.pk), "query": {"q": "train"}})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "query")
    assert "more than 2 hits" in answer.json()["detail"]
    assert not Mention.objects.exists()


def test_what_cannot_be_tagged_tags_nothing(cast, two):
    ilsa = an_entity(cast.project, by=cast.alice)
    other = an_entity(a_project(cast.mo), by=cast.mo)
    good = {"article": str(two[0].pk), "revision": 1, "segments": [[2, 5]], "exact": ["The"]}
    entity = {"entity": str(ilsa.pk)}
    bodies = [
        ({**entity}, 400),
        ({**entity, "hits": [good], "query": {"q": "train"}}, 400),
        ({**entity, "hits": []}, 400),
        ({**entity, "hits": [good, {**good, "segments": [[6, 11]], "exact": ["Not"]}]}, 422),
        ({**entity, "hits": [good, {**good, "revision": 2}]}, 409),
        ({**entity, "hits": [good, {**good, "segments": [[2, 5], [6, 9]]}]}, 400),
        ({**entity, "hits": [good, {**good, "segments": [["2", 5]]}]}, 400),
        ({**entity, "hits": [good, {**good, "segments": [[True, 5]]}]}, 400),
        ({**entity, "hits": [good, {**good, "segments": [[2, 9_999]]}]}, 400),
        ({**entity, "hits": [good, {**good, "article": str(ilsa.pk)}]}, 400),
        ({**entity, "hits": [good] * 501}, 400),
        ({**entity, "query": {}}, 400),
        ({**entity, "query": {"language": "en"}}, 400),
        ({**entity, "query": {"q": "ferry"}}, 400),
        ({"entity": str(other.pk), "hits": [good]}, 400),
        ({"entity": "Ilsa", "hits": [good]}, 400),
    ]
    client = client_of(cast.mo)

    answers = [client.post(f"{API}/searches/tag/", body) for body, _ in bodies]

    assert [answer.status_code for answer in answers] == [status for _, status in bodies]
    assert not Mention.objects.exists()


QUERIES = [
    "",
    "q=",
    "q=%22train",
    "q=%00",
    "q=" + "x" * 501,
    "pattern=(",
    "pattern=" + "a" * 301,
    "pattern=(a{500}){500}",
    "q=train&case=on",
    "q=train&offsets=bytes",
    "q=train&page_size=0",
    "q=train&cursor=x",
    "q=train&ordering=name",
    "q=train&fields=text",
    "q=train&deleted=true",
    "q=train&password=x",
    "q=train&q=bus",
]


@pytest.mark.parametrize("query", QUERIES, ids=[query[:30] for query in QUERIES])
def test_what_cannot_be_sought_is_refused(cast, two, query):
    answer = client_of(cast.sam).get(f"{API}/searches/hits/?{query}")

    assert (answer.status_code, bool(answer.json()["errors"][0]["message"])) == (400, True)


def test_a_cursor_of_the_list_of_articles_is_none_of_hits(cast, two):
    client = client_of(cast.sam)
    of_articles = client.get(f"{API}/articles/?page_size=1").json()["next"].partition("cursor=")[2]

    assert client.get(f"{API}/searches/hits/?q=train&cursor={of_articles}").status_code == 400
    assert concordances.Place.of(None, ()) == concordances.Place()
