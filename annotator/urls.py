"""The site's addresses: each edge keeps its own table and is included here."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("api/v1/", include("annotator.api.urls")),
    path("", include("annotator.pages.urls")),
]
