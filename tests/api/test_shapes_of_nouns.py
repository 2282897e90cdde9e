"""What each noun but the annotations looks like on the wire, to the letter."""

from unittest.mock import ANY

from annotator.actions.comments import add_comment
from annotator.actions.register import assess, link_propositions
from tests.api.clients import client_of, client_with_token, read
from tests.factories import (
    TEXT,
    a_mention,
    a_proposition,
    an_article,
    an_entity,
    an_issue,
)


def test_an_article_its_text_and_its_line_in_the_list(cast):
    article = an_article(
        cast.project, by=cast.mo, text=TEXT, title="Trains", outlet="The Courier", published_on="2026-11-02"
    )
    a_mention(article, by=cast.mo)
    client = client_of(cast.sam)
    described = {
        "id": str(article.pk),
        "project": "desk",
        "external_id": "",
        "title": "Trains",
        "outlet": "The Courier",
        "author": "",
        "published_on": "2026-11-02",
        "url": "",
        "language": "en",
        "revision": 1,
        "length": len(TEXT),
        "sha256": article.sha256,
        "version": 1,
        "created_at": ANY,
        "changed_at": ANY,
        "deleted_at": None,
    }

    assert read(client, f"/articles/{article.pk}/") == described
    assert read(client, "/articles/?project=desk") == {
        "next": None,
        "previous": None,
        "results": [
            {**described, "state": "begun", "counts": {"mention": 1, "attribution": 0, "stance": 0, "claim": 0}}
        ],
    }
    revision = {"article": str(article.pk), "number": 1, "length": 214, "sha256": article.sha256, "created_at": ANY}
    assert read(client, f"/articles/{article.pk}/revisions/")["results"] == [revision]
    assert read(client, f"/articles/{article.pk}/revisions/1/") == {
        **revision,
        "offset_unit": "codepoint",
        "paragraphs": [[0, 46], [48, 147], [149, 214]],
        "text": TEXT,
    }


def test_an_entity_with_an_affiliation(cast):
    council = an_entity(cast.project, by=cast.mo, name="Council", type="ORG")
    affiliations = [{"organisation": str(council.pk), "role": "Mayor", "since": "2024-05-01"}]
    marrow = an_entity(cast.project, by=cast.mo, name="Ilsa Marrow", aliases=["Marrow"], affiliations=affiliations)

    assert read(client_of(cast.sam), f"/entities/{marrow.pk}/") == {
        "id": str(marrow.pk),
        "project": "desk",
        "name": "Ilsa Marrow",
        "type": "PER",
        "subtype": "",
        "aliases": ["Marrow"],
        "description": "",
        "identifiers": {},
        "external_id": "",
        "affiliations": [
            {"id": ANY, "organisation": str(council.pk), "role": "Mayor", "since": "2024-05-01", "until": None}
        ],
        "merged_into": None,
        "version": 1,
        "created_at": ANY,
        "created_by": "mo",
        "changed_at": ANY,
        "changed_by": "mo",
        "deleted_at": None,
    }


def test_an_issue_and_a_proposition(cast):
    parent = an_issue(cast.project, by=cast.mo)
    issue = an_issue(cast.project, by=cast.mo, wording="Keep the line open", parent=str(parent.pk))
    proposition = a_proposition(cast.project, by=cast.mo, wording="The line carries 900 people a day", kind="quantity")
    client = client_of(cast.sam)
    made = {
        "project": "desk",
        "external_id": "",
        "merged_into": None,
        "version": 1,
        "created_at": ANY,
        "created_by": "mo",
        "changed_at": ANY,
        "changed_by": "mo",
        "deleted_at": None,
    }

    assert read(client, f"/issues/{issue.pk}/") == {
        **made,
        "id": str(issue.pk),
        "wording": "Keep the line open",
        "parent": str(parent.pk),
        "definition": "",
        "supporting_example": "",
        "opposing_example": "",
        "archived": False,
    }
    assert read(client, f"/propositions/{proposition.pk}/") == {
        **made,
        "id": str(proposition.pk),
        "wording": "The line carries 900 people a day",
        "kind": "quantity",
        "source_changed": None,
    }


