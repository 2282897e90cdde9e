"""What a page does a program can do: each page and each of its verbs has its route of the interface, or a reason.

A page that is added without its line here fails, and so does a line whose route has gone.
"""

from tests.routes import routes

# The page's name → what does the same, each with its method; after “–” why there is none.
REACH = {
    # --- A project ---
    "projects": "GET /projects/",
    "project_new": "POST /projects/",
    "project": "GET /projects/{slug}/, GET /projects/{slug}/memberships/, POST /projects/{slug}/memberships/, "
    "POST /projects/{slug}/invitations/",
    "project_edit": "PATCH /projects/{slug}/",
    "member_role": "PUT /projects/{slug}/memberships/{username}/",
    "member_remove": "DELETE /projects/{slug}/memberships/{username}/",
    # --- Articles ---
    "articles": "GET /articles/",
    "article_new": "POST /articles/, POST /previews/, POST /previews/fetch/, POST /articles/import/, "
    "POST /articles/import/fetch/, POST /imports/",
    "article_details": "GET /articles/{id}/, PATCH /articles/{id}/, POST /articles/{id}/purge/",
    "article_delete": "DELETE /articles/{id}/",
    "article_restore": "POST /articles/{id}/restore/",
    "article_history": "GET /articles/{id}/history/, GET /events/",
    "annotate": "GET /articles/{id}/annotations/, PUT /mentions/{id}/, PATCH /codings/{id}/, POST /batch/",
    # --- Revisions ---
    "article_revise": "POST /articles/{id}/revisions/preview/, POST /articles/{id}/revisions/",
    "revisions": "GET /articles/{id}/revisions/, GET /articles/{id}/revisions/{number}/annotations/",
    "article_undo": "POST /articles/{id}/revisions/undo/",
    "article_review": "GET /articles/{id}/review/",
    "annotation_place": "POST /mentions/{id}/place/, DELETE /mentions/{id}/",
    "to_review": "GET /mentions/",
    # --- Feeds ---
    "feeds": "GET /feeds/, POST /feeds/",
    "feed": "GET /feeds/{id}/, PATCH /feeds/{id}/, GET /feeds/{id}/items/",
    "feed_switch": "PATCH /feeds/{id}/",
    "feed_look": "POST /feeds/{id}/look/",
    "feed_leave": "DELETE /feeds/{id}/",
    # --- Registers ---
    "entities": "GET /entities/",
    "entity_new": "POST /entities/",
    "entity": "GET /entities/{id}/, GET /entities/{id}/tally/, GET /entities/{id}/history/, GET /mentions/",
    "entity_edit": "PATCH /entities/{id}/",
    "entity_merge": "GET /entities/{id}/merge-candidates/, POST /entities/{id}/merge/",
    "entity_unmerge": "POST /entities/{id}/unmerge/",
    "entity_delete": "DELETE /entities/{id}/",
    "entity_restore": "POST /entities/{id}/restore/",
    "issues": "GET /issues/",
    "issue_new": "POST /issues/",
    "issue": "GET /issues/{id}/, GET /issues/{id}/tally/, GET /stances/",
    "issue_edit": "PATCH /issues/{id}/",
    "issue_merge": "GET /issues/{id}/merge-candidates/, POST /issues/{id}/merge/",
    "issue_unmerge": "POST /issues/{id}/unmerge/",
    "issue_delete": "DELETE /issues/{id}/",
    "issue_restore": "POST /issues/{id}/restore/",
    "proposition_restore": "POST /propositions/{id}/restore/",
    "assessment_restore": "POST /assessments/{id}/restore/",
    "assessments": "GET /assessments/, GET /propositions/",
    # --- The codebook ---
    "codebook": "GET /projects/{slug}/codebook/",
    "value_new": "POST /projects/{slug}/codebook/",
    "value_edit": "PATCH /projects/{slug}/codebook/{field}/{value}/",
    "value_archive": "PATCH /projects/{slug}/codebook/{field}/{value}/",
    "value_merge": "POST /projects/{slug}/codebook/{field}/{value}/merge/",
    "field_use": "PATCH /projects/{slug}/codebook/{field}/",
    # --- In the background ---
    "imports": "GET /imports/",
    "import_progress": "GET /imports/{id}/, GET /imports/{id}/rows/",
    "import_stop": "POST /imports/{id}/stop/",
    "import_store": "POST /imports/{id}/store/",
    "import_resume": "POST /imports/{id}/resume/",
    "exports": "GET /exports/, POST /exports/",
    "export_file": "GET /exports/{id}/file/",
    "export_remove": "DELETE /exports/{id}/",
    "webhooks": "GET /webhooks/, POST /webhooks/",
    "webhook": "GET /webhooks/{id}/, PATCH /webhooks/{id}/, GET /deliveries/",
    "webhook_switch": "PATCH /webhooks/{id}/",
    "webhook_rotate": "POST /webhooks/{id}/rotate/",
    "webhook_remove": "DELETE /webhooks/{id}/",
    "delivery_again": "POST /deliveries/{id}/send-again/",
    "comment_restore": "POST /comments/{id}/restore/",
    "annotation_restore": "POST /mentions/{id}/restore/",
    # --- Searching ---
    "search": "GET /searches/hits/, GET /searches/facets/",
    "search_tag": "POST /searches/tag/",
    "search_untag": "POST /searches/untag/",
    "search_save": "POST /searches/",
    "search_edit": "PATCH /searches/{id}/",
    "search_delete": "DELETE /searches/{id}/",
    "search_restore": "POST /searches/{id}/restore/",
    # --- Looked at before they come in ---
    "article_preview": "GET /previews/{id}/, POST /previews/{id}/store/",
    "previewed_text": "GET /previews/{id}/rows/{place}/",
    "article_report": "POST /previews/{id}/store/",
    # Of each noun what is in the bin, by deleted=true.
    "bin": "GET /articles/, GET /mentions/, GET /entities/, GET /searches/, GET /comments/",
    # --- One's account ---
    "token_revoke": "DELETE /tokens/{id}/",
    "account": "GET /me/, PATCH /me/, GET /tokens/, POST /tokens/ – the password is changed by the person alone",
    "keys": "PATCH /me/",
    "worker": "– it is the browser's own",
}


def test_every_page_has_its_route_or_a_reason():
    pages = {
        route.name
        for route in routes()
        if not route.address.startswith(("admin/", "api/", "accounts/"))  # signing in is for people
    }
    there = {
        f"{method} /{route.address.removeprefix('api/v1/')}" for route in routes("api/v1/") for method in route.methods
    }
    named = {each.strip() for told in REACH.values() for each in told.partition("–")[0].split(",") if each.strip()}

    assert pages - set(REACH) == set()
    assert set(REACH) - pages == set()
    assert named - there == set()
    assert [page for page, told in REACH.items() if not told.strip("– ")] == []
