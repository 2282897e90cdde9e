"""The page of search: what is found in its context, and tagged from there."""

import re

import pytest
from django.urls import reverse
from django.utils.html import escape
from pytest_django.asserts import assertContains

from annotator.actions.annotations import revise_annotation
from annotator.actions.codings import open_coding, set_state
from annotator.actions.records import change_record
from annotator.models import Entity, Event, Mention
from annotator.queries.hits import MOST_SHOWN
from tests.factories import a_mention, a_stance, an_article, an_entity, at

URL = reverse("search", args=["desk"])
TAG = reverse("search_tag", args=["desk"])
UNTAG = reverse("search_untag", args=["desk"])


def hits(answer):
    return {row.article.title: [hit.words for hit in row.hits] for row in answer.context["page"].rows}


def places(answer):
    return re.findall(r'name="hit" value="([^"]+)"( checked)?', answer.content.decode())


@pytest.fixture
def two(cast):
    return [
        an_article(cast.project, by=cast.alice, title="Trains", text="The train left 😀. Trains came, cafés closed."),
        an_article(cast.project, by=cast.alice, title="B", text="No retraining. The TRAIN, said Ilsa Marrow."),
    ]


def test_hits_stand_on_the_words_that_were_found_and_lead_to_them(cast, two, as_user):
    answer = as_user(cast.sam).get(URL, {"q": "train CAFE"})

    assert hits(answer) == {"Trains": ["train", "Trains", "cafés"]}
    start = two[0].current.text.index("cafés")
    assert f"{two[0].pk}/?at={start}-{start + 5}&amp;revision=1" in answer.content.decode()
    assert hits(as_user(cast.sam).get(URL, {"q": "train"}))["B"] == ["TRAIN"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"q": '"the train"'}, {"Trains": ["The train"], "B": ["The TRAIN"]}),
        ({"q": "retrain*"}, {"B": ["retraining"]}),
        ({"q": "train -came"}, {"B": ["TRAIN"]}),
        ({"q": '"train left" OR train'}, {"Trains": ["train left", "Trains"], "B": ["TRAIN"]}),
        ({"pattern": "[Tt]rain"}, {"Trains": ["train", "Train"], "B": ["train", "TRAIN"]}),
        ({"pattern": "[Tt]rain", "case": "on"}, {"Trains": ["train", "Train"], "B": ["train"]}),
        ({"q": "came", "pattern": "train"}, {"Trains": ["train", "Train"]}),
    ],
)
def test_what_is_asked_is_what_is_marked(cast, two, as_user, asked, expected):
    assert hits(as_user(cast.sam).get(URL, asked)) == expected


def test_the_articles_of_a_regular_expression_are_counted_for_who_asks(cast, two, as_user):
    an_article(cast.project, by=cast.alice, language="de", text="Kein Zug, aber ein Train.")
    an_article(cast.project, by=cast.alice, language="de", text="Kein Zug.")
    client = as_user(cast.sam)

    shown = client.get(URL, {"pattern": "[Tt]rain"})
    counted = client.get(URL, {"pattern": "[Tt]rain", "facets": "all"})

    link = '<a href="?pattern=%5BTt%5Drain&amp;facets=all">Count all, in up to 30 seconds</a>'
    assertContains(shown, link, html=True)
    assert shown.context["facets"] is None
    assertContains(counted, "3 articles")
    [languages] = counted.context["facets"].of_articles
    assert [(value.text, value.count, value.address) for value in languages.values] == [
        ("en", 2, "?pattern=%5BTt%5Drain&language=en"),
        ("de", 1, "?pattern=%5BTt%5Drain&language=de"),
    ]


def test_search_is_narrowed_as_the_list_is(cast, two, as_user):
    a_stance(two[1], by=cast.mo, words="Ilsa Marrow", position="oppose")

    assert hits(as_user(cast.sam).get(URL, {"q": "train", "position": "oppose"})) == {"B": ["TRAIN"]}
    assert hits(as_user(cast.sam).get(URL, {"q": "train", "position": "support"})) == {}


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"q": '"train'}, "This quotation mark is not closed. (at character 1)"),
        ({"q": "train OR"}, "Something is missing at the end"),
        ({"pattern": "train("}, "missing )"),
        ({"q": "train", "entity": "Nobody"}, "No entity is called “Nobody”."),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field(cast, two, as_user, asked, told):
    answer = as_user(cast.sam).get(URL, asked)

    assert answer.status_code == (200 if "entity" in asked else 400)
    assert told in answer.content.decode()
    assert hits(answer) == {}


def test_of_many_hits_the_first_are_shown_and_the_others_counted(cast, as_user):
    an_article(cast.project, by=cast.alice, text="tram " * (MOST_SHOWN + 3))

    (row,) = as_user(cast.sam).get(URL, {"q": "tram"}).context["page"].rows

    assert (len(row.hits), row.more) == (MOST_SHOWN, 3)


