"""A digest beside each row that was looked at, by which one far behind it that has the same text is known."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("annotator", "0020_counted_by_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="importrow",
            name="sha256",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Of a text that was looked at and would come in: by it, one that repeats it is known.",
                max_length=64,
            ),
            preserve_default=False,
        ),
        AddIndexConcurrently(
            model_name="importrow",
            index=models.Index(
                condition=models.Q(("sha256", ""), _negated=True), fields=["of", "sha256"], name="import_row_by_text"
            ),
        ),
    ]
