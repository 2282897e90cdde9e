"""The addresses of the pages, as one table."""

from django.urls import include, path, register_converter
from django.urls.converters import StringConverter

from annotator.pages import (
    account,
    annotate,
    articles,
    assessments,
    auth,
    bin,
    bringing_in,
    codebook,
    entities,
    feeds,
    history,
    issues,
    keys,
    offline,
    previewing,
    projects,
    revising,
    revisions,
    saved_searches,
    search,
    transfers,
    webhooks,
)


class UsernameConverter(StringConverter):
    """What Django allows in a username, and nothing that a database cannot hold."""

    regex = r"[\w.@+-]+"


register_converter(UsernameConverter, "username")

_article = "articles/<uuid:article_id>/"
_entity = "entities/<uuid:entity_id>/"
_feed = "feeds/<uuid:feed_id>/"
_issue = "issues/<uuid:issue_id>/"
_search = "searches/<uuid:search_id>/"
_import = "imports/<uuid:import_id>/"
_export = "exports/<uuid:export_id>/"
_webhook = "webhooks/<uuid:webhook_id>/"

_project = [
    path("", projects.project, name="project"),
    path("settings/", projects.project_edit, name="project_edit"),
    path("members/<username:username>/role/", projects.member_role, name="member_role"),
    path("members/<username:username>/remove/", projects.member_remove, name="member_remove"),
    path("articles/", articles.articles, name="articles"),
    path("articles/new/", bringing_in.article_new, name="article_new"),
    path("articles/new/report/", previewing.article_report, name="article_report"),
    path("articles/new/<uuid:preview_id>/", previewing.article_preview, name="article_preview"),
    path("articles/new/<uuid:preview_id>/<int:place>/", previewing.previewed_text, name="previewed_text"),
    path(_article, annotate.annotate, name="annotate"),
    path(_article + "details/", articles.article_details, name="article_details"),
    path(_article + "history/", history.article_history, name="article_history"),
    path(_article + "revise/", revising.article_revise, name="article_revise"),
    path(_article + "revisions/", revisions.revisions, name="revisions"),
    path(_article + "revisions/undo/", revisions.article_undo, name="article_undo"),
    path(_article + "review/", revisions.article_review, name="article_review"),
    path(_article + "review/<str:kind>/<uuid:annotation_id>/", revisions.annotation_place, name="annotation_place"),
    path("review/", revisions.to_review, name="to_review"),
    path(_article + "delete/", articles.article_delete, name="article_delete"),
    path(_article + "restore/", articles.article_restore, name="article_restore"),
    path("search/", search.search, name="search"),
    path("search/tag/", search.search_tag, name="search_tag"),
    path("searches/save/", saved_searches.search_save, name="search_save"),
    path(_search, saved_searches.search_edit, name="search_edit"),
    path(_search + "delete/", saved_searches.search_delete, name="search_delete"),
    path(_search + "restore/", saved_searches.search_restore, name="search_restore"),
    path("search/untag/", search.search_untag, name="search_untag"),
    path("feeds/", feeds.feeds, name="feeds"),
    path(_feed, feeds.feed, name="feed"),
    path(_feed + "switch/", feeds.feed_switch, name="feed_switch"),
    path(_feed + "look/", feeds.feed_look, name="feed_look"),
    path(_feed + "leave/", feeds.feed_leave, name="feed_leave"),
    path("entities/", entities.entities, name="entities"),
    path("entities/new/", entities.entity_new, name="entity_new"),
    path(_entity, entities.entity, name="entity"),
    path(_entity + "edit/", entities.entity_edit, name="entity_edit"),
    path(_entity + "merge/", entities.entity_merge, name="entity_merge"),
    path(_entity + "unmerge/", entities.entity_unmerge, name="entity_unmerge"),
    path(_entity + "delete/", entities.entity_delete, name="entity_delete"),
    path(_entity + "restore/", entities.entity_restore, name="entity_restore"),
    path("issues/", issues.issues, name="issues"),
    path("issues/new/", issues.issue_new, name="issue_new"),
    path(_issue, issues.issue, name="issue"),
    path(_issue + "edit/", issues.issue_edit, name="issue_edit"),
    path(_issue + "merge/", issues.issue_merge, name="issue_merge"),
    path(_issue + "unmerge/", issues.issue_unmerge, name="issue_unmerge"),
    path(_issue + "delete/", issues.issue_delete, name="issue_delete"),
    path(_issue + "restore/", issues.issue_restore, name="issue_restore"),
    path("assessments/", assessments.assessments, name="assessments"),
    path("codebook/", codebook.codebook, name="codebook"),
    path("codebook/values/<int:value_id>/", codebook.value_edit, name="value_edit"),
    path("codebook/values/<int:value_id>/archive/", codebook.value_archive, name="value_archive"),
    path("codebook/values/<int:value_id>/merge/", codebook.value_merge, name="value_merge"),
    path("codebook/<str:field>/new/", codebook.value_new, name="value_new"),
    path("codebook/<str:field>/use/", codebook.field_use, name="field_use"),
    path("imports/", transfers.imports, name="imports"),
    path(_import, transfers.import_progress, name="import_progress"),
    path(_import + "store/", transfers.import_store, name="import_store"),
    path(_import + "stop/", transfers.import_stop, name="import_stop"),
    path(_import + "resume/", transfers.import_resume, name="import_resume"),
    path("exports/", transfers.exports, name="exports"),
    path(_export + "file/", transfers.export_file, name="export_file"),
    path(_export + "remove/", transfers.export_remove, name="export_remove"),
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path(_webhook, webhooks.webhook, name="webhook"),
    path(_webhook + "switch/", webhooks.webhook_switch, name="webhook_switch"),
    path(_webhook + "rotate/", webhooks.webhook_rotate, name="webhook_rotate"),
    path(_webhook + "remove/", webhooks.webhook_remove, name="webhook_remove"),
    path("deliveries/<uuid:delivery_id>/again/", webhooks.delivery_again, name="delivery_again"),
    path("bin/", bin.bin_page, name="bin"),
    path("propositions/<uuid:proposition_id>/restore/", bin.proposition_restore, name="proposition_restore"),
    path("assessments/<uuid:assessment_id>/restore/", bin.assessment_restore, name="assessment_restore"),
    path("comments/<uuid:comment_id>/restore/", bin.comment_restore, name="comment_restore"),
    path("bin/<str:kind>/<uuid:annotation_id>/restore/", bin.annotation_restore, name="annotation_restore"),
]

urlpatterns = [
    path("", projects.projects, name="projects"),
    path("projects/new/", projects.project_new, name="project_new"),
    path("p/<slug:slug>/", include(_project)),
    path("account/", account.account, name="account"),
    path("account/keys/", keys.keys, name="keys"),
    path("account/tokens/<uuid:token_id>/revoke/", account.token_revoke, name="token_revoke"),
    path("accounts/", include(auth.urlpatterns)),
    path("worker.js", offline.worker, name="worker"),
]
