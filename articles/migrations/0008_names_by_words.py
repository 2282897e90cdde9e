"""Titles and authors are found by their words, accents folded too, instead of by their capital letters."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations

from articles.models import Words


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("articles", "0007_whole_words"),
    ]

    operations = [
        AddIndexConcurrently("article", GinIndex(OpClass(Words("title"), name="gin_trgm_ops"), name="article_title_words")),
        AddIndexConcurrently("article", GinIndex(OpClass(Words("author"), name="gin_trgm_ops"), name="article_author_words")),
        RemoveIndexConcurrently("article", "article_title_trigrams"),
        RemoveIndexConcurrently("article", "article_author_trigrams"),
    ]
