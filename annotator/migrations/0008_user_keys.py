"""An editor's own keys of the annotation screen."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("annotator", "0007_shared_cache")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="keys",
            field=models.JSONField(blank=True, default=dict, help_text="Own keys of the annotation screen, by act."),
        ),
    ]
