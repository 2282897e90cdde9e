"""Each character of a script that is written without blanks is a word, and each two neighbours are found at once.

Until now a whole run of Chinese, Japanese or Thai was one word, and what stood within it was not found.
"""

from importlib import import_module

import django.contrib.postgres.search
from django.db import migrations, models
from django.db.models import Q

SEPARATORS = import_module("articles.migrations.0003_words").SEPARATORS
FORMER = import_module("articles.migrations.0007_whole_words").KEEP_WORDS
POINTS_UNSEEN = import_module("articles.migrations.0009_points_unseen")
# As articles/words.py has them.
CHARACTERS = (
    r"\u0e01-\u0e30\u0e32-\u0e33\u0e40-\u0e46\u0e81-\u0eb0\u0eb2-\u0eb3\u0ebd\u0ec0-\u0ec6\u0edc-\u0edf\u0f40-\u0f6c\u0f88-\u0f8c"
    r"\u1000-\u102a\u103f\u1050-\u1055\u105a-\u105d\u1061\u1065-\u1066\u106e-\u1070\u1075-\u1081\u108e\u1780-\u17b3"
    r"\u3005-\u3006\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f"
    r"\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua9e0-\ua9e4\ua9e6-\ua9ef\ua9fa-\ua9fe\uaa60-\uaa76\uaa7a"
    r"\uaa7e-\uaa7f\uf900-\ufaff\uff66-\uff9d\U0001aff0-\U0001b16f\U00020000-\U0003ffff"
)
MARKS = (
    r"\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u0f18-\u0f19\u0f35\u0f37\u0f39\u0f3e-\u0f3f\u0f71-\u0f84"
    r"\u0f86-\u0f87\u0f8d-\u0fbc\u0fc6\u102b-\u103e\u1056-\u1059\u105e-\u1060\u1062-\u1064\u1067-\u106d\u1071-\u1074\u1082-\u108d"
    r"\u108f\u109a-\u109d\u17b4-\u17d3\u17dd\u302a-\u302d\u3099-\u309a\ua9e5\uaa7b-\uaa7d\ufe00-\ufe0f\uff9e-\uff9f"
)

FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION articles_words(written text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000 AS $$
    SELECT ' ' || btrim(lower(public.unaccent('public.unaccent'::regdictionary, normalize(regexp_replace(regexp_replace(
        regexp_replace(written, '[\\u00ad\\u200c\\u200d\\u2060\\ufeff{POINTS_UNSEEN.POINTS}]+', '', 'g'),
        '([{CHARACTERS}][{MARKS}]*)', ' \\1 ', 'g'),
        '[{SEPARATORS}]+', ' ', 'g'))))) || ' '
$$;

-- Of the words of a text (`articles_words`) each two neighbours that are such characters, joined, between blanks.
CREATE OR REPLACE FUNCTION articles_pairs(words text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN words ~ '[{CHARACTERS}]' THEN (
        SELECT coalesce(string_agg(word || next, ' '), '') FROM (
            SELECT word, is_such, lead(word) OVER in_order AS next, lead(is_such) OVER in_order AS next_is_such
            FROM (SELECT word, place, word ~ '^[{CHARACTERS}]' AS is_such
                FROM unnest(string_to_array(btrim(words), ' ')) WITH ORDINALITY AS each (word, place)) AS told
            WINDOW in_order AS (ORDER BY place)) AS pairs
        WHERE is_such AND next_is_such)
    ELSE '' END
$$;

CREATE OR REPLACE FUNCTION articles_keep_words(which uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    source record;
    heading text;
    body text;
    most int := 250000;
    language regconfig;
    placed text;
    written tsvector;
    words int;
    whole boolean;
BEGIN
    SELECT a.title, r.text, public.articles_configuration(a.language) AS configuration INTO source
    FROM public.articles_article a JOIN public.articles_revision r ON r.id = a.current_id
    WHERE a.id = which AND a.purged_at IS NULL;
    IF NOT FOUND THEN
        DELETE FROM public.articles_articlewords WHERE article_id = which;
        RETURN;
    END IF;
    language := source.configuration::regconfig;
    heading := public.articles_words(source.title);
    body := public.articles_words(source.text);
    -- A tsvector holds at most 1 MB, which no 250,000 characters fill; nor 80,000 with each two of them once more.
    IF body ~ '[{CHARACTERS}]' THEN
        most := 80000;
    END IF;
    whole := length(body) <= most;
    body := left(body, most);
    words := length(body) - length(replace(body, ' ', ''));
    -- The places of the first words alone: there is none beyond 16,383.
    placed := body;
    IF words >= 16000 THEN
        placed := array_to_string((string_to_array(body, ' '))[1:16000], ' ');
    END IF;
    -- Something stands between title and text, so that no phrase runs from one into the other.
    written := ts_delete(
        to_tsvector('pg_catalog.simple', heading) || '¶:1'::tsvector || to_tsvector('pg_catalog.simple', placed), '¶');
    IF words >= 16000 THEN
        written := written || strip(to_tsvector('pg_catalog.simple', body));
    END IF;
    INSERT INTO public.articles_articlewords (article_id, configuration, stems, forms, is_whole, is_complete)
    VALUES (
        which, source.configuration,
        strip(to_tsvector(language, heading || body))
        || strip(to_tsvector('pg_catalog.simple', public.articles_pairs(heading) || ' ' || public.articles_pairs(body))),
        written, whole,
        -- Where there are so many different words, none stands there 255 times.
        whole AND words < 16000 AND (words - length(written) < 200 OR NOT EXISTS (
            SELECT FROM unnest(written) AS entry WHERE cardinality(entry.positions) >= 255)))
    ON CONFLICT (article_id) DO UPDATE SET
        configuration = excluded.configuration, stems = excluded.stems, forms = excluded.forms,
        is_whole = excluded.is_whole, is_complete = excluded.is_complete;
END $$;
"""
DROP_PAIRS = "DROP FUNCTION articles_pairs(text)"
BATCH = 50


def tell_again(apps, schema_editor):
    """The texts that have any, a few at a time, so that none is held for long; their sketches are made anew later."""
    had = f"[{CHARACTERS}]"
    articles = apps.get_model("articles", "Article").objects.filter(Q(title__regex=had) | Q(current__text__regex=had))
    sketches = apps.get_model("articles", "Sketch").objects
    ids = list(articles.values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT articles_keep_words(id) FROM unnest(%s::uuid[]) AS id", [batch])
        sketches.filter(revision__article__in=batch).delete()


def index_names_again(apps, schema_editor):
    """What these indexes have was cut by the former rule."""
    articles = apps.get_model("articles", "Article").objects
    for field in ("title", "author"):
        if articles.filter(**{f"{field}__regex": f"[{CHARACTERS}]"}).exists():
            with schema_editor.connection.cursor() as cursor:
                cursor.execute(f"REINDEX INDEX CONCURRENTLY article_{field}_words")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("articles", "0010_away"),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, index_names_again),
        migrations.RunPython(migrations.RunPython.noop, tell_again),
        migrations.RunSQL(
            FUNCTIONS,
            POINTS_UNSEEN.WORDS.format(points=POINTS_UNSEEN.POINTS, separators=SEPARATORS) + FORMER + DROP_PAIRS,
        ),
        migrations.RunPython(tell_again, migrations.RunPython.noop),
        migrations.RunPython(index_names_again, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="articlewords",
            name="stems",
            field=django.contrib.postgres.search.SearchVectorField(
                help_text="By which any form of a word finds all its forms; and each two neighbours that are characters."
            ),
        ),
        migrations.AlterField(
            model_name="articlewords",
            name="is_whole",
            field=models.BooleanField(
                db_default=True,
                help_text="Whether all its words are here: of a text, 250,000 characters are at most; 40,000 without blanks.",
            ),
        ),
    ]
