"""An index of the articles that are in the bin or purged, which are few."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("articles", "0009_points_unseen"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="article",
            index=models.Index(
                condition=Q(("deleted_at__isnull", False), ("purged_at__isnull", False), _connector="OR"),
                fields=["project"],
                name="article_away",
            ),
        ),
    ]
