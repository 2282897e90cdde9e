"""Stances: a holder's expressed position towards a target, with the words that show it.

What fact-checking does not call a claim and political science does: a demand that something be done
(Koopmans & Statham).
"""

from enum import StrEnum


class Position(StrEnum):
    SUPPORT = "support"
    OPPOSE = "oppose"
    MIXED = "mixed"
    NEUTRAL = "neutral"
    UNCLEAR = "unclear"


class TargetKind(StrEnum):
    ISSUE = "issue"
    ENTITY = "entity"
    PROPOSITION = "proposition"


class Explicitness(StrEnum):
    EXPLICIT = "explicit"
    IMPLICIT = "implicit"


class Modality(StrEnum):
    ASSERTED = "asserted"
    CONDITIONAL = "conditional"
    HYPOTHETICAL = "hypothetical"


class Fidelity(StrEnum):
    VERBATIM = "verbatim"
    CLOSE = "close"
    INTERPRETIVE = "interpretive"


INTENSITIES = (1, 2, 3)

# Boydstun, Gross, Resnik & Smith 2013. Open: a project's codebook adds to them.
FRAMES = (
    "economic",
    "capacity_and_resources",
    "morality",
    "fairness_and_equality",
    "legality",
    "policy_prescription",
    "crime_and_punishment",
    "security_and_defense",
    "health_and_safety",
    "quality_of_life",
    "cultural_identity",
    "public_opinion",
    "political",
    "external_regulation",
    "other",
)
