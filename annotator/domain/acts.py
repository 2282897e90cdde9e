"""What events can be about, and how somebody who follows them says which ones are wanted."""

import re

from annotator.domain.annotation import Kind

# The first half of an act: “stance” of “stance.revised”.
ABOUT = (
    *(str(kind) for kind in Kind),
    "article",
    "assessment",
    "codebook",
    "coding",
    "comment",
    "entity",
    "feed",
    "issue",
    "member",
    "project",
    "proposition",
    "proposition_link",
    "search",
    "webhook",
)
MOST_WANTED = 50
_ACT = re.compile(r"[a-z_]{1,20}(\.[a-z_]{1,19})?")


def is_act(name: str) -> bool:
    """Whether ``name`` is an act (“stance.revised”) or all acts of a kind (“stance”)."""
    return bool(_ACT.fullmatch(name)) and name.partition(".")[0] in ABOUT


def is_wanted(act: str, wanted: list[str]) -> bool:
    """Whether an act is among those wanted; where none are named, all are."""
    return not wanted or act in wanted or act.partition(".")[0] in wanted
