"""What each kind of annotation looks like on the wire, to the letter."""

from unittest.mock import ANY

from tests.api.clients import client_of, read
from tests.factories import (
    a_claim,
    a_mention,
    a_proposition,
    a_stance,
    an_article,
    an_attribution,
    an_entity,
    an_issue,
    at,
)


def common(annotation, article, **fields):
    """The fields that every kind has, as they are unless given."""
    return {
        "kind": annotation.KIND.value,
        "id": str(annotation.pk),
        "external_id": "",
        "article": str(article.pk),
        "revision": 1,
        "coding": str(annotation.coding_id),
        "origin": "manual",
        "certainty_of_coder": "certain",
        "comment": "",
        "anchoring": "",
        "version": 1,
        "created_at": ANY,
        "created_by": "mo",
        "changed_at": ANY,
        "changed_by": "mo",
        "deleted_at": None,
        **fields,
    }


def test_a_mention(cast):
    article = an_article(cast.project, by=cast.mo)
    marrow = an_entity(cast.project, by=cast.mo, name="Ilsa Marrow")
    mention = a_mention(article, by=cast.mo, entity=marrow.pk)

    assert read(client_of(cast.sam), f"/mentions/{mention.pk}/") == common(
        mention,
        article,
        **{
            "segments": [[0, 11]],
            "exact": ["Ilsa Marrow"],
            "type": "PER",
            "subtype": "",
            "level": "NAM",
            "class": "SPC",
            "entity": str(marrow.pk),
            "no_entity_reason": "",
            "role": "",
        },
    )


def test_an_attribution_of_two_segments(cast):
    article = an_article(cast.project, by=cast.mo)
    first, second = (
        at(article, "“We are not going to lose a single train,”"),
        at(article, "“They can send whoever they like.”"),
    )
    attribution = an_attribution(
        article,
        by=cast.mo,
        segments=[*first, *second],
        cue_span=at(article, "told"),
        mode="direct",
        recipient="The Courier",
        said_on="2026-11-01",
        said_on_precision="month",
        flags=["scope_uncertain"],
    )

    assert read(client_of(cast.sam), f"/attributions/{attribution.pk}/") == common(
        attribution,
        article,
        segments=[[48, 90], [113, 147]],
        exact=["“We are not going to lose a single train,”", "“They can send whoever they like.”"],
        source="UNSPECIFIED",
        source_span=None,
        cue_span=[[95, 99]],
        mode="direct",
        cue_type="",
        parent=None,
        negated=False,
        recipient="The Courier",
        medium="",
        said_on="2026-11-01",
        said_on_precision="month",
        flags=["scope_uncertain"],
    )


def test_a_stance(cast):
    article = an_article(cast.project, by=cast.mo)
    issue = an_issue(cast.project, by=cast.mo)
    stance = a_stance(article, by=cast.mo, target_kind="issue", target=issue.pk, hedge_spans=at(article, "whoever"))

    assert read(client_of(cast.sam), f"/stances/{stance.pk}/") == common(
        stance,
        article,
        segments=[[12, 36]],
        exact=["vowed on Friday to fight"],
        holder="AUTHOR",
        target_kind="issue",
        target=str(issue.pk),
        target_span=None,
        position="oppose",
        explicitness="explicit",
        attribution=None,
        modality="asserted",
        hedge_spans=[[128, 135]],
        affiliation=None,
        voiced_by=None,
        intensity=None,
        fidelity="",
        frames=[],
        valid_on=None,
    )


def test_a_claim_with_a_quantity_and_a_confirmed_link(cast):
    article = an_article(cast.project, by=cast.mo)
    proposition = a_proposition(cast.project, by=cast.mo, kind="quantity")
    span = at(article, "9 percent")[0]
    claim = a_claim(
        article,
        by=cast.mo,
        proposition=proposition.pk,
        quantities=[{"span": span, "exact": "9 percent", "low": 9, "high": 9, "unit": "percent"}],
    )

    assert read(client_of(cast.sam), f"/claims/{claim.pk}/") == common(
        claim,
        article,
        segments=[[185, 213]],
        exact=["save 9 percent of the budget"],
        claimant="AUTHOR",
        claim_kind="quantity",
        check_worthiness="",
        wording="Closures save 9 percent.",
        attribution=None,
        certainty="",
        hedge_spans=None,
        quantities=[
            {
                "span": [190, 199],
                "exact": "9 percent",
                "comparator": "eq",
                "low": 9,
                "high": 9,
                "unit": "percent",
                "vague": False,
                "certainty": "",
            }
        ],
        time="",
        deadline=None,
        presupposed=False,
        proposition=str(proposition.pk),
        link="confirmed",
        link_score=None,
        link_confirmed_by="mo",
        link_confirmed_at=ANY,
    )
