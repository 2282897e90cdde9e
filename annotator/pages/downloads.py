"""Lists as files: CSV that no spreadsheet takes for formulas, and JSON."""

import csv
import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse

from annotator.access.standing import while_admitted
from annotator.access.visibility import visible_projects
from annotator.domain.encoding import write
from annotator.domain.formats.cells import formula_safe
from articles.models import Project

Row = dict[str, Any]


def wanted(request: HttpRequest) -> bool:
    return request.GET.get("download") in ("csv", "json")


def download(
    request: HttpRequest, project: Project, name: str, columns: Iterable[str], rows: Iterable[Row]
) -> StreamingHttpResponse:
    """Rows of a project as the file that ``?download=`` asks for, sent as they come, while the reader is a member."""
    form = request.GET["download"]
    may_still = visible_projects(request.user).filter(pk=project.pk).exists
    rows = while_admitted(request.user, rows, may_still=may_still)
    lines = _csv(tuple(columns), rows) if form == "csv" else _json(rows)
    kind = "text/csv; charset=utf-8" if form == "csv" else "application/json"
    headers = {"Content-Disposition": f'attachment; filename="{project.slug}-{name}.{form}"'}
    return StreamingHttpResponse(lines, content_type=kind, headers=headers)


class _Line:
    """What csv writes to: gives each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def _csv(columns: tuple[str, ...], rows: Iterable[Row]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\ufeff"  # so that spreadsheets read it as UTF-8
    yield writer.writerow(columns)
    for row in rows:
        yield writer.writerow([formula_safe(_cell(row[column])) for column in columns])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return " | ".join(map(str, value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)


def _json(rows: Iterable[Row]) -> Iterator[str]:
    before = "[\n"
    for row in rows:
        yield before + write(row).decode()
        before = ",\n"
    yield "\n]\n" if before != "[\n" else "[]\n"
