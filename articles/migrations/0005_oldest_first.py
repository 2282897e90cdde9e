"""The order in which a project is exported."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("articles", "0004_words_indexed")]

    operations = [
        AddIndexConcurrently(
            model_name="article",
            index=models.Index(
                condition=models.Q(("deleted_at", None)),
                fields=["project", "created_at", "id"],
                name="article_oldest_first",
            ),
        ),
    ]
