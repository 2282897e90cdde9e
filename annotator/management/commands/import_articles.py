"""Bring articles in from files: `import_articles --project desk --user rita news.jsonl speeches/*.txt`.

The bar runs on the terminal's error stream; each refused row is told on a line of its own as it comes. Rows that are
there already are counted and left alone. Exits with 1 when a row was refused, with 2 when nothing could begin.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotator.access.visibility import visible_projects
from annotator.actions.imports import import_rows
from annotator.domain.errors import AnnotatorError
from annotator.models import User
from articles import readers
from articles.models import Project
from articles.readers.row import Row

_BAR = 30  # characters


class Bar:
    """How far it is, in files; silent where nobody watches."""

    def __init__(self, total: int, stream: Any) -> None:
        self.total = total
        self.stream = stream if stream.isatty() else None

    def show(self, done: int, rows: int) -> None:
        if self.stream:
            filled = _BAR * done // self.total
            self.stream.write(f"\r[{'#' * filled}{'.' * (_BAR - filled)}] file {done} of {self.total}, {rows:,} rows ")
            self.stream.flush()

    def clear(self) -> None:
        if self.stream:
            self.stream.write("\r\033[K")


class Command(BaseCommand):
    help = "Bring articles in from files: JSON lines, texts, pages, documents, tables, mail, feeds, zips of them."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--project", required=True, metavar="SLUG", help="where they go")
        parser.add_argument("--user", required=True, metavar="NAME", help="who brings them in")
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a file, or a folder of such files")

    def handle(self, *args: Any, **options: Any) -> None:
        project, user = _project_and_user(options["project"], options["user"])
        files = list(_files(options["paths"]))
        if not files:
            raise CommandError(
                f"No files of a known kind are there: {', '.join(sorted(readers.READERS))}.", returncode=2
            )
        bar = Bar(len(files), sys.stderr)
        counts: Counter[str] = Counter()
        try:
            for outcome in import_rows(project, self._rows(files, bar, counts), by=user):
                counts[outcome.state] += 1
                if outcome.state == "refused":
                    bar.clear()
                    self.stdout.write(f"refused: {outcome.reason}")
        except AnnotatorError as error:
            raise CommandError(error.message, returncode=2) from error
        bar.clear()
        self.stdout.write(f"{counts['new']:,} new, {counts['same']:,} there already, {counts['refused']:,} refused.")
        if counts["refused"]:
            sys.exit(1)

    def _rows(self, files: list[Path], bar: Bar, counts: Counter[str]) -> Iterator[Row]:
        for number, path in enumerate(files):
            try:
                raw = path.read_bytes()
            except OSError as error:
                yield Row(str(path), problem=f"{path}: cannot be read ({error.strerror}).")
                continue
            for row in readers.rows(str(path), raw):
                bar.show(number, counts.total())
                yield row
        bar.show(len(files), counts.total())


def _project_and_user(slug: str, username: str) -> tuple[Project, User]:
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(f"--user {username}: there is no active account of this name.", returncode=2)
    project = visible_projects(user).filter(slug=slug).first()
    if project is None:
        raise CommandError(f"--project {slug}: {username} is in no project of this name.", returncode=2)
    return project, user


def _files(paths: list[Path]) -> Iterator[Path]:
    """The files named, and of folders all those within that a reader knows, in the order of their names."""
    for path in paths:
        if path.is_dir():
            yield from sorted(each for each in path.rglob("*") if each.suffix.lower() in readers.READERS)
        else:
            yield path
