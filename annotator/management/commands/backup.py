"""`manage.py backup FILE`: save the database into one file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotator.backup import BackupError, save


class Command(BaseCommand):
    help = "Saves the database into one file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="where it is written; there must be no such file yet")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            tables = save(file.absolute())
        except BackupError as error:
            raise CommandError(str(error)) from None
        rows = sum(table["rows"] for table in tables.values())
        self.stdout.write(f"Saved {rows:,} rows of {len(tables)} tables: {file}")
