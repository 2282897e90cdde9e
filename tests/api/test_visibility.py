"""In an independent project nobody learns of a layer that they may not read, by any route."""

import pytest

from annotator.actions.codings import set_state
from annotator.actions.comments import add_comment
from annotator.actions.imports import import_rows
from annotator.actions.projects import add_member
from annotator.models import User
from articles.readers.row import Row
from tests.api.clients import API, client_of
from tests.factories import (
    a_cast,
    a_claim,
    a_coding,
    a_mention,
    a_stance,
    a_user,
    an_article,
    an_attribution,
    an_entity,
    an_issue,
)

SECRET = "what Kim thinks of it"


@pytest.fixture
def blind(db):
    """A blind project in which Kim has annotated and commented, and Mo has opened the same article."""
    cast = a_cast(layers="independent")
    cast.kim = a_user("kim")
    add_member(cast.project, cast.kim, "coder", by=cast.alice)
    cast.article = an_article(cast.project, by=cast.alice)
    cast.issue = an_issue(cast.project, by=cast.alice)
    cast.entity = an_entity(cast.project, by=cast.alice)
    cast.attribution = an_attribution(cast.article, by=cast.kim, comment=SECRET)
    cast.hidden = [
        a_mention(cast.article, by=cast.kim, comment=SECRET, entity=cast.entity.pk),
        cast.attribution,
        a_stance(cast.article, by=cast.kim, comment=SECRET, target_kind="issue", target=cast.issue.pk),
        a_claim(cast.article, by=cast.kim, comment=SECRET),
    ]
    cast.comment = add_comment(cast.hidden[0], SECRET, by=cast.kim)
    a_coding(cast.article, by=cast.mo)
    return cast


def paths(cast) -> list[str]:
    """Every address from which a hidden layer could be learnt of."""
    plural = {"mention": "mentions", "attribution": "attributions", "stance": "stances", "claim": "claims"}
    of_each = [f"/{plural[hidden.KIND]}/{hidden.pk}/{what}" for hidden in cast.hidden for what in ("", "history/")]
    return [
        *of_each,
        *(f"/{noun}/" for noun in plural.values()),
        *(f"/{noun}/?article={cast.article.pk}" for noun in plural.values()),
        f"/mentions/?entity={cast.entity.pk}",
        f"/stances/?target={cast.issue.pk}",
        f"/stances/?created_by={cast.kim.username}",
        f"/articles/{cast.article.pk}/annotations/",
        f"/articles/{cast.article.pk}/history/",
        "/articles/",
        "/codings/",
        f"/codings/{cast.hidden[0].coding_id}/",
        "/comments/",
        f"/comments/?annotation={cast.hidden[0].pk}",
        f"/comments/{cast.comment.pk}/",
        "/events/?project=desk&limit=1000",
    ]


def told_to(user: User, cast) -> str:
    client = client_of(user)
    return "\n".join(client.get(f"{API}{path}").content.decode() for path in paths(cast))


def counts(user: User) -> dict[str, int]:
    [article] = client_of(user).get(f"{API}/articles/?project=desk").json()["results"]
    return article["counts"]


def test_a_coder_learns_nothing_of_another_coders_layer(blind):
    told = told_to(blind.mo, blind)
    # Events name what they are about: the layer's id and the annotations' must not be among them either.
    ids = [str(hidden.pk) for hidden in blind.hidden]

    assert SECRET not in told
    assert str(blind.hidden[0].coding_id) not in told.replace(f"no coding {blind.hidden[0].coding_id}", "")
    assert [each for each in ids if f'"{each}"' in told] == []
    assert counts(blind.mo) == {"mention": 0, "attribution": 0, "stance": 0, "claim": 0}


def test_a_reader_sees_the_adjudicated_layer_alone(blind):
    assert SECRET not in told_to(blind.sam, blind)
    assert counts(blind.sam) == {"mention": 0, "attribution": 0, "stance": 0, "claim": 0}