def test_the_claim_register(cast):
    start, to = (a_proposition(cast.project, by=cast.mo) for _ in range(2))
    link = link_propositions(start, to, "supports", by=cast.mo)
    evidence = {"url": "https://example.org/report", "bearing": "refutes"}
    verdict = {"scale": "facts", "rating": "false", "as_of": "2026-11-03", "state": "published", "evidence": [evidence]}
    assessment = assess(start, verdict, by=cast.rita)
    client = client_of(cast.sam)

    assert read(client, f"/proposition-links/?proposition={to.pk}")["results"] == [
        {"id": str(link.pk), "from": str(start.pk), "to": str(to.pk), "relation": "supports", "created_at": ANY}
    ]
    assert read(client, f"/assessments/{assessment.pk}/") == {
        "id": str(assessment.pk),
        "proposition": str(start.pk),
        "external_id": "",
        "scale": "facts",
        "rating": "false",
        "as_of": "2026-11-03",
        "summary": "",
        "state": "published",
        "reviewer": "rita",
        "evidence": [
            {
                "url": "https://example.org/report",
                "title": "",
                "publisher": "",
                "published_on": None,
                "passage": "",
                "bearing": "refutes",
            }
        ],
        "published_at": ANY,
        "source_changed": None,
        "version": 1,
        "created_at": ANY,
        "changed_at": ANY,
        "deleted_at": None,
    }


def test_a_comment_and_a_coding(cast):
    article = an_article(cast.project, by=cast.mo)
    mention = a_mention(article, by=cast.mo)
    comment = add_comment(mention, "The mayor, or the street?", by=cast.mo)
    client = client_of(cast.sam)

    assert read(client, f"/comments/?annotation={mention.pk}")["results"] == [
        {
            "id": str(comment.pk),
            "kind": "mention",
            "annotation": str(mention.pk),
            "external_id": "",
            "text": "The mayor, or the street?",
            "resolved": False,
            "version": 1,
            "created_at": ANY,
            "created_by": "mo",
            "changed_at": ANY,
        }
    ]
    assert read(client, f"/codings/?article={article.pk}")["results"] == [
        {
            "id": str(mention.coding_id),
            "article": str(article.pk),
            "layer": "shared",
            "coder": None,
            "state": "open",
        }
    ]


def test_a_project_its_members_and_a_value_of_its_codebook(cast):
    client = client_of(cast.sam)

    assert read(client, "/projects/desk/") == {
        "slug": "desk",
        "name": "Desk",
        "description": "",
        "language": "en",
        "layers": "shared",
        "version": 1,
        "created_at": ANY,
    }
    assert read(client, "/projects/desk/memberships/")["results"] == [
        {"user": user, "name": user.title(), "role": role, "joined_at": ANY}
        for user, role in (("alice", "manager"), ("mo", "coder"), ("rita", "editor"), ("sam", "reader"))
    ]
    value = read(client, "/projects/desk/codebook/mention.subtype/ORG.party/")
    assert {name: value[name] for name in ("field", "value", "parent", "label", "archived", "version")} == {
        "field": "mention.subtype",
        "value": "party",
        "parent": "ORG",
        "label": "Party",
        "archived": False,
        "version": 1,
    }


def test_an_event(cast):
    article = an_article(cast.project, by=cast.mo, title="Trains")
    [event] = read(client_of(cast.sam), f"/articles/{article.pk}/history/")["results"]

    assert event == {
        "id": ANY,
        "project": "desk",
        "article": str(article.pk),
        "coding": None,
        "act": "article.added",
        "thing": "article",
        "thing_id": str(article.pk),
        "version": 1,
        "before": None,
        "after": ANY,
        "by": "mo",
        "at": ANY,
    }
    assert event["after"]["title"] == "Trains"


def test_me(cast):
    client = client_with_token(cast.mo, scope="annotate", project=cast.project)

    assert read(client, "/me/") == {
        "username": "mo",
        "name": "Mo",
        "email": "mo@example.org",
        "keys": {},
        "token": {
            "id": ANY,
            "name": "tests",
            "hint": ANY,
            "scope": "annotate",
            "project": "desk",
            "created_at": ANY,
            "expires_at": None,
            "last_used_at": None,
            "revoked_at": None,
        },
        "projects": [{"slug": "desk", "name": "Desk", "layers": "shared", "role": "coder"}],
    }
