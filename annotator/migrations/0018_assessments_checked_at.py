from django.db import migrations, models


def begin_with_publication(apps, schema_editor):
    apps.get_model("annotator", "Assessment").objects.update(checked_at=models.F("published_at"))


class Migration(migrations.Migration):

    dependencies = [
        ('annotator', '0017_contents_of_exports'),
    ]

    operations = [
        migrations.AddField(
            model_name='assessment',
            name='checked_at',
            field=models.DateTimeField(blank=True, help_text='When it was last published, or given as of another day: its sources were seen.', null=True),
        ),
        migrations.RunPython(begin_with_publication, migrations.RunPython.noop),
    ]
