"""The pages behind the items of a feed: asked once for their text, and for a week whether they say another one now.

An outlet corrects a page and leaves its feed as it was. What changed becomes a revision; what did not changes
nothing, also where an editor has mended the text here: it is compared with what it said itself.
"""

import time
from collections import Counter
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from annotator.actions.revisions import revise_article, text_for_revision
from annotator.domain.errors import AnnotatorError
from annotator.models import Feed, FeedItem, FeedPage
from articles import fetching
from articles.models import Article
from articles.readers import url
from articles.readers.row import Row
from articles.text import digest

MOST = 50  # pages that are asked for in one look; the others wait for the next
AGAIN_FOR = timedelta(days=7)  # after an item came its page is asked again
_PATIENCE = 120.0  # seconds for all pages of one look: a server may take long for each


class Pages:
    """The pages of one look: so many, and for so long."""

    def __init__(self, network: fetching.Network | None) -> None:
        self._network = network
        self.began = timezone.now()
        self._left = MOST
        self._until = time.monotonic() + _PATIENCE

    @property
    def are_used_up(self) -> bool:
        return self._left == 0 or time.monotonic() > self._until

    def ask(self, address: str, known: fetching.Known = url.NOTHING_KNOWN) -> url.Page:
        self._left -= 1
        return url.page(address, known=known, network=self._network)


def keep_page(item: FeedItem, fields: dict[str, Any], known: fetching.Known) -> None:
    """Remember what a page said, and by what its server tells whether it says so still."""
    now = timezone.now()
    told = {
        "url": fields["url"],
        "sha256": digest(text_for_revision(fields["text"])),
        "asked_at": now,
        "etag": known.etag,
        "last_modified": known.last_modified,
    }
    FeedPage.objects.update_or_create(item=item, defaults=told, create_defaults={**told, "came_at": now})


def ask_again(feed: Feed, pages: Pages) -> Counter[str]:
    """Ask the pages of items that came not long ago, those first that waited longest; gives what came of them."""
    counts: Counter[str] = Counter()
    if not feed.whole_pages:
        return counts
    due = FeedPage.objects.filter(
        item__feed=feed, item__article__deleted_at=None, came_at__gt=pages.began - AGAIN_FOR, asked_at__lt=pages.began
    ).exclude(item__article=None)
    for page in due.select_related("item")[:MOST]:
        if pages.are_used_up:
            break
        found = pages.ask(page.url, fetching.Known(page.etag, page.last_modified))
        counts[_asked(feed, page, found)] += 1
    return counts


@transaction.atomic
def _asked(feed: Feed, page: FeedPage, found: url.Page) -> str:
    state, problem = "unchanged", ""
    told: dict[str, Any] = {}
    if found.row is not None and found.row.problem:
        state, problem = "unanswered", found.row.problem
    elif found.row is not None:
        try:
            with transaction.atomic():
                state, told = _said(feed, page, found.row, found.known)
        except AnnotatorError as error:
            # Asked anew at the next look, whatever its server knows it by: the reason may be gone by then.
            state, problem = "refused", error.message
    now = timezone.now()
    FeedPage.objects.filter(pk=page.pk).update(asked_at=now, **told)
    seen = {"state": state, "seen_at": now} if state in ("revised", "refused") else {}
    FeedItem.objects.filter(pk=page.pk).update(problem=problem[:500], **seen)
    return state


def _said(feed: Feed, page: FeedPage, row: Row, known: fetching.Known) -> tuple[str, dict[str, Any]]:
    """What becomes of what a page says now, and what is to be remembered of it."""
    text = text_for_revision(row.fields["text"])
    told = {"sha256": digest(text), "etag": known.etag, "last_modified": known.last_modified}
    if told["sha256"] == page.sha256:
        return "unchanged", told
    article = Article.objects.select_related("project", "current").get(pk=page.item.article_id)
    revised = revise_article(article, text, by=feed.by, version=article.version)
    return "unchanged" if revised.version == article.version else "revised", told
