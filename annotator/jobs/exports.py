"""Exports, written piece by piece: no more than a piece is in memory, whatever the project's size."""

from annotator.actions.exports import begin_export, finish_export, keep_piece
from annotator.models import Export
from annotator.models.transfer import Content, Piece
from annotator.queries.exports import export_of


def work_off_export(id: str) -> None:
    """Write an export from its beginning: one that was interrupted would else hold two moments of the project."""
    export = Export.objects.select_related("project", "by").filter(pk=id).first()
    tried = begin_export(export) if export else None
    if export is None or tried is None:
        return
    number, articles, kept = 0, 0, bytearray()
    for noun, line in export_of(export.by, export.project, Content(export.content)):
        kept += line
        articles += noun == "articles"
        if len(kept) >= Piece.MOST:
            if not keep_piece(export, bytes(kept), number=number, articles=articles, tried=tried):
                return
            number, articles, kept = number + 1, 0, bytearray()
    if kept and not keep_piece(export, bytes(kept), number=number, articles=articles, tried=tried):
        return
    finish_export(export, tried=tried)
