"""Who stands where and how far coders agree, over REST: of what the asker may see, and of nothing that is suggested."""

import pytest

from annotator.actions.codings import set_state
from annotator.actions.projects import add_member
from annotator.actions.records import merge_record
from tests.api.clients import API, client_of, read
from tests.factories import a_cast, a_coding, a_mention, a_stance, a_user, an_article, an_entity, an_issue


@pytest.fixture
def scene(cast):
    """Ann opposes rail in two articles, once under another name; Ben supports it; Cat is suggested only."""
    ann, other, ben, cat = (an_entity(cast.project, by=cast.alice, name=n) for n in ("Ann", "A.", "Ben", "Cat"))
    rail = an_issue(cast.project, by=cast.alice, wording="Cut rail")
    old = an_article(cast.project, by=cast.alice, published_on="2030-01-01")
    new = an_article(cast.project, by=cast.alice, published_on="2031-01-01")
    for article, holder, position, origin in (
        (old, ann, "oppose", "manual"),
        (new, other, "oppose", "manual"),
        (new, ben, "support", "manual"),
        (new, cat, "support", "suggested"),
    ):
        said = {"holder": str(holder.pk), "target_kind": "issue", "target": rail.pk}
        a_stance(article, by=cast.mo, position=position, origin=origin, **said)
    merge_record(other, into=ann, by=cast.alice, version=1)
    return cast, {"Ann": str(ann.pk), "Ben": str(ben.pk), "rail": str(rail.pk)}


def test_holders_and_issues_are_tied_by_their_stances(scene):
    cast, ids = scene

    network = read(client_of(cast.sam), "/networks/?project=desk")

    assert [(tie["source"], tie["target"], tie["weight"], tie["positions"]) for tie in network["ties"]] == [
        (ids["Ann"], ids["rail"], 2, {"oppose": 2}),
        (ids["Ben"], ids["rail"], 1, {"support": 1}),
    ]
    assert {(node["name"], node["kind"], node["stances"]) for node in network["nodes"]} == {
        ("Ann", "entity", 2),
        ("Ben", "entity", 1),
        ("Cut rail", "issue", 3),
    }


def test_conflict_is_told_with_the_issues_and_narrowed_as_articles_are(scene):
    cast, ids = scene
    client = client_of(cast.sam)

    conflict = read(client, "/networks/?project=desk&network=conflict")
    of_2030 = read(client, "/networks/?project=desk&network=conflict&published_to=2030-12-31")

    assert [tie["on"] for tie in conflict["ties"]] == [[ids["rail"]]]
    assert of_2030["ties"] == []


def test_what_is_asked_wrongly_is_said(scene):
    cast, _ = scene
    client = client_of(cast.sam)

    answers = [client.get(f"{API}/networks/{query}") for query in ("", "?project=desk&network=love", "?project=other")]

    assert [(answer.status_code, answer.json()["errors"][0]["field"]) for answer in answers] == [
        (400, "project"),
        (400, "network"),
        (400, "project"),
    ]
    assert client_of(cast.zoe).get(f"{API}/networks/?project=desk").status_code == 400


def test_coders_agree_as_far_as_they_marked_and_called_the_same(db):
    cast = a_cast(slug="blind", layers="independent")
    nora = a_user("nora")
    add_member(cast.project, nora, "coder", by=cast.alice)
    article = an_article(cast.project, by=cast.alice)
    for coder, types in ((cast.mo, {"Ilsa Marrow": "PER", "The Courier": "ORG"}), (nora, {"Ilsa Marrow": "ORG"})):
        for words, type in types.items():
            a_mention(article, by=coder, words=words, type=type)
    a_mention(article, by=nora, words="Tomas Quill", origin="suggested")
    blind = read(client_of(cast.mo), "/agreement/?project=blind")
    for coder in (cast.mo, nora):
        set_state(a_coding(article, by=coder), "done", by=coder)

    found = read(client_of(cast.alice), "/agreement/?project=blind")

    mentions = found["kinds"][0]
    assert (blind["articles"], blind["coders"], blind["kinds"][0]["f1"]) == (0, [], None)
    assert (found["articles"], found["coders"]) == (1, ["mo", "nora"])
    assert (mentions["kind"], mentions["spans"], mentions["f1"]) == ("mention", 2, 2 / 3)
    assert mentions["fields_of_same_spans"][0] == {"field": "type", "units": 1, "alpha": 0.0}
    assert client_of(cast.sam).get(f"{API}/agreement/?project=blind").json()["articles"] == 0
