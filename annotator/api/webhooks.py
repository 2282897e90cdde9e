"""Webhooks: where a project's events are sent, and what came of each. They are for managers."""

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django_filters import ChoiceFilter, FilterSet, UUIDFilter
from rest_framework import serializers

from annotator.access.background import visible_deliveries, visible_webhooks
from annotator.actions.webhooks import add_webhook, change_webhook, remove_webhook, rotate_secret, send_again
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
from annotator.domain.acts import ABOUT
from annotator.models.webhook import DeliveryState
from annotator.queries.keyset import Key
from annotator.queries.webhooks import delivery_wire, webhook_wire

_ACTS = f"Events that are sent: {', '.join(ABOUT)}, or such as `stance.revised`. None: all."


class WebhookSerializer(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    project = serializers.CharField(help_text="A project's slug.")
    url = AddressField(max_length=2_000, help_text="Where events are posted: http or https, on a public host.")
    acts = serializers.ListField(child=LineField(max_length=40), default=list, help_text=_ACTS)
    on = serializers.BooleanField(read_only=True)
    off_at = serializers.DateTimeField(read_only=True, allow_null=True)
    off_because = serializers.CharField(read_only=True)
    failing_since = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text="The first failure since the last success."
    )
    former_secret_until = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text="Until then the former secret signs as well."
    )
    created_at = serializers.DateTimeField(read_only=True)
    created_by = serializers.CharField(read_only=True, help_text="On whose behalf: only what they may see is sent.")


class NewWebhookSerializer(WebhookSerializer):
    secret = serializers.CharField(required=False, help_text="`whsec_…`, shown this once: keep it.")


class WebhookChangeSerializer(StrictSerializer):
    url = AddressField(max_length=2_000, required=False)
    acts = serializers.ListField(child=LineField(max_length=40), required=False, help_text=_ACTS)
    on = StrictBooleanField(required=False, help_text="One that is switched on again goes on where it was.")


class DeliverySerializer(serializers.Serializer):
    id = serializers.UUIDField(help_text="The `webhook-id`, the same at each attempt.")
    webhook = serializers.UUIDField()
    event = serializers.IntegerField()
    act = serializers.CharField()
    state = serializers.ChoiceField(choices=[str(state) for state in DeliveryState])
    attempts = serializers.IntegerField()
    next_at = serializers.DateTimeField(allow_null=True, help_text="When it is tried next, while it waits.")
    created_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True, help_text="The last attempt.")
    status = serializers.IntegerField(allow_null=True, help_text="Of the last answer; null where none came.")
    milliseconds = serializers.IntegerField(allow_null=True)
    excerpt = serializers.CharField(allow_blank=True, help_text="The answer's beginning, or why none came.")


class WebhookFilter(FilterSet):
    project = ProjectFilter("project")


class DeliveryFilter(FilterSet):
    project = ProjectFilter("webhook__project")
    webhook = UUIDFilter("webhook")
    state = ChoiceFilter(field_name="state", choices=[(str(state), str(state)) for state in DeliveryState])


class WebhookViewSet(NounViewSet):
    noun = "webhook"
    filters = WebhookFilter
    serializer_class = WebhookSerializer
    orders = {"": (Key("created_at"), Key("id"))}
    contracts = {
        "create": replace(WRITE, answer=NewWebhookSerializer, statuses=(201,)),
        "partial_update": replace(CHANGE_BY_TAG, request=WebhookChangeSerializer),
        "rotate": replace(WRITE, request=None, answer=NewWebhookSerializer),
        "destroy": REMOVAL,
    }

    def visible(self, user: Any) -> QuerySet:
        return visible_webhooks(user).select_related("project", "by")

    def wires(self, user: Any, rows: list[Any]) -> list[dict[str, Any]]:
        return [webhook_wire(row) for row in rows]

    @operation
    def create(self, asked: Asked) -> Answer:
        """Have events posted. Its `secret` is in this answer and nowhere else, not even in a repeated one."""
        given = read_by(WebhookSerializer, asked.given)
        project = project_called(asked.user, given.pop("project"))
        webhook, secret = add_webhook(project, by=asked.user, **given)
        return Answer(201, webhook_wire(webhook), shown_once={"secret": secret})

    @operation
    def partial_update(self, asked: Asked, id: Any) -> Answer:
        """Change where events are posted or which, or switch it off and on."""
        webhook = self.held(asked, id=id)
        change_webhook(webhook, by=asked.user, **read_by(WebhookChangeSerializer, asked.given, partial=True))
        return Answer(200, self.shown(asked.user, id=id))

    @operation
    def rotate(self, asked: Asked, id: Any) -> Answer:
        """Make a new secret, shown this once. For a day both sign."""
        webhook, secret = rotate_secret(self.found(asked.user, id=id), by=asked.user)
        return Answer(200, webhook_wire(webhook), shown_once={"secret": secret})

    @operation
    def destroy(self, asked: Asked, id: Any) -> Answer:
        """Post nothing more, and forget what was posted."""
        remove_webhook(self.found(asked.user, id=id), by=asked.user)
        return Answer(204)


class DeliveryViewSet(NounViewSet):
    noun = "delivery"
    filters = DeliveryFilter
    serializer_class = DeliverySerializer
    orders = {"": (Key("event_id", descends=True), Key("id"))}
    contracts = {"send_again": replace(WRITE, request=None, statuses=(202,))}

    def visible(self, user: Any) -> QuerySet:
        return visible_deliveries(user).select_related("event", "webhook__project")

    def wires(self, user: Any, rows: list[Any]) -> list[dict[str, Any]]:
        return [delivery_wire(row) for row in rows]

    @operation
    def send_again(self, asked: Asked, id: Any) -> Answer:
        """Post it once more under the same id, whatever came of it before."""
        send_again(self.found(asked.user, id=id), by=asked.user)
        return Answer(202, self.shown(asked.user, id=id))
