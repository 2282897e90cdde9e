"""Emptying the history of what was purged becomes an act of the owner's: who serves cannot change an event."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION annotator_empty_history(purged uuid, things text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM articles_article WHERE id = purged AND purged_at IS NOT NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'annotator_event is append-only: article % is not purged', purged
        USING ERRCODE = 'restrict_violation';
    END IF;
    PERFORM set_config('annotator.purge', 'on', true);
    UPDATE annotator_event SET before = NULL, after = NULL WHERE article_id = purged OR thing_id = ANY (things);
END $$;
"""

BACKWARD = "DROP FUNCTION annotator_empty_history(uuid, text[]);"


class Migration(migrations.Migration):
    dependencies = [("annotator", "0005_one_encoder")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
