"""A migration gives way to who reads the table for long: whoever writes meanwhile would wait behind it."""

import threading
import time

import psycopg
import pytest
from django.db import connection, transaction

from annotator import migrating
from annotator.live.hub import _address
from articles.models import Outlet
from tests.factories import a_cast

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_writes_does_not_wait_behind_a_change_that_waits_for_who_reads(monkeypatch):
    monkeypatch.setattr(migrating, "PAUSE", 0.05)
    monkeypatch.setattr(migrating, "LONGEST_WAIT", 50)
    cast = a_cast()
    done: list[str] = []

    def change() -> None:
        with migrating.giving_way(), connection.cursor() as cursor:
            cursor.execute("ALTER TABLE articles_outlet ADD COLUMN drilled integer")
            cursor.execute("ALTER TABLE articles_outlet DROP COLUMN drilled")
        connection.close()
        done.append("changed")

    with psycopg.connect(**_address()) as reader:
        reader.execute("SELECT count(*) FROM articles_outlet")
        changing = threading.Thread(target=change)
        changing.start()
        time.sleep(0.2)
        # The reader still reads: behind a change that waits, this would not end.
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '10s'")
            Outlet.objects.create(project=cast.project, name="Herald")
        assert done == []
    changing.join()

    assert done == ["changed"]
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)
