"""The raw limit: psycopg doing the same work in plain SQL on our tables, with our indexes, rules and events.

Rows are copies of rows that the product wrote, under new ids, so that this needs no knowledge of columns.
"""

import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

Connection = psycopg.Connection[Any]
Rows = list[dict[str, Any]]

# Parents first. ``id`` of the first group is ours to choose; revisions and events are numbered by the database.
TABLES = {
    "articles_article": "id",
    "articles_revision": "article_id",
    "annotator_coding": "article_id",
    "annotator_mention": "coding_id",
    "annotator_attribution": "coding_id",
    "annotator_stance": "coding_id",
    "annotator_claim": "coding_id",
    "annotator_event": "article_id",
}
KINDS = ("mention", "attribution", "stance", "claim")
_SAID = [
    *((kind, "created_by_id") for kind in KINDS),
    *(("mention", "entity_id"), ("attribution", "source_entity_id"), ("claim", "claimant_entity_id")),
    *(("stance", column) for column in ("holder_entity_id", "target_entity_id", "target_issue_id", "position")),
    *(("claim", column) for column in ("claim_kind", "proposition_id")),
]
_JSON = {"quantities", "before", "after"}
_COUNT = """(SELECT count(*) FROM annotator_{kind} t JOIN annotator_coding c ON c.id = t.coding_id
     WHERE c.article_id = a.id AND t.deleted_at IS NULL)"""
_COUNTS = ", ".join(_COUNT.format(kind=kind) for kind in KINDS)
_ARTICLE = """
SELECT a.title, r.text,
    (SELECT json_agg(to_json(t)) FROM annotator_mention t WHERE t.revision_id = r.id)::text,
    (SELECT json_agg(to_json(t)) FROM annotator_attribution t WHERE t.revision_id = r.id)::text,
    (SELECT json_agg(to_json(t)) FROM annotator_stance t WHERE t.revision_id = r.id)::text,
    (SELECT json_agg(to_json(t)) FROM annotator_claim t WHERE t.revision_id = r.id)::text
FROM articles_article a JOIN articles_revision r ON r.id = a.current_id WHERE a.id = %s
"""
_EXPORT = """
SELECT a.*, r.text,
    (SELECT array_agg(t) FROM annotator_mention t WHERE t.revision_id = r.id),
    (SELECT array_agg(t) FROM annotator_attribution t WHERE t.revision_id = r.id),
    (SELECT array_agg(t) FROM annotator_stance t WHERE t.revision_id = r.id),
    (SELECT array_agg(t) FROM annotator_claim t WHERE t.revision_id = r.id)
FROM articles_article a JOIN articles_revision r ON r.id = a.current_id
WHERE a.project_id = {} AND a.deleted_at IS NULL
"""


@dataclass
class Source:
    """What the product wrote for some articles, by table, to be written again."""

    rows: dict[str, Rows]

    @classmethod
    def of(cls, connection: Connection, articles: list[uuid.UUID]) -> "Source":
        found: dict[str, Rows] = {}
        for table, key in TABLES.items():
            keys = [row["id"] for row in found["annotator_coding"]] if key == "coding_id" else articles
            found[table] = _select(connection, table, key, keys)
        return cls(found)

    def copied(self, project_id: int, first_revision: int) -> dict[str, Rows]:
        """The same rows under new ids, in another project."""
        new_ids: dict[Any, Any] = {}

        def renewed(table: str, row: dict[str, Any]) -> dict[str, Any]:
            row = dict(row)
            if table == "articles_revision":
                new_ids[("revision", row["id"])] = row["id"] = first_revision + len(new_ids)
            elif table != "annotator_event":
                new_ids[row["id"]] = row["id"] = uuid.uuid4()
            for name in ("article_id", "coding_id", "attribution_id", "parent_id"):
                row[name] = new_ids.get(row.get(name), row.get(name)) if name in row else None
            if "revision_id" in row:
                row["revision_id"] = new_ids[("revision", row["revision_id"])]
            if "project_id" in row:
                row["project_id"] = project_id
            return row

        return {table: [renewed(table, row) for row in rows] for table, rows in self.rows.items()}


