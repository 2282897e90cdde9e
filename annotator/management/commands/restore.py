"""`manage.py restore FILE`: bring a backup back into an empty database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotator.backup import BackupError, restore


class Command(BaseCommand):
    help = "Brings a backup back into an empty database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="what `manage.py backup` has written")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            tables = restore(file.absolute())
        except BackupError as error:
            raise CommandError(str(error)) from None
        rows = sum(table["rows"] for table in tables.values())
        self.stdout.write(f"Restored {rows:,} rows of {len(tables)} tables: {file}")
