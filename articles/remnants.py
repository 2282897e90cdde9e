"""What may not belong to an article's text: remnants of captions and files, and boilerplate. Found, never removed."""

import re
from dataclasses import dataclass
from enum import StrEnum

from articles.text import paragraphs

_SHORT = 200  # characters of a paragraph that may be a caption or boilerplate as a whole


class Kind(StrEnum):
    CAPTION = "caption"
    GLUED = "glued"
    BOILERPLATE = "boilerplate"


@dataclass(frozen=True)
class Remnant:
    """Words at ``[start, end)``, in code points, that an editor should look at."""

    start: int
    end: int
    kind: Kind


# A word that hangs on the end of a sentence or quotation: what is left of a picture's name (“persecuted.”trump1).
_GLUED = re.compile(
    r"(?<=[.!?…][”’\"'»])[^\W_][\w-]{0,60}(?:\.(?:jpe?g|png|gif|webp))?|(?<=[^\W\d_]{2}[.!?…])[^\W\d_][\w-]{0,60}\d\b"
    r"|\b[\w-]{1,60}\.(?:jpe?g|png|gif|webp)\b",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"\((?:photo|image|picture|file photo|foto|bild|AP|AFP|Reuters|Getty)\b[^()\n]{0,120}\)"
    r"|^\s*(?:photo|image|picture|video|caption|credit|foto|bild|grafik)s?\s*(?:by|credit|:|/)[^\n]*"
    r"|\b(?:getty images|ap photo|afp photo|file photo|shutterstock|istock(?:photo)?|picture alliance)\b[^\n]{0,60}",
    re.IGNORECASE,
)
_BOILERPLATE = re.compile(
    r"^\s*(?:advertisement|advertising|sponsored|anzeige|publicidad|publicité|read (?:more|also|next)\b.*|also read\b.*"
    r"|related(?: (?:articles?|stories|topics|links))?\b:?.*|more on this\b.*|lesen sie auch\b.*|share (?:this|on)\b.*"
    r"|follow us\b.*|like us\b.*|click here\b.*|(?:sign up|subscribe)\b.*|support (?:our|independent) journalism.*"
    r"|.*\ball rights reserved\b.*|(?:©|\(c\)|copyright)\s*(?:19|20)\d\d.*|.*\b(?:cookie|privacy) policy\b.*"
    r"|this (?:material|article) may not be (?:published|reproduced).*|loading\s*(?:…|\.\.\.)?|\d+ comments?)\s*$",
    re.IGNORECASE | re.DOTALL,
)


def remnants(text: str) -> list[Remnant]:
    """What may not belong to the text, in order, without overlaps."""
    found: list[Remnant] = []
    for start, end in paragraphs(text):
        words = text[start:end]
        if len(words) <= _SHORT and _BOILERPLATE.match(words):
            found.append(Remnant(start, end, Kind.BOILERPLATE))
            continue
        credits = [Remnant(start + one.start(), start + one.end(), Kind.CAPTION) for one in _CREDIT.finditer(words)]
        glued = [Remnant(start + one.start(), start + one.end(), Kind.GLUED) for one in _GLUED.finditer(words)]
        for remnant in sorted(credits + glued, key=lambda one: (one.start, -one.end)):
            if not found or remnant.start >= found[-1].end:
                found.append(remnant)
    return found
