"""Feeds and their items on the wire."""

from typing import Any

from annotator.models import Feed, FeedItem

COUNTED = ("new", "revised", "same", "seen", "refused", "waiting", "unchanged", "unanswered")


def feed_wire(row: Feed) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "project": row.project.slug,
        "url": row.url,
        "outlet": row.outlet,
        "whole_pages": row.whole_pages,
        "interval": row.interval,
        "state": row.state,
        "looked_at": row.looked_at,
        "next_at": row.next_at if row.state == "followed" else None,
        "counts": {state: row.counts.get(state, 0) for state in COUNTED},
        "failures": row.failures,
        "problem": row.problem,
        "created_at": row.created_at,
        "created_by": row.by.username,
    }


def feed_item_wire(row: FeedItem) -> dict[str, Any]:
    return {
        "id": row.pk,
        "feed": str(row.feed_id),
        "title": row.title,
        "state": row.state,
        "article": str(row.article_id) if row.article_id else None,
        "problem": row.problem,
        "seen_at": row.seen_at,
    }
