"""A look at a feed: new items come in as articles, seen ones do not return, a changed one becomes a revision.

Each item is stored in a transaction of its own, and remembered in the same one: a worker that is killed in the middle
goes on where it was, and nothing comes in twice.
"""

import hashlib
from collections import Counter
from datetime import timedelta
from typing import Any

import orjson
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from annotator.access.rules import may
from annotator.actions.articles import bring_in, draft
from annotator.actions.deferring import defer
from annotator.actions.pages_of_feeds import Pages, ask_again, keep_page
from annotator.actions.revisions import revise_article
from annotator.domain.errors import AnnotatorError
from annotator.models import Feed, FeedItem
from annotator.models.feed import FeedState
from annotator.queries.corrections import DETAILS
from articles import fetching
from articles.drafts import in_language_of
from articles.models import Article
from articles.readers import feed as feeds
from articles.readers import html
from articles.readers.row import Row, Unreadable
from articles.readers.url import NOTHING_KNOWN, Page

LIMITS = fetching.Limits(
    size=html.LONGEST_PAGE,
    types=(
        "application/rss+xml", "application/atom+xml", "application/xml", "text/xml", "application/rdf+xml",
        "text/html", "text/plain",  # what many servers call their feeds
    ),
)  # fmt: skip
_LONGEST_WAIT = timedelta(days=1)
_HELD = timedelta(minutes=10)  # for which a look keeps others from looking


def defer_due_feeds() -> int:
    """Have the feeds looked at whose time has come; gives how many."""
    due = Feed.objects.filter(state=FeedState.FOLLOWED, next_at__lte=timezone.now()).values_list("pk", flat=True)
    for id in due:
        defer("feed", once=f"feed {id}", id=str(id))
    return len(due)


def look_at_feed(id: Any, *, network: fetching.Network | None = None) -> Counter[str]:
    """Look at a feed if its time has come; gives how many of its items came to each state."""
    now = timezone.now()
    due = Feed.objects.filter(pk=id, state=FeedState.FOLLOWED, next_at__lte=now)
    # Whoever puts the time off looks; a second worker finds nothing due.
    if not due.update(next_at=now + _HELD):
        return Counter()
    feed = Feed.objects.select_related("project", "by").get(pk=id)
    if not may(feed.by, "article.add", feed.project) or not may(feed.by, "article.revise", feed.project):
        _pause(feed, f"{feed.by.get_full_name()}, who follows it, may no longer add and revise articles here.")
        return Counter()
    known, pages = fetching.Known(feed.etag, feed.last_modified), Pages(network)
    try:
        answer = fetching.get(feed.url, headers=known.asked, limits=LIMITS, network=network)
        if answer.status == 304:
            return _done(feed, ask_again(feed, pages), known)
        if answer.status == 410:
            _pause(feed, "The server says that this feed is gone for good.")
            return Counter()
        if answer.status != 200:
            raise fetching.FetchError(f"The server answers {answer.status}.")
        items = feeds.items(answer.body, url=answer.url, charset=answer.charset)
    except (fetching.FetchError, Unreadable) as error:
        _failed(feed, str(error))
        return Counter()
    counts = _take(feed, items, pages)
    # With items that wait or were refused the next look asks for all of it again.
    is_whole = not counts["waiting"] and not counts["refused"]
    return _done(feed, counts + ask_again(feed, pages), answer.known if is_whole else NOTHING_KNOWN)


def _take(feed: Feed, items: list[feeds.Item], pages: Pages) -> Counter[str]:
    """Store what is new and what has changed; the oldest first, so that the newest is the last to arrive."""
    keyed = {_digest(item.id): item for item in reversed(items) if item.id}
    seen = {item.key: item for item in feed.items.filter(key__in=keyed).select_related("article")}
    seen |= _renamed(feed, {key: item for key, item in keyed.items() if key not in seen}, keyed)
    counts: Counter[str] = Counter()
    for key, item in keyed.items():
        content = _digest(orjson.dumps([item.fields, item.problem], option=orjson.OPT_SORT_KEYS).decode())
        before = seen.get(key)
        if before is not None and before.content == content:
            counts["seen"] += 1
            continue
        fields, problem = {**item.fields, **({"outlet": feed.outlet} if feed.outlet else {})}, item.problem
        page = None
        if feed.whole_pages and not problem:
            if pages.are_used_up:
                counts["waiting"] += 1
                continue
            fields, problem, page = _with_page(fields, pages)
        counts[_store(feed, key, content, before, fields, problem, page)] += 1
    return counts


