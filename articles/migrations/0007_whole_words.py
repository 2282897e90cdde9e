"""Which of the texts have all their words in the index; and no place of a word that is not its own.

Until now the text itself was asked wherever one word had lost a place, and a place beyond the last that PostgreSQL
keeps was told as the last.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

KEEP_WORDS = """
CREATE OR REPLACE FUNCTION articles_keep_words(which uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    source record;
    body text;
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
    body := public.articles_words(source.text);
    -- A tsvector holds at most 1 MB, which no 250,000 characters fill.
    whole := length(body) <= 250000;
    body := left(body, 250000);
    words := length(body) - length(replace(body, ' ', ''));
    -- The places of the first words alone: there is none beyond 16,383.
    placed := body;
    IF words >= 16000 THEN
        placed := array_to_string((string_to_array(body, ' '))[1:16000], ' ');
    END IF;
    -- Something stands between title and text, so that no phrase runs from one into the other.
    written := ts_delete(
        to_tsvector('pg_catalog.simple', public.articles_words(source.title)) || '¶:1'::tsvector
        || to_tsvector('pg_catalog.simple', placed), '¶');
    IF words >= 16000 THEN
        written := written || strip(to_tsvector('pg_catalog.simple', body));
    END IF;
    INSERT INTO public.articles_articlewords (article_id, configuration, stems, forms, is_whole, is_complete)
    VALUES (
        which, source.configuration,
        strip(to_tsvector(language, public.articles_words(source.title) || body)), written, whole,
        -- Where there are so many different words, none stands there 255 times.
        whole AND words < 16000 AND (words - length(written) < 200 OR NOT EXISTS (
            SELECT FROM unnest(written) AS entry WHERE cardinality(entry.positions) >= 255)))
    ON CONFLICT (article_id) DO UPDATE SET
        configuration = excluded.configuration, stems = excluded.stems, forms = excluded.forms,
        is_whole = excluded.is_whole, is_complete = excluded.is_complete;
END $$;
"""

# As 0003 made it, for the way back.
FORMER = """
CREATE OR REPLACE FUNCTION articles_keep_words(which uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    source record;
    body text;
    language regconfig;
    written tsvector;
    words int;
BEGIN
    SELECT a.title, r.text, public.articles_configuration(a.language) AS configuration INTO source
    FROM public.articles_article a JOIN public.articles_revision r ON r.id = a.current_id
    WHERE a.id = which AND a.purged_at IS NULL;
    IF NOT FOUND THEN
        DELETE FROM public.articles_articlewords WHERE article_id = which;
        RETURN;
    END IF;
    language := source.configuration::regconfig;
    body := public.articles_words(source.text);
    words := length(body) - length(replace(body, ' ', ''));
    -- A tsvector holds at most 1 MB, which no 250,000 characters fill.
    IF length(body) > 250000 THEN
        body := left(body, 250000);
        words := 250000;
    END IF;
    -- Something stands between title and text, so that no phrase runs from one into the other.
    written := ts_delete(
        to_tsvector('pg_catalog.simple', public.articles_words(source.title)) || '¶:1'::tsvector
        || to_tsvector('pg_catalog.simple', body), '¶');
    INSERT INTO public.articles_articlewords (article_id, configuration, stems, forms, is_complete)
    VALUES (
        which, source.configuration,
        strip(to_tsvector(language, public.articles_words(source.title) || body)), written,
        -- Where there are so many different words, none stands there 255 times.
        words < 16000 AND (words - length(written) < 200 OR NOT EXISTS (
            SELECT FROM unnest(written) AS entry WHERE cardinality(entry.positions) >= 255)))
    ON CONFLICT (article_id) DO UPDATE SET
        configuration = excluded.configuration, stems = excluded.stems, forms = excluded.forms,
        is_complete = excluded.is_complete;
END $$;
"""


def tell_again(apps, schema_editor):
    """The few long texts, one by one, so that none is held for long."""
    words = apps.get_model("articles", "ArticleWords").objects.filter(is_complete=False)
    for article_id in list(words.values_list("pk", flat=True)):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT articles_keep_words(%s)", [article_id])


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("articles", "0006_sketches"),
    ]

    operations = [
        migrations.AddField(
            model_name="articlewords",
            name="is_whole",
            field=models.BooleanField(
                db_default=True,
                help_text="Whether all its words are here: of a text, no more than 250,000 characters are.",
            ),
        ),
        migrations.AlterField(
            model_name="articlewords",
            name="is_complete",
            field=models.BooleanField(
                help_text="Whether `forms` has every place of every word, too. PostgreSQL keeps 16,383, 255 of one word."
            ),
        ),
        migrations.RunSQL(KEEP_WORDS, FORMER),
        migrations.RunPython(tell_again, migrations.RunPython.noop),
        AddIndexConcurrently(
            model_name="articlewords",
            index=models.Index(fields=["article"], condition=Q(is_whole=False), name="articlewords_in_part"),
        ),
        # Of a column that it has not looked at, the planner takes it that half of the rows are on either side.
        migrations.RunSQL("ANALYZE articles_articlewords", migrations.RunSQL.noop),
    ]