def import_articles(connection: Connection, rows: dict[str, Rows], project_id: int) -> None:
    """COPY all of it, in one transaction under the history lock, with one event an article."""
    with connection.transaction(), connection.cursor() as cursor:
        for table in TABLES:
            columns = [name for name in writable(connection, table) if name != "current_id"]
            if table == "annotator_event":
                columns.remove("id")
                cursor.execute("SELECT pg_advisory_xact_lock(7202, %s)", [project_id])
            into = sql.SQL("COPY {} ({}) FROM STDIN").format(
                sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
            )
            with cursor.copy(into) as copy:
                for row in rows[table]:
                    copy.write_row([_value(name, row[name]) for name in columns])
        cursor.execute(
            "UPDATE articles_article a SET current_id = r.id FROM articles_revision r"
            " WHERE r.article_id = a.id AND a.project_id = %s",
            [project_id],
        )


def get_article(connection: Connection, article_id: uuid.UUID) -> None:
    connection.execute(_ARTICLE, [article_id]).fetchone()


def export_articles(connection: Connection, project_id: int) -> int:
    """All columns of all articles and of their annotations, as PostgreSQL's COPY writes them; how many lines came."""
    statement = sql.SQL("COPY (" + _EXPORT + ") TO STDOUT").format(sql.Literal(project_id))
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        return sum(1 for _ in copy)


@dataclass(frozen=True)
class Limit(ABC):
    """One statement over a project, of what a condition holds."""

    condition: str = ""

    def run(self, connection: Connection, project_id: int) -> None:
        connection.execute(self._statement, [project_id]).fetchall()

    @property
    @abstractmethod
    def _statement(self) -> str:
        """With a place for the project."""


@dataclass(frozen=True)
class Listing(Limit):
    """50 articles with their counts, newest first or last; ``w`` are their words."""

    descends: bool = True

    @cached_property
    def _statement(self) -> str:
        # A statement of the bench's own, of which nothing comes from outside.
        words, condition = _narrowing(self.condition)
        down, up = ("DESC", "") if self.descends else ("", "DESC")
        return f"""
            SELECT a.id, a.title, o.name, a.published_on, {_COUNTS}
            FROM articles_article a {words} LEFT JOIN articles_outlet o ON o.id = a.outlet_id
            WHERE a.project_id = %s AND a.deleted_at IS NULL {condition}
            ORDER BY coalesce(a.published_on, '0001-01-01') {down}, a.created_at {down}, a.id {up} LIMIT 50
        """


@dataclass(frozen=True)
class Counting(Limit):
    """What a thousand articles have in common, and what annotations in 200 of them say."""

    @cached_property
    def _statement(self) -> str:
        words, condition = _narrowing(self.condition)
        counts = " UNION ALL ".join(
            f"SELECT '{column}', t.{column}::text, count(DISTINCT c.article_id)"
            f" FROM few JOIN annotator_coding c ON c.article_id = few.id JOIN annotator_{kind} t ON t.coding_id = c.id"
            f" WHERE t.deleted_at IS NULL GROUP BY t.{column}"
            for kind, column in _SAID
        )
        return f"""
            WITH found AS MATERIALIZED (
                SELECT a.id, a.outlet_id, a.language, extract(year FROM a.published_on) AS year
                FROM articles_article a {words}
                WHERE a.project_id = %s AND a.deleted_at IS NULL {condition} ORDER BY a.id LIMIT 1000
            ), few AS MATERIALIZED (SELECT id FROM found ORDER BY id LIMIT 200)
            SELECT 'outlet', outlet_id::text, count(*) FROM found GROUP BY outlet_id
            UNION ALL SELECT 'language', language, count(*) FROM found GROUP BY language
            UNION ALL SELECT 'year', year::text, count(*) FROM found GROUP BY year
            UNION ALL SELECT 'state', c.state, count(*) FROM found JOIN annotator_coding c ON c.article_id = found.id
                GROUP BY c.state
            UNION ALL {counts}
        """


@dataclass(frozen=True)
class Annotations(Limit):
    """50 annotations of a kind, with all their columns."""

    kind: str = KINDS[0]

    @cached_property
    def _statement(self) -> str:
        _, condition = _narrowing(self.condition)
        return f"""
            SELECT t.*, c.article_id, r.number, r.text FROM annotator_{self.kind} t
            JOIN annotator_coding c ON c.id = t.coding_id JOIN articles_article a ON a.id = c.article_id
            JOIN articles_revision r ON r.id = t.revision_id
            WHERE a.project_id = %s AND a.deleted_at IS NULL AND t.deleted_at IS NULL {condition}
            ORDER BY t.id LIMIT 50
        """


