"""Exports: a file of a project as its maker sees it, written in the background and kept for a week."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from annotator.access.rules import require, role_in
from annotator.actions.deferring import defer
from annotator.domain.errors import Forbidden, NotNow
from annotator.models import Export, ExportPiece, User
from annotator.models.transfer import OVER, Content, TransferState
from articles.models import Project

KEPT = timedelta(days=7)
MOST = 10  # of one person, in one project
MOST_TRIES = 5


@transaction.atomic
def start_export(project: Project, *, by: User, content: Content = Content.ARTICLES) -> Export:
    """Have a worker write what ``by`` may see of the project into a file."""
    require(by, "export.add", project)
    now = timezone.now()
    if Export.objects.filter(project=project, by_id=by.pk, expires_at__gt=now).count() >= MOST:
        raise NotNow(f"{MOST} of your exports are kept already: remove one first.")
    export = Export.objects.create(
        project=project, by_id=by.pk, role=str(role_in(by, project.pk)), content=content.value, expires_at=now + KEPT
    )
    defer("export", id=str(export.pk))
    return export


@transaction.atomic
def begin_export(export: Export) -> int | None:
    """Begin to write it, from its beginning; the number of this try, or None where there is nothing to do."""
    export = Export.objects.select_for_update(of=("self",)).select_related("project", "by").get(pk=export.pk)
    if export.state in OVER:
        return None
    if export.tries >= MOST_TRIES:
        fail_export(export, f"It was tried {export.tries} times, and each time something failed.")
        return None
    if role_in(export.by, export.project_id) != export.role:
        fail_export(export, "Its maker has another role in the project now, and may see other things.")
        return None
    ExportPiece.objects.filter(of=export).delete()
    export.state, export.tries, export.articles, export.size = TransferState.RUNNING.value, export.tries + 1, 0, 0
    export.save(update_fields=["state", "tries", "articles", "size"])
    return export.tries


@transaction.atomic
def keep_piece(export: Export, content: bytes, *, number: int, articles: int, tried: int) -> bool:
    """Keep the next bytes of the file, which hold so many articles; False where another worker writes it by now."""
    running = Export.objects.filter(pk=export.pk, state=TransferState.RUNNING.value, tries=tried)
    if not running.update(articles=F("articles") + articles, size=F("size") + len(content)):
        return False
    ExportPiece.objects.create(of=export, number=number, content=content)
    return True


def finish_export(export: Export, *, tried: int) -> None:
    Export.objects.filter(pk=export.pk, state=TransferState.RUNNING.value, tries=tried).update(
        state=TransferState.DONE.value, finished_at=timezone.now()
    )


def fail_export(export: Export, why: str) -> None:
    Export.objects.filter(pk=export.pk).update(
        state=TransferState.FAILED.value, problem=why, finished_at=timezone.now()
    )


def remove_export(export: Export, *, by: User) -> None:
    """Delete the file before it expires."""
    require(by, "export.remove", export.project)
    if export.by_id != by.pk:
        raise Forbidden("An export is removed by whom it was made for.")
    export.delete()


def forget_exports() -> int:
    """Delete those that have expired; gives how many rows and pieces."""
    return Export.objects.filter(expires_at__lte=timezone.now()).delete()[0]
