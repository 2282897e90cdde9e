"""The title beside each row that was looked at, by which people know what would come in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotator", "0022_rows_known_to_those_behind"),
    ]

    operations = [
        migrations.AddField(
            model_name="importrow",
            name="title",
            field=models.CharField(
                blank=True, db_default="", help_text="Of a text that was looked at and would come in.", max_length=500
            ),
        ),
    ]
