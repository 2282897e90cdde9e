"""The articles of an outlet in the order of the list: a page of them is read without those of other outlets."""

from datetime import date

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("articles", "0011_scripts_without_blanks"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="article",
            index=models.Index(
                F("project"),
                F("outlet"),
                Coalesce("published_on", Value(date(1, 1, 1))).desc(),
                F("created_at").desc(),
                F("id"),
                condition=Q(("deleted_at", None)),
                name="article_by_outlet",
            ),
        ),
        RemoveIndexConcurrently(model_name="article", name="article_outlet"),
    ]
