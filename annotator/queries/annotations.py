"""All annotations of an article that somebody may see, in text order, with their words."""

from typing import Any

from annotator.access.visibility import visible_annotations
from annotator.models import ANNOTATIONS
from annotator.queries.referred import referred
from articles.models import Article, Revision
from articles.offsets import words


def annotations_of(article: Article, user: Any) -> list[dict[str, Any]]:
    """The wire forms of what stands on the article's current revision and is not in the bin."""
    revision = article.current
    found = [
        row for kind in ANNOTATIONS for row in visible_annotations(user, kind).kept().filter(revision=revision).wire()
    ]
    for row in found:
        quote(row, revision)
    return sorted(found, key=lambda row: (row["segments"][0][0], row["segments"][-1][1], row["kind"], str(row["id"])))


def quote(row: dict[str, Any], revision: Revision) -> dict[str, Any]:
    """Add to a wire form the words on which it stands, its quantities' too."""
    row["exact"] = words(row["segments"], revision.text)
    for quantity in row.get("quantities", []):
        quantity["exact"] = words([quantity["span"]], revision.text)[0]
    return row


def records_in(annotations: list[dict[str, Any]], user: Any) -> dict[str, dict[str, dict[str, Any]]]:
    """The records that annotations refer to, by table and by the id under which they are referred to.

    One that was merged is shown as what stands for it now.
    """
    wanted: dict[str, set[str]] = {"entity": set(), "issue": set(), "proposition": set()}
    for row in annotations:
        for name in ("entity", "source", "holder", "claimant", "affiliation", "voiced_by"):
            if row.get(name) not in (None, "AUTHOR", "UNSPECIFIED"):
                wanted["entity"].add(str(row[name]))
        if row.get("proposition"):
            wanted["proposition"].add(str(row["proposition"]))
        if row.get("target"):
            wanted[row["target_kind"]].add(str(row["target"]))
    return {table: referred(table, ids, user) for table, ids in wanted.items()}
