"""What happened to an article, newest first, with the names and words of what its events point to."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from annotator.access.visibility import (
    visible_entities,
    visible_events,
    visible_issues,
    visible_propositions,
    visible_revisions,
)
from annotator.models import Event
from articles.models import Article
from articles.offsets import words

# Fields of an annotation that hold the id of a record.
REFERENCES = frozenset("entity source holder target claimant affiliation voiced_by proposition".split())


def history_of_article(user: Any, article: Article) -> QuerySet[Event]:
    return visible_events(user).filter(article=article).select_related("by").order_by("-id")


def names_in(user: Any, events: Iterable[Event]) -> dict[str, str]:
    """Id → name or wording of every record that the events point to, before or after."""
    ids = {
        value
        for event in events
        for said in (event.before or {}, event.after or {})
        for name, value in said.items()
        if name in REFERENCES and _is_id(value)
    }
    if not ids:
        return {}
    registers = (
        visible_entities(user).values_list("pk", "name"),
        visible_issues(user).values_list("pk", "wording"),
        visible_propositions(user).values_list("pk", "wording"),
    )
    return {str(key): name for records in registers for key, name in records.filter(pk__in=ids)}


def words_in(user: Any, article: Article, events: Iterable[Event]) -> dict[int, str]:
    """Event id → the words on which its annotation stood then; parts of a discontinuous one are joined by “ … ”."""
    stood = {event.pk: event.after for event in events if event.after and event.after.get("segments")}
    numbers = {said["revision"] for said in stood.values()}
    if not numbers:
        return {}
    texts = dict(visible_revisions(user).filter(article=article, number__in=numbers).values_list("number", "text"))
    return {
        event_id: " … ".join(words(said["segments"], texts[said["revision"]]))
        for event_id, said in stood.items()
        if said["revision"] in texts
    }


def _is_id(value: Any) -> bool:
    try:
        uuid.UUID(value)
    except (ValueError, TypeError, AttributeError):
        return False
    return True
