"""Indexes of what lists were found to sort or look through: who stands where, layers by age, what was suggested."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

KEPT_AND_TAKEN = Q(("deleted_at", None), ~Q(("origin", "suggested")))


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("annotator", "0024_layers_taken_back"),
    ]

    operations = [
        RemoveIndexConcurrently(model_name="stance", name="stance_by_target_issue"),
        AddIndexConcurrently(
            model_name="stance",
            index=models.Index(
                fields=["target_issue", "position", "holder_voice", "holder_entity"],
                condition=KEPT_AND_TAKEN,
                name="stance_by_target_issue",
            ),
        ),
        AddIndexConcurrently(
            model_name="coding", index=models.Index(fields=["created_at", "id"], name="coding_oldest_first")
        ),
        *(
            AddIndexConcurrently(
                model_name=kind,
                index=models.Index(fields=["id"], condition=Q(("origin", "suggested")), name=f"{kind}_suggested"),
            )
            for kind in ("mention", "attribution", "stance", "claim")
        ),
    ]
