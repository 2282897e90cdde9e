"""A corpus of any size in little time: COPY of rows such as the product writes, into the tables as they stand.

The product imports one article with its 30 annotations; the rows that it wrote are the pattern, and what differs from
article to article (ids, text, places, who says what about whom) is put into their fields. Nothing else of the columns
has to be known.
"""

import hashlib
import uuid
from collections import defaultdict
from itertools import islice
from typing import Any

from psycopg import sql

from annotator.models import Coding
from articles.readers.row import Row
from bench import corpus
from bench.corpus import Register
from bench.raw import TABLES, Connection, writable

AT_ONCE = 500  # articles a transaction
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class Loader:
    """Writes articles like ``pattern``, an article of the project that the product imported with its annotations."""

    def __init__(self, connection: Connection, project_id: int, register: Register, pattern: uuid.UUID) -> None:
        self.connection = connection
        self.project_id = project_id
        self.register = register
        self.lines = {table: _Pattern(connection, table, pattern) for table in TABLES}
        self.outlets: dict[str, int] = {}
        self.loaded = 0

    def load(self, count: int) -> None:
        rows = corpus.rows(count, seed=2)
        while batch := list(islice(rows, AT_ONCE)):
            with self.connection.transaction():
                self._add(batch)

    def _add(self, articles: list[Row]) -> None:
        first = self.connection.execute(
            "SELECT min(nextval(pg_get_serial_sequence('articles_revision', 'id'))) FROM generate_series(1, %s)",
            [len(articles)],
        ).fetchone()[0]  # type: ignore[index]
        found: dict[str, list[str]] = defaultdict(list)

        def write(table: str, **fields: Any) -> None:
            found[table].append(self.lines[table].line(fields))

        for number, (revision_id, row) in enumerate(enumerate(articles, start=first), start=self.loaded):
            text, article_id = row.fields["text"], uuid.uuid4()
            same = {"sha256": hashlib.sha256(text.encode()).hexdigest()}
            told = {name: row.fields[name] for name in ("title", "external_id", "published_on", "language")}
            outlet = self._outlet(row.fields["outlet"])
            write("articles_article", id=article_id, outlet_id=outlet, current_id=revision_id, **told, **same)
            write("articles_revision", id=revision_id, article_id=article_id, text=text, length=len(text), **same)
            coding_id = Coding.id_for(article_id, "shared")
            write("annotator_coding", id=coding_id, article_id=article_id, state=corpus.state(number))
            coder = corpus.coder(self.register, number)
            for annotation in corpus.annotations(text, self.register, number):
                [[start, end]] = annotation["segments"]
                place = {"coding_id": coding_id, "revision_id": revision_id, "segments": f"{{{{{start},{end}}}}}"}
                by = {"created_by_id": coder, "changed_by_id": coder}
                write(f"annotator_{annotation['kind']}", id=uuid.uuid4(), **place, **by, **_columns(annotation))
            write("annotator_event", article_id=article_id, thing_id=article_id)
        self.loaded += len(articles)
        for table, lines in found.items():
            with self.connection.cursor() as cursor, cursor.copy(self.lines[table].statement) as copy:
                copy.write("".join(lines))

    def _outlet(self, name: str) -> int:
        if name not in self.outlets:
            made = self.connection.execute(
                "INSERT INTO articles_outlet (project_id, name) VALUES (%s, %s)"
                " ON CONFLICT (project_id, lower(name)) DO UPDATE SET name = excluded.name RETURNING id",
                [self.project_id, name],
            )
            self.outlets[name] = made.fetchone()[0]  # type: ignore[index]
        return self.outlets[name]


def _columns(annotation: dict[str, Any]) -> dict[str, Any]:
    """What is said in an annotation of the bench, as its table has it."""
    told = {name: annotation[name] for name in ("position", "claim_kind") if name in annotation}
    if "entity" in annotation:
        told["entity_id"] = annotation["entity"]
    if "target" in annotation:
        told["target_issue_id"] = annotation["target"]
    if "claim_kind" in annotation:
        told |= {"proposition_id": annotation.get("proposition"), "link": annotation.get("link", "")}
    for name in ("source", "holder"):
        if name in annotation:
            by_author = annotation[name] == "AUTHOR"
            told[f"{name}_voice"] = "AUTHOR" if by_author else "ENTITY"
            told[f"{name}_entity_id"] = None if by_author else annotation[name]
    return told


class _Pattern:
    """One row that the product wrote to a table, as COPY tells it, with fields to be put in."""

    def __init__(self, connection: Connection, table: str, article: uuid.UUID) -> None:
        names = [name for name in writable(connection, table) if (table, name) != ("annotator_event", "id")]
        columns = sql.SQL(", ").join(map(sql.Identifier, names))
        self.statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), columns)
        key = TABLES[table]
        owner = "(SELECT id FROM annotator_coding WHERE article_id = {})" if key == "coding_id" else "{}"
        written = sql.SQL("COPY (SELECT {} FROM {} WHERE {} = " + owner + " LIMIT 1) TO STDOUT").format(
            columns, sql.Identifier(table), sql.Identifier(key), sql.Literal(article)
        )
        with connection.cursor() as cursor, cursor.copy(written) as copy:
            line = b"".join(bytes(part) for part in copy).decode().rstrip("\n")
        self.fields = dict(zip(names, line.split("\t"), strict=True))

    def line(self, fields: dict[str, Any]) -> str:
        told = {name: "\\N" if value is None else str(value).translate(_ESCAPED) for name, value in fields.items()}
        return "\t".join((self.fields | told).values()) + "\n"
