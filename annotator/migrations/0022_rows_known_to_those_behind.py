"""Of the rows of a long import those far apart are compared as well: what tells them stands in a table of its own."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

# What was looked at already of imports that are at it.
LOOKED_AT = """
INSERT INTO annotator_importtext (of_id, source, sha256, external_id, digests, sequences)
SELECT r.of_id, r.source, r.sha256, '', '{}', '' FROM annotator_importrow r JOIN annotator_import i ON i.id = r.of_id
WHERE r.sha256 <> '' AND i.looking AND i.state IN ('waiting', 'running', 'stopped', 'failed')
ORDER BY r.id
"""


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("annotator", "0021_texts_looked_at"),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportText",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "of",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="texts",
                        to="annotator.import",
                    ),
                ),
                ("source", models.CharField(max_length=540)),
                ("sha256", models.CharField(max_length=64)),
                ("external_id", models.CharField(blank=True, max_length=200)),
                (
                    "digests",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), help_text="Its sketch, as this import alone has it; none of a revision.", size=None
                    ),
                ),
                (
                    "sequences",
                    models.BinaryField(help_text="All of which the sketch is a part, packed (articles/likeness.py)."),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["of", "sha256"], name="import_text_same"),
                    models.Index(
                        condition=Q(("external_id", ""), _negated=True),
                        fields=["of", "external_id"],
                        name="import_text_called",
                    ),
                    django.contrib.postgres.indexes.GinIndex(fields=["digests"], fastupdate=False, name="import_text_digests"),
                ],
            },
        ),
        migrations.RunSQL(LOOKED_AT, migrations.RunSQL.noop),
        RemoveIndexConcurrently(model_name="importrow", name="import_row_by_text"),
        migrations.RemoveField(model_name="importrow", name="sha256"),
    ]
