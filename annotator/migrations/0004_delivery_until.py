from django.db import migrations, models
from django.utils import timezone


class Migration(migrations.Migration):
    dependencies = [("annotator", "0003_background_work")]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="until",
            field=models.DateTimeField(
                default=timezone.now, help_text="When it is given up, if nobody has accepted it."
            ),
            preserve_default=False,
        ),
    ]
