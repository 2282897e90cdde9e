"""A published assessment as schema.org ClaimReview (https://schema.org/ClaimReview), for search engines and indexes."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber

from annotator.access.visibility import visible_annotations, visible_codebook_values, visible_entities
from annotator.domain.annotation import Kind, Voice
from annotator.domain.register import AssessmentState, SourceChange
from annotator.models import Assessment, Claim, CodebookValue
from annotator.queries.sources import changed_sources, gravest

_CORRECTIONS: dict[SourceChange | None, str] = {
    SourceChange.WORDS_WAITING: "The words of the claim were edited or removed after this review.",
    SourceChange.WORDS_CHANGED: "The words of the claim were edited after this review.",
    SourceChange.ARTICLE_CHANGED: "The article was edited after this review, though not the words of the claim.",
}
_APPEARANCES = 20  # articles in which the claim stands, the newest first


def claim_reviews(
    user: Any, assessments: Sequence[Assessment], address_of: Callable[[Assessment], str]
) -> list[dict[str, Any]]:
    """What ``user`` may pass on of those that are published, in a number of queries that does not depend on how many.

    Where the claim was made is told from the layers that the asker may read.
    """
    published = [assessment for assessment in assessments if assessment.state == AssessmentState.PUBLISHED]
    claims = visible_annotations(user, Kind.CLAIM).kept().filter(coding__article__deleted_at=None)
    claims = claims.filter(proposition__in={assessment.proposition_id for assessment in published})
    values = visible_codebook_values(user).filter(
        project__in={assessment.proposition.project_id for assessment in published}, field__startswith="rating."
    )
    scales: dict[tuple[int, str], list[CodebookValue]] = defaultdict(list)
    for value in values:
        scales[value.project_id, value.field].append(value)
    claimants, appearances = _claimants(user, claims), _appearances(claims)
    corrections = _corrections(user, published)
    return [
        _review(
            assessment,
            address_of(assessment),
            scales[assessment.proposition.project_id, f"rating.{assessment.scale}"],
            claimants[assessment.proposition_id],
            appearances[assessment.proposition_id],
            corrections[assessment.pk],
        )
        for assessment in published
    ]


def feed_of(reviews: Sequence[dict[str, Any]], address: str) -> dict[str, Any]:
    """Reviews as a schema.org DataFeed, which is how indexes of fact-checks take many."""
    inner = [{name: value for name, value in review.items() if name != "@context"} for review in reviews]
    return {
        "@context": "https://schema.org",
        "@type": "DataFeed",
        "url": address,
        "dataFeedElement": [
            {"@type": "DataFeedItem", "dateModified": review["dateModified"], "item": review} for review in inner
        ],
    }


def _review(
    assessment: Assessment,
    address: str,
    scale: list[CodebookValue],
    claimants: list[dict[str, Any]],
    appearances: list[tuple[Any, dict[str, Any]]],
    corrections: dict[Any, str],
) -> dict[str, Any]:
    proposition = assessment.proposition
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
            "reviewRating": _rating(assessment, scale),
            "itemReviewed": {
                "@type": "Claim",
                "name": proposition.wording,
                "author": claimants,
                "appearance": [
                    {**appearance, "correction": corrections.get(article)} for article, appearance in appearances
                ],
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


def _rating(assessment: Assessment, scale: list[CodebookValue]) -> dict[str, Any]:
    """The rating in words, and its place on its scale where it has one: “unverifiable” has none."""
    known = {value.value: value for value in scale}
    rated = known.get(assessment.rating)
    scores = [value.score for value in scale if value.score is not None]
    rating: dict[str, Any] = {"@type": "Rating", "alternateName": rated.label if rated else assessment.rating}
    if rated is not None and rated.score is not None:
        rating |= {"ratingValue": rated.score, "bestRating": max(scores), "worstRating": min(scores)}
    return rating


def _claimants(user: Any, claims: QuerySet[Claim]) -> dict[Any, list[dict[str, Any]]]:
    """Proposition → who makes the claim, by name."""
    by_name = [F("claimant_entity__name").asc(), F("claimant_entity").asc()]
    made = claims.filter(claimant_voice=Voice.ENTITY, claimant_entity__in=visible_entities(user))
    found: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    columns = ("claimant_entity", "claimant_entity__name", "claimant_entity__type")
    for proposition, _, name, type in _first(made, columns, by_name):
        found[proposition].append({"@type": "Person" if type == "PER" else "Organization", "name": name})
    return found


def _corrections(user: Any, assessments: Sequence[Assessment]) -> dict[Any, dict[Any, str]]:
    """Assessment → the articles that have changed since it was last looked at, and how."""
    changes: dict[Any, dict[Any, list[SourceChange]]] = defaultdict(lambda: defaultdict(list))
    for changed in changed_sources(user, pk__in=[assessment.pk for assessment in assessments]):
        changes[changed.assessment][changed.article].append(changed.change)
    return defaultdict(dict) | {
        assessment: {article: _CORRECTIONS[gravest(several)] for article, several in articles.items()}
        for assessment, articles in changes.items()
    }


def _appearances(claims: QuerySet[Claim]) -> dict[Any, list[tuple[Any, dict[str, Any]]]]:
    """Proposition → the articles in which the claim stands, by their ids, the newest first."""
    columns = tuple(f"coding__article__{name}" for name in ("id", "published_on", "url", "title", "outlet__name"))
    newest = [F(columns[1]).desc(nulls_last=True), F(columns[0]).desc()]
    found: dict[Any, list[tuple[Any, dict[str, Any]]]] = defaultdict(list)
    for proposition, article, day, url, title, outlet in _first(claims, columns, newest):
        shown = {
            "@type": "NewsArticle",
            "headline": title,
            "url": url,
            "datePublished": day,
            "publisher": outlet and {"@type": "Organization", "name": outlet},
        }
        found[proposition].append((article, shown))
    return found


def _first(claims: QuerySet[Claim], columns: tuple[str, ...], order: list[Any]) -> QuerySet[Any]:
    """(proposition, the columns), each once, in this order, so many of each proposition."""
    each = claims.order_by().values("proposition", *columns).annotate(claims=Count("id"))
    placed = each.annotate(place=Window(RowNumber(), partition_by=[F("proposition")], order_by=order))
    return placed.filter(place__lte=_APPEARANCES).order_by("place").values_list("proposition", *columns)


def _without_blanks(value: Any) -> Any:
    """Without what nothing is said about: readers of ClaimReview take an empty text for a statement."""
    if isinstance(value, dict):
        filled = {name: _without_blanks(inner) for name, inner in value.items()}
        return {name: inner for name, inner in filled.items() if inner not in (None, "", [], {})}
    return [_without_blanks(inner) for inner in value] if isinstance(value, list) else value
