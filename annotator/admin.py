"""The operators' back door: accounts, and a look at what there is. Nothing of a project is written here.

What changes a project goes through an action, which asks who may and leaves an event; this site does neither.
"""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from annotator.models import Event, Membership, User
from articles.models import Project

admin.site.site_header = admin.site.site_title = "Annotator"
# What libraries put here as well (jobs, and the secrets of second factors among it) is nobody's to look at.
for _model in tuple(admin.site._registry):  # noqa: SLF001 — no other way to ask what is there
    admin.site.unregister(_model)


@login_required
def _sign_in(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    """One door for everybody: the page of signing in, with its limit on guesses. Here nobody guesses."""
    if not admin.site.has_permission(request):
        raise PermissionDenied
    return redirect("admin:index")


admin.site.login = _sign_in


@admin.register(User)
class AccountAdmin(UserAdmin):
    """Making, disabling and renaming accounts. One that wrote something is disabled, never removed."""

    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("name", "email")}),
        ("Access", {"fields": ("is_active", "is_staff", "is_superuser", "last_login", "date_joined")}),
    )
    readonly_fields = ("last_login", "date_joined")
    list_display = ("username", "name", "email", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("username", "name", "email")
    filter_horizontal = ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Looking(admin.ModelAdmin):
    """Shown, and neither added, changed nor deleted."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class MembershipInline(admin.TabularInline):
    model = Membership
    fields = readonly_fields = ("user", "role", "joined_at")
    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Project)
class ProjectAdmin(Looking):
    list_display = ("name", "slug", "layers", "created_at")
    search_fields = ("name", "slug")
    inlines = (MembershipInline,)


@admin.register(Event)
class EventAdmin(Looking):
    list_display = ("id", "at", "project", "by", "act")
    list_filter = ("act",)
    list_select_related = ("project", "by")
    ordering = ("-id",)
    show_full_result_count = False
