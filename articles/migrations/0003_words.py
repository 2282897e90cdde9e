"""The words of articles, as they are searched, and the triggers that keep them."""

import django.contrib.postgres.search
import django.db.models.deletion
from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations, models

# The languages that PostgreSQL 15 has a stemmer for, by their tags. What has none is searched word by word.
LANGUAGES = {
    "arabic": ("ar",), "armenian": ("hy",), "basque": ("eu",), "catalan": ("ca",), "danish": ("da",), "dutch": ("nl",),
    "english": ("en",), "finnish": ("fi",), "french": ("fr",), "german": ("de",), "greek": ("el",), "hindi": ("hi",),
    "hungarian": ("hu",), "indonesian": ("id",), "irish": ("ga",), "italian": ("it",), "lithuanian": ("lt",),
    "nepali": ("ne",), "norwegian": ("no", "nb", "nn"), "portuguese": ("pt",), "romanian": ("ro",), "russian": ("ru",),
    "serbian": ("sr",), "spanish": ("es",), "swedish": ("sv",), "tamil": ("ta",), "turkish": ("tr",), "yiddish": ("yi",),
}

# A configuration a language, like PostgreSQL's own but without its list of words that are too frequent: every word is found.
CONFIGURATIONS = "\n".join(
    f"""
CREATE TEXT SEARCH DICTIONARY public.articles_{name} (TEMPLATE = pg_catalog.snowball, LANGUAGE = {name});
CREATE TEXT SEARCH CONFIGURATION public.articles_{name} (PARSER = pg_catalog."default");
ALTER TEXT SEARCH CONFIGURATION public.articles_{name} ADD MAPPING
    FOR asciiword, word, numword, hword, hword_part, asciihword, hword_asciipart, numhword, hword_numpart
    WITH public.articles_{name};
ALTER TEXT SEARCH CONFIGURATION public.articles_{name} ADD MAPPING
    FOR int, uint, float, sfloat, version, file, url, url_path, host, email WITH pg_catalog.simple;
"""
    for name in LANGUAGES
)
DROP_CONFIGURATIONS = "\n".join(
    f"DROP TEXT SEARCH CONFIGURATION public.articles_{name}; DROP TEXT SEARCH DICTIONARY public.articles_{name};"
    for name in LANGUAGES
)

# As articles/words.py has them. Written out here, because what is stored was cut by them.
SEPARATORS = (
    r"\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00ac\u00ae-\u00b4\u00b6-\u00b9\u00bb-\u00bf"
    r"\u00d7\u00f7\u037e\u0387\u055a-\u055f\u0589-\u058a\u05be\u05c0\u05c3\u05c6\u05f3-\u05f4\u0606-\u060f"
    r"\u061b-\u061f\u066a-\u066d\u06d4\u0964-\u0965\u0e4f\u0e5a-\u0e5b\u10fb\u1360-\u1368\u1680\u17d4-\u17da"
    r"\u1800-\u180a\u2000-\u200b\u200e-\u205f\u2061-\u206f\u20a0-\u20cf\u2100-\u2bff\u2e00-\u2e7f\u3000-\u3004"
    r"\u3008-\u3020\u3030\u303d-\u303f\u30fb\ue000-\uf8ff\ufd3e-\ufd3f\ufdfc-\ufdff\ufe10-\ufe19\ufe30-\ufe6b"
    r"\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\uffe0-\ufffe\uffff\U0001f000-\U0001faff\U000e0000-\U000e0fff"
)

_BY_TAG = "\n".join(
    f"        WHEN '{tag}' THEN 'public.articles_{name}'" for name, tags in LANGUAGES.items() for tag in tags
)

# Named in full where one calls another: pg_restore runs with an empty search path.
FUNCTIONS = f"""
CREATE FUNCTION articles_configuration(language text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE split_part(lower(language), '-', 1)
{_BY_TAG}
        ELSE 'pg_catalog.simple' END
$$;

-- The words of a text, each between single blanks: case and accents folded, hyphens and joiners that are not seen left out.
-- Decomposed letters are composed first, since accents are folded by composed ones.
CREATE FUNCTION articles_words(written text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000 AS $$
    SELECT ' ' || btrim(lower(public.unaccent('public.unaccent'::regdictionary, normalize(regexp_replace(
        regexp_replace(written, E'[\\u00ad\\u200c\\u200d\\u2060\\ufeff]+', '', 'g'),
        '[{SEPARATORS}]+', ' ', 'g'))))) || ' '
$$;

-- Whether the words of an article hold what is like `pattern`. Slow: for those whose places are not all kept.
CREATE FUNCTION articles_says(which uuid, pattern text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE COST 100000 AS $$
    SELECT public.articles_words(a.title) LIKE pattern OR public.articles_words(r.text) LIKE pattern
    FROM public.articles_article a JOIN public.articles_revision r ON r.id = a.current_id WHERE a.id = which
$$;

CREATE FUNCTION articles_keep_words(which uuid) RETURNS void LANGUAGE plpgsql AS $$
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

CREATE FUNCTION articles_article_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public.articles_keep_words(NEW.id);
    RETURN NULL;
END $$;
CREATE FUNCTION articles_revision_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM public.articles_article WHERE id = NEW.article_id AND current_id = NEW.id) THEN
        PERFORM public.articles_keep_words(NEW.article_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER articles_article_words_new AFTER INSERT ON articles_article
FOR EACH ROW WHEN (NEW.current_id IS NOT NULL) EXECUTE FUNCTION articles_article_words();
CREATE TRIGGER articles_article_words_changed AFTER UPDATE ON articles_article
FOR EACH ROW WHEN ((OLD.current_id, OLD.title, OLD.language, OLD.purged_at)
    IS DISTINCT FROM (NEW.current_id, NEW.title, NEW.language, NEW.purged_at))
EXECUTE FUNCTION articles_article_words();
CREATE TRIGGER articles_revision_words AFTER INSERT OR UPDATE OF text ON articles_revision
FOR EACH ROW EXECUTE FUNCTION articles_revision_words();
"""
DROP_FUNCTIONS = """
DROP TRIGGER articles_revision_words ON articles_revision;
DROP TRIGGER articles_article_words_changed ON articles_article;
DROP TRIGGER articles_article_words_new ON articles_article;
DROP FUNCTION articles_revision_words();
DROP FUNCTION articles_article_words();
DROP FUNCTION articles_keep_words(uuid);
DROP FUNCTION articles_says(uuid, text);
DROP FUNCTION articles_words(text);
DROP FUNCTION articles_configuration(text);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0002_anchoring"),
    ]

    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        migrations.CreateModel(
            name="ArticleWords",
            fields=[
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="words",
                        serialize=False,
                        to="articles.article",
                    ),
                ),
                (
                    "configuration",
                    models.CharField(
                        help_text="PostgreSQL's text search configuration of the language.", max_length=63
                    ),
                ),
                (
                    "stems",
                    django.contrib.postgres.search.SearchVectorField(
                        help_text="By which any form of a word finds all its forms; without places."
                    ),
                ),
                (
                    "forms",
                    django.contrib.postgres.search.SearchVectorField(
                        help_text="The words as they stand, with their places."
                    ),
                ),
                (
                    "is_complete",
                    models.BooleanField(
                        help_text="Whether `forms` has the place of every word. PostgreSQL keeps 16,383 places, 255 of one word."
                    ),
                ),
            ],
        ),
        migrations.RunSQL(CONFIGURATIONS, DROP_CONFIGURATIONS),
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
    ]
