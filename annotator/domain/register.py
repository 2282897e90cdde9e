"""The claim register: propositions, their links, and assessments with evidence."""

from enum import StrEnum

from annotator.domain.claim import ClaimKind


class Relation(StrEnum):
    """How two propositions are related. Sameness is no relation: it is a merge."""

    VARIANT = "variant"
    SUPPORTS = "supports"
    CONTRADICTS = "contradicts"
    RELATED = "related"


class AssessmentState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class SourceChange(StrEnum):
    """What became of the words that a published assessment rests on, the gravest first."""

    WORDS_WAITING = "words_waiting"  # they were edited or are gone, and wait for a person
    WORDS_CHANGED = "words_changed"  # the claim stands on other words now
    ARTICLE_CHANGED = "article_changed"  # the words are there, and the article around them is another


class Bearing(StrEnum):
    SUPPORTS = "supports"
    REFUTES = "refutes"
    CONTEXT = "context"


class Scale(StrEnum):
    FACTS = "facts"
    PROMISES = "promises"
    QUOTES = "quotes"


UNVERIFIABLE = "unverifiable"


def scale_suits(scale: Scale, kind: str) -> bool:
    """A promise is rated on the promises scale and nothing else is."""
    return (scale == Scale.PROMISES) == (kind == ClaimKind.PROMISE)
