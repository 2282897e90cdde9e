"""Claims: an utterance that puts forward something that could in principle be checked, kept, broken or shown wrong."""

from enum import StrEnum
from typing import Any

from annotator.domain.errors import Problem


class ClaimKind(StrEnum):
    """After Full Fact's typology."""

    QUANTITY = "quantity"
    EVENT = "event"
    PREDICTION = "prediction"
    PROMISE = "promise"
    CAUSAL = "causal"
    COMPARISON = "comparison"
    RULE = "rule"
    DEFINITION = "definition"
    QUOTE = "quote"
    EXPERIENCE = "experience"
    OPINION = "opinion"
    OTHER = "other"


class CheckWorthiness(StrEnum):
    """After ClaimBuster (Hassan et al. 2017)."""

    NOT_FACTUAL = "NFS"
    UNIMPORTANT = "UFS"
    CHECK_WORTHY = "CFS"


class Certainty(StrEnum):
    """How the claimant commits to it, after FactBank (Saurí & Pustejovsky 2009)."""

    CERTAIN = "CT+"
    CERTAINLY_NOT = "CT-"
    PROBABLE = "PR+"
    PROBABLY_NOT = "PR-"
    POSSIBLE = "PS+"
    POSSIBLY_NOT = "PS-"
    UNDERSPECIFIED = "U"


class Time(StrEnum):
    PAST = "past"
    PRESENT = "present"
    FUTURE = "future"


class Comparator(StrEnum):
    EQUAL = "eq"
    APPROXIMATE = "approx"
    GREATER = "gt"
    AT_LEAST = "ge"
    LESS = "lt"
    AT_MOST = "le"
    RANGE = "range"


class Link(StrEnum):
    """How sure it is that a claim asserts its proposition."""

    SUGGESTED = "suggested"
    CONFIRMED = "confirmed"


def quantity_problems(quantities: list[dict[str, Any]]) -> list[Problem]:
    """What is wrong between the numbers of each quantity; their types and spans are checked elsewhere."""
    problems = []
    for index, quantity in enumerate(quantities):
        low, high = quantity.get("low"), quantity.get("high")
        if low is not None and high is not None and low > high:
            problems.append(
                Problem(f"quantities.{index}.low", low, f"The low bound {low} is greater than the high bound {high}.")
            )
        if quantity["comparator"] == Comparator.RANGE and (low is None or high is None):
            problems.append(
                Problem(f"quantities.{index}.comparator", "range", "A range needs both a low and a high bound.")
            )
    return problems
