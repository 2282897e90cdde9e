"""A database of a million annotations is migrated back and forth while people write, and somebody reads for long."""

import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
from annotator_client import Annotator

from drills.saves import new_article
from drills.site import SOURCE, Site

MILLION = 1_000_000
WRITERS = 3
LONG_READ = 5.0  # seconds: an export
MOST_STALLED = 0.5  # seconds
APPS = ("annotator", "articles")

_COPIES = """
DO $$
DECLARE columns text;
BEGIN
    SELECT string_agg(quote_ident(column_name), ', ') INTO columns FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = 'annotator_mention' AND is_generated = 'NEVER'
        AND column_name NOT IN ('id', 'external_id');
    EXECUTE format(
        'INSERT INTO annotator_mention (id, external_id, %1$s) SELECT gen_random_uuid(), '''', %1$s'
        ' FROM (SELECT * FROM annotator_mention LIMIT 10) AS model, generate_series(1, {each})', columns);
END $$
"""
# A migration as docs/operating.md wants them: a column with a default of the database's, an index that is made beside
# the work, and a constraint that is looked at after it is there.
_TYPICAL = """
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently, ValidateConstraint
from django.db import connection, migrations, models
from django.db.migrations.executor import MigrationExecutor
from annotator.migrating import giving_way

NAMED = models.CheckConstraint(condition=models.Q(drilled__gte=0), name="mention_drilled")

class Migration(migrations.Migration):
    atomic = False
    operations = [
        migrations.AddField("mention", "drilled", models.IntegerField(db_default=0)),
        AddIndexConcurrently("mention", models.Index(fields=["coding", "drilled"], name="mention_by_drilled")),
        AddConstraintNotValid("mention", NAMED),
        ValidateConstraint("mention", NAMED.name),
    ]

state = MigrationExecutor(connection).loader.project_state()
with giving_way():
    for act in (Migration("drill", "annotator").apply, Migration("drill", "annotator").unapply):
        with connection.schema_editor(atomic=False) as editor:
            act(state.clone(), editor)
"""
_NEWEST = "from annotator.migrating import migrate\nmigrate({app!r}, {name!r})"


class Work:
    """People who write without a pause; ``stalled`` is the longest that one of them waited for an answer."""

    def __init__(self, site: Site) -> None:
        self._clients = [Annotator(site.address, site.tokens[n % len(site.tokens)]) for n in range(WRITERS)]
        self._over = threading.Event()
        self._lock = threading.Lock()
        self.stalled = 0.0
        self.saves = 0

    def write(self, number: int) -> None:
        client = self._clients[number]
        article = new_article(client)
        while not self._over.is_set():
            id, begun = uuid.uuid4(), time.perf_counter()
            body = {"article": article, "revision": 1, "segments": [[0, 4]], "type": "PER"}
            made = client.put(f"mentions/{id}/", body, new=True)
            client.patch(f"mentions/{id}/", {"comment": "Seen."}, if_match=made.version)
            with self._lock:
                self.stalled = max(self.stalled, time.perf_counter() - begun)
                self.saves += 2

    def over(self) -> None:
        self._over.set()

    def since(self) -> float:
        """The longest wait since it was asked last."""
        with self._lock:
            longest, self.stalled = self.stalled, 0.0
        return longest


def migrated(site: Site) -> tuple[bool, str]:
    """How long writers wait at the most, with no migration and during each."""
    _fill(site)
    [(rows,)] = site.ask("SELECT count(*) FROM annotator_mention")
    work, waits = Work(site), {}
    with ThreadPoolExecutor(WRITERS) as people:
        writing = [people.submit(work.write, number) for number in range(WRITERS)]
        try:
            time.sleep(10)
            work.since()
            time.sleep(20)
            waits["no migration"] = work.since()
            for app, name in back_and_forth():
                site.manage("shell", "--verbosity", "0", "-c", _NEWEST.format(app=app, name=name))
                waits[f"{app} to {name}"] = work.since()
            reading = people_reading(site)
            site.manage("shell", "--verbosity", "0", "-c", _TYPICAL)
            waits["a column, an index and a constraint, there and back, beside a long read"] = work.since()
            reading.join()
        finally:
            work.over()
        for each in writing:
            each.result()
    longest, usual = max(waits.values()), waits["no migration"]
    listed = "; ".join(f"{wait:.2f} s during {what}" for what, wait in waits.items())
    # Where the machine has more to do than this, people wait for that too.
    return longest <= max(
        MOST_STALLED, usual
    ), f"{rows:,} mentions, {work.saves:,} saves; longest wait for two saves: {listed}"


def back_and_forth() -> Iterator[tuple[str, str]]:
    """Of either app the migration before the newest, and the newest."""
    for app in APPS:
        names = sorted(path.stem for path in (SOURCE / app / "migrations").glob("0*.py"))
        yield from ((app, name) for name in names[-2:])


def _fill(site: Site) -> None:
    with psycopg.connect(site.database, autocommit=True) as connection:
        connection.execute(_COPIES.format(each=MILLION // 10))
        connection.execute("ANALYZE annotator_mention")


def people_reading(site: Site) -> threading.Thread:
    """Somebody who reads the table in one transaction for a while, which holds up whoever would change the table."""
    reading = threading.Event()

    def read() -> None:
        with psycopg.connect(site.database) as connection:
            connection.execute("SELECT count(*) FROM annotator_mention WHERE type = 'PER'")
            reading.set()
            time.sleep(LONG_READ)

    thread = threading.Thread(target=read)
    thread.start()
    reading.wait()
    return thread
