"""Things of another project, named in the body of a write."""

from tests.api.clients import API, client_of
from tests.api.desk import Desk


def test_ids_of_another_project_are_unknown_in_every_field(cast):
    """Zoe writes in her own project, and points to things of the desk."""
    desk = Desk(cast)
    client = client_of(cast.zoe)
    article = client.post(
        f"{API}/articles/", {"project": "elsewhere", "title": "A", "text": "Ilsa Marrow spoke."}
    ).json()
    own = client.post(f"{API}/propositions/", {"project": "elsewhere", "wording": "A", "kind": "event"}).json()["id"]
    words = {"article": article["id"], "revision": 1, "segments": [[0, 11]]}
    stance = {**words, "holder": "AUTHOR", "position": "oppose"}
    claim = {**words, "claimant": "AUTHOR", "claim_kind": "event", "wording": "A"}
    entity, issue, proposition = str(desk.entity.pk), str(desk.issue.pk), str(desk.proposition.pk)
    writes = {
        ("mentions", "entity"): {**words, "type": "PER", "entity": entity},
        ("mentions", "coding"): {**words, "type": "PER", "coding": str(desk.coding.pk)},
        ("attributions", "source"): {**words, "source": entity, "mode": "direct"},
        ("attributions", "parent"): {
            **words,
            "source": "AUTHOR",
            "mode": "direct",
            "parent": str(desk.attribution.pk),
        },
        ("stances", "holder"): {**stance, "holder": entity, "target_kind": "proposition", "target": own},
        ("stances", "target"): {**stance, "target_kind": "issue", "target": issue},
        ("stances", "affiliation"): {**stance, "target_kind": "proposition", "target": own, "affiliation": entity},
        ("stances", "voiced_by"): {**stance, "target_kind": "proposition", "target": own, "voiced_by": entity},
        ("claims", "claimant"): {**claim, "claimant": entity},
        ("claims", "proposition"): {**claim, "proposition": proposition},
        ("claims", "attribution"): {**claim, "attribution": str(desk.attribution.pk)},
        ("issues", "parent"): {"project": "elsewhere", "wording": "A", "parent": issue},
        ("proposition-links", "to"): {"from": own, "to": proposition, "relation": "variant"},
        ("assessments", "proposition"): {
            "proposition": proposition,
            "scale": "facts",
            "rating": "true",
            "as_of": "2026-11-01",
        },
        ("comments", "annotation"): {"kind": "mention", "annotation": str(desk.mention.pk), "text": "A"},
    }

    answers = {(noun, field): client.post(f"{API}/{noun}/", body) for (noun, field), body in writes.items()}

    assert {key: answer.status_code for key, answer in answers.items()} == dict.fromkeys(writes, 400)
    assert {key: answer.json()["errors"][0]["field"] for key, answer in answers.items()} == {
        key: key[1] for key in writes
    }
