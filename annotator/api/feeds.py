"""Feeds that a project follows, and what came of their items. They are for editors."""

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django_filters import ChoiceFilter, FilterSet
from rest_framework import serializers

from annotator.access.background import visible_feed_items, visible_feeds
from annotator.actions.feeds import change_feed, follow_feed, leave_feed, look_now
from annotator.api.contracts import CHANGE_BY_TAG, REMOVAL, WRITE
from annotator.api.fields import (
    AddressField,
    LineField,
    ProjectFilter,
    StrictBooleanField,
    StrictSerializer,
    project_called,
    read_by,
)
from annotator.api.operations import Answer, Asked, operation
from annotator.api.views import NounViewSet
from annotator.models import FeedItem
from annotator.models.feed import Feed, FeedState
from annotator.queries.feeds import feed_item_wire, feed_wire
from annotator.queries.keyset import Key

_STATES = [(str(state), str(state)) for state in FeedState]
_ITEM_STATES = [(state, state) for state in ("new", "revised", "same", "refused")]
_INTERVAL = {"min_value": Feed.SHORTEST, "max_value": Feed.LONGEST, "help_text": "Minutes between two looks."}


class FollowedFeedSerializer(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    project = serializers.CharField(help_text="A project's slug.")
    url = AddressField(max_length=2_000, help_text="Of an RSS or Atom feed on a public host.")
    outlet = LineField(max_length=200, allow_blank=True, default="", help_text="Where empty, the feed's own title.")
    whole_pages = StrictBooleanField(
        default=False, help_text="Take the text of the page that an item links to, not the item's own."
    )
    interval = serializers.IntegerField(default=60, **_INTERVAL)
    state = serializers.ChoiceField(choices=_STATES, read_only=True)
    looked_at = serializers.DateTimeField(read_only=True, allow_null=True)
    next_at = serializers.DateTimeField(read_only=True, allow_null=True, help_text="Null while it is paused.")
    counts = serializers.DictField(
        child=serializers.IntegerField(), read_only=True, help_text="Items of the last look: `new`, `revised` …"
    )
    failures = serializers.IntegerField(read_only=True, help_text="Looks in a row that failed.")
    problem = serializers.CharField(read_only=True, help_text="Why the last one failed.")
    created_at = serializers.DateTimeField(read_only=True)
    created_by = serializers.CharField(read_only=True, help_text="On whose behalf it is followed.")


class FeedChangeSerializer(StrictSerializer):
    url = AddressField(max_length=2_000, required=False)
    outlet = LineField(max_length=200, allow_blank=True, required=False)
    whole_pages = StrictBooleanField(required=False)
    interval = serializers.IntegerField(required=False, **_INTERVAL)
    state = serializers.ChoiceField(choices=_STATES, required=False, help_text="One followed again is looked at now.")


class FeedItemSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    feed = serializers.UUIDField()
    title = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(choices=_ITEM_STATES)
    article = serializers.UUIDField(allow_null=True)
    problem = serializers.CharField(allow_blank=True)
    seen_at = serializers.DateTimeField()


class FeedFilter(FilterSet):
    project = ProjectFilter("project")
    state = ChoiceFilter(field_name="state", choices=_STATES)


class FeedItemFilter(FilterSet):
    state = ChoiceFilter(field_name="state", choices=_ITEM_STATES)


class FeedViewSet(NounViewSet):
    noun = "feed"
    filters = FeedFilter
    serializer_class = FollowedFeedSerializer
    orders = {"": (Key("created_at"), Key("id"))}
    contracts = {
        "create": replace(WRITE, statuses=(201,)),
        "partial_update": replace(CHANGE_BY_TAG, request=FeedChangeSerializer),
        "look": replace(WRITE, request=None, statuses=(202,)),
        "destroy": REMOVAL,
    }

    def visible(self, user: Any) -> QuerySet:
        return visible_feeds(user).select_related("project", "by")

    def wires(self, user: Any, rows: list[Any]) -> list[dict[str, Any]]:
        return [feed_wire(row) for row in rows]

    @operation
    def create(self, asked: Asked) -> Answer:
        """Follow a feed: its items come in as articles, and a changed one as a revision."""
        given = read_by(FollowedFeedSerializer, asked.given)
        project = project_called(asked.user, given.pop("project"))
        return Answer(201, self.shown(asked.user, id=follow_feed(project, by=asked.user, **given).pk))

    @operation
    def partial_update(self, asked: Asked, id: Any) -> Answer:
        """Change how it is followed, pause it, or follow it again; from now on it is followed on your behalf."""
        feed = self.held(asked, id=id)
        change_feed(feed, by=asked.user, **read_by(FeedChangeSerializer, asked.given, partial=True))
        return Answer(200, self.shown(asked.user, id=id))

    @operation
    def look(self, asked: Asked, id: Any) -> Answer:
        """Have it looked at now."""
        look_now(self.found(asked.user, id=id), by=asked.user)
        return Answer(202, self.shown(asked.user, id=id))

    @operation
    def destroy(self, asked: Asked, id: Any) -> Answer:
        """Follow it no more. The articles that it brought stay."""
        leave_feed(self.found(asked.user, id=id), by=asked.user)
        return Answer(204)


class FeedItemViewSet(NounViewSet):
    noun = "feed item"
    filters = FeedItemFilter
    serializer_class = FeedItemSerializer
    orders = {"": (Key("seen_at", descends=True), Key("id", descends=True))}

    def visible(self, user: Any) -> QuerySet:
        return visible_feed_items(user)

    def listable(self, user: Any) -> QuerySet[FeedItem]:
        id = self.kwargs["id"]
        if not visible_feeds(user).filter(pk=id).exists():
            raise self.not_there(id=id)
        return self.visible(user).filter(feed=id)

    def wires(self, user: Any, rows: list[Any]) -> list[dict[str, Any]]:
        return [feed_item_wire(row) for row in rows]
