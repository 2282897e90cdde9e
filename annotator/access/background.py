"""WHO SEES what is done in the background: imports, exports, webhooks. As in visibility.py, the default is none."""

from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from annotator.access.visibility import visible_projects
from annotator.domain.roles import Role
from annotator.models import Delivery, Export, Feed, FeedItem, Import, ImportRow, Membership, Preview, Webhook


def visible_imports(user: Any) -> QuerySet[Import]:
    """One's own, and for editors and managers those of all members."""
    edited = _projects_as(user, Role.EDITOR, Role.MANAGER)
    return Import.objects.filter(Q(by=user.pk) | Q(project__in=edited), project__in=visible_projects(user))


def visible_import_rows(user: Any) -> QuerySet[ImportRow]:
    return ImportRow.objects.filter(of__in=visible_imports(user))


def visible_exports(user: Any) -> QuerySet[Export]:
    """One's own: each holds what its maker saw. Who has another role now, and may see less, sees it no more."""
    role = Membership.objects.filter(project=OuterRef("project"), user=user.pk).order_by().values("role")
    return Export.objects.alias(role_now=Subquery(role)).filter(
        by=user.pk, project__in=visible_projects(user), role=F("role_now"), expires_at__gt=timezone.now()
    )


def visible_webhooks(user: Any) -> QuerySet[Webhook]:
    """Those of the projects that the user manages, whoever made them."""
    return Webhook.objects.filter(project__in=_projects_as(user, Role.MANAGER))


def visible_deliveries(user: Any) -> QuerySet[Delivery]:
    return Delivery.objects.filter(webhook__in=visible_webhooks(user))


def visible_feeds(user: Any) -> QuerySet[Feed]:
    """Those of the projects that the user edits: the address of a paid feed is like a password."""
    return Feed.objects.filter(project__in=_projects_as(user, Role.EDITOR, Role.MANAGER))


def visible_feed_items(user: Any) -> QuerySet[FeedItem]:
    return FeedItem.objects.filter(feed__in=visible_feeds(user))


def visible_previews(user: Any) -> QuerySet[Preview]:
    """One's own: what somebody is about to bring in is nobody else's yet."""
    return Preview.objects.filter(by=user.pk, project__in=visible_projects(user))


def _projects_as(user: Any, *roles: Role) -> QuerySet[Any]:
    mine = Membership.objects.filter(user=user.pk, role__in=roles)
    return visible_projects(user).filter(pk__in=mine.values("project"))
