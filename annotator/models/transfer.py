"""What goes in and out in bulk, worked off in the background: imports and exports, with how far they are."""

import uuid
from enum import StrEnum

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from annotator.models.rules import one_of
from articles.models import MAX_TITLE

LONGEST_NAME = 500
LONGEST_SOURCE = LONGEST_NAME + 40


class TransferState(StrEnum):
    """How far one is. A stopped or failed import goes on where it was when it is resumed; one whose rows were looked
    at waits to be told what is to become of them."""

    WAITING = "waiting"
    RUNNING = "running"
    LOOKED = "looked"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


# No worker has anything to do for these.
OVER = (TransferState.LOOKED, TransferState.DONE, TransferState.STOPPED, TransferState.FAILED)


def numbered_once(noun: str, what: str) -> models.UniqueConstraint:
    """Of one import or export there is one ``what`` of each number."""
    return models.UniqueConstraint(
        fields=["of", "number"],
        name=f"{noun}_{what}_once",
        violation_error_code="number",
        violation_error_message=f"The {noun} has a {what} of this number already.",
    )


class Transfer(models.Model):
    """An import or an export: for whom, how far, and why not further."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    project = models.ForeignKey("articles.Project", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default=TransferState.WAITING.value)
    problem = models.CharField(max_length=2_000, blank=True, help_text="Why it failed.")
    tries = models.PositiveSmallIntegerField(default=0, help_text="Begun without getting any further.")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        ordering = ["-created_at", "id"]


class Import(Transfer):
    """Files that come in row by row. ``position`` rows have been looked at; each chunk commits along with it."""

    name = models.CharField(max_length=LONGEST_NAME, help_text="Of the file, or of the first of several.")
    rows = models.PositiveBigIntegerField(null=True, help_text="How many there are; null where nobody has counted.")
    position = models.PositiveBigIntegerField(default=0)
    counts = models.JSONField(default=dict, help_text="How many rows came to each state: {“new”: 3}.")
    size = models.PositiveBigIntegerField(default=0, help_text="Bytes of all its files.")
    # Where reading goes on: at the byte, of all files one behind the other, at which the last row stood; so many rows
    # from there have been looked at.
    read = models.PositiveBigIntegerField(default=0, help_text="Bytes that have been looked at.")
    line = models.PositiveBigIntegerField(default=1, help_text="Of its file, the one in which that byte is.")
    taken = models.PositiveBigIntegerField(default=0)

    looking = models.BooleanField(default=False, help_text="Whether its rows are only looked at, and none is stored.")
    choices = models.JSONField(
        default=dict,
        help_text="What becomes of rows that meet what is there: {“revision”: “leave”}; none: refused.",
    )

    class Meta(Transfer.Meta):
        indexes = [models.Index(fields=["project", "-created_at", "id"], name="import_of_project")]
        constraints = [one_of("import_state_known", "state", TransferState)]

    def __str__(self) -> str:
        return f"{self.name}: {self.state}"


class Piece(models.Model):
    """A stretch of a file's bytes. Files stand in the database, so that any machine's worker can go on with them."""

    MOST = 1024 * 1024  # bytes

    id = models.BigAutoField(primary_key=True)
    number = models.PositiveIntegerField(help_text="From 0, within the whole.")
    content = models.BinaryField()

    class Meta:
        abstract = True
        ordering = ["number"]


class ImportPiece(Piece):
    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="pieces", db_index=False)
    file = models.PositiveIntegerField(help_text="The file that it is of, from 0.")
    name = models.CharField(max_length=LONGEST_NAME, help_text="That file's name.")

    class Meta(Piece.Meta):
        constraints = [numbered_once("import", "piece")]

    def __str__(self) -> str:
        return f"{self.name}, piece {self.number}"


class ImportRow(models.Model):
    """What became of one row of an import."""

    id = models.BigAutoField(primary_key=True)
    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="outcomes", db_index=False)
    number = models.PositiveBigIntegerField(help_text="From 1, within the import.")
    source = models.CharField(max_length=LONGEST_SOURCE, help_text="“news.jsonl, line 3”.")
    title = models.CharField(
        max_length=MAX_TITLE, blank=True, db_default="", help_text="Of a text that was looked at and would come in."
    )
    state = models.CharField(max_length=20)
    article = models.ForeignKey("articles.Article", on_delete=models.PROTECT, null=True, related_name="+")
    annotations = models.PositiveIntegerField(default=0)
    likeness = models.FloatField(null=True, help_text="From 0 to 1, of what was looked at and is much like another.")
    reason = models.CharField(max_length=2_000, blank=True)
    notes = models.JSONField(default=list, help_text="What to know of how it was read: a guessed encoding.")

    class Meta:
        ordering = ["number"]
        constraints = [numbered_once("import", "row")]
        indexes = [models.Index(fields=["of", "state", "number"], name="import_row_by_state")]

    def __str__(self) -> str:
        return f"{self.source}: {self.state}"

    @property
    def percent(self) -> int | None:
        """How like it is to another."""
        return None if self.likeness is None else round(100 * self.likeness)


class ImportText(models.Model):
    """By what a row that came in, or would, is known to those of its import that repeat it; until that is over."""

    id = models.BigAutoField(primary_key=True)
    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="texts", db_index=False)
    source = models.CharField(max_length=LONGEST_SOURCE)
    sha256 = models.CharField(max_length=64)
    external_id = models.CharField(max_length=200, blank=True)
    digests = ArrayField(
        models.BigIntegerField(), help_text="Its sketch, as this import alone has it; none of a revision."
    )
    sequences = models.BinaryField(help_text="All of which the sketch is a part, packed (articles/likeness.py).")

    class Meta:
        indexes = [
            models.Index(fields=["of", "sha256"], name="import_text_same"),
            models.Index(fields=["of", "external_id"], condition=~models.Q(external_id=""), name="import_text_called"),
            # Asked after every few rows: entries that wait to be sorted in would be gone through each time.
            GinIndex(fields=["digests"], fastupdate=False, name="import_text_digests"),
        ]

    def __str__(self) -> str:
        return f"text of {self.source}"


class Content(StrEnum):
    """What an export has: articles with their annotations, what stands beside them, or the whole project."""

    ARTICLES = "articles"
    REGISTERS = "registers"
    ALL = "all"


class Export(Transfer):
    """A file of a project as its maker saw it, to be fetched until ``expires_at``."""

    content = models.CharField(max_length=10, default=Content.ARTICLES.value)

    role = models.CharField(max_length=10, help_text="The maker's when it was made: with another, it is not given out.")
    articles = models.PositiveBigIntegerField(default=0, help_text="How many are in it so far.")
    size = models.PositiveBigIntegerField(default=0, help_text="Bytes so far.")
    expires_at = models.DateTimeField()

    class Meta(Transfer.Meta):
        indexes = [models.Index(fields=["project", "-created_at", "id"], name="export_of_project")]
        constraints = [
            one_of("export_state_known", "state", TransferState),
            one_of("export_content_known", "content", Content),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.created_at}: {self.state}"


class ExportPiece(Piece):
    of = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="pieces", db_index=False)

    class Meta(Piece.Meta):
        constraints = [numbered_once("export", "piece")]

    def __str__(self) -> str:
        return f"piece {self.number}"
