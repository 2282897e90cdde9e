"""Indexes by which annotations are found: by who wrote them, position and kind, and in the bin; layers by their state."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


KINDS = ("mention", "attribution", "stance", "claim")


def by(model_name: str, column: str, name: str, **options: object) -> AddIndexConcurrently:
    return AddIndexConcurrently(model_name=model_name, index=models.Index(fields=[column], name=name, **options))


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("annotator", "0013_look_before_storing"),
    ]

    operations = [
        *[by(kind, "created_by", f"{kind}_by_coder") for kind in KINDS],
        *[by(kind, "coding", f"{kind}_in_bin", condition=Q(deleted_at__isnull=False)) for kind in KINDS],
        by("stance", "position", "stance_by_position"),
        by("claim", "claim_kind", "claim_by_kind"),
        by("coding", "state", "coding_by_state"),
    ]
