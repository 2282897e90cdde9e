"""A corrected headline, author or date: what comes with a text and is the outlet's to correct, and the way back."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from annotator.actions.saving import explained, save_changes
from annotator.actions.trace import changed, event_of, trace_all
from annotator.domain.encoding import plain
from annotator.domain.errors import Problem, Refused
from annotator.models import Event, User
from annotator.queries import wire
from annotator.queries.corrections import DETAILS, still_corrected
from articles.drafts import DraftError, checked_metadata
from articles.models import Article, Revision


def corrected_details(article: Article, details: Mapping[str, Any]) -> dict[str, Any]:
    """Those of ``details`` that are given, are not the article's, and that nobody has set by hand."""
    given = {name: details[name] for name in DETAILS if details.get(name)}
    try:
        given = checked_metadata(given)
    except DraftError as error:
        raise Refused(*(Problem(*problem) for problem in error.problems)) from error
    found = {name: value for name, value in given.items() if value != getattr(article, name)}
    if found:
        by_hand = Event.objects.filter(article=article.pk, act="article.changed", before__has_any_keys=list(found))
        for before in by_hand.values_list("before", flat=True):
            found = {name: value for name, value in found.items() if name not in before}
    return found


def former_details(article: Article, event: Event | None) -> dict[str, Any]:
    """The headline, author and date before ``event``, where they are still as it left them."""
    former = still_corrected(plain(wire.article(article)), event) if event else {}
    return checked_metadata(former)


def correct(article: Article, details: dict[str, Any], act: str, *, by: User, version: int) -> Article:
    """Give an article, which is locked, another headline, author or date; its text stays."""
    before = wire.article(article)
    set_current(article, article.current, version=version, **details)
    after = wire.article(article)
    trace_all([event_of(article, act, by=by, before=changed(before, after), after=after)])
    return article


def set_current(article: Article, revision: Revision, *, version: int, **details: Any) -> None:
    """Store which text is the article's, and what came along with it."""
    with explained({"text": None}):
        save_changes(
            article,
            version=version,
            current=lambda: wire.article(
                Article.objects.select_related("project", "outlet", "current").get(pk=article.pk)
            ),
            current_id=revision.pk,
            sha256=revision.sha256,
            changed_at=timezone.now(),
            **details,
        )
    article.current = revision
