"""A write as one transaction that ends with its events: what is locked when, and what is stored where it fails."""

import threading
import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from annotator.actions.annotations import annotate
from annotator.actions.trace import written_together
from annotator.domain.errors import Refused
from annotator.models import Event, Mention
from tests.factories import a_cast, a_coding, a_mention, an_article

pytestmark = pytest.mark.django_db(transaction=True)

FREE = "SELECT pg_try_advisory_xact_lock(7202, %s)"
GIVEN = {"revision": 1, "segments": [[0, 11]], "type": "PER"}


@pytest.fixture
def cast():
    return a_cast()


@pytest.fixture
def coding(cast):
    return a_coding(an_article(cast.project, by=cast.mo), by=cast.mo)


def elsewhere(do):
    """What it gives on another connection."""
    found = []

    def run():
        try:
            found.append(do())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return found[0]


def together(write):
    with written_together():
        write()


def history_is_free(project):
    with connection.cursor() as cursor:
        cursor.execute(FREE, [project.pk])
        return cursor.fetchone()[0]


def events():
    return Event.objects.filter(act="mention.added").count()


def test_the_history_is_free_until_the_end_and_all_is_committed_then(cast, coding):
    ran = []

    with written_together():
        annotate("mention", GIVEN, coding=coding, by=cast.mo)
        transaction.on_commit(lambda: ran.append(elsewhere(events)))
        during = (elsewhere(lambda: history_is_free(cast.project)), elsewhere(events), Event.objects.count() > 0)

    assert during == (True, 0, True)
    assert ran == [1]
    assert (elsewhere(Mention.objects.count), elsewhere(events)) == (1, 1)
    assert elsewhere(lambda: history_is_free(cast.project))
    assert not connection.in_atomic_block


def test_what_fails_only_at_the_commit_is_an_error_and_stores_nothing(cast, coding):
    mention = a_mention(coding.article, by=cast.mo)
    before = events()

    def write():
        annotate("mention", GIVEN, coding=coding, by=cast.mo)
        Mention.objects.filter(pk=mention.pk).update(entity=uuid.uuid4())

    with pytest.raises(IntegrityError):
        together(write)

    assert (Mention.objects.count(), events()) == (1, before)
    assert not connection.in_atomic_block


def test_what_fails_within_undoes_what_was_done_before_it(cast, coding):
    def write():
        annotate("mention", GIVEN, coding=coding, by=cast.mo)
        annotate("mention", {**GIVEN, "role": "GPE"}, coding=coding, by=cast.mo)

    with pytest.raises(Refused):
        together(write)

    assert (Mention.objects.count(), events()) == (0, 0)


def test_within_another_transaction_that_one_commits(cast, coding):
    with transaction.atomic():
        with written_together():
            annotate("mention", GIVEN, coding=coding, by=cast.mo)
        seen = (elsewhere(events), events())
        transaction.set_rollback(True)

    assert seen == (0, 1)
    assert (Mention.objects.count(), events()) == (0, 0)
