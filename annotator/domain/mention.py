"""Mentions and the entities they name. Types, levels and classes after ACE 2005; NORP, LAW, WORK after OntoNotes 5."""

from enum import StrEnum


class EntityType(StrEnum):
    PERSON = "PER"
    ORGANISATION = "ORG"
    GEOPOLITICAL = "GPE"
    LOCATION = "LOC"
    FACILITY = "FAC"
    GROUP = "NORP"
    EVENT = "EVENT"
    LAW = "LAW"
    WORK = "WORK"


class Level(StrEnum):
    NAME = "NAM"
    NOMINAL = "NOM"
    PRONOUN = "PRO"


class MentionClass(StrEnum):
    SPECIFIC = "SPC"
    UNDERSPECIFIED = "USP"
    GENERIC = "GEN"
    NEGATED = "NEG"


class NoEntityReason(StrEnum):
    UNKNOWN = "unknown"
    GROUP = "group"
    GENERIC = "generic"
    AMBIGUOUS = "ambiguous"


class GpeRole(StrEnum):
    """In which of its senses a geopolitical entity is meant: “Chicago sued” is ORG."""

    WHOLE = "GPE"
    PLACE = "LOC"
    GOVERNMENT = "ORG"
    PEOPLE = "PER"


# Subtypes are open: a project's codebook adds to them.
SUBTYPES = {
    EntityType.PERSON: ("individual", "group"),
    EntityType.ORGANISATION: (
        "government",
        "party",
        "media",
        "court",
        "police",
        "ngo",
        "union",
        "business",
        "education",
        "religious",
        "other",
    ),
}
