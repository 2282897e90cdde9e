"""Statements that are drawn from a queryset once, and the connections on which they stand."""

import tracemalloc
from contextlib import closing, nullcontext

import pytest
from django.db import connection, transaction
from django.db.models import BigIntegerField, CharField, Func, Value
from django.db.utils import DataError, IntegrityError, OperationalError, ProgrammingError
from psycopg import OperationalError as Lost

from annotator.models import User
from annotator.models.prepared import Given, Prepared, asked_meanwhile, run_together
from annotator.postgresql.base import check
from tests.factories import a_user

BY_NAME = Prepared(lambda: User.objects.filter(username=Given("name", CharField())).values_list("name"))
SHARE = Prepared(lambda: User.objects.values_list(10 / Given("by", BigIntegerField())))


@pytest.mark.django_db
def test_one_statement_serves_all_values_and_is_built_once():
    a_user("mo"), a_user("o'neill")
    built = []
    counted = Prepared(lambda: built.append(1) or User.objects.filter(username=Given("name", CharField())))

    found = [BY_NAME.rows(name=name) for name in ("mo", "o'neill", "' OR true --", "nobody")]
    for name in ("mo", "nobody"):
        counted.rows(name=name)

    assert found == [[("Mo",)], [("O'Neill",)], [], []]
    assert built == [1]


@pytest.mark.django_db
def test_a_value_that_is_not_given_is_named():
    with pytest.raises(KeyError, match="name"):
        BY_NAME.rows(user="mo")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize("around", [nullcontext, transaction.atomic])
def test_an_error_is_djangos_and_leaves_the_connection_usable(is_first, around):
    a_user("mo")
    connection.close()
    connection.close_pool()  # on a new connection, where nothing stands ready
    asked = [(BY_NAME, {"name": "mo"}), (SHARE, {"by": 0}), (SHARE, {"by": 1})]

    with pytest.raises(DataError, match="division by zero"), around():
        run_together(asked if is_first else asked[::-1])

    assert BY_NAME.rows(name="mo") == [("Mo",)]
    assert SHARE.rows(by=2) == [(5,)]
    assert run_together(asked[::2]) == [[("Mo",)], [(10,)]]


@pytest.mark.django_db(transaction=True)
def test_what_cannot_be_told_is_refused_before_anything_is_on_its_way():
    a_user("mo")

    with pytest.raises(DataError, match="NUL"):
        run_together([(BY_NAME, {"name": "mo"}), (BY_NAME, {"name": "m\0"})])

    assert BY_NAME.rows(name="mo") == [("Mo",)]


@pytest.mark.django_db(transaction=True)
def test_a_transaction_begins_with_what_is_asked_first_in_it():
    a_user("mo")

    with transaction.atomic():
        found = run_together([(BY_NAME, {"name": "mo"}), (SHARE, {"by": 1})])
        User.objects.update(name="Changed")
        seen_within = BY_NAME.rows(name="mo")
        transaction.set_rollback(True)

    assert found == [[("Mo",)], [(10,)]]
    assert seen_within == [("Changed",)]
    assert BY_NAME.rows(name="mo") == [("Mo",)]


@pytest.mark.django_db
def test_behind_a_pooler_that_keeps_no_statements_none_is_prepared(monkeypatch):
    a_user("mo")
    connection.ensure_connection()
    monkeypatch.setattr(connection.connection, "prepare_threshold", None)
    before = ready()

    found = run_together([(BY_NAME, {"name": "mo"}), (BY_NAME, {"name": "nobody"})])

    assert found == [[("Mo",)], []]
    assert ready() == before


