"""The addresses of the REST interface, as a table."""

from django.urls import URLPattern, path, re_path

from annotator.api.analysis import AgreementViewSet, NetworkViewSet
from annotator.api.annotations import AttributionViewSet, ClaimViewSet, MentionViewSet, StanceViewSet
from annotator.api.articles import ArticleViewSet
from annotator.api.assessments import AssessmentViewSet
from annotator.api.batch import BatchViewSet
from annotator.api.carrying_over import CarryingViewSet
from annotator.api.codebook import CodebookViewSet
from annotator.api.codings import CodingViewSet
from annotator.api.comments import CommentViewSet
from annotator.api.documentation import DocsView, SchemaView
from annotator.api.entities import EntityViewSet
from annotator.api.events import EventViewSet
from annotator.api.feeds import FeedItemViewSet, FeedViewSet
from annotator.api.hits import FacetViewSet, HitViewSet
from annotator.api.imports import ImportViewSet
from annotator.api.index import IndexView
from annotator.api.invitations import InvitationViewSet
from annotator.api.issues import IssueViewSet
from annotator.api.me import MeViewSet
from annotator.api.memberships import MembershipViewSet
from annotator.api.nowhere import NowhereView
from annotator.api.presence import PresenceViewSet
from annotator.api.previews import PreviewViewSet
from annotator.api.projects import ProjectViewSet
from annotator.api.proposition_links import PropositionLinkViewSet
from annotator.api.propositions import PropositionViewSet
from annotator.api.revisions import RevisionViewSet
from annotator.api.searches import SearchViewSet
from annotator.api.tagging import TaggingViewSet
from annotator.api.tokens import TokenViewSet
from annotator.api.transfers import ExportViewSet, ImportJobViewSet, ImportRowViewSet
from annotator.api.upserts import Upserts
from annotator.api.views import NounViewSet
from annotator.api.webhooks import DeliveryViewSet, WebhookViewSet

_MANY = {"get": "list", "post": "create"}
_MANY_BY_NAME = {**_MANY, "put": "upsert"}
_ONE = {"get": "retrieve", "put": "update", "patch": "partial_update", "delete": "destroy"}


def _versioned(plural: str, noun: type[NounViewSet]) -> list[URLPattern]:
    """A noun with all verbs, the bin and its history."""
    return [
        path(f"{plural}/", noun.as_view(_MANY_BY_NAME if issubclass(noun, Upserts) else _MANY)),
        path(f"{plural}/<uuid:id>/", noun.as_view(_ONE)),
        path(f"{plural}/<uuid:id>/history/", noun.as_view({"get": "history"})),
        path(f"{plural}/<uuid:id>/restore/", noun.as_view({"post": "restore"})),
    ]


def _annotations(plural: str, noun: type[NounViewSet]) -> list[URLPattern]:
    """A kind of annotation: one whose words a revision changed is also placed, and taken back from there."""
    return [
        *_versioned(plural, noun),
        path(f"{plural}/<uuid:id>/place/", noun.as_view({"post": "place"})),
        path(f"{plural}/<uuid:id>/unplace/", noun.as_view({"post": "unplace"})),
    ]


def _register(plural: str, noun: type[NounViewSet]) -> list[URLPattern]:
    """A register: its records are also merged."""
    return [
        *_versioned(plural, noun),
        path(f"{plural}/<uuid:id>/merge/", noun.as_view({"post": "merge"})),
        path(f"{plural}/<uuid:id>/unmerge/", noun.as_view({"post": "unmerge"})),
        path(f"{plural}/<uuid:id>/merge-candidates/", noun.as_view({"get": "candidates"})),
    ]


_CODEBOOK = "projects/<slug:slug>/codebook/"
_MEMBERSHIPS = "projects/<slug:slug>/memberships/"

