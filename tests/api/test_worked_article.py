"""A real article with its 82 annotations goes in over REST and comes back equal.

It is read from a folder beside the checkout; conftest.py leaves this module out where there is none.
"""

import json
from typing import Any

from tests.api.clients import API, client_with_token
from tests.api.conftest import WORKED_ARTICLE

WORKED = json.loads(WORKED_ARTICLE.with_suffix(".annotations.json").read_text(encoding="utf-8"))
PATHS = {"mention": "mentions", "attribution": "attributions", "stance": "stances", "claim": "claims"}
PARTIES = ("source", "holder", "claimant")
ENTITIES = ("entity", "affiliation", "voiced_by")
# Attributions before what rests on them.
ORDER = ["attribution", "mention", "stance", "claim"]


class Register:
    """What is made of the file's records, and the ids that stand for their names."""

    def __init__(self, client: Any, project: str) -> None:
        self.client = client
        self.project = project
        self.ids: dict[str, str] = {"AUTHOR": "AUTHOR", "UNSPECIFIED": "UNSPECIFIED"}

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        response = self.client.post(f"{API}/{path}/", body)
        assert response.status_code == 201, response.json()
        return response.json()

    def store_records(self) -> None:
        for entity in WORKED["entities"]:
            self.ids[entity["name"]] = self.post("entities", {"project": self.project, **entity})["id"]
        for affiliation in WORKED["affiliations"]:
            response = self.client.patch(
                f"{API}/entities/{self.ids[affiliation['entity']]}/",
                {
                    "affiliations": [
                        {"organisation": self.ids[affiliation["organisation"]], "role": affiliation["role"]}
                    ]
                },
                HTTP_IF_MATCH='"1"',
            )
            assert response.status_code == 200, response.json()
        for noun in ("issues", "propositions"):
            for record in WORKED[noun]:
                self.ids[record["external_id"]] = self.post(noun, {"project": self.project, **record})["id"]
        for link in WORKED["proposition_links"]:
            self.post(
                "proposition-links",
                {"from": self.ids[link["from"]], "to": self.ids[link["to"]], "relation": link["relation"]},
            )

    def on_the_wire(self, annotation: dict[str, Any]) -> dict[str, Any]:
        """An annotation of the file as the interface takes and gives it: ids for names, lists of segments."""
        given = {name: value for name, value in annotation.items() if name != "kind"}
        for name in (*PARTIES, *ENTITIES, "target", "attribution", "parent", "proposition"):
            if given.get(name) is not None:
                given[name] = self.ids[given[name]]
        for name in ("source_span", "cue_span"):
            if given.get(name) is not None:
                given[name] = [given[name]]
        if "quantities" in given:
            given["quantities"] = [
                {**{name: value for name, value in each.items() if name != "text"}, "exact": each["text"]}
                for each in given["quantities"]
            ]
        return given


def in_order(annotations: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Attributions first, an outer one before those within it."""
    outer = {each["external_id"]: each.get("parent") for each in annotations if each["kind"] == "attribution"}

    def depth(external_id: str | None) -> int:
        return 0 if external_id is None else 1 + depth(outer[external_id])

    return sorted(annotations, key=lambda each: (ORDER.index(each["kind"]), depth(each.get("parent"))))


def as_given(stored: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """The fields of a stored annotation that were given, and of its quantities those that were given of them."""
    found = {name: stored[name] for name in given}
    if "quantities" in given:
        found["quantities"] = [
            {name: there[name] for name in each}
            for there, each in zip(stored["quantities"], given["quantities"], strict=True)
        ]
    return found


def test_the_worked_article_comes_back_as_it_went_in(cast):
    client = client_with_token(cast.mo, scope="annotate")
    text = WORKED_ARTICLE.read_text(encoding="utf-8")
    register = Register(client, cast.project.slug)
    article = register.post("articles", {"project": "desk", "title": "Mayors vow to defy the plan", "text": text})
    assert (article["length"], article["sha256"]) == (WORKED["length"], WORKED["sha256"])
    register.store_records()

    given: dict[str, dict[str, Any]] = {}
    for annotation in in_order(WORKED["annotations"]):
        body = register.on_the_wire(annotation)
        stored = register.post(PATHS[annotation["kind"]], {**body, "article": article["id"], "revision": 1})
        if annotation["kind"] == "attribution":
            register.ids[annotation["external_id"]] = stored["id"]
        given[annotation["external_id"]] = body

    read = client.get(f"{API}/articles/{article['id']}/annotations/").json()
    stored = {each["external_id"]: each for each in read["annotations"]}

    assert {name: as_given(stored[name], body) for name, body in given.items()} == given
    assert len(read["annotations"]) == 82
    assert {name: read[name] for name in ("revision", "length", "offset_unit")} == {
        "revision": 1,
        "length": 3542,
        "offset_unit": "codepoint",
    }
    assert client.get(f"{API}/articles/{article['id']}/revisions/1/").json()["text"] == text
    begins = [(each["segments"][0][0], -each["segments"][-1][1]) for each in read["annotations"]]
    assert begins == sorted(begins)