@pytest.mark.parametrize("who", ["kim", "rita", "alice"])
def test_its_coder_and_the_editors_see_it_by_every_one_of_these_routes(blind, who):
    """So that the routes above are those by which it could be seen."""
    client = client_of(getattr(blind, who))

    silent = [path for path in paths(blind) if client.get(f"{API}{path}").status_code != 200]

    assert silent == []
    assert told_to(getattr(blind, who), blind).count(SECRET) > 20
    assert counts(getattr(blind, who)) == {"mention": 1, "attribution": 1, "stance": 1, "claim": 1}


def test_once_all_are_done_coders_see_each_other(blind):
    for coder in (blind.kim, blind.mo):
        set_state(a_coding(blind.article, by=coder), "done", by=coder)

    assert counts(blind.mo) == {"mention": 1, "attribution": 1, "stance": 1, "claim": 1}
    assert SECRET in told_to(blind.mo, blind)


def test_writes_to_a_hidden_layer_are_answered_as_to_nothing(blind):
    client = client_of(blind.mo)
    mention = blind.hidden[0]
    path = f"{API}/mentions/{mention.pk}/"
    words = {"revision": 1, "segments": [[0, 4]], "type": "PER"}

    answers = {
        "patch": client.patch(path, {"level": "NOM"}, HTTP_IF_MATCH="*"),
        "delete": client.delete(path, HTTP_IF_MATCH="*"),
        "restore": client.post(f"{path}restore/"),
        "put": client.put(path, {**words, "article": str(blind.article.pk)}),
        "into the layer": client.post(f"{API}/mentions/", {**words, "coding": str(mention.coding_id)}),
        "on its attribution": client.post(
            f"{API}/claims/",
            {
                **words,
                "type": None,
                "article": str(blind.article.pk),
                "claim_kind": "event",
                "attribution": str(blind.attribution.pk),
            },
        ),
        "comment": client.post(
            f"{API}/comments/", {"kind": "mention", "annotation": str(mention.pk), "text": "I see you."}
        ),
        "its state": client.patch(f"{API}/codings/{mention.coding_id}/", {"state": "done"}),
    }

    assert {act: answer.status_code for act, answer in answers.items()} == {
        "patch": 404,
        "delete": 404,
        "restore": 404,
        "put": 404,
        "into the layer": 400,
        "on its attribution": 400,
        "comment": 400,
        "its state": 404,
    }
    assert [act for act, answer in answers.items() if SECRET in answer.content.decode()] == []


def test_an_import_does_not_say_how_many_annotations_came_along(blind):
    row = Row(
        "one",
        fields={"title": "B", "text": "Ilsa Marrow spoke."},
        annotations=[{"kind": "mention", "type": "PER", "segments": [[0, 11]]}],
    )
    [outcome] = import_rows(blind.project, [row], by=blind.rita)

    events = client_of(blind.mo).get(f"{API}/articles/{outcome.article.pk}/history/").json()["results"]

    assert [event["act"] for event in events] == ["article.imported"]
    assert "annotations" not in events[0]["after"]


def test_a_coder_writes_to_the_own_layer_and_an_editor_also_to_the_adjudicated(blind):
    words = {"article": str(blind.article.pk), "revision": 1, "segments": [[0, 4]], "type": "PER"}
    own = client_of(blind.mo).post(f"{API}/mentions/", words).json()
    layer = client_of(blind.rita).post(f"{API}/codings/", {"article": str(blind.article.pk), "layer": "adjudicated"})
    refused = client_of(blind.mo).post(f"{API}/codings/", {"article": str(blind.article.pk), "layer": "adjudicated"})
    adjudicated = client_of(blind.rita).post(f"{API}/mentions/", {**words, "coding": layer.json()["id"]})

    assert client_of(blind.mo).get(f"{API}/codings/{own['coding']}/").json() == {
        "id": own["coding"],
        "article": str(blind.article.pk),
        "layer": "own",
        "coder": "mo",
        "state": "open",
    }
    assert (layer.json()["layer"], layer.json()["coder"], refused.status_code) == ("adjudicated", None, 403)
    assert (adjudicated.status_code, adjudicated.json()["coding"]) == (201, layer.json()["id"])
    assert counts(blind.sam)["mention"] == 1
