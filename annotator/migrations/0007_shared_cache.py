from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("annotator", "0006_history_of_the_purged")]

    operations = [
        # As `createcachetable` makes it, but unlogged: what bounds guesses need not outlive a crash.
        migrations.RunSQL(
            """
            CREATE UNLOGGED TABLE annotator_cache (
                cache_key varchar(255) PRIMARY KEY,
                value text NOT NULL,
                expires timestamptz NOT NULL
            );
            CREATE INDEX annotator_cache_expires ON annotator_cache (expires);
            """,
            reverse_sql="DROP TABLE annotator_cache",
        ),
    ]
