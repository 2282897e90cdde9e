"""The addresses of the REST interface, as a table."""

from django.urls import URLPattern, path

from annotator.api.annotations import AttributionViewSet, ClaimViewSet, MentionViewSet, StanceViewSet
from annotator.api.codings import CodingViewSet
from annotator.api.entities import EntityViewSet
from annotator.api.issues import IssueViewSet
from annotator.api.propositions import PropositionViewSet
from annotator.api.views import NounViewSet

_MANY = {"get": "list", "post": "create"}
_ONE = {"get": "retrieve", "put": "update", "patch": "partial_update", "delete": "destroy"}


def _versioned(plural: str, noun: type[NounViewSet]) -> list[URLPattern]:
    """A noun with all verbs, the bin and its history."""
    return [
        path(f"{plural}/", noun.as_view(_MANY)),
        path(f"{plural}/<uuid:id>/", noun.as_view(_ONE)),
        path(f"{plural}/<uuid:id>/restore/", noun.as_view({"post": "restore"})),
        path(f"{plural}/<uuid:id>/history/", noun.as_view({"get": "history"})),
    ]


def _register(plural: str, noun: type[NounViewSet]) -> list[URLPattern]:
    """A register: its records are also merged."""
    return [
        *_versioned(plural, noun),
        path(f"{plural}/<uuid:id>/merge/", noun.as_view({"post": "merge"})),
        path(f"{plural}/<uuid:id>/unmerge/", noun.as_view({"post": "unmerge"})),
    ]


urlpatterns = [
    path("codings/", CodingViewSet.as_view(_MANY)),
    path("codings/<uuid:id>/", CodingViewSet.as_view({"get": "retrieve", "patch": "partial_update"})),
    *_versioned("mentions", MentionViewSet),
    *_versioned("attributions", AttributionViewSet),
    *_versioned("stances", StanceViewSet),
    *_versioned("claims", ClaimViewSet),
    *_register("entities", EntityViewSet),
    *_register("issues", IssueViewSet),
    *_register("propositions", PropositionViewSet),
]
