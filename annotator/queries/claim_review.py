"""A published assessment as schema.org ClaimReview (https://schema.org/ClaimReview), for search engines and indexes."""

from typing import Any

from annotator.access.visibility import visible_annotations, visible_codebook_values, visible_entities
from annotator.domain.annotation import Kind, Voice
from annotator.domain.register import AssessmentState
from annotator.models import Assessment

_APPEARANCES = 20  # articles in which the claim stands, the newest first


def claim_review(user: Any, assessment: Assessment, address: str) -> dict[str, Any] | None:
    """What ``user`` may pass on of an assessment that is found at ``address``; None unless it is published.

    Where the claim was made is told from the layers that the asker may read.
    """
    if assessment.state != AssessmentState.PUBLISHED:
        return None
    proposition = assessment.proposition
    claims = visible_annotations(user, Kind.CLAIM).kept().filter(proposition=proposition.pk)
    claims = claims.filter(coding__article__deleted_at=None)
    return _without_blanks(
        {
            "@context": "https://schema.org",
            "@type": "ClaimReview",
            "url": address,
            "datePublished": assessment.published_at and assessment.published_at.date(),
            "dateModified": assessment.changed_at.date(),
            "author": {"@type": "Organization", "name": proposition.project.name},
            "claimReviewed": proposition.wording,
            "reviewBody": assessment.summary,
            "reviewRating": _rating(user, assessment),
            "itemReviewed": {
                "@type": "Claim",
                "name": proposition.wording,
                "author": _claimants(user, claims),
                "appearance": _appearances(claims),
            },
            "citation": [
                {
                    "@type": "CreativeWork",
                    "url": evidence.url,
                    "name": evidence.title,
                    "publisher": evidence.publisher and {"@type": "Organization", "name": evidence.publisher},
                    "datePublished": evidence.published_on,
                    "abstract": evidence.passage,
                }
                for evidence in assessment.evidence.all()
            ],
        }
    )


def _rating(user: Any, assessment: Assessment) -> dict[str, Any]:
    """The rating in words, and its place on its scale where it has one: “unverifiable” has none."""
    field = f"rating.{assessment.scale}"
    values = visible_codebook_values(user).filter(project=assessment.proposition.project, field=field)
    known = {value.value: value for value in values}
    rated = known.get(assessment.rating)
    scores = [value.score for value in known.values() if value.score is not None]
    rating: dict[str, Any] = {"@type": "Rating", "alternateName": rated.label if rated else assessment.rating}
    if rated is not None and rated.score is not None:
        rating |= {"ratingValue": rated.score, "bestRating": max(scores), "worstRating": min(scores)}
    return rating


def _claimants(user: Any, claims: Any) -> list[dict[str, Any]]:
    made_by = claims.filter(claimant_voice=Voice.ENTITY).values("claimant_entity")
    entities = visible_entities(user).filter(pk__in=made_by).order_by("name", "id")
    return [
        {"@type": "Person" if entity.type == "PER" else "Organization", "name": entity.name}
        for entity in entities[:_APPEARANCES]
    ]


def _appearances(claims: Any) -> list[dict[str, Any]]:
    columns = [f"coding__article__{name}" for name in ("id", "published_on", "url", "title", "outlet__name")]
    rows = claims.order_by().values_list(*columns).distinct()
    newest = sorted(rows, key=lambda row: (row[1] is not None, row[1], str(row[0])), reverse=True)[:_APPEARANCES]
    return [
        {
            "@type": "NewsArticle",
            "headline": title,
            "url": url,
            "datePublished": day,
            "publisher": outlet and {"@type": "Organization", "name": outlet},
        }
        for _, day, url, title, outlet in newest
    ]


def _without_blanks(value: Any) -> Any:
    """Without what nothing is said about: readers of ClaimReview take an empty text for a statement."""
    if isinstance(value, dict):
        filled = {name: _without_blanks(inner) for name, inner in value.items()}
        return {name: inner for name, inner in filled.items() if inner not in (None, "", [], {})}
    return [_without_blanks(inner) for inner in value] if isinstance(value, list) else value
