"""Who serves the site works on every row, and can neither change what happened nor alter what guards it."""

import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from annotator.actions.purging import purge_article
from annotator.database_roles import grant
from annotator.embedded import SERVING_ROLE
from annotator.models import Event, Mention
from tests.factories import Cast, a_cast, a_mention, an_article


def run(*statements: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast in a database that is served under the role of `make run`, for the length of the test."""
    cast = a_cast()
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [SERVING_ROLE])
        if cursor.rowcount == 0:
            # A server of DATABASE_URL: rolled back with the test.
            cursor.execute(f"CREATE ROLE {SERVING_ROLE}")
    grant(SERVING_ROLE)
    run(f"SET ROLE {SERVING_ROLE}")
    yield cast
    run("RESET ROLE")


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE annotator_event SET after = NULL", "permission denied"),
        ("DELETE FROM annotator_event", "permission denied"),
        ("SET LOCAL annotator.purge = 'on'; UPDATE annotator_event SET after = NULL", "permission denied"),
        ("TRUNCATE annotator_event", "permission denied"),
        ("ALTER TABLE annotator_event DISABLE TRIGGER annotator_event_append_only", "must be owner"),
        ("DROP TRIGGER annotator_event_append_only ON annotator_event", "must be owner"),
        ("ALTER TABLE annotator_event DROP COLUMN after", "must be owner"),
        ("DROP TABLE annotator_event", "must be owner"),
        ("GRANT UPDATE ON annotator_event TO annotator_web; UPDATE annotator_event SET by_id = 1", "permission denied"),
        ("SET LOCAL session_replication_role = replica", "permission denied"),
        ("CREATE OR REPLACE FUNCTION annotator_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
         "permission denied|must be owner"),
        ("DELETE FROM django_migrations", "permission denied"),
    ],
)  # fmt: skip
def test_history_cannot_be_changed_by_who_serves(cast, statement, words):
    a_mention(an_article(cast.project, by=cast.alice), by=cast.mo)
    before = list(Event.objects.values())

    with pytest.raises(ProgrammingError, match=words), transaction.atomic():
        run(statement)

    assert before and list(Event.objects.values()) == before


def test_who_serves_does_all_the_work(cast):
    """What `grant` forgets would be missed here: every table is read, and an annotation is made and purged."""
    article = an_article(cast.project, by=cast.alice)
    mention = a_mention(article, by=cast.mo)
    for table in connection.introspection.table_names():
        run(f'TABLE "{table}" LIMIT 1')

    purge_article(article, by=cast.alice, reason="A court order.")

    assert not Mention.objects.filter(pk=mention.pk).exists()
    assert {event.after for event in Event.objects.filter(thing_id=str(mention.pk))} == {None}


def test_the_history_of_what_is_not_purged_is_not_emptied(cast):
    article = an_article(cast.project, by=cast.alice)

    for named in (article.pk, uuid.uuid4()):
        with pytest.raises(IntegrityError, match="is not purged"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT annotator_empty_history(%s, %s)", [named, [str(article.pk)]])

    assert None not in {event.after and "kept" for event in Event.objects.filter(article=article)}