def test_search_costs_as_many_queries_for_three_articles_as_for_one(cast, as_user, django_assert_num_queries):
    client = as_user(cast.sam)
    an_article(cast.project, by=cast.alice, outlet="Herald", text="A tram.")
    for _ in range(2):
        client.get(URL, {"q": "tram"})
    with django_assert_num_queries(29):
        client.get(URL, {"q": "tram"})
    for number in range(2):
        an_article(cast.project, by=cast.alice, outlet="Courier", text=f"A tram. {number}")
    client.get(URL, {"q": "tram"})
    with django_assert_num_queries(29):
        client.get(URL, {"q": "tram"})


def test_all_hits_are_tagged_in_one_step_and_taken_back_in_one(cast, two, as_user):
    ilsa = an_entity(cast.project, by=cast.alice, name="Ilsa Marrow")
    a_mention(two[1], by=cast.rita, words="TRAIN", entity=str(ilsa.pk))
    client = as_user(cast.mo)
    review = client.get(TAG, {"q": "train"})
    assert [checked for _, checked in places(review)] == [" checked", " checked", ""] or [
        checked for _, checked in places(review)
    ] == ["", " checked", " checked"]
    ticked = [place for place, checked in places(review) if checked]

    saved = client.post(f"{TAG}?q=train", {"hit": ticked, "entity": "ilsa marrow"})
    made = Mention.objects.kept().filter(created_by=cast.mo)
    assert saved.headers["Location"] == f"{URL}?q=train"
    assert sorted((mention.first, mention.last) for mention in made) == [
        tuple(at(two[0], "train")[0]),
        tuple(at(two[0], "Trains")[0]),
    ]
    assert {(mention.entity, mention.type) for mention in made} == {(ilsa, "PER")}
    assert "2 places were tagged as Ilsa Marrow." in client.get(URL, {"q": "train"}).content.decode()

    client.post(UNTAG)
    assert not Mention.objects.kept().filter(created_by=cast.mo).exists()
    assert Mention.objects.kept().count() == 1
    assert "were tagged as" not in client.get(URL).content.decode()


def test_who_is_refused_keeps_what_was_unticked(cast, two, as_user):
    client = as_user(cast.mo)
    first, *others = [place for place, _ in places(client.get(TAG, {"q": "train"}))]

    answer = client.post(f"{TAG}?q=train", {"hit": others, "entity": "Nobody"})

    assert (answer.status_code, "No entity is called “Nobody”." in answer.content.decode()) == (400, True)
    assert places(answer) == [(first, ""), *((place, " checked") for place in others)]


def test_hits_are_tagged_as_an_entity_that_is_recorded_with_them(cast, two, as_user):
    client = as_user(cast.mo)
    ticked = [place for place, _ in places(client.get(TAG, {"q": "train"}))]
    asked = client.post(f"{TAG}?q=train", {"hit": ticked, "entity": "Tarn line"}).content.decode()

    client.post(f"{TAG}?q=train", {"hit": ticked, "entity": "Tarn line", "type": "FAC"})

    assert "Record it, of the type" in asked
    assert {(row.entity.name, row.type) for row in Mention.objects.kept()} == {("Tarn line", "FAC")}
    assert Mention.objects.kept().count() == len(ticked)


def kept():
    return Mention.objects.kept().count(), list(Entity.objects.kept().values_list("name", flat=True))


def test_an_entity_that_was_recorded_with_the_hits_goes_and_comes_back_with_them(cast, two, as_user):
    client = as_user(cast.mo)
    ticked = [place for place, _ in places(client.get(TAG, {"q": "train"}))]
    client.post(f"{TAG}?q=train", {"hit": ticked, "entity": "Tarn line", "type": "FAC"})

    seen = [kept()]
    for told in ("The tagging as Tarn line is taken back.", "3 places were tagged as Tarn line.", "is taken back."):
        assert told in client.post(f"{UNTAG}?q=train", follow=True).content.decode()
        seen.append(kept())

    assert seen == [(3, ["Tarn line"]), (0, []), (3, ["Tarn line"]), (0, [])]
    acts = Event.objects.filter(thing="entity", thing_id=str(Entity.objects.get().pk)).order_by("pk")
    assert [*acts.values_list("act", flat=True)] == [
        *("entity.added", "entity.deleted", "entity.restored", "entity.deleted"),
    ]


@pytest.mark.parametrize("since", ["used", "changed", "known before"])
def test_an_entity_that_is_more_than_what_was_tagged_stays(cast, two, as_user, since):
    client = as_user(cast.mo)
    if since == "known before":
        an_entity(cast.project, by=cast.mo, name="Tarn line", type="FAC")
    first, *others = [place for place, _ in places(client.get(TAG, {"q": "train"}))]
    client.post(f"{TAG}?q=train", {"hit": others, "entity": "Tarn line", "type": "FAC"})
    line = Entity.objects.get()
    if since == "used":
        as_user(cast.rita).post(f"{TAG}?q=train", {"hit": [first], "entity": "Tarn line"})
    if since == "changed":
        change_record(line, {"description": "A railway."}, by=cast.rita, version=1)

    client.post(UNTAG)

    assert kept() == (1 if since == "used" else 0, ["Tarn line"])
    client.post(UNTAG)
    assert kept()[0] == Mention.objects.count()