def _renamed(feed: Feed, unseen: dict[str, feeds.Item], keyed: dict[str, feeds.Item]) -> dict[str, FeedItem]:
    """Those that the feed knew by another id: what had their address is there no more, and no other item has it."""
    bearing = Counter(item.fields.get("url") for item in keyed.values())
    key_at = {url: key for key, item in unseen.items() if (url := item.fields.get("url")) and bearing[url] == 1}
    former = feed.items.filter(article__url__in=key_at).exclude(key__in=keyed).select_related("article").order_by("pk")
    return {key_at[item.article.url]: item for item in former if item.article}


def _with_page(fields: dict[str, Any], pages: Pages) -> tuple[dict[str, Any], str, Page | None]:
    """The item's fields with the text of the page that it links to, or why there is none; and that page."""
    if not fields.get("url"):
        return fields, "The item has no link to a page.", None
    page = pages.ask(fields["url"])
    row = page.row or Row(fields["url"])
    return {**row.fields, **fields, "text": row.fields.get("text", "")}, row.problem, page


@transaction.atomic
def _store(
    feed: Feed,
    key: str,
    content: str,
    before: FeedItem | None,
    fields: dict[str, Any],
    problem: str,
    page: Page | None,
) -> str:
    article = before.article if before else None
    state = "refused"
    if not problem:
        try:
            with transaction.atomic():
                article, state, problem = _arrived(feed, article, fields)
        except AnnotatorError as error:
            problem = error.message
    item, _ = FeedItem.objects.update_or_create(
        feed=feed,
        key=key,
        defaults={
            # One that was refused is tried again at the next look: the reason may be gone by then.
            "content": content if state != "refused" else "",
            "article": article,
            "title": str(fields.get("title", ""))[:200],
            "state": state,
            "problem": problem[:500],
            "seen_at": timezone.now(),
        },
    )
    if page is not None and state != "refused":
        keep_page(item, fields, page.known)
    return state


def _arrived(feed: Feed, article: Article | None, fields: dict[str, Any]) -> tuple[Article | None, str, str]:
    """The article of an item, what became of it, and what is to be said about that."""
    arriving = draft(in_language_of(feed.project, fields))
    if article is not None:
        details = {name: getattr(arriving, name) for name in DETAILS}
        revised = revise_article(article, arriving.text, by=feed.by, version=article.version, details=details)
        return revised, "same" if revised.version == article.version else "revised", ""
    # What somebody else brought in is not overwritten by a feed, which often has no more than the beginning of a text.
    known = Article.objects.filter(project=feed.project, url=arriving.url, deleted_at=None).exclude(url="").first()
    if known is not None and known.sha256 != arriving.sha256:
        return None, "same", f"The project has an article of this address already: “{known.title}”."
    arrival = bring_in(feed.project, arriving, by=feed.by)
    return arrival.article, "new" if arrival.is_new else "same", ""


def _done(feed: Feed, counts: Counter[str], known: fetching.Known) -> Counter[str]:
    told = {"counts": dict(counts)} if counts else {}
    now = timezone.now()
    wait = timedelta(minutes=feed.interval)
    Feed.objects.filter(pk=feed.pk).update(
        looked_at=now,
        next_at=now + wait,
        failures=0,
        problem="",
        etag=known.etag,
        last_modified=known.last_modified,
        **told,
    )
    return counts


def _failed(feed: Feed, why: str) -> None:
    """Wait longer after each failure, up to a day."""
    wait = min(
        timedelta(minutes=feed.interval) * 2 ** min(feed.failures, 10),
        max(_LONGEST_WAIT, timedelta(minutes=feed.interval)),
    )
    now = timezone.now()
    Feed.objects.filter(pk=feed.pk).update(
        looked_at=now, next_at=now + wait, failures=F("failures") + 1, problem=why[:500]
    )


def _pause(feed: Feed, why: str) -> None:
    Feed.objects.filter(pk=feed.pk).update(
        state=FeedState.PAUSED, looked_at=timezone.now(), failures=F("failures") + 1, problem=why[:500]
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()