@pytest.mark.django_db
def test_of_more_statements_than_a_connection_keeps_the_one_used_longest_ago_goes(monkeypatch):
    a_user("mo")
    connection.ensure_connection()
    raw = connection.connection
    others = [Prepared(lambda n=n: User.objects.filter(pk=-n).values_list("pk")) for n in range(1, 4)]
    monkeypatch.setattr(raw, "prepared_max", 3)

    for statement in (others[0], BY_NAME, others[1], BY_NAME, others[2]):
        statement.rows(name="mo")
    kept = kept_together()

    assert len(kept) == 3
    assert not any("= -1)" in statement for statement in kept)
    assert ready() == 1
    assert others[0].rows() == []


def kept_together() -> list[str]:
    """The texts of what stands ready to be asked together."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE name LIKE 'together%'")
        return [statement for (statement,) in cursor.fetchall()]


@pytest.mark.django_db
def test_a_percent_sign_of_a_statement_is_no_place_for_a_value():
    a_user("100%s", name="Sure")
    sure = Prepared(
        lambda: User.objects.filter(username__contains="%s", name=Given("name", CharField())).values_list(
            Func("name", template="%(expressions)s || ' %%'", output_field=CharField())
        )
    )

    assert sure.rows(name="Sure") == [("Sure %",)]


@pytest.mark.django_db
def test_nothing_else_is_asked_while_statements_are_on_their_way():
    """Its answers would be taken for theirs."""
    a_user("mo")

    with asked_meanwhile([(BY_NAME, {"name": "mo"})]) as coming, pytest.raises(ProgrammingError, match="on their way"):
        BY_NAME.rows(name="nobody")

    assert coming.rows == [[("Mo",)]]


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_ended_is_seen_to_be_lost_without_asking_it():
    connection.ensure_connection()
    raw = connection.connection
    pid = raw.info.backend_pid
    check(raw)

    with connection._nodb_cursor() as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    with pytest.raises(Lost):
        check(raw)
    with pytest.raises(OperationalError):
        BY_NAME.rows(name="mo")
    connection.close()
    assert BY_NAME.rows(name="mo") == []


@pytest.mark.django_db
def test_a_connection_keeps_what_it_prepared_and_no_text_of_a_statement_that_has_its_values_in_it():
    a_user("mo")
    BY_NAME.rows(name="mo")
    before = ready()

    tracemalloc.start()
    with connection.cursor() as cursor:
        for number in range(5):
            cursor.execute("SELECT length(%s)", [str(number) * 1_000_000])
            assert cursor.fetchone() == (1_000_000,)
        cursor.execute("SELECT 1")  # a cursor has its last statement
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert kept < 1_000_000
    assert ready() == before > 0


@pytest.mark.django_db(transaction=True)
def test_what_is_prepared_outlives_a_write_that_is_refused_and_a_table_that_changed():
    a_user("mo")
    BY_NAME.rows(name="mo")
    before = ready()

    with pytest.raises(IntegrityError), transaction.atomic():
        a_user("mo")
    kept = ready()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE annotator_user ADD COLUMN nickname text")
        cursor.execute("ALTER TABLE annotator_user DROP COLUMN nickname")

    assert BY_NAME.rows(name="mo") == [("Mo",)]
    assert ready() == kept == before


def ready() -> int:
    """How many statements stand ready that find a user by name."""
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE \'SELECT "annotator_user"."name" %\''
        )
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
def test_what_is_asked_meanwhile_is_not_waited_for():
    """It waits for a lock that the block itself gives back."""
    a_user("mo")
    locking = Func(Value(20231), function="pg_advisory_xact_lock_shared", output_field=CharField())
    waiting = Prepared(lambda: User.objects.annotate(lock=locking).values_list("lock"))
    colleague = connection.copy()
    with connection.cursor() as cursor, closing(colleague), colleague.cursor() as other:
        cursor.execute("SET LOCAL lock_timeout = '3s'")
        other.execute("SELECT pg_advisory_lock(20231)")

        with asked_meanwhile([(waiting, {}), (BY_NAME, {"name": "mo"})]) as coming:
            other.execute("SELECT pg_advisory_unlock(20231)")

    assert coming.rows[1] == [("Mo",)]
