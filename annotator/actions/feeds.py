"""Feeds that a project follows: begun, changed, paused and left by editors; every change leaves an event.

An event does not say the path of a feed's address, which may be as good as a password.
"""

from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone

from annotator.access.rules import require
from annotator.actions.deferring import defer
from annotator.actions.saving import explained
from annotator.actions.trace import trace
from annotator.domain.errors import NotNow, Refused
from annotator.models import Feed, User
from annotator.models.feed import FeedState
from articles.fetching import FetchError, checked_url
from articles.models import Project

MOST = 100  # feeds of one project


@transaction.atomic
def follow_feed(
    project: Project, *, by: User, url: str, outlet: str = "", whole_pages: bool = False, interval: int = 60
) -> Feed:
    """Follow a feed on behalf of ``by``: it is looked at now, and then every ``interval`` minutes."""
    require(by, "feed.manage", project)
    # Two at once wait for each other here: the bound holds.
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    if project.feeds.count() >= MOST:
        raise NotNow(f"A project follows {MOST} feeds at the most: leave one first.")
    feed = Feed(project=project, by_id=by.pk, next_at=timezone.now())
    _write(feed, {"url": url, "outlet": outlet, "whole_pages": whole_pages, "interval": interval})
    _trace("feed.followed", feed, by=by)
    _look_soon(feed)
    return feed


@transaction.atomic
def change_feed(feed: Feed, *, by: User, **changes: Any) -> Feed:
    """Change ``url``, ``outlet``, ``whole_pages``, ``interval``, or ``state``: one that is followed again is looked at.

    Who changes it is from now on the one on whose behalf it is followed.
    """
    feed = _held(feed, by=by)
    begins = changes.get("state") == FeedState.FOLLOWED and feed.state != FeedState.FOLLOWED
    if changes.get("url", feed.url) != feed.url:
        feed.etag = feed.last_modified = ""
    if begins:
        feed.failures, feed.problem = 0, ""
    feed.by_id = by.pk
    _write(feed, changes)
    _trace("feed.changed", feed, by=by)
    if begins:
        _look_soon(feed)
    return feed


@transaction.atomic
def leave_feed(feed: Feed, *, by: User) -> None:
    """Follow it no more, and forget what was seen of it. The articles that it brought stay."""
    feed = _held(feed, by=by)
    _trace("feed.left", feed, by=by)
    feed.delete()


@transaction.atomic
def look_now(feed: Feed, *, by: User) -> Feed:
    """Have it looked at before its time."""
    feed = _held(feed, by=by)
    if feed.state != FeedState.FOLLOWED:
        raise NotNow("This feed is paused: follow it again first.", found=str(feed.pk))
    _look_soon(feed)
    return feed


def _write(feed: Feed, changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        setattr(feed, name, value)
    try:
        checked_url(feed.url)
    except FetchError as error:
        raise Refused.field("url", feed.url, f"`url`: {error}") from error
    with explained(changes), transaction.atomic():
        feed.save()


def _look_soon(feed: Feed) -> None:
    Feed.objects.filter(pk=feed.pk).update(next_at=timezone.now())
    defer("feed", once=f"feed {feed.pk}", id=str(feed.pk))


def _held(feed: Feed, *, by: User) -> Feed:
    require(by, "feed.manage", feed.project)
    return Feed.objects.select_for_update(of=("self",)).select_related("project", "by").get(pk=feed.pk)


def _trace(act: str, feed: Feed, *, by: User) -> None:
    told = {"id": str(feed.pk), "host": urlsplit(feed.url).hostname, "state": feed.state, "interval": feed.interval}
    trace(act, by=by, project_id=feed.project_id, thing="feed", thing_id=feed.pk, after=told)
