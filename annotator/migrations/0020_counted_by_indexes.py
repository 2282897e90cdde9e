"""Indexes from which annotations are counted without reading them: those that are kept and that somebody has taken."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


def counted_by(kind: str, *columns: str) -> AddIndexConcurrently:
    condition = Q(("deleted_at", None), models.Q(("origin", "suggested"), _negated=True))
    index = models.Index(condition=condition, fields=columns, name=f"{kind}_by_{columns[0]}")
    return AddIndexConcurrently(model_name=kind, index=index)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("annotator", "0019_pages_behind_items"),
    ]

    operations = [
        counted_by("mention", "entity"),
        counted_by("attribution", "source_entity"),
        counted_by("claim", "claimant_entity"),
        counted_by("stance", "holder_entity"),
        counted_by("stance", "target_entity"),
        counted_by("stance", "target_issue", "position"),
    ]
