"""Feeds that a project follows: an outlet's RSS or Atom, and what of it has been seen."""

import uuid
from enum import StrEnum

from django.conf import settings
from django.db import models
from django.db.models import Q

from annotator.models.rules import one_of
from articles.fetching import LONGEST_TAG


class FeedState(StrEnum):
    FOLLOWED = "followed"
    PAUSED = "paused"


class Feed(models.Model):
    """A feed, followed on behalf of ``by``, who must be able to add what it brings."""

    SHORTEST, LONGEST = 15, 7 * 24 * 60  # minutes

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    project = models.ForeignKey("articles.Project", on_delete=models.PROTECT, related_name="feeds")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    url = models.CharField(max_length=2_000)
    outlet = models.CharField(max_length=200, blank=True, help_text="Of its articles; where empty, the feed's title.")
    whole_pages = models.BooleanField(
        default=False, help_text="Whether the text is that of the page which an item links to, not the item's own."
    )
    interval = models.PositiveIntegerField(default=60, help_text="Minutes between two looks.")
    state = models.CharField(max_length=10, default=FeedState.FOLLOWED.value)
    created_at = models.DateTimeField(auto_now_add=True)
    # What the last look found.
    etag = models.CharField(max_length=500, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    next_at = models.DateTimeField(help_text="When it is looked at again.")
    looked_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict, help_text="How many items of the last look came to each state.")
    failures = models.PositiveIntegerField(default=0, help_text="Looks in a row that failed.")
    problem = models.CharField(max_length=500, blank=True, help_text="Why the last one failed.")

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["next_at"], name="feed_due", condition=Q(state="followed"))]
        constraints = [
            one_of("feed_state_known", "state", FeedState),
            models.UniqueConstraint(
                fields=["project", "url"],
                name="feed_once",
                violation_error_code="url",
                violation_error_message="The project follows this feed already.",
            ),
            models.CheckConstraint(
                condition=Q(interval__range=(15, 7 * 24 * 60)),  # as SHORTEST and LONGEST say
                name="feed_interval_in_bounds",
                violation_error_code="interval",
                violation_error_message="A feed is looked at every 15 to 10,080 minutes.",
            ),
        ]

    def __str__(self) -> str:
        return self.url


class FeedItem(models.Model):
    """An item that was seen: seen again with the same content, it does not return."""

    id = models.BigAutoField(primary_key=True)
    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="items", db_index=False)
    key = models.CharField(max_length=64, help_text="SHA-256 of what the feed knows it by.")
    content = models.CharField(max_length=64, help_text="SHA-256 of what it said when it was last read.")
    article = models.ForeignKey("articles.Article", on_delete=models.SET_NULL, null=True, related_name="+")
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=10, help_text="What became of it: new, revised, same, refused.")
    problem = models.CharField(max_length=500, blank=True)
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["-seen_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["feed", "key"],
                name="feed_item_once",
                violation_error_code="key",
                violation_error_message="The feed has this item already.",
            )
        ]
        indexes = [models.Index(fields=["feed", "-seen_at", "-id"], name="feed_item_latest")]

    def __str__(self) -> str:
        return self.title


class FeedPage(models.Model):
    """The page behind an item that brought an article, as it was when it was last asked: an outlet corrects it there
    and says nothing of that in its feed."""

    item = models.OneToOneField(FeedItem, on_delete=models.CASCADE, primary_key=True, related_name="page")
    url = models.CharField(max_length=2_000)
    etag = models.CharField(max_length=LONGEST_TAG, blank=True)
    last_modified = models.CharField(max_length=LONGEST_TAG, blank=True)
    sha256 = models.CharField(max_length=64, help_text="Of its text. What an editor has mended here is none of it.")
    came_at = models.DateTimeField(help_text="When the item was new.")
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ["asked_at", "item_id"]

    def __str__(self) -> str:
        return self.url
