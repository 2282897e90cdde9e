"""The words of the articles that are there already, and the indexes: without keeping anybody from writing meanwhile."""

import datetime

import django.contrib.postgres.indexes
import django.db.models.functions.comparison
import django.db.models.functions.text
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import F, OrderBy, Q, Value

BATCH = 200


def fill(apps, schema_editor):
    """Batch by batch, so that no article is held for long."""
    articles = apps.get_model("articles", "Article").objects.filter(words=None, purged_at=None).exclude(current=None)
    after = None
    while True:
        rows = articles.order_by("id").values_list("id", flat=True)
        ids = list((rows.filter(id__gt=after) if after else rows)[:BATCH])
        if not ids:
            return
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT articles_keep_words(id) FROM unnest(%s::uuid[]) AS id", [ids])
        after = ids[-1]


def ordered_by(name, *keys):
    return AddIndexConcurrently(
        model_name="article",
        index=models.Index(F("project"), *keys, condition=Q(("deleted_at", None)), name=f"article_by_{name}"),
    )


def dated(day):
    return django.db.models.functions.comparison.Coalesce("published_on", Value(day))


def trigrams(model_name, expression, name):
    return AddIndexConcurrently(
        model_name=model_name,
        index=django.contrib.postgres.indexes.GinIndex(
            django.contrib.postgres.indexes.OpClass(expression, name="gin_trgm_ops"), name=name
        ),
    )


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("articles", "0003_words"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        AddIndexConcurrently(
            model_name="articlewords",
            index=django.contrib.postgres.indexes.GinIndex(fields=["stems", "forms"], name="articlewords_words"),
        ),
        AddIndexConcurrently(
            model_name="articlewords",
            index=models.Index(
                condition=models.Q(("is_complete", False)), fields=["article"], name="articlewords_incomplete"
            ),
        ),
        ordered_by("newest", OrderBy(dated(datetime.date(1, 1, 1)), descending=True), OrderBy(F("created_at"), descending=True), F("id")),
        ordered_by("oldest", OrderBy(dated(datetime.date(9999, 12, 31))), F("created_at"), F("id")),
        ordered_by("title", django.db.models.functions.text.Lower("title"), F("id")),
        ordered_by("changed", OrderBy(F("changed_at"), descending=True), F("id")),
        RemoveIndexConcurrently(model_name="article", name="article_newest_first"),
        AddIndexConcurrently(
            model_name="article", index=models.Index(fields=["project", "language"], name="article_language")
        ),
        trigrams("article", django.db.models.functions.text.Upper("title"), "article_title_trigrams"),
        trigrams("article", django.db.models.functions.text.Upper("author"), "article_author_trigrams"),
        trigrams("revision", F("text"), "revision_text_trigrams"),
    ]
