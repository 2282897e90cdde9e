"""A whole project as JSON lines: every noun in an order in which it can be written again, as its reader sees it."""

import json
import re
import uuid

import pytest

from annotator.actions.comments import add_comment
from annotator.actions.projects import add_member
from annotator.actions.records import delete_record, merge_record
from annotator.actions.register import assess, link_propositions
from annotator.models.transfer import Content
from annotator.queries import register_lines
from annotator.queries.exports import export_of, lines_of
from tests.access.people import askers
from tests.api.clients import API, client_of
from tests.factories import (
    a_cast,
    a_claim,
    a_mention,
    a_project,
    a_proposition,
    a_stance,
    an_article,
    an_attribution,
    an_entity,
    an_issue,
)

pytestmark = pytest.mark.django_db

ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


def told(user, project, content=Content.ALL):
    return [json.loads(line) for _, line in export_of(user, project, content)]


def nouns(lines):
    return list(dict.fromkeys(line["noun"] for line in lines))


@pytest.fixture
def cast():
    """A project with something of every noun, some of it named before it is told by its own order."""
    cast = a_cast()
    mayor = an_entity(cast.project, by=cast.mo, name="Ilsa Marrow")
    council = an_entity(cast.project, by=cast.mo, name="Council", type="ORG")
    affiliations = [{"organisation": str(council.pk), "role": "Mayor"}]
    client = client_of(cast.mo)
    answer = client.patch(f"{API}/entities/{mayor.pk}/", {"affiliations": affiliations}, HTTP_IF_MATCH="*")
    assert answer.status_code == 200
    below = an_issue(cast.project, by=cast.mo)
    above = an_issue(cast.project, by=cast.mo)
    assert client.patch(f"{API}/issues/{below.pk}/", {"parent": str(above.pk)}, HTTP_IF_MATCH="*").status_code == 200
    one, other = (a_proposition(cast.project, by=cast.mo) for _ in range(2))
    link_propositions(one, other, "variant", by=cast.mo)
    evidence = [{"url": "https://example.org", "bearing": "supports"}]
    verdict = {"scale": "facts", "rating": "true", "as_of": "2026-11-01", "state": "published", "evidence": evidence}
    assess(one, verdict, by=cast.rita)
    article = an_article(cast.project, by=cast.mo, outlet="The Courier")
    mention = a_mention(article, by=cast.mo, entity=str(mayor.pk))
    an_attribution(article, by=cast.mo, source=str(mayor.pk))
    a_stance(article, by=cast.mo, holder=str(mayor.pk), target_kind="issue", target=str(below.pk))
    a_claim(article, by=cast.mo, proposition=str(one.pk), link="suggested")
    add_comment(mention, "Is it she?", by=cast.mo)
    return cast


def test_each_content_has_its_nouns_in_an_order_in_which_each_names_what_is_told(cast):
    registers = ["codebook", "entities", "issues", "propositions", "proposition-links", "assessments"]

    assert nouns(told(cast.sam, cast.project)) == [*registers, "articles", "codings", "comments"]
    assert nouns(told(cast.sam, cast.project, Content.REGISTERS)) == registers
    assert [line for _, line in export_of(cast.sam, cast.project, Content.ARTICLES)] == list(
        lines_of(cast.sam, cast.project)
    )


def test_what_ties_a_record_to_a_later_one_is_told_when_that_is_told(cast):
    lines = told(cast.sam, cast.project)
    known = set()
    for line in lines:
        named = {
            *(each["organisation"] for each in line.get("affiliations", [])),
            *(line.get(name) for name in ("parent", "from", "to", "proposition", "article", "annotation")),
            *(each.get(name) for each in line.get("annotations", []) for name in ("entity", "target", "proposition")),
        } - {None}
        known |= {each["id"] for each in line.get("annotations", [])}
        assert named - known == set(), line["noun"]
        known.add(line.get("id"))

    assert [bool(line["affiliations"]) for line in lines if line["noun"] == "entities"] == [False, False, True]
    assert [bool(line["parent"]) for line in lines if line["noun"] == "issues"] == [False, False, True]


