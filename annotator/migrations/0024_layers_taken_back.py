"""Layers of which all was taken back have a state of their own."""

from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models

STATES = ["new", "open", "done", "adjudicated"]


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("annotator", "0023_titles_of_rows_looked_at"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="coding", name="coding_state_known"),
        AddConstraintNotValid(
            model_name="coding",
            constraint=models.CheckConstraint(
                condition=models.Q(state__in=STATES),
                name="coding_state_known",
                violation_error_code="state",
                violation_error_message=f"`state`: use one of {', '.join(STATES)}.",
            ),
        ),
        ValidateConstraint(model_name="coding", name="coding_state_known"),
        migrations.RunSQL(
            migrations.RunSQL.noop, "UPDATE annotator_coding SET state = 'open' WHERE state = 'new'", elidable=True
        ),
    ]
