"""What mentions, attributions, stances and claims have in common."""

from enum import StrEnum


class Kind(StrEnum):
    MENTION = "mention"
    ATTRIBUTION = "attribution"
    STANCE = "stance"
    CLAIM = "claim"


class Origin(StrEnum):
    MANUAL = "manual"
    IMPORTED = "imported"
    SUGGESTED = "suggested"


class CoderCertainty(StrEnum):
    """The coder's doubt, never the text's."""

    CERTAIN = "certain"
    UNCERTAIN = "uncertain"


class Voice(StrEnum):
    """What a party (source, holder, claimant) is: a recorded entity, the article's author, or nobody named."""

    ENTITY = "ENTITY"
    AUTHOR = "AUTHOR"
    UNSPECIFIED = "UNSPECIFIED"


class PlaceState(StrEnum):
    """How an annotation left a revision of its text for the one that came after it."""

    KEPT = "kept"
    MOVED = "moved"
    CHANGED = "changed"
    ORPHANED = "orphaned"
    RESTORED = "restored"  # the revision was undone


class Anchoring(StrEnum):
    """Why an annotation does not stand on its article's current text; "" where it does."""

    CHANGED = "changed"
    ORPHANED = "orphaned"
