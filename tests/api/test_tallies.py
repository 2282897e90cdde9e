"""Who stands where, how much is about whom, and what may be the same: as the pages of the registers have it."""

import pytest

from annotator.actions.projects import add_member
from annotator.actions.records import delete_record, merge_record
from tests.api.clients import API, client_of, read
from tests.factories import (
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


def test_an_issue_tells_who_stands_where_on_it_over_what_was_merged(cast):
    issue, merged = (an_issue(cast.project, by=cast.mo) for _ in range(2))
    ilsa = an_entity(cast.project, by=cast.mo, name="Ilsa")
    article = an_article(cast.project, by=cast.mo)
    on = {"target_kind": "issue", "target": str(issue.pk)}
    a_stance(article, by=cast.mo, holder=str(ilsa.pk), position="support", **on)
    a_stance(article, by=cast.mo, words="vowed on Friday", holder=str(ilsa.pk), position="support", **on)
    a_stance(article, by=cast.mo, words="on Friday", position="oppose", **{**on, "target": str(merged.pk)})
    merge_record(merged, issue, by=cast.rita, version=1)

    assert read(client_of(cast.sam), f"/issues/{issue.pk}/tally/") == {
        "issue": str(issue.pk),
        "positions": [
            {
                "position": "support",
                "stances": 2,
                "holders": [{"voice": "ENTITY", "entity": str(ilsa.pk), "name": "Ilsa", "stances": 2}],
            },
            {
                "position": "oppose",
                "stances": 1,
                "holders": [{"voice": "AUTHOR", "entity": None, "name": "", "stances": 1}],
            },
        ],
    }


def test_an_entity_tells_how_much_is_about_it(cast):
    ilsa = an_entity(cast.project, by=cast.mo)
    article = an_article(cast.project, by=cast.mo)
    a_mention(article, by=cast.mo, entity=str(ilsa.pk))
    an_attribution(article, by=cast.mo, source=str(ilsa.pk))
    a_stance(article, by=cast.mo, holder=str(ilsa.pk))
    a_stance(article, by=cast.mo, words="to fight", target_kind="entity", target=str(ilsa.pk))
    a_claim(article, by=cast.mo, claimant=str(ilsa.pk))

    assert read(client_of(cast.sam), f"/entities/{ilsa.pk}/tally/") == {
        "entity": str(ilsa.pk),
        **dict.fromkeys(("held", "towards", "claims", "quotations", "mentions"), 1),
    }


def test_a_tally_tells_a_blind_coder_nothing_of_what_another_has_tagged(cast):
    blind = a_project(cast.alice, slug="blind", layers="independent")
    for user, role in ((cast.mo, "coder"), (cast.sam, "coder"), (cast.rita, "reader")):
        add_member(blind, user, role, by=cast.alice)
    ilsa, issue = an_entity(blind, by=cast.alice), an_issue(blind, by=cast.alice)
    article = an_article(blind, by=cast.alice)
    a_stance(article, by=cast.sam, holder=str(ilsa.pk), target_kind="issue", target=str(issue.pk))

    told = {
        user.username: (
            read(client_of(user), f"/entities/{ilsa.pk}/tally/")["held"],
            len(read(client_of(user), f"/issues/{issue.pk}/tally/")["positions"]),
        )
        for user in (cast.alice, cast.sam, cast.mo, cast.rita)
    }

    assert told == {"alice": (1, 1), "sam": (1, 1), "mo": (0, 0), "rita": (0, 0)}
    for noun, row in (("entities", ilsa), ("issues", issue)):
        assert client_of(cast.zoe).get(f"{API}/{noun}/{row.pk}/tally/").status_code == 404


@pytest.mark.parametrize("noun", ["entities", "issues", "propositions"])
def test_what_may_be_the_same_is_listed_the_most_alike_first(cast, noun):
    make = {
        "entities": lambda words: an_entity(cast.project, by=cast.mo, name=words),
        "issues": lambda words: an_issue(cast.project, by=cast.mo, wording=words),
        "propositions": lambda words: a_proposition(cast.project, by=cast.mo, wording=words),
    }[noun]
    record, alike, other, gone = (make(words) for words in ("Tarn line", "The Tarn line", "A ferry", "Tarn lines"))
    delete_record(gone, by=cast.rita, version=1)
    client = client_of(cast.sam)
    path = f"/{noun}/{record.pk}/merge-candidates/"

    assert [row["id"] for row in read(client, path)["results"]] == [str(alike.pk), str(other.pk)]
    assert [row["id"] for row in read(client, f"{path}?q=FERRY")["results"]] == [str(other.pk)]
    assert client.get(f"{API}{path}?words=ferry").status_code == 400
    assert client_of(cast.zoe).get(f"{API}{path}").status_code == 404
    assert client.get(f"{API}/{noun}/{gone.pk}/merge-candidates/").status_code == 410
    too_long = client.get(f"{API}{path}", {"q": "w" * 501})
    assert too_long.status_code == 400
    assert too_long.json()["errors"][0]["message"] == "`q` has 501 characters; the most is 500."