def test_a_project_is_written_again_line_by_line(cast):
    """Into another project of other ids, by the addresses that the lines name; its export says the same."""
    copy = a_project(cast.alice, slug="copy")
    for user, role in ((cast.mo, "coder"), (cast.rita, "editor"), (cast.sam, "reader")):
        add_member(copy, user, role, by=cast.alice)
    codings = {line["id"] for line in told(cast.sam, cast.project) if line["noun"] == "codings"}

    def renamed(line):
        line = ID.sub(lambda id: str(uuid.uuid5(uuid.NAMESPACE_OID, id[0])), line.decode())
        return json.loads(line.replace('"project":"desk"', '"project":"copy"'))

    client = client_of(cast.mo)
    for _, line in export_of(cast.sam, cast.project, Content.ALL):
        row = renamed(line)
        noun = row.pop("noun")
        if noun in ("codebook", "codings"):
            continue
        if noun == "articles":
            row["annotations"] = [{**each, "coding": None} for each in row["annotations"]]
        writer = client_of(cast.rita) if noun == "assessments" else client
        answer = writer.put(f"{API}/{noun}/{row['id']}/", row)
        if answer.status_code == 428:
            answer = writer.put(f"{API}/{noun}/{row['id']}/", row, HTTP_IF_MATCH="*")
        assert answer.status_code in (200, 201), (noun, answer.json())

    assert codings
    given = [without_times(renamed(line)) for _, line in export_of(cast.sam, cast.project, Content.ALL)]
    kept = [without_times(json.loads(line)) for _, line in export_of(cast.sam, copy, Content.ALL)]
    assert sorted(kept, key=json.dumps) == sorted(given, key=json.dumps)


def without_times(value):
    """What is written: not when, in which version, in which layer, or under which id of its own a part is kept."""
    if isinstance(value, dict):
        own = {"version", "coding", "affiliations"} if "noun" in value else {"version", "coding"}
        kept = {
            name: without_times(inner)
            for name, inner in value.items()
            if name not in own and not name.endswith("_at") and not (value.get("noun") == "codings" and name == "id")
        }
        if value.get("affiliations"):
            kept["affiliations"] = [{**each, "id": None} for each in value["affiliations"]]
        return kept
    return [without_times(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize("layers", ["shared", "independent"])
def test_everybody_is_told_what_they_may_read(layers):
    cast = a_cast(layers=layers)
    mention = a_mention(an_article(cast.project, by=cast.alice), by=cast.rita)
    add_comment(mention, "Is it she?", by=cast.rita)
    assess(a_proposition(cast.project, by=cast.rita), {"scale": "facts", "rating": "true"}, by=cast.rita)
    people = askers(cast, a_project(cast.alice))

    seen = {name: nouns(told(user, cast.project)) for name, user in people.items()}

    of_all = ["codebook", "propositions", "articles", "codings", "comments"]
    blind = ["codebook", "propositions", "articles"]
    whole = ["codebook", "propositions", "assessments", "articles", "codings", "comments"]
    others = {"coder": of_all if layers == "shared" else blind, "reader": of_all if layers == "shared" else blind}
    nothing = {name: [] for name in ("stranger", "nobody", "disabled", "other")}
    assert seen == {**dict.fromkeys(people, whole), **others, **nothing}


def test_what_is_in_the_bin_is_not_told_and_what_was_merged_is(cast):
    gone, merged, into = (an_entity(cast.project, by=cast.mo) for _ in range(3))
    delete_record(gone, by=cast.rita, version=1)
    merge_record(merged, into, by=cast.rita, version=1)

    entities = {line["id"]: line for line in told(cast.sam, cast.project) if line["noun"] == "entities"}

    assert str(gone.pk) not in entities
    assert entities[str(merged.pk)]["merged_into"] == str(into.pk)


def test_pages_lose_nothing_and_tell_nothing_twice(cast, monkeypatch):
    whole = told(cast.sam, cast.project)
    monkeypatch.setattr(register_lines, "_AT_ONCE", 1)

    assert told(cast.sam, cast.project) == whole
