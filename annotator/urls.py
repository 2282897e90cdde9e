"""The site's addresses: each edge keeps its own table and is included here."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views import defaults

from annotator.api.errors import beyond

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("api/v1/", include("annotator.api.urls")),
    path("", include("annotator.pages.urls")),
]

handler400 = beyond(defaults.bad_request)
handler403 = beyond(defaults.permission_denied)
handler404 = beyond(defaults.page_not_found)
handler500 = beyond(defaults.server_error)
