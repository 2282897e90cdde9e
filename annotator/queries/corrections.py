"""What came to an article last, a text or a headline alone, and so what is taken back first."""

from typing import Any

from annotator.domain.encoding import plain
from annotator.models import Event
from annotator.queries import wire
from articles.models import Article

# What comes with a text and is the outlet's to correct; all else that is said of an article is the editors' own.
DETAILS = ("title", "author", "published_on")

_CAME = ("article.revised", "article.corrected")
_WENT = {"article.revision_undone": "article.revised", "article.correction_undone": "article.corrected"}


def came_last(article: Article) -> Event | None:
    """The event by which the article came to be as it is: of its current text, or of a headline, author or date that
    came after that and is still there. None where nothing came since it was brought in."""
    standing: list[Event] = []
    events = Event.objects.filter(article=article.pk, act__in=[*_CAME, *_WENT]).order_by("id")
    for event in events:
        if event.act in _CAME:
            standing.append(event)
            continue
        while standing and standing.pop().act != _WENT[event.act]:
            pass
    now = plain(wire.article(article))
    # What somebody has changed by hand since is no longer the correction's to take back.
    while standing and standing[-1].act == "article.corrected" and not still_corrected(now, standing[-1]):
        standing.pop()
    return standing[-1] if standing else None


def still_corrected(now: dict[str, Any], event: Event) -> dict[str, Any]:
    """The details before ``event`` that changed with it and are as it left them, by the article's wire form."""
    if event.before is None or event.after is None:
        return {}
    former = {name: event.before[name] for name in DETAILS if name in event.before}
    return {name: value for name, value in former.items() if now[name] == event.after[name]}