urlpatterns = [
    path("me/", MeViewSet.as_view({"get": "retrieve", "patch": "partial_update"})),
    path("projects/", ProjectViewSet.as_view(_MANY)),
    path("projects/<slug:slug>/", ProjectViewSet.as_view({"get": "retrieve", "patch": "partial_update"})),
    path("projects/<slug:slug>/export/", ProjectViewSet.as_view({"get": "export"})),
    path(_MEMBERSHIPS, MembershipViewSet.as_view(_MANY)),
    path(
        f"{_MEMBERSHIPS}<str:username>/",
        MembershipViewSet.as_view({"get": "retrieve", "put": "update", "delete": "destroy"}),
    ),
    path("projects/<slug:slug>/invitations/", InvitationViewSet.as_view({"post": "create"})),
    path(_CODEBOOK, CodebookViewSet.as_view({"get": "retrieve", "post": "create"})),
    path(f"{_CODEBOOK}<str:field>/", CodebookViewSet.as_view({"patch": "use"})),
    path(f"{_CODEBOOK}<str:field>/<str:value>/", CodebookViewSet.as_view({"get": "value", "patch": "change"})),
    path(f"{_CODEBOOK}<str:field>/<str:value>/merge/", CodebookViewSet.as_view({"post": "merge"})),
    path("articles/import/", ImportViewSet.as_view({"post": "create"})),
    path("articles/import/fetch/", ImportViewSet.as_view({"post": "at_addresses"})),
    *_versioned("articles", ArticleViewSet),
    path("articles/<uuid:id>/annotations/", ArticleViewSet.as_view({"get": "annotations", "put": "write_annotations"})),
    path("articles/<uuid:id>/presence/", PresenceViewSet.as_view({"post": "create"})),
    path("articles/<uuid:id>/purge/", ArticleViewSet.as_view({"post": "purge"})),
    path("articles/<uuid:id>/review/", RevisionViewSet.as_view({"get": "review"})),
    path("articles/<uuid:id>/revisions/", RevisionViewSet.as_view(_MANY)),
    path("articles/<uuid:id>/revisions/preview/", RevisionViewSet.as_view({"post": "preview"})),
    path("articles/<uuid:id>/revisions/undo/", RevisionViewSet.as_view({"post": "undo"})),
    path("articles/<uuid:id>/revisions/<int:number>/", RevisionViewSet.as_view({"get": "retrieve"})),
    path("articles/<uuid:id>/revisions/<int:number>/annotations/", RevisionViewSet.as_view({"get": "annotations"})),
    path("articles/<uuid:id>/revisions/<int:number>/carry/", CarryingViewSet.as_view({"post": "carry"})),
    path("codings/", CodingViewSet.as_view(_MANY)),
    path("codings/<uuid:id>/", CodingViewSet.as_view({"get": "retrieve", "patch": "partial_update"})),
    *_annotations("mentions", MentionViewSet),
    *_annotations("attributions", AttributionViewSet),
    *_annotations("stances", StanceViewSet),
    *_annotations("claims", ClaimViewSet),
    *_register("entities", EntityViewSet),
    *_register("issues", IssueViewSet),
    *_register("propositions", PropositionViewSet),
    path("entities/<uuid:id>/tally/", EntityViewSet.as_view({"get": "tally"})),
    path("issues/<uuid:id>/tally/", IssueViewSet.as_view({"get": "tally"})),
    path("proposition-links/", PropositionLinkViewSet.as_view(_MANY)),
    path(
        "proposition-links/<uuid:id>/",
        PropositionLinkViewSet.as_view({"get": "retrieve", "put": "update", "delete": "destroy"}),
    ),
    *_versioned("assessments", AssessmentViewSet),
    path("comments/", CommentViewSet.as_view(_MANY_BY_NAME)),
    path("comments/<uuid:id>/", CommentViewSet.as_view(_ONE)),
    path("comments/<uuid:id>/restore/", CommentViewSet.as_view({"post": "restore"})),
    *_versioned("searches", SearchViewSet),
    path("searches/hits/", HitViewSet.as_view({"get": "list"})),
    path("searches/facets/", FacetViewSet.as_view({"get": "list"})),
    path("searches/tag/", TaggingViewSet.as_view({"post": "tag"})),
    path("searches/untag/", TaggingViewSet.as_view({"post": "untag"})),
    path("imports/", ImportJobViewSet.as_view(_MANY)),
    path("imports/<uuid:id>/", ImportJobViewSet.as_view({"get": "retrieve"})),
    path("imports/<uuid:id>/rows/", ImportRowViewSet.as_view({"get": "list"})),
    path("imports/<uuid:id>/store/", ImportJobViewSet.as_view({"post": "store"})),
    path("imports/<uuid:id>/stop/", ImportJobViewSet.as_view({"post": "stop"})),
    path("imports/<uuid:id>/resume/", ImportJobViewSet.as_view({"post": "resume"})),
    path("previews/", PreviewViewSet.as_view(_MANY)),
    path("previews/fetch/", PreviewViewSet.as_view({"post": "at_addresses"})),
    path("previews/<uuid:id>/", PreviewViewSet.as_view({"get": "retrieve", "delete": "destroy"})),
    path("previews/<uuid:id>/rows/<int:place>/", PreviewViewSet.as_view({"get": "row"})),
    path("previews/<uuid:id>/store/", PreviewViewSet.as_view({"post": "store"})),
    path("exports/", ExportViewSet.as_view(_MANY)),
    path("exports/<uuid:id>/", ExportViewSet.as_view({"get": "retrieve", "delete": "destroy"})),
    path("exports/<uuid:id>/file/", ExportViewSet.as_view({"get": "file"})),
    path("feeds/", FeedViewSet.as_view(_MANY)),
    path(
        "feeds/<uuid:id>/",
        FeedViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
    ),
    path("feeds/<uuid:id>/look/", FeedViewSet.as_view({"post": "look"})),
    path("feeds/<uuid:id>/items/", FeedItemViewSet.as_view({"get": "list"})),
    path("webhooks/", WebhookViewSet.as_view(_MANY)),
    path(
        "webhooks/<uuid:id>/",
        WebhookViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
    ),
    path("webhooks/<uuid:id>/rotate/", WebhookViewSet.as_view({"post": "rotate"})),
    path("deliveries/", DeliveryViewSet.as_view({"get": "list"})),
    path("deliveries/<uuid:id>/", DeliveryViewSet.as_view({"get": "retrieve"})),
    path("deliveries/<uuid:id>/send-again/", DeliveryViewSet.as_view({"post": "send_again"})),
    path("networks/", NetworkViewSet.as_view({"get": "list"})),
    path("agreement/", AgreementViewSet.as_view({"get": "list"})),
    path("events/", EventViewSet.as_view({"get": "list"})),
    path("batch/", BatchViewSet.as_view({"post": "create"})),
    path("tokens/", TokenViewSet.as_view(_MANY)),
    path("tokens/<uuid:id>/", TokenViewSet.as_view({"get": "retrieve", "delete": "destroy"})),
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", DocsView.as_view(), name="api-docs"),
]
urlpatterns += [
    path(
        "", IndexView.as_view(nouns=tuple(dict.fromkeys(str(each.pattern).partition("/")[0] for each in urlpatterns)))
    ),
    re_path("", NowhereView.as_view()),
]
