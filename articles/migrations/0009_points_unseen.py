"""The points of Hebrew, the vowels of Arabic and its stretched lines are not seen where words are searched.

``unaccent`` has no rule for them, and stemmers take some away, but from no phrase.
"""

from importlib import import_module

from django.db import migrations
from django.db.models import Q

SEPARATORS = import_module("articles.migrations.0003_words").SEPARATORS
# As ``articles.words.UNSEEN`` has them.
POINTS = r"\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u0652\u0670\u06d6-\u06dc"
WORDS = """
CREATE OR REPLACE FUNCTION articles_words(written text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000 AS $$
    SELECT ' ' || btrim(lower(public.unaccent('public.unaccent'::regdictionary, normalize(regexp_replace(
        regexp_replace(written, '[\\u00ad\\u200c\\u200d\\u2060\\ufeff{points}]+', '', 'g'),
        '[{separators}]+', ' ', 'g'))))) || ' '
$$;
"""


def tell_again(apps, schema_editor):
    """The few texts that have any, one by one, so that none is held for long."""
    had = f"[{POINTS}]"
    articles = apps.get_model("articles", "Article").objects.filter(Q(title__regex=had) | Q(current__text__regex=had))
    for article_id in list(articles.values_list("pk", flat=True)):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT articles_keep_words(%s)", [article_id])


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("articles", "0008_names_by_words"),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, tell_again),
        migrations.RunSQL(
            WORDS.format(points=POINTS, separators=SEPARATORS),
            WORDS.format(points="", separators=SEPARATORS),
        ),
        migrations.RunPython(tell_again, migrations.RunPython.noop),
        # What they have was folded by the former rule.
        *(
            migrations.RunSQL(f"REINDEX INDEX CONCURRENTLY {index}", f"REINDEX INDEX CONCURRENTLY {index}")
            for index in ("article_title_words", "article_author_words")
        ),
    ]