def _narrowing(condition: str) -> tuple[str, str]:
    """The join that a condition needs, and what it adds to others."""
    words = "JOIN articles_articlewords w ON w.article_id = a.id" if "w." in condition else ""
    return words, f"AND {condition}" if condition else ""


def stems(word: str) -> str:
    """The condition that a word stands in an article; ``w`` are its words."""
    return f"w.stems @@ plainto_tsquery('articles_english', '{word}')"


def saying(kind: str | None, condition: str) -> str:
    """The condition that an annotation of this kind, or of any, is so; ``t`` is the annotation."""
    found = (
        f"SELECT c.article_id FROM annotator_{each} t JOIN annotator_coding c ON c.id = t.coding_id"
        f" WHERE t.deleted_at IS NULL AND {condition}"
        for each in ([kind] if kind else KINDS)
    )
    return f"a.id IN ({' UNION '.join(found)})"


def any_of(*conditions: str) -> str:
    return f"({' OR '.join(conditions)})"


def event_in_the_middle(connection: Connection, project_id: int) -> int:
    told = connection.execute(
        "SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY id) FROM annotator_event WHERE project_id = %s",
        [project_id],
    )
    return told.fetchone()[0]  # type: ignore[index,no-any-return]


def events(connection: Connection, project_id: int, after: int) -> None:
    connection.execute(
        "SELECT * FROM annotator_event WHERE project_id = %s AND id > %s ORDER BY id LIMIT 100", [project_id, after]
    ).fetchall()


class Creating:
    """Creates one mention with its event and its notice, committed: copies of the given ones."""

    def __init__(self, connection: Connection, source: Source) -> None:
        self.connection = connection
        self.mention = source.rows["annotator_mention"][0]
        self.event = {**source.rows["annotator_event"][0], "thing": "mention"}
        self._mention_columns = writable(connection, "annotator_mention")
        self._event_columns = [name for name in writable(connection, "annotator_event") if name != "id"]

    def __call__(self) -> None:
        with self.connection.transaction():
            mention = {**self.mention, "id": uuid.uuid4(), "external_id": ""}
            self._insert("annotator_mention", self._mention_columns, mention, "")
            self.connection.execute("SELECT pg_advisory_xact_lock(7202, %s)", [self.event["project_id"]])
            event = {**self.event, "thing_id": str(mention["id"])}
            number = self._insert("annotator_event", self._event_columns, event, " RETURNING id")
            self.connection.execute("SELECT pg_notify('annotator_events', %s)", [f'{{"event": {number}}}'])

    def _insert(self, table: str, columns: list[str], row: dict[str, Any], returning: str) -> Any:
        statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})" + returning).format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, columns)),
            sql.SQL(", ").join(sql.Placeholder() * len(columns)),
        )
        done = self.connection.execute(statement, [_value(name, row[name]) for name in columns])
        return done.fetchone()[0] if returning else None  # type: ignore[index]


def writable(connection: Connection, table: str) -> list[str]:
    """The columns of a table but those that the database works out."""
    found = connection.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position",
        [table],
    )
    return [name for (name,) in found]


def _select(connection: Connection, table: str, key: str, keys: list[Any]) -> Rows:
    names = writable(connection, table)
    statement = sql.SQL("SELECT {} FROM {} WHERE {} = ANY(%s) ORDER BY id").format(
        sql.SQL(", ").join(map(sql.Identifier, names)), sql.Identifier(table), sql.Identifier(key)
    )
    return [dict(zip(names, row, strict=True)) for row in connection.execute(statement, [keys])]


def _value(name: str, value: Any) -> Any:
    return Jsonb(value) if name in _JSON and value is not None else value


def articles_of(connection: Connection, project_id: int, *, limit: int) -> Iterator[uuid.UUID]:
    """The ids of articles of a project: all of them, or as many, from all over it."""
    for (article_id,) in connection.execute(
        "SELECT id FROM articles_article WHERE project_id = %s ORDER BY id LIMIT %s", [project_id, limit]
    ):
        yield article_id
