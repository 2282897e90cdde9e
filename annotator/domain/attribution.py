"""Attributions: who is made to say it. Terms of PARC 3, PolNeAR and PDTB 2."""

from enum import StrEnum


class Mode(StrEnum):
    DIRECT = "direct"
    INDIRECT = "indirect"
    MIXED = "mixed"


class CueType(StrEnum):
    COMMUNICATION = "communication"
    BELIEF = "belief"
    KNOWLEDGE = "knowledge"
    COMMITMENT = "commitment"
    ATTITUDE = "attitude"


class Precision(StrEnum):
    """How exactly a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class Flag(StrEnum):
    """What is odd in print. The text is never repaired."""

    UNCLOSED_QUOTE = "unclosed_quote"
    UNOPENED_QUOTE = "unopened_quote"
    QUOTE_CLOSED_EARLY = "quote_closed_early"
    CONTINUED_WITHOUT_CUE = "continued_without_cue"
    CUE_MISSING_IN_SOURCE = "cue_missing_in_source"
    SOURCE_TYPO = "source_typo"
    BRACKETED_INSERTION = "bracketed_insertion"
    SCOPE_UNCERTAIN = "scope_uncertain"
    INTERPRETIVE_PARAPHRASE = "interpretive_paraphrase"
    TITLE_QUOTES_ONLY = "title_quotes_only"
