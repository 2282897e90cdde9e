"""The document of the annotation screen: all that it needs beside the text, in one piece."""

from typing import Any

from django.utils import timezone

from annotator.access.acts import acts_in
from annotator.access.rules import may, role_in
from annotator.access.visibility import visible_codings, visible_events, visible_places
from annotator.domain.codebook import FIELDS
from annotator.domain.register import SourceChange
from annotator.models import User
from annotator.queries import wire
from annotator.queries.annotations import of_article
from annotator.queries.codebook import codebook_fields, codebook_values
from annotator.queries.codings import layer_of
from annotator.queries.comments import comments_on
from annotator.queries.referred import records_in
from annotator.queries.sources import changed_among, gravest
from articles.models import Article, Project
from articles.text import paragraphs

_ARTICLE = ("id", "title", "outlet", "author", "published_on", "url", "language")
_ON_MY_LAYER = {"annotation.add", "coding.set_state", "comment.add"}


def document(article: Article, user: User) -> dict[str, Any]:
    """What the screen shows of ``article`` to ``user``; docs/architecture.md has its parts one by one."""
    project, revision = article.project, article.current
    at = timezone.now()
    # Read first: what is committed meanwhile then comes twice, and never not at all.
    events = visible_events(user).filter(project=project).order_by("-id")
    last_event = events.values_list("id", flat=True).first() or 0
    annotations = of_article(user, article, needs_look=None)
    records = records_in(annotations, user)
    layer = layer_of(article, user)
    writable = article.deleted_at is None and may(user, "annotation.add", layer)
    shown = wire.article(article)
    fields = codebook_fields(user, project).filter(in_use=True)
    return {
        "project": {"slug": project.slug, "name": project.name, "layers": str(project.layers)},
        "article": {name: shown[name] for name in _ARTICLE},
        "revision": {
            "number": revision.number,
            "length": revision.length,
            "sha256": revision.sha256,
            "paragraphs": paragraphs(revision.text),
        },
        "coding": wire.coding(layer) if writable else None,
        "codings": [wire.coding(row) for row in visible_codings(user).filter(article=article).select_related("coder")],
        "me": {
            "username": user.get_username(),
            "name": user.get_full_name(),
            "role": role_in(user, project.pk),
            "may": sorted(acts_in(user, project) | (_ON_MY_LAYER if writable else set())),
            "keys": user.keys,
        },
        "codebook": _codebook(user, project),
        "optional_fields": [field.name for field in fields if FIELDS[field.name].optional],
        "annotations": [row for row in annotations if not row["anchoring"]],
        # They stand on a former revision: not to be drawn in this text.
        "needs_look": [row for row in annotations if row["anchoring"]],
        "comments": comments_on(annotations),
        "source_changed": _source_changed(article, user),
        "records": {"entities": records["entity"], "issues": records["issue"], "propositions": records["proposition"]},
        "event": last_event,
        "at": at,
    }


def _source_changed(article: Article, user: User) -> dict[str, str]:
    """Claim → what befell it since a published assessment that rests on it was last looked at."""
    found: dict[str, list[SourceChange]] = {}
    for changed in changed_among(visible_places(user).filter(claim__coding__article=article)):
        found.setdefault(str(changed.claim), []).append(changed.change)
    return {claim: str(gravest(changes)) for claim, changes in found.items()}


def _codebook(user: User, project: Project) -> dict[str, list[dict[str, Any]]]:
    """Field → its values in order, as the composer shows them."""
    by_field: dict[str, list[dict[str, Any]]] = {}
    for value in codebook_values(user, project):
        by_field.setdefault(value.field, []).append(wire.codebook_value(value))
    return by_field
