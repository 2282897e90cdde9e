"""The rows of an import that lie behind: what those that follow are compared with, however far apart they stand."""

import uuid
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from annotator.models import ImportRow, ImportText
from articles.likeness import packed, resemblance, unpacked
from articles.models import Article

# The index of digests gives the rows that have one of them; asked for all at once, PostgreSQL takes it for cheaper to
# compare all with all. The row that has most is compared.
_CANDIDATES = """
SELECT asked.place, earlier.source, earlier.sequences
FROM unnest(%(places)s::int[], %(sketches)s::text[]) AS asked (place, digests), LATERAL (
    SELECT having_one.id
    FROM unnest(asked.digests::bigint[]) AS one
    JOIN annotator_importtext having_one ON having_one.digests @> ARRAY[one]
    GROUP BY having_one.id ORDER BY count(*) DESC, having_one.id LIMIT 1) AS found
JOIN annotator_importtext earlier ON earlier.id = found.id
"""


def within(job: uuid.UUID, sketch: list[int]) -> list[int]:
    """A sketch as no other import has it: so the index of digests need not be told which import it is."""
    salt = int.from_bytes(job.bytes[:8], "big", signed=True)
    return [digest ^ salt for digest in sketch]


@dataclass(frozen=True)
class EarlierRows:
    """Those of an import that came in or would; none where no import is given."""

    job: uuid.UUID | None = None

    def with_text(self, digests: set[str]) -> dict[str, str]:
        """SHA-256 → the row whose text has it."""
        return self._first("sha256", digests)

    def called(self, external_ids: set[str]) -> dict[str, str]:
        """External id → the row that bears it."""
        return self._first("external_id", external_ids - {""})

    def alike(self, said: dict[int, set[int]], sketches: dict[int, list[int]]) -> dict[int, tuple[str, float]]:
        """For each text the row whose sketch shares most with its own, if any does, and how alike they are."""
        if self.job is None or not said:
            return {}
        literals = [f"{{{','.join(map(str, within(self.job, sketches[place])))}}}" for place in said]
        given = {"places": list(said), "sketches": literals}
        with transaction.atomic(), connection.cursor() as cursor:
            # Of a table that was empty a minute ago PostgreSQL knows nothing, and would read it from end to end.
            cursor.execute("SET LOCAL enable_seqscan TO off")
            cursor.execute(_CANDIDATES, given)
            found = cursor.fetchall()
            cursor.execute("SET LOCAL enable_seqscan TO DEFAULT")
        return {
            place: (source, resemblance(unpacked(packed(said[place])), unpacked(sequences)))
            for place, source, sequences in found
        }

    def left_aside(self, articles: QuerySet[Article]) -> QuerySet[Article]:
        """The articles without those that this import has made: they are told as its rows."""
        made = ImportRow.objects.filter(of=self.job, article=OuterRef("pk"), state="new")
        return articles.exclude(Exists(made)) if self.job else articles

    def _first(self, field: str, values: set[str]) -> dict[str, str]:
        if self.job is None or not values:
            return {}
        rows = ImportText.objects.filter(of=self.job, **{f"{field}__in": values}).order_by("-pk")
        return dict(rows.values_list(field, "source"))


NO_ROWS = EarlierRows()
