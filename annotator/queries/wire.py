"""How things look on the wire: in the REST interface, in events, in exports. One function a noun, plain dicts.

Annotations have theirs in their tables (``WIRE``), because theirs must be fast.
"""

from typing import Any

from annotator.domain.codebook import FIELDS
from annotator.models import (
    Affiliation,
    Assessment,
    CodebookField,
    CodebookValue,
    Coding,
    Comment,
    Event,
    Evidence,
    Membership,
    PropositionLink,
    SavedSearch,
    Token,
)
from annotator.models.record import Record
from articles import text as texts
from articles.models import Article, Project, Revision

# The fields of a record that are written, in the order in which they are shown.
RECORD_FIELDS: dict[str, tuple[str, ...]] = {
    "entity": ("name", "type", "subtype", "aliases", "description", "identifiers", "external_id", "affiliations"),
    "issue": ("wording", "parent", "definition", "supporting_example", "opposing_example", "external_id", "archived"),
    "proposition": ("wording", "kind", "external_id"),
}


def project(row: Project) -> dict[str, Any]:
    return {
        "slug": row.slug,
        "name": row.name,
        "description": row.description,
        "language": row.language,
        "layers": str(row.layers),
        "version": row.version,
        "created_at": row.created_at,
    }


def member(row: Membership) -> dict[str, Any]:
    return {"user": row.user.username, "name": row.user.name, "role": str(row.role), "joined_at": row.joined_at}


# Wire name → column, in the order in which it is shown. The text is not among them: it belongs to the revision.
ARTICLE = {
    "id": "id",
    "project": "project__slug",
    "external_id": "external_id",
    "title": "title",
    "outlet": "outlet__name",
    "author": "author",
    "published_on": "published_on",
    "url": "url",
    "language": "language",
    "revision": "current__number",
    "length": "current__length",
    "sha256": "sha256",
    "version": "version",
    "created_at": "created_at",
    "changed_at": "changed_at",
    "deleted_at": "deleted_at",
}
_PATHS = [column.split("__") for column in ARTICLE.values()]


def article(row: Article) -> dict[str, Any]:
    """With its project, outlet and current revision at hand."""
    return article_of(tuple(_at(row, path) for path in _PATHS))


def article_of(columns: tuple[Any, ...]) -> dict[str, Any]:
    """An article of the columns of ``ARTICLE``."""
    shown = dict(zip(ARTICLE, columns, strict=True))
    shown["id"] = str(shown["id"])
    shown["outlet"] = shown["outlet"] or ""
    return shown


def _at(row: Any, path: list[str]) -> Any:
    for name in path:
        row = None if row is None else getattr(row, name)
    return row


def revision(row: Revision) -> dict[str, Any]:
    """With its text: paragraphs are ``[start, end]``, and between two of them stand line ends alone."""
    return {
        "article": str(row.article_id),
        "number": row.number,
        "length": row.length,
        "sha256": row.sha256,
        "created_at": row.created_at,
        "offset_unit": "codepoint",
        "paragraphs": texts.paragraphs(row.text),
        "text": row.text,
    }


def coding(row: Coding) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "article": str(row.article_id),
        "layer": str(row.layer),
        "coder": row.coder.username if row.coder else None,
        "state": str(row.state),
    }


def record(row: Record) -> dict[str, Any]:
    """An entity, an issue or a proposition."""
    shown: dict[str, Any] = {"id": str(row.pk), "project": row.project.slug}
    for name in RECORD_FIELDS[str(row._meta.model_name)]:
        match name:
            case "parent":
                shown[name] = str(row.parent_id) if row.parent_id else None
            case "archived":
                shown[name] = row.archived_at is not None
            case "affiliations":
                shown[name] = [affiliation(entry) for entry in row.affiliations.all()]
            case _:
                shown[name] = getattr(row, name)
    return {
        **shown,
        "merged_into": str(row.merged_into_id) if row.merged_into_id else None,
        "version": row.version,
        "created_at": row.created_at,
        "created_by": row.created_by.username,
        "changed_at": row.changed_at,
        "changed_by": row.changed_by.username,
        "deleted_at": row.deleted_at,
    }


def affiliation(row: Affiliation) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "organisation": str(row.organisation_id),
        "role": row.role,
        "since": row.since,
        "until": row.until,
    }


def proposition_link(row: PropositionLink) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "from": str(row.from_proposition_id),
        "to": str(row.to_proposition_id),
        "relation": str(row.relation),
        "created_at": row.created_at,
    }


def assessment(row: Assessment) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "proposition": str(row.proposition_id),
        "external_id": row.external_id,
        "scale": str(row.scale),
        "rating": row.rating,
        "as_of": row.as_of,
        "summary": row.summary,
        "state": str(row.state),
        "reviewer": row.reviewer.username,
        "evidence": [evidence(entry) for entry in row.evidence.all()],
        "published_at": row.published_at,
        "version": row.version,
        "created_at": row.created_at,
        "changed_at": row.changed_at,
        "deleted_at": row.deleted_at,
    }


def evidence(row: Evidence) -> dict[str, Any]:
    return {
        "url": row.url,
        "title": row.title,
        "publisher": row.publisher,
        "published_on": row.published_on,
        "passage": row.passage,
        "bearing": str(row.bearing),
    }


def comment(row: Comment) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "kind": row.kind,
        "annotation": str(row.annotation_id),
        "external_id": row.external_id,
        "text": row.text,
        "resolved": row.resolved_at is not None,
        "version": row.version,
        "created_at": row.created_at,
        "created_by": row.created_by.username,
        "changed_at": row.changed_at,
    }


def search(row: SavedSearch) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "project": row.project.slug,
        "external_id": row.external_id,
        "name": row.name,
        "query": row.query,
        "shared": row.shared,
        "version": row.version,
        "created_at": row.created_at,
        "created_by": row.created_by.username,
        "changed_at": row.changed_at,
        "changed_by": row.changed_by.username,
        "deleted_at": row.deleted_at,
    }


def codebook_field(row: CodebookField) -> dict[str, Any]:
    field = FIELDS[row.name]
    return {
        "name": row.name,
        "label": field.label,
        "definition": field.definition,
        "optional": field.optional,
        "open": field.open,
        "in_use": row.in_use,
    }


def codebook_value(row: CodebookValue) -> dict[str, Any]:
    return {
        "field": row.field,
        "value": row.value,
        "parent": row.parent,
        "label": row.label,
        "definition": row.definition,
        "positive_example": row.positive_example,
        "negative_example": row.negative_example,
        "hotkey": row.hotkey,
        "colour": row.colour,
        "score": row.score,
        "position": row.position,
        "archived": row.archived_at is not None,
        "version": row.version,
    }


def token(row: Token) -> dict[str, Any]:
    """Without its secret, which is shown once, when it is made."""
    return {
        "id": str(row.pk),
        "name": row.name,
        "hint": row.hint,
        "scope": str(row.scope),
        "project": row.project.slug if row.project else None,
        "created_at": row.created_at,
        "expires_at": row.expires_at,
        "last_used_at": row.last_used_at,
        "revoked_at": row.revoked_at,
    }


def event(row: Event) -> dict[str, Any]:
    """One thing that happened; ``before`` has the former values of what changed."""
    return {
        "id": row.pk,
        "project": row.project.slug,
        "article": str(row.article_id) if row.article_id else None,
        "coding": str(row.coding_id) if row.coding_id else None,
        "act": row.act,
        "thing": row.thing,
        "thing_id": row.thing_id,
        "version": row.version,
        "before": row.before,
        "after": row.after,
        "by": row.by.username,
        "at": row.at,
    }