def test_what_somebody_changed_since_is_not_taken_back(cast, two, as_user):
    client = as_user(cast.mo)
    ticked = [place for place, _ in places(client.get(TAG, {"q": "train"}))]
    client.post(f"{TAG}?q=train", {"hit": ticked, "entity": "Tarn line", "type": "FAC"})
    for mention in Mention.objects.all():
        revise_annotation(mention, {"comment": "The old one."}, by=cast.rita, version=1)

    told = client.post(UNTAG, follow=True).content.decode()

    assert (kept(), "Somebody has changed all of them since" in told) == ((3, ["Tarn line"]), True)
    assert ("Take back" in told, "Tag again" in told) == (False, False)


def test_no_entity_is_recorded_where_its_hits_are_refused(cast, two, as_user):
    stale = f"{two[0].pk}:9:0-5"

    answer = as_user(cast.mo).post(f"{TAG}?q=train", {"hit": [stale], "entity": "Tarn line", "type": "FAC"})

    assert answer.status_code == 400
    assert not Entity.objects.filter(name="Tarn line").exists()


@pytest.mark.parametrize(
    ("asked", "found"),
    [("afé", {"Z": ["afé"]}), ("🚢", {"Z": ["🚢"]}), ("a.b*", {"Z": ["a.b"]})],
)
def test_what_is_no_word_of_its_own_is_looked_for_anywhere(cast, as_user, asked, found):
    an_article(cast.project, by=cast.mo, title="Z", text="市长表示铁路计划将投票 xcaféx 🚢 za.bz")
    client = as_user(cast.sam)

    told = client.get(URL, {"q": asked, "language": "en"})
    anywhere = client.get(URL + re.search(r'href="(\?[^"]+)">Look for', told.content.decode())[1].replace("&amp;", "&"))

    assert hits(told) == {}
    assert (hits(anywhere), anywhere.context["form"].data["language"]) == (found, "en")


@pytest.mark.parametrize("asked", [{"q": "no tram"}, {"q": "x" * 200}, {"pattern": "zzz"}, {"q": "train"}])
def test_what_is_found_or_many_words_or_a_pattern_is_not_offered_anywhere(cast, two, as_user, asked):
    told = as_user(cast.sam).get(URL, asked).content.decode()

    assert "within words too" not in told


def test_hits_in_a_layer_that_is_done_are_not_offered_and_one_that_was_done_meanwhile_is_named(cast, two, as_user):
    an_entity(cast.project, by=cast.alice, name="Ilsa Marrow")
    client = as_user(cast.mo)
    ticked = [place for place, _ in places(client.get(TAG, {"q": "train"}))]
    set_state(open_coding(two[0], by=cast.mo), "done", by=cast.mo)

    page = client.get(TAG, {"q": "train"}).content.decode()
    answer = client.post(f"{TAG}?q=train", {"hit": ticked, "entity": "Ilsa Marrow"})

    assert (page.count(" disabled>"), page.count(" checked>"), "done: not tagged" in page) == (2, 1, True)
    assert "“Trains” is done: leave its hits out, or open its layer again first." in answer.content.decode()
    assert not Mention.objects.exists()


def test_one_hit_is_tagged_alone(cast, two, as_user):
    start, end = at(two[0], "Trains")[0]
    place = f"{two[0].pk}:1:{start}-{end}"
    address = f"{TAG}?q=train&hit={place}"
    found = {user.username: as_user(user).get(URL, {"q": "train"}) for user in (cast.mo, cast.sam)}
    offered = {name: escape(address) in answer.content.decode() for name, answer in found.items()}

    review = as_user(cast.mo).get(address)

    assert offered == {"mo": True, "sam": False}
    assert places(review) == [(place, " checked")]


@pytest.mark.parametrize(
    ("hit", "told"),
    [
        ("nonsense", "is no place in a text"),
        ("11111111-1111-4111-8111-111111111111:1:0-3", "There is no article"),
        ("{0}:2:0-3", "revision"),
        ("{0}:1:0-9999", "ends after the text"),
    ],
)
def test_a_place_that_is_not_there_tags_nothing(cast, two, as_user, hit, told):
    an_entity(cast.project, by=cast.alice, name="Ilsa Marrow")
    good = f"{two[1].pk}:1:0-2"

    answer = as_user(cast.mo).post(f"{TAG}?q=train", {"hit": [good, hit.format(two[0].pk)], "entity": "Ilsa Marrow"})

    assert answer.status_code == 400
    assert told in answer.content.decode()
    assert not Mention.objects.exists()


def test_who_undoes_leaves_what_was_changed_since(cast, two, as_user):
    from annotator.actions.annotations import revise_annotation

    an_entity(cast.project, by=cast.alice, name="Ilsa Marrow")
    client = as_user(cast.mo)
    client.post(
        f"{TAG}?q=train", {"hit": [p for p, _ in places(client.get(TAG, {"q": "train"}))], "entity": "Ilsa Marrow"}
    )
    kept = Mention.objects.first()
    revise_annotation(kept, {"level": "NOM"}, by=cast.rita, version=1)

    client.post(UNTAG)

    assert list(Mention.objects.kept()) == [kept]
